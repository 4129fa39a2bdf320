"""Coaching with kinds, coaches, evidence and clinics; reference samples with their measures and photographs

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-22 03:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CURRENT = sa.text("state = 'current'")
NO_CRAFT = sa.text("craft_id IS NULL")
POSITIVE = (
    "(length_mm IS NULL OR length_mm > 0) AND (width_mm IS NULL OR width_mm > 0)"
    " AND (height_mm IS NULL OR height_mm > 0) AND (weight_g IS NULL OR weight_g > 0)"
)
COLUMNS = (
    ("help_kind", "VARCHAR(30) DEFAULT 'other' NOT NULL", ""),
    ("coach_id", "", "users"),
    ("clinic_id", "", "clinics"),
    ("changed_fields", "JSON DEFAULT '[]' NOT NULL", ""),
    ("asked_again", "INTEGER DEFAULT 0 NOT NULL", ""),
    ("coach_words", "VARCHAR(1000) DEFAULT '' NOT NULL", ""),
    ("set_by_id", "", "users"),
    ("checked_by_id", "", "users"),
    ("reminded_before", "DATE", ""),
    ("reminded_after", "DATE", ""),
)
"""What tasks get: name, type, and the table that a key points at."""


def _key(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return sa.Column("id", BIG, nullable=False), sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _to(table: str, column: str, other: str, *, nullable: bool = False) -> tuple[sa.schema.SchemaItem, ...]:
    name = f"fk_{table}_{column}_{other}"
    return (
        sa.Column(column, BIG, nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name),
    )


def upgrade() -> None:
    _clinics()
    _tasks()
    _samples()


def _clinics() -> None:
    op.create_table(
        "clinics",
        *_key("clinics"),
        *_to("clinics", "council_id", "councils"),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("help_kind", sa.String(30), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.String(20), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        *_to("clinics", "coach_id", "users", nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        *_to("clinics", "created_by_id", "users"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_clinics_council_id", "clinics", ["council_id"])
    op.create_table(
        "clinic_guests",
        *_key("clinic_guests"),
        *_to("clinic_guests", "clinic_id", "clinics"),
        *_to("clinic_guests", "workshop_id", "workshops"),
        sa.Column("came", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("clinic_id", "workshop_id", name="uq_clinic_guests_clinic_id_workshop_id"),
    )
    op.create_index("ix_clinic_guests_workshop_id", "clinic_guests", ["workshop_id"])


def _tasks() -> None:
    big = "INTEGER" if op.get_context().dialect.name == "sqlite" else "BIGINT"
    for name, kind, other in COLUMNS:
        points = f" CONSTRAINT fk_coaching_tasks_{name}_{other} REFERENCES {other} (id)" if other else ""
        op.execute(f"ALTER TABLE coaching_tasks ADD COLUMN {name} {kind or big}{points}")
    op.create_index("ix_coaching_tasks_state_due_on", "coaching_tasks", ["state", "due_on"])
    op.create_index("ix_coaching_tasks_coach_id", "coaching_tasks", ["coach_id"])
    op.create_index("ix_coaching_tasks_clinic_id", "coaching_tasks", ["clinic_id"])
    _complete_what_is_there()
    op.create_table(
        "task_evidence",
        *_key("task_evidence"),
        *_to("task_evidence", "task_id", "coaching_tasks"),
        *_to("task_evidence", "picture_id", "pictures"),
        sa.Column("words", sa.String(200), nullable=False),
        *_to("task_evidence", "added_by_id", "users"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("task_id", "picture_id", name="uq_task_evidence_task_id_picture_id"),
    )
    op.create_index("ix_task_evidence_task_id", "task_evidence", ["task_id"])
    op.create_index("ix_task_evidence_picture_id", "task_evidence", ["picture_id"])


def _complete_what_is_there() -> None:
    """Give every task a day, and those that are done the curator whose next verdict settled them."""
    postgres = op.get_bind().dialect.name == "postgresql"
    later = "CAST(created_at + interval '60 days' AS DATE)" if postgres else "date(created_at, '+60 days')"
    op.execute(f"UPDATE coaching_tasks SET due_on = {later} WHERE due_on IS NULL")
    op.execute(
        "UPDATE coaching_tasks SET checked_by_id = (SELECT coalesce(d.conditions_met_by_id, d.decided_by_id) "
        "FROM decisions d JOIN submissions s ON s.id = d.submission_id "
        "WHERE s.listing_id = coaching_tasks.listing_id ORDER BY s.number DESC LIMIT 1) WHERE state = 'done'"
    )


def _samples() -> None:
    op.execute("ALTER TABLE pictures ADD COLUMN of_council BOOLEAN DEFAULT false NOT NULL")
    op.create_table(
        "samples",
        *_key("samples"),
        *_to("samples", "listing_id", "listings"),
        *_to("samples", "council_id", "councils"),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("condition", sa.String(500), nullable=False),
        sa.Column("differs", sa.String(1000), nullable=False),
        sa.Column("kept_where", sa.String(120), nullable=False),
        *_to("samples", "taken_in_by_id", "users"),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_back_on", sa.Date(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        *_to("samples", "returned_by_id", "users", nullable=True),
        sa.Column("returned_to", sa.String(120), nullable=False),
        sa.CheckConstraint("returned_at IS NULL OR length(returned_to) > 0", name="handed_back_to_somebody"),
    )
    op.create_index("ix_samples_listing_id", "samples", ["listing_id"])
    op.create_index("ix_samples_council_id_due_back_on", "samples", ["council_id", "due_back_on"])
    op.create_index(
        "uq_samples_one_current", "samples", ["listing_id"], unique=True,
        sqlite_where=CURRENT, postgresql_where=CURRENT,
    )  # fmt: skip
    _what_belongs_to_samples()
    _what_may_differ()


def _what_belongs_to_samples() -> None:
    op.create_table(
        "sample_measures",
        *_key("sample_measures"),
        *_to("sample_measures", "sample_id", "samples"),
        *_to("sample_measures", "variant_id", "variants", nullable=True),
        *(sa.Column(name, sa.Integer()) for name in ("length_mm", "width_mm", "height_mm", "weight_g")),
        sa.CheckConstraint(POSITIVE, name="measures_positive"),
    )
    op.create_index("ix_sample_measures_sample_id", "sample_measures", ["sample_id"])
    op.create_table(
        "sample_photos",
        *_key("sample_photos"),
        *_to("sample_photos", "sample_id", "samples"),
        *_to("sample_photos", "picture_id", "pictures"),
        sa.Column("words", sa.String(200), nullable=False),
        *_to("sample_photos", "added_by_id", "users"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("sample_id", "picture_id", name="uq_sample_photos_sample_id_picture_id"),
    )
    op.create_index("ix_sample_photos_sample_id", "sample_photos", ["sample_id"])
    op.create_index("ix_sample_photos_picture_id", "sample_photos", ["picture_id"])


def _what_may_differ() -> None:
    op.create_table(
        "sample_tolerances",
        *_key("sample_tolerances"),
        *_to("sample_tolerances", "council_id", "councils"),
        *_to("sample_tolerances", "craft_id", "crafts", nullable=True),
        sa.Column("size_percent", sa.Integer(), nullable=False),
        sa.Column("weight_percent", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "size_percent BETWEEN 1 AND 50 AND weight_percent BETWEEN 1 AND 50",
            name="percents_sensible",
        ),
        sa.UniqueConstraint("council_id", "craft_id", name="uq_sample_tolerances_council_id_craft_id"),
    )
    op.create_index(
        "uq_sample_tolerances_council", "sample_tolerances", ["council_id"], unique=True,
        sqlite_where=NO_CRAFT, postgresql_where=NO_CRAFT,
    )  # fmt: skip
    op.create_table(
        "sample_acknowledgements",
        *_key("sample_acknowledgements"),
        *_to("sample_acknowledgements", "submission_id", "submissions"),
        *_to("sample_acknowledgements", "sample_id", "samples"),
        sa.Column("sample_edits", sa.Integer(), nullable=False),
        sa.Column("listing_edits", sa.Integer(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        *_to("sample_acknowledgements", "by_id", "users"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name="reason_given"),
        sa.UniqueConstraint(
            "submission_id",
            "sample_id",
            "sample_edits",
            "listing_edits",
            name="uq_sample_acknowledgements_what_was_seen",
        ),
    )


def downgrade() -> None:
    for table in (
        "sample_acknowledgements", "sample_tolerances", "sample_photos", "sample_measures", "samples",
        "task_evidence",
    ):  # fmt: skip
        op.drop_table(table)
    with op.batch_alter_table("pictures", schema=None) as batch_op:
        batch_op.drop_column("of_council")
    with op.batch_alter_table("coaching_tasks", schema=None) as batch_op:
        for name in ("state_due_on", "coach_id", "clinic_id"):
            batch_op.drop_index(f"ix_coaching_tasks_{name}")
        for name, _kind, _other in COLUMNS:
            batch_op.drop_column(name)
    op.drop_table("clinic_guests")
    op.drop_table("clinics")
