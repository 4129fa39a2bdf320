"""Wishes to call a parcel off, and notes on orders

Revision ID: 0030
Revises: 0029
Create Date: 2026-11-22 07:06:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "cancellation_requests",
        sa.Column("id", big, nullable=False),
        sa.Column("shipment_id", big, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(300), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", big, nullable=True),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name="fk_cancellation_requests_shipment_id_shipments"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name="fk_cancellation_requests_answered_by_id_users"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cancellation_requests"),
    )
    op.create_index("ix_cancellation_requests_shipment_id", "cancellation_requests", ["shipment_id"])
    op.create_index("ix_cancellation_requests_state_due_at", "cancellation_requests", ["state", "due_at"])
    op.create_index(
        "uq_cancellation_requests_one_open",
        "cancellation_requests",
        ["shipment_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "order_notes",
        sa.Column("id", big, nullable=False),
        sa.Column("order_id", big, nullable=False),
        sa.Column("workshop_id", big, nullable=True),
        sa.Column("party", sa.String(32), nullable=False),
        sa.Column("author_id", big, nullable=True),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_notes_order_id_orders"),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name="fk_order_notes_workshop_id_workshops"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_order_notes_author_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_order_notes"),
    )
    op.create_index("ix_order_notes_order_id", "order_notes", ["order_id"])


def downgrade() -> None:
    op.drop_table("order_notes")
    op.drop_table("cancellation_requests")
