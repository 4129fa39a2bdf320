"""Checkpoints of parcels, more days asked for, and the daily digest of workshops

Revision ID: 0026
Revises: 0025
Create Date: 2026-11-22 07:02:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ASKED = sa.text("state = 'asked'")


def _parcel(table: str, *, nullable: bool = False) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    return (
        sa.Column("shipment_id", BIG, nullable=nullable),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f(f"fk_{table}_shipment_id_shipments")
        ),
    )


def _workshop(table: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    return (
        sa.Column("workshop_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f(f"fk_{table}_workshop_id_workshops")
        ),
    )


def upgrade() -> None:
    op.create_table(
        "parcel_checkpoints",
        sa.Column("id", BIG, nullable=False),
        *_parcel("parcel_checkpoints"),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("tracking_number", sa.String(length=60), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_checkpoints")),
        sa.UniqueConstraint("shipment_id", "key", name=op.f("uq_parcel_checkpoints_shipment_id_key")),
    )
    op.create_table(
        "parcel_tracks",
        *_parcel("parcel_tracks"),
        sa.Column("tracking_number", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("ask_next_at", MOMENT, nullable=True),
        sa.Column("unknown_since", MOMENT, nullable=True),
        sa.Column("receiver", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("shipment_id", name=op.f("pk_parcel_tracks")),
    )
    op.create_index("ix_parcel_tracks_ask_next_at", "parcel_tracks", ["ask_next_at"])
    op.create_table(
        "parcel_delays",
        sa.Column("id", BIG, nullable=False),
        *_parcel("parcel_delays"),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("ship_by", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint("until > ship_by", name=op.f("ck_parcel_delays_later")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["users.id"], name=op.f("fk_parcel_delays_asked_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_delays")),
    )
    op.create_index("ix_parcel_delays_shipment_id", "parcel_delays", ["shipment_id"])
    op.create_index(
        "uq_parcel_delays_shipment_asked", "parcel_delays", ["shipment_id"],
        unique=True, sqlite_where=ASKED, postgresql_where=ASKED,
    )  # fmt: skip
    op.create_table(
        "digest_choices",
        *_workshop("digest_choices"),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("workshop_id", name=op.f("pk_digest_choices")),
    )
    op.create_table(
        "digests",
        sa.Column("id", BIG, nullable=False),
        *_workshop("digests"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("workshop_id", "day", name=op.f("uq_digests_workshop_id_day")),
    )


def downgrade() -> None:
    op.drop_table("digests")
    op.drop_table("digest_choices")
    op.drop_index("uq_parcel_delays_shipment_asked", table_name="parcel_delays")
    op.drop_index("ix_parcel_delays_shipment_id", table_name="parcel_delays")
    op.drop_table("parcel_delays")
    op.drop_index("ix_parcel_tracks_ask_next_at", table_name="parcel_tracks")
    op.drop_table("parcel_tracks")
    op.drop_table("parcel_checkpoints")
