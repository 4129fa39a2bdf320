"""Disputes, the lines of our account at a gateway, and its comparison with the books

Revision ID: 0029
Revises: 0028
Create Date: 2026-11-22 07:08:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gateway_checks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("listed_sen", sa.BigInteger(), nullable=False),
        sa.Column("held_sen", sa.BigInteger(), nullable=False),
        sa.Column("booked", sa.BigInteger(), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_checks")),
    )
    with op.batch_alter_table("gateway_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gateway_checks_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_gateway_checks_gateway"), ["gateway"], unique=False)

    op.create_table(
        "gateway_entries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("amount_sen", sa.BigInteger(), nullable=False),
        sa.Column("fee_sen", sa.BigInteger(), nullable=False),
        sa.Column("fee_booked", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_on", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_ref", sa.String(length=255), nullable=False),
        sa.Column("intent_ref", sa.String(length=255), nullable=False),
        sa.Column("order_number", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("match_key", sa.String(length=120), nullable=True),
        sa.Column("problem", sa.String(32), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("noted_by_id", BIG, nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["users.id"], name=op.f("fk_gateway_entries_noted_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_entries")),
        sa.UniqueConstraint("gateway", "ref", name=op.f("uq_gateway_entries_gateway_ref")),
        sa.UniqueConstraint("match_key", name=op.f("uq_gateway_entries_match_key")),
    )
    with op.batch_alter_table("gateway_entries", schema=None) as batch_op:
        batch_op.create_index("ix_gateway_entries_gateway_at", ["gateway", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_gateway_entries_read_at"), ["read_at"], unique=False)

    op.create_table(
        "disputes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("payment_id", BIG, nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("inquiry", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("answer_by_id", BIG, nullable=True),
        sa.Column("answer_due", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_disputes_amount_positive")),
        sa.ForeignKeyConstraint(["answer_by_id"], ["users.id"], name=op.f("fk_disputes_answer_by_id_users")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_disputes_payment_id_payments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("ref", name=op.f("uq_disputes_ref")),
    )
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disputes_opened_at"), ["opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_disputes_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index("ix_disputes_state", ["state", "id"], unique=False)

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("disputed", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_column("disputed")

    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.drop_index("ix_disputes_state")
        batch_op.drop_index(batch_op.f("ix_disputes_payment_id"))
        batch_op.drop_index(batch_op.f("ix_disputes_opened_at"))

    op.drop_table("disputes")
    with op.batch_alter_table("gateway_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gateway_entries_read_at"))
        batch_op.drop_index("ix_gateway_entries_gateway_at")

    op.drop_table("gateway_entries")
    with op.batch_alter_table("gateway_checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gateway_checks_gateway"))
        batch_op.drop_index(batch_op.f("ix_gateway_checks_at"))

    op.drop_table("gateway_checks")
