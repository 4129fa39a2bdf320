"""Rounds of curation: days, panels, applications, the pieces on the table

Revision ID: 0018
Revises: 0017
Create Date: 2026-11-22 03:55:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEATED = sa.text("left_at IS NULL")
CHAIR = sa.text("left_at IS NULL AND office = 'chair'")


def _key(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return sa.Column("id", BIG, nullable=False), sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _to(table: str, column: str, other: str, *, nullable: bool = False) -> tuple[sa.schema.SchemaItem, ...]:
    name = f"fk_{table}_{column}_{other}"
    return (
        sa.Column(column, BIG, nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name),
    )


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    _rounds()
    _seats()
    _entries()
    kind = "INTEGER" if op.get_context().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE submissions ADD COLUMN round_id {kind} "
        "CONSTRAINT fk_submissions_round_id_rounds REFERENCES rounds (id)"
    )
    op.create_index("ix_submissions_round_id", "submissions", ["round_id"])
    _keep_ended_ones()


def _rounds() -> None:
    op.create_table(
        "rounds",
        *_key("rounds"),
        *_to("rounds", "council_id", "councils"),
        sa.Column("name_id", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("words_id", sa.String(2000), nullable=False),
        sa.Column("words_en", sa.String(2000), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("pieces_each", sa.Integer(), nullable=False),
        _moment("apply_by", nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        *_to("rounds", "rubric_id", "rubrics", nullable=True),
        *_to("rounds", "copied_from_id", "rounds", nullable=True),
        *_to("rounds", "created_by_id", "users"),
        _moment("created_at", nullable=False),
        *(_moment(f"{what}_at") for what in ("opened", "closed", "started", "ended", "cancelled")),
        sa.Column("cancel_reason", sa.String(1000), nullable=False),
        sa.Column("minutes", sa.JSON(), nullable=True),
        sa.CheckConstraint("capacity >= 1", name="room_for_somebody"),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name="no_more_than_capacity"),
        sa.CheckConstraint("pieces_each >= 1", name="a_piece_each"),
        sa.CheckConstraint("last_on >= first_on", name="days_in_order"),
    )
    op.create_index("ix_rounds_council", "rounds", ["council_id", "state", "first_on"])
    op.create_table(
        "round_crafts",
        *_to("round_crafts", "round_id", "rounds"),
        *_to("round_crafts", "craft_id", "crafts"),
        sa.PrimaryKeyConstraint("round_id", "craft_id", name="pk_round_crafts"),
    )


def _seats() -> None:
    op.create_table(
        "round_seats",
        *_key("round_seats"),
        *_to("round_seats", "round_id", "rounds"),
        *_to("round_seats", "person_id", "users"),
        sa.Column("office", sa.String(32), nullable=False),
        *_to("round_seats", "seated_by_id", "users"),
        _moment("seated_at", nullable=False),
        _moment("present_at"),
        _moment("left_at"),
    )
    op.create_index(
        "uq_round_seats_seated", "round_seats", ["round_id", "person_id"],
        unique=True, sqlite_where=SEATED, postgresql_where=SEATED,
    )  # fmt: skip
    op.create_index(
        "uq_round_seats_one_chair", "round_seats", ["round_id"],
        unique=True, sqlite_where=CHAIR, postgresql_where=CHAIR,
    )  # fmt: skip
    op.create_index("ix_round_seats_person_id", "round_seats", ["person_id"])


def _entries() -> None:
    op.create_table(
        "round_entries",
        *_key("round_entries"),
        *_to("round_entries", "round_id", "rounds"),
        *_to("round_entries", "workshop_id", "workshops"),
        sa.Column("state", sa.String(32), nullable=False),
        _moment("applied_at", nullable=False),
        *_to("round_entries", "applied_by_id", "users"),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("answer", sa.String(1000), nullable=False),
        *_to("round_entries", "checked_by_id", "users", nullable=True),
        _moment("checked_at"),
        _moment("present_at"),
        sa.UniqueConstraint("round_id", "workshop_id", name="uq_round_entries_round_id_workshop_id"),
    )
    op.create_index("ix_round_entries_workshop_id", "round_entries", ["workshop_id"])
    op.create_table(
        "round_pieces",
        *_key("round_pieces"),
        *_to("round_pieces", "round_id", "rounds"),
        *_to("round_pieces", "entry_id", "round_entries"),
        *_to("round_pieces", "submission_id", "submissions"),
        sa.Column("number", sa.Integer(), nullable=True),
        _moment("carried_over_at"),
        sa.UniqueConstraint("submission_id", name="uq_round_pieces_submission_id"),
    )
    op.create_index("ix_round_pieces_round_id", "round_pieces", ["round_id", "number"])
    op.create_index("ix_round_pieces_entry_id", "round_pieces", ["entry_id"])


def _keep_ended_ones() -> None:
    """Refuse to change or remove a round that has ended, whoever asks: its minutes are signed."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER rounds_ended BEFORE UPDATE OR DELETE ON rounds "
            "FOR EACH ROW WHEN (OLD.state = 'ended') EXECUTE FUNCTION refuse_change()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER rounds_ended_no_{event.lower()} BEFORE {event} ON rounds "
            "WHEN OLD.state = 'ended' BEGIN SELECT RAISE(ABORT, 'a round that has ended never changes'); END"
        )


def downgrade() -> None:
    op.drop_index("ix_submissions_round_id", table_name="submissions")
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_column("round_id")
    for table in ("round_pieces", "round_entries", "round_seats", "round_crafts", "rounds"):
        op.drop_table(table)
