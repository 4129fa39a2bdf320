"""Panels: sheets of several judges, interests, guests, discussions, conditions with terms, appeals

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-22 03:42:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HOLDS = sa.text("ended_at IS NULL")


def _key(table: str) -> list[sa.schema.SchemaItem]:
    return [sa.Column("id", BIG, nullable=False), sa.PrimaryKeyConstraint("id", name=f"pk_{table}")]


def _to(table: str, column: str, other: str, *, nullable: bool = False) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, BIG, nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}"),
    ]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    _judging()
    _apart()
    _discussing()
    _afterwards()
    _adopt_what_was_judged_by_one()


def _judging() -> None:
    op.create_table(
        "panels",
        *_key("panels"),
        *_to("panels", "submission_id", "submissions"),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("handed_in", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("exempt", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("submission_id", name="uq_panels_submission_id"),
        sa.CheckConstraint("needed >= 1", name=op.f("ck_panels_somebody_judges")),
        sa.CheckConstraint("handed_in >= 0", name=op.f("ck_panels_handed_in_counted")),
    )
    op.create_table(
        "judgements",
        *_key("judgements"),
        *_to("judgements", "submission_id", "submissions"),
        *_to("judgements", "judge_id", "users"),
        _moment("created_at"),
        _moment("handed_in_at", nullable=True),
        sa.Column("free_of_interest", sa.Boolean(), nullable=False),
        sa.Column("client_key", sa.String(64), nullable=True),
        _moment("set_aside_at", nullable=True),
        sa.UniqueConstraint("submission_id", "judge_id", name="uq_judgements_submission_id_judge_id"),
        sa.UniqueConstraint("judge_id", "client_key", name="uq_judgements_judge_id_client_key"),
    )


def _apart() -> None:
    op.create_table(
        "interests",
        *_key("interests"),
        *_to("interests", "person_id", "users"),
        *_to("interests", "workshop_id", "workshops"),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        *_to("interests", "declared_by_id", "users"),
        _moment("declared_at"),
        _moment("ended_at", nullable=True),
        *_to("interests", "ended_by_id", "users", nullable=True),
    )
    op.create_index(
        "uq_interests_one_holds",
        "interests",
        ["person_id", "workshop_id"],
        unique=True,
        sqlite_where=HOLDS,
        postgresql_where=HOLDS,
    )
    op.create_index("ix_interests_workshop_id", "interests", ["workshop_id"])
    op.create_table(
        "guest_seats",
        *_key("guest_seats"),
        *_to("guest_seats", "submission_id", "submissions"),
        *_to("guest_seats", "guest_id", "users"),
        *_to("guest_seats", "invited_by_id", "users"),
        _moment("invited_at"),
        _moment("revoked_at", nullable=True),
        sa.UniqueConstraint("submission_id", "guest_id", name="uq_guest_seats_submission_id_guest_id"),
    )
    op.create_index("ix_guest_seats_guest_id", "guest_seats", ["guest_id"])


def _discussing() -> None:
    op.create_table(
        "discussion_notes",
        *_key("discussion_notes"),
        *_to("discussion_notes", "submission_id", "submissions"),
        *_to("discussion_notes", "author_id", "users"),
        sa.Column("text", sa.String(4000), nullable=False),
        _moment("created_at"),
    )
    op.create_index("ix_discussion_notes_submission_id", "discussion_notes", ["submission_id"])
    op.create_table(
        "discussion_signatures",
        *_key("discussion_signatures"),
        *_to("discussion_signatures", "note_id", "discussion_notes"),
        *_to("discussion_signatures", "judge_id", "users"),
        _moment("signed_at"),
        sa.UniqueConstraint("note_id", "judge_id", name="uq_discussion_signatures_note_id_judge_id"),
    )


def _afterwards() -> None:
    op.create_table(
        "condition_terms",
        *_key("condition_terms"),
        *_to("condition_terms", "task_id", "coaching_tasks"),
        *_to("condition_terms", "submission_id", "submissions"),
        sa.Column("due_on", sa.Date(), nullable=False),
        *_to("condition_terms", "checker_id", "users", nullable=True),
        sa.Column("if_missed", sa.String(32), nullable=False),
        _moment("extended_at", nullable=True),
        _moment("met_at", nullable=True),
        *_to("condition_terms", "met_by_id", "users", nullable=True),
        _moment("missed_at", nullable=True),
        sa.UniqueConstraint("task_id", name="uq_condition_terms_task_id"),
    )
    op.create_index("ix_condition_terms_submission_id", "condition_terms", ["submission_id"])
    op.create_table(
        "appeals",
        *_key("appeals"),
        *_to("appeals", "decision_id", "decisions"),
        *_to("appeals", "submission_id", "submissions"),
        *_to("appeals", "first_submission_id", "submissions"),
        sa.Column("words", sa.String(4000), nullable=False),
        sa.Column("state_before", sa.String(32), nullable=False),
        *_to("appeals", "lodged_by_id", "users"),
        _moment("lodged_at"),
        sa.UniqueConstraint("decision_id", name="uq_appeals_decision_id"),
        sa.UniqueConstraint("submission_id", name="uq_appeals_submission_id"),
        sa.CheckConstraint("length(words) > 0", name=op.f("ck_appeals_words_given")),
    )


def _adopt_what_was_judged_by_one() -> None:
    """Give what was decided before panels the one sheet that it was decided by, and leave it exempt."""
    op.execute(
        sa.text(
            "INSERT INTO panels (submission_id, needed, handed_in, stage, exempt) "
            "SELECT submission_id, 1, 1, 'decided', :yes FROM decisions"
        ).bindparams(yes=True)
    )
    op.execute(
        sa.text(
            "INSERT INTO judgements (submission_id, judge_id, created_at, handed_in_at, free_of_interest) "
            "SELECT submission_id, decided_by_id, decided_at, decided_at, :no FROM decisions"
        ).bindparams(no=False)
    )
    op.execute(
        sa.text(
            "INSERT INTO judgements (submission_id, judge_id, created_at, free_of_interest) "
            "SELECT scores.submission_id, scores.curator_id, min(scores.updated_at), :no FROM scores "
            "LEFT JOIN decisions ON decisions.submission_id = scores.submission_id "
            "WHERE decisions.id IS NULL OR decisions.decided_by_id <> scores.curator_id "
            "GROUP BY scores.submission_id, scores.curator_id"
        ).bindparams(no=False)
    )


def downgrade() -> None:
    for table in (
        "appeals",
        "condition_terms",
        "discussion_signatures",
        "discussion_notes",
        "guest_seats",
        "interests",
        "judgements",
        "panels",
    ):
        op.drop_table(table)
