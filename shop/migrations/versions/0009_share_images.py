"""Pictures for those who share the address of a piece

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-22 00:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "share_images",
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_share_images_listing_id_listings")
        ),
        sa.PrimaryKeyConstraint("listing_id", "locale", name=op.f("pk_share_images")),
    )
    with op.batch_alter_table("share_images", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_share_images_digest"), ["digest"], unique=False)


def downgrade() -> None:
    op.drop_table("share_images")
