"""Appointments of judges: a submission is given to a named judge

Revision ID: 0033
Revises: 0032
Create Date: 2026-11-22 10:25:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", BIG, nullable=False),
        sa.Column("submission_id", BIG, nullable=False),
        sa.Column("judge_id", BIG, nullable=False),
        sa.Column("appointed_by_id", BIG, nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_appointments"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_appointments_submission_id_submissions"
        ),
        sa.ForeignKeyConstraint(["judge_id"], ["users.id"], name="fk_appointments_judge_id_users"),
        sa.ForeignKeyConstraint(
            ["appointed_by_id"], ["users.id"], name="fk_appointments_appointed_by_id_users"
        ),
        sa.UniqueConstraint("submission_id", "judge_id", name="uq_appointments_submission_id_judge_id"),
    )
    op.create_index("ix_appointments_judge_id", "appointments", ["judge_id"])


def downgrade() -> None:
    op.drop_index("ix_appointments_judge_id", table_name="appointments")
    op.drop_table("appointments")
