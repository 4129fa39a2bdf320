"""Photographs so small that they stand in the page itself until the large one is there

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-22 01:15:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("pictures", "place_pictures"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("blur", sa.String(length=400), nullable=False, server_default=""))


def downgrade() -> None:
    for table in ("pictures", "place_pictures"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("blur")
