"""Portraits, pictures of places, and copies of a workshop's craft, place, year and council as they were approved

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-22 00:58:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COPIES = (("live_craft_id", "crafts", "id"), ("live_regency_code", "regencies", "code"),
          ("live_council_id", "councils", "id"))  # fmt: skip


def upgrade() -> None:
    op.add_column("workshops", sa.Column("live_since_year", sa.Integer(), nullable=True))
    sqlite = op.get_context().dialect.name == "sqlite"
    for name, table, key in COPIES:
        kind = "VARCHAR(5)" if key == "code" else "INTEGER" if sqlite else "BIGINT"
        # Written out because it is the one way in which SQLite adds a foreign key to a table that others point at.
        op.execute(
            f"ALTER TABLE workshops ADD COLUMN {name} {kind} "
            f"CONSTRAINT fk_workshops_{name}_{table} REFERENCES {table} ({key})"
        )
    op.execute(
        "UPDATE workshops SET live_since_year = since_year, live_craft_id = craft_id, "
        "live_regency_code = regency_code, live_council_id = council_id WHERE live_name IS NOT NULL"
    )
    op.create_index("ix_workshops_live_council_id", "workshops", ["live_council_id"])
    op.create_index("ix_workshops_live_place", "workshops", ["live_regency_code", "live_village"])
    op.create_index("ix_listings_technique", "listings", ["technique", "id"])
    op.create_index("ix_listings_craft_technique", "listings", ["craft_id", "technique", "id"])
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "portraits",
        sa.Column("workshop_id", big, nullable=False),
        sa.Column("picture_id", big, nullable=True),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.Column("live_picture_id", big, nullable=True),
        sa.Column("live_alt", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_portraits_workshop_id_workshops")
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name=op.f("fk_portraits_picture_id_pictures")
        ),
        sa.ForeignKeyConstraint(
            ["live_picture_id"], ["pictures.id"], name=op.f("fk_portraits_live_picture_id_pictures")
        ),
        sa.PrimaryKeyConstraint("workshop_id", name=op.f("pk_portraits")),
    )
    op.create_index(op.f("ix_portraits_live_picture_id"), "portraits", ["live_picture_id"])
    op.create_table(
        "place_pictures",
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("widths", sa.JSON(), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("alt_id", sa.String(length=200), nullable=False),
        sa.Column("alt_en", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_code"], ["provinces.code"], name=op.f("fk_place_pictures_province_code_provinces")
        ),
        sa.PrimaryKeyConstraint("province_code", name=op.f("pk_place_pictures")),
    )


def downgrade() -> None:
    op.drop_table("place_pictures")
    op.drop_table("portraits")
    for name in ("ix_listings_craft_technique", "ix_listings_technique"):
        op.drop_index(name, table_name="listings")
    for name in ("ix_workshops_live_place", "ix_workshops_live_council_id"):
        op.drop_index(name, table_name="workshops")
    with op.batch_alter_table("workshops") as batch:
        for name, table, _key in COPIES:
            if op.get_context().dialect.name != "sqlite":
                batch.drop_constraint(f"fk_workshops_{name}_{table}", type_="foreignkey")
            batch.drop_column(name)
        batch.drop_column("live_since_year")
