"""What a line of our bank statement is booked as already, once

Revision ID: 0038
Revises: 0037
Create Date: 2026-11-22 21:15:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("statement_lines", sa.Column("booked_as", sa.String(length=40), nullable=True))
    op.create_index("uq_statement_lines_booked_as", "statement_lines", ["booked_as"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_statement_lines_booked_as", "statement_lines")
    op.drop_column("statement_lines", "booked_as")
