"""Jobs that go first: money before letters

Revision ID: 0031
Revises: 0030
Create Date: 2026-11-22 10:05:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("priority", sa.SmallInteger(), nullable=False, server_default="10"))
    op.drop_index("ix_jobs_due", table_name="jobs")
    op.create_index("ix_jobs_due", "jobs", ["state", "priority", "run_at"])


def downgrade() -> None:
    op.drop_index("ix_jobs_due", table_name="jobs")
    op.create_index("ix_jobs_due", "jobs", ["state", "run_at"])
    op.drop_column("jobs", "priority")
