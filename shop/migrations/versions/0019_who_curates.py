"""Who curates for a council, as its page says it

Revision ID: 0019
Revises: 0018
Create Date: 2026-11-22 03:58:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "council_curators",
        sa.Column("id", big, nullable=False),
        sa.Column("council_id", big, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("about_id", sa.String(200), nullable=False),
        sa.Column("about_en", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"], ["councils.id"], name="fk_council_curators_council_id_councils"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_council_curators"),
    )
    op.create_index("ix_council_curators_council_id", "council_curators", ["council_id"])


def downgrade() -> None:
    op.drop_table("council_curators")
