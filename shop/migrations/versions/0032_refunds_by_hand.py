"""Refunds of a payment service that people send by bank transfer instead

Revision ID: 0032
Revises: 0031
Create Date: 2026-11-22 10:25:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refunds", sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("refunds", "by_hand")
