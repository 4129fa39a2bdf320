"""An index of the listings that passed with conditions, so that a queue need not look through all others

Revision ID: 0020
Revises: 0019
Create Date: 2026-11-22 04:42:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CONDITIONAL = sa.text("state = 'conditional'")


def upgrade() -> None:
    op.create_index(
        "ix_listings_conditional", "listings", ["id"], sqlite_where=CONDITIONAL, postgresql_where=CONDITIONAL
    )


def downgrade() -> None:
    op.drop_index("ix_listings_conditional", "listings")
