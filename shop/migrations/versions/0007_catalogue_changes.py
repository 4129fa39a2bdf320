"""What changes in the public catalogue is numbered; indexes and kept pages follow the numbers

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-22 00:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalog_changes",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_catalog_changes")),
    )
    op.create_index(op.f("ix_catalog_changes_at"), "catalog_changes", ["at"])
    op.create_table(
        "catalog_version",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_version")),
    )
    # Promises of the way before; indexes are built anew once.
    op.execute("DELETE FROM jobs WHERE kind LIKE 'catalog.search.indexing.index_%' AND state <> 'done'")


def downgrade() -> None:
    op.drop_table("catalog_version")
    op.drop_table("catalog_changes")
