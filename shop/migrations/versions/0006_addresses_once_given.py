"""Every address that a product or workshop was published under is kept

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-22 00:40:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slugs",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_slugs")),
    )
    for kind, table in (("product", "products"), ("workshop", "workshops")):
        op.execute(
            f"INSERT INTO slugs (kind, slug, target) SELECT '{kind}', slug, CAST(id AS VARCHAR(20)) "
            f"FROM {table} WHERE slug NOT LIKE '-%'"
        )


def downgrade() -> None:
    op.drop_table("slugs")
