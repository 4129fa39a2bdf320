"""Memberships of workshops with their history, and the periodic review of what is on sale

Revision ID: 0015
Revises: 0014
Create Date: 2026-11-22 03:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state = 'open'")
NOT_ENDED = sa.text("state <> 'ended'")
HISTORY = "membership_events"


def upgrade() -> None:
    _reviews()
    _memberships()
    _keep_history()


def _reviews() -> None:
    op.create_table(
        "council_rules",
        sa.Column("council_id", BIG, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["council_id"], ["councils.id"], name=op.f("fk_council_rules_council_id_councils")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["users.id"], name=op.f("fk_council_rules_updated_by_id_users")
        ),
        sa.PrimaryKeyConstraint("council_id", name=op.f("pk_council_rules")),
    )
    op.create_table(
        "membership_counters",
        sa.Column("council_id", BIG, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"], ["councils.id"], name=op.f("fk_membership_counters_council_id_councils")
        ),
        sa.PrimaryKeyConstraint("council_id", "year", name=op.f("pk_membership_counters")),
    )
    op.create_table(
        "periodic_reviews",
        sa.Column("id", BIG, nullable=False),
        sa.Column("council_id", BIG, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_periodic_reviews_days_in_order")),
        sa.ForeignKeyConstraint(
            ["council_id"], ["councils.id"], name=op.f("fk_periodic_reviews_council_id_councils")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_periodic_reviews")),
        sa.UniqueConstraint("council_id", "last_on", name=op.f("uq_periodic_reviews_council_id_last_on")),
    )
    op.create_index(
        "uq_periodic_reviews_one_open",
        "periodic_reviews",
        ["council_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )

    op.create_table(
        "periodic_review_rows",
        sa.Column("id", BIG, nullable=False),
        sa.Column("review_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("workshop_id", BIG, nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("workshop_name", sa.String(length=120), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("proposal", sa.String(32), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("decision", sa.String(32), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("objection", sa.String(length=1000), nullable=False),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", BIG, nullable=True),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_periodic_review_rows_decided_at_once")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_periodic_review_rows_decided_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_periodic_review_rows_listing_id_listings")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_periodic_review_rows_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["periodic_reviews.id"],
            name=op.f("fk_periodic_review_rows_review_id_periodic_reviews"),
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["users.id"], name=op.f("fk_periodic_review_rows_settled_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_periodic_review_rows_workshop_id_workshops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_periodic_review_rows")),
        sa.UniqueConstraint(
            "review_id", "product_id", name=op.f("uq_periodic_review_rows_review_id_product_id")
        ),
    )
    op.create_index(
        "ix_periodic_review_rows_list", "periodic_review_rows", ["review_id", "state", "proposal", "id"]
    )
    op.create_index("ix_periodic_review_rows_notice", "periodic_review_rows", ["state", "until"])
    op.create_index("ix_periodic_review_rows_product_id", "periodic_review_rows", ["product_id"])
    op.create_index("ix_periodic_review_rows_workshop", "periodic_review_rows", ["workshop_id", "state"])


def _memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("id", BIG, nullable=False),
        sa.Column("council_id", BIG, nullable=False),
        sa.Column("workshop_id", BIG, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("renewal", sa.String(32), nullable=False),
        sa.Column("renewal_note", sa.String(length=500), nullable=False),
        sa.Column("renewal_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=True),
        sa.Column("decision_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on > since", name=op.f("ck_memberships_ends_after_it_began")),
        sa.CheckConstraint("serial > 0", name=op.f("ck_memberships_serial_positive")),
        sa.ForeignKeyConstraint(
            ["council_id"], ["councils.id"], name=op.f("fk_memberships_council_id_councils")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_memberships_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_memberships_workshop_id_workshops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "council_id", "year", "serial", name=op.f("uq_memberships_council_id_year_serial")
        ),
        sa.UniqueConstraint("number", name=op.f("uq_memberships_number")),
    )
    op.create_index("ix_memberships_desk", "memberships", ["council_id", "state", "ends_on"])
    op.create_index("ix_memberships_due", "memberships", ["state", "ends_on"])
    op.create_index("ix_memberships_workshop_id", "memberships", ["workshop_id"])
    op.create_index(
        "uq_memberships_one_open",
        "memberships",
        ["workshop_id", "council_id"],
        unique=True,
        sqlite_where=NOT_ENDED,
        postgresql_where=NOT_ENDED,
    )

    op.create_table(
        "membership_crafts",
        sa.Column("membership_id", BIG, nullable=False),
        sa.Column("craft_id", BIG, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["craft_id"], ["crafts.id"], name=op.f("fk_membership_crafts_craft_id_crafts")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_membership_crafts_membership_id_memberships")
        ),
        sa.PrimaryKeyConstraint("membership_id", "craft_id", name=op.f("pk_membership_crafts")),
    )
    op.create_index("ix_membership_crafts_craft_id", "membership_crafts", ["craft_id"])

    op.create_table(
        "membership_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("membership_id", BIG, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("craft_id", BIG, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["craft_id"], ["crafts.id"], name=op.f("fk_membership_events_craft_id_crafts")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_membership_events_membership_id_memberships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_events")),
    )
    op.create_index("ix_membership_events_membership_id", "membership_events", ["membership_id"])


def _keep_history() -> None:
    """Refuse to change or remove a line of history, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {HISTORY}_append_only BEFORE UPDATE OR DELETE ON {HISTORY} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {HISTORY}_no_truncate BEFORE TRUNCATE ON {HISTORY} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {HISTORY}_no_{event.lower()} BEFORE {event} ON {HISTORY} "
            f"BEGIN SELECT RAISE(ABORT, '{HISTORY} is append-only'); END"
        )


def downgrade() -> None:
    for table in (
        "membership_events",
        "membership_crafts",
        "memberships",
        "membership_counters",
        "periodic_review_rows",
        "periodic_reviews",
        "council_rules",
    ):
        op.drop_table(table)
