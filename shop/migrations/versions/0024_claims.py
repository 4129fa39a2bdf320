"""Claims of buyers: points, steps, photographs and parcels of them, and how faithful workshops are

Revision ID: 0024
Revises: 0023
Create Date: 2026-11-22 07:05:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state NOT IN ('done', 'withdrawn', 'lapsed')")
TABLES = ("claims", "claim_points", "claim_steps", "claim_photos", "claim_parcels", "fidelities")


def upgrade() -> None:
    _claims()
    _claim_points()
    _claim_steps()
    _claim_photos()
    _claim_parcels()
    _fidelities()


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("shipment_id", BIG, nullable=False),
        sa.Column("workshop_id", BIG, nullable=False),
        sa.Column("council_id", BIG, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(2000), nullable=False),
        sa.Column("wish", sa.String(32), nullable=False),
        sa.Column("wish_amount", sa.BigInteger(), nullable=False),
        sa.Column("remedy", sa.String(32), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("payer", sa.String(10), nullable=False),
        sa.Column("offered_by", sa.String(10), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", BIG, nullable=True),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appealed_by", sa.String(10), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("final_by_id", BIG, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("credit_id", BIG, nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (state NOT IN ('done', 'withdrawn', 'lapsed'))",
            name=op.f("ck_claims_closed_has_moment"),
        ),
        sa.CheckConstraint("amount >= 0 AND wish_amount >= 0", name=op.f("ck_claims_amounts_signed")),
        sa.CheckConstraint(
            "final_by_id IS NULL OR final_by_id <> decided_by_id", name=op.f("ck_claims_appeal_by_another")
        ),
        sa.ForeignKeyConstraint(["council_id"], ["councils.id"], name="fk_claims_council_id_councils"),
        sa.ForeignKeyConstraint(["credit_id"], ["credits.id"], name="fk_claims_credit_id_credits"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name="fk_claims_decided_by_id_users"),
        sa.ForeignKeyConstraint(["final_by_id"], ["users.id"], name="fk_claims_final_by_id_users"),
        sa.ForeignKeyConstraint(["opened_by_id"], ["users.id"], name="fk_claims_opened_by_id_users"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_claims_order_id_orders"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name="fk_claims_shipment_id_shipments"),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshops.id"], name="fk_claims_workshop_id_workshops"),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
        sa.UniqueConstraint("credit_id", name="uq_claims_credit_id"),
    )
    op.create_index("ix_claims_closed_at", "claims", ["closed_at"])
    op.create_index("ix_claims_council_id_state", "claims", ["council_id", "state"])
    op.create_index("ix_claims_due", "claims", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_claims_opened_at", "claims", ["opened_at"])
    op.create_index("ix_claims_order_id", "claims", ["order_id"])
    op.create_index("ix_claims_shipment_id", "claims", ["shipment_id"])
    op.create_index("ix_claims_workshop_id_state", "claims", ["workshop_id", "state"])
    op.create_index(
        "uq_claims_one_open", "claims", ["shipment_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def _claim_points() -> None:
    op.create_table(
        "claim_points",
        sa.Column("id", BIG, nullable=False),
        sa.Column("claim_id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=True),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("shown", sa.String(1000), nullable=False),
        sa.Column("said", sa.String(500), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.CheckConstraint("pieces >= 0", name=op.f("ck_claim_points_pieces_not_negative")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name="fk_claim_points_claim_id_claims"),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name="fk_claim_points_order_line_id_order_lines"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_claim_points"),
        sa.UniqueConstraint(
            "claim_id", "order_line_id", "what", name="uq_claim_points_claim_id_order_line_id_what"
        ),
    )
    op.create_index("ix_claim_points_claim_id", "claim_points", ["claim_id"])
    op.create_index("ix_claim_points_order_line_id", "claim_points", ["order_line_id"])


def _claim_steps() -> None:
    op.create_table(
        "claim_steps",
        sa.Column("id", BIG, nullable=False),
        sa.Column("claim_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("side", sa.String(32), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("words", sa.String(2000), nullable=False),
        sa.Column("remedy", sa.String(32), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("payer", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_claim_steps_by_id_users"),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name="fk_claim_steps_claim_id_claims"),
        sa.PrimaryKeyConstraint("id", name="pk_claim_steps"),
    )
    op.create_index("ix_claim_steps_claim_id", "claim_steps", ["claim_id"])


def _claim_photos() -> None:
    op.create_table(
        "claim_photos",
        sa.Column("id", BIG, nullable=False),
        sa.Column("claim_id", BIG, nullable=False),
        sa.Column("picture_id", BIG, nullable=False),
        sa.Column("side", sa.String(32), nullable=False),
        sa.Column("added_by_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name="fk_claim_photos_added_by_id_users"),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name="fk_claim_photos_claim_id_claims"),
        sa.ForeignKeyConstraint(["picture_id"], ["pictures.id"], name="fk_claim_photos_picture_id_pictures"),
        sa.PrimaryKeyConstraint("id", name="pk_claim_photos"),
        sa.UniqueConstraint("claim_id", "picture_id", name="uq_claim_photos_claim_id_picture_id"),
    )
    op.create_index("ix_claim_photos_claim_id", "claim_photos", ["claim_id"])
    op.create_index("ix_claim_photos_picture_id", "claim_photos", ["picture_id"])


def _claim_parcels() -> None:
    op.create_table(
        "claim_parcels",
        sa.Column("id", BIG, nullable=False),
        sa.Column("claim_id", BIG, nullable=False),
        sa.Column("way", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("courier", sa.String(60), nullable=False),
        sa.Column("tracking_number", sa.String(60), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name="fk_claim_parcels_claim_id_claims"),
        sa.PrimaryKeyConstraint("id", name="pk_claim_parcels"),
        sa.UniqueConstraint("claim_id", "way", name="uq_claim_parcels_claim_id_way"),
    )


def _fidelities() -> None:
    op.create_table(
        "fidelities",
        sa.Column("workshop_id", BIG, nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("unlike", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("unlike >= 0 AND unlike <= received", name=op.f("ck_fidelities_within_received")),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name="fk_fidelities_workshop_id_workshops"
        ),
        sa.PrimaryKeyConstraint("workshop_id", name="pk_fidelities"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
