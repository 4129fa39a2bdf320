"""Who accepted the decision about a claim before the time for an appeal was over

Revision ID: 0036
Revises: 0035
Create Date: 2026-11-22 20:40:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

COLUMNS = ("buyer_accepted_at", "workshop_accepted_at")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("claims", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("claims", name)
