"""What the money was for that left our bank account

Revision ID: 0034
Revises: 0033
Create Date: 2026-11-22 10:30:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "outgoing_matches",
        sa.Column("id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("payout_id", BIG, nullable=True),
        sa.Column("return_id", BIG, nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False, server_default=""),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(payout_id IS NOT NULL AND return_id IS NULL AND reason = '')"
            " OR (payout_id IS NULL AND return_id IS NOT NULL AND reason = '')"
            " OR (payout_id IS NULL AND return_id IS NULL AND reason <> '')",
            name=op.f("ck_outgoing_matches_one_purpose"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_outgoing_matches_decided_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["statement_lines.id"], name=op.f("fk_outgoing_matches_line_id_statement_lines")
        ),
        sa.ForeignKeyConstraint(
            ["payout_id"], ["payouts.id"], name=op.f("fk_outgoing_matches_payout_id_payouts")
        ),
        sa.ForeignKeyConstraint(
            ["return_id"],
            ["transfer_returns.id"],
            name=op.f("fk_outgoing_matches_return_id_transfer_returns"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_matches")),
        sa.UniqueConstraint("line_id", name=op.f("uq_outgoing_matches_line_id")),
        sa.UniqueConstraint("payout_id", name=op.f("uq_outgoing_matches_payout_id")),
        sa.UniqueConstraint("return_id", name=op.f("uq_outgoing_matches_return_id")),
    )


def downgrade() -> None:
    op.drop_table("outgoing_matches")
