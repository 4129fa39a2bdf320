"""Where live pieces hang, for lists that cost the same however many pieces there are

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-22 01:05:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AXES = ("", "craft_id", "province_code", "regency_code", "council_id", "workshop_id")


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "wall_places",
        sa.Column("product_id", big, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("craft_id", big, nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("regency_code", sa.String(length=5), nullable=False),
        sa.Column("council_id", big, nullable=False),
        sa.Column("workshop_id", big, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_wall_places_product_id_products")
        ),
        sa.ForeignKeyConstraint(["craft_id"], ["crafts.id"], name=op.f("fk_wall_places_craft_id_crafts")),
        sa.ForeignKeyConstraint(
            ["province_code"], ["provinces.code"], name=op.f("fk_wall_places_province_code_provinces")
        ),
        sa.ForeignKeyConstraint(
            ["regency_code"], ["regencies.code"], name=op.f("fk_wall_places_regency_code_regencies")
        ),
        sa.ForeignKeyConstraint(
            ["council_id"], ["councils.id"], name=op.f("fk_wall_places_council_id_councils")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_wall_places_workshop_id_workshops")
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_wall_places")),
    )
    for axis in AXES:
        columns = [*([axis] if axis else []), "published_at", "product_id"]
        op.create_index(f"ix_wall_places_{axis or 'newest'}", "wall_places", columns)
    # What catalog.wall.places() selects today.
    op.execute(
        """
        INSERT INTO wall_places (product_id, published_at, craft_id, province_code, regency_code, council_id, workshop_id)
        SELECT products.id, products.published_at, coalesce(listings.craft_id, workshops.live_craft_id, workshops.craft_id),
               regencies.province_code, regencies.code,
               coalesce(workshops.live_council_id, workshops.council_id), workshops.id
        FROM products
        JOIN listings ON listings.id = products.live_listing_id
        JOIN workshops ON workshops.id = products.workshop_id
        JOIN regencies ON regencies.code
            = coalesce(listings.regency_code, workshops.live_regency_code, workshops.regency_code)
        WHERE listings.state = 'live' AND products.state <> 'withdrawn' AND workshops.state <> 'suspended'
        """
    )


def downgrade() -> None:
    op.drop_table("wall_places")
