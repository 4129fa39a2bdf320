"""Rubrics as data of the councils, in versions; a submission keeps the one that it is judged by, and its lane

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-22 03:40:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DRAFT = sa.text("state = 'draft'")


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "rubrics",
        sa.Column("id", big, nullable=False),
        sa.Column("council_id", big, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("copied_from_id", big, nullable=True),
        sa.Column("created_by_id", big, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", big, nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["council_id"], ["councils.id"], name="fk_rubrics_council_id_councils"),
        sa.ForeignKeyConstraint(["copied_from_id"], ["rubrics.id"], name="fk_rubrics_copied_from_id_rubrics"),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_rubrics_created_by_id_users"),
        sa.ForeignKeyConstraint(["published_by_id"], ["users.id"], name="fk_rubrics_published_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_rubrics"),
        sa.UniqueConstraint("council_id", "version", name="uq_rubrics_council_id_version"),
    )
    op.create_index(
        "uq_rubrics_one_draft",
        "rubrics",
        ["council_id"],
        unique=True,
        sqlite_where=DRAFT,
        postgresql_where=DRAFT,
    )
    kind = "INTEGER" if sqlite else "BIGINT"
    for table in ("submissions", "decisions"):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN rubric_id {kind} "
            f"CONSTRAINT fk_{table}_rubric_id_rubrics REFERENCES rubrics (id)"
        )
    op.execute("ALTER TABLE submissions ADD COLUMN lane VARCHAR(32) DEFAULT 'panel' NOT NULL")
    _keep_published_ones()


def _keep_published_ones() -> None:
    """Refuse to change or remove a published version, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER rubrics_published BEFORE UPDATE OR DELETE ON rubrics "
            "FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION refuse_change()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER rubrics_published_no_{event.lower()} BEFORE {event} ON rubrics "
            "WHEN OLD.state = 'published' BEGIN SELECT RAISE(ABORT, 'a published rubric never changes'); END"
        )


def downgrade() -> None:
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_column("rubric_id")
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_column("lane")
        batch_op.drop_column("rubric_id")
    op.drop_table("rubrics")
