"""Vouchers; carts that keep a voucher, gift messages and pieces saved for later

Revision ID: 0027
Revises: 0026
Create Date: 2026-11-22 07:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


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
    op.add_column("carts", sa.Column("voucher_code", sa.String(24), nullable=False, server_default=""))
    op.add_column("cart_lines", sa.Column("days_seen", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cart_lines", _moment("saved_at"))
    op.create_table(
        "cart_gifts",
        *_key("cart_gifts"),
        sa.Column("cart_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["carts.id"], name="fk_cart_gifts_cart_id_carts", ondelete="CASCADE"
        ),
        *_to("cart_gifts", "workshop_id", "workshops"),
        sa.Column("message", sa.String(300), nullable=False),
        sa.UniqueConstraint("cart_id", "workshop_id", name="uq_cart_gifts_cart_id_workshop_id"),
    )
    _vouchers()
    op.create_table(
        "voucher_uses",
        *_key("voucher_uses"),
        *_to("voucher_uses", "voucher_id", "vouchers"),
        sa.Column("person", sa.String(72), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint("used >= 0", name="used_not_negative"),
        sa.UniqueConstraint("voucher_id", "person", name="uq_voucher_uses_voucher_id_person"),
    )
    op.create_table(
        "voucher_redemptions",
        *_key("voucher_redemptions"),
        *_to("voucher_redemptions", "voucher_id", "vouchers"),
        *_to("voucher_redemptions", "order_id", "orders"),
        sa.Column("person", sa.String(72), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        _moment("redeemed_at", nullable=False),
        _moment("given_back_at"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.UniqueConstraint("order_id", name="uq_voucher_redemptions_order_id"),
    )
    op.create_index("ix_voucher_redemptions_voucher_id", "voucher_redemptions", ["voucher_id", "id"])


def _vouchers() -> None:
    op.create_table(
        "vouchers",
        *_key("vouchers"),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=True),
        sa.Column("min_goods", sa.BigInteger(), nullable=False),
        *_to("vouchers", "council_id", "councils", nullable=True),
        *_to("vouchers", "workshop_id", "workshops", nullable=True),
        *_to("vouchers", "only_council_id", "councils", nullable=True),
        *_to("vouchers", "only_workshop_id", "workshops", nullable=True),
        *_to("vouchers", "only_craft_id", "crafts", nullable=True),
        *_to("vouchers", "only_product_id", "products", nullable=True),
        sa.Column("only_email", sa.String(254), nullable=False),
        _moment("starts_at", nullable=False),
        _moment("ends_at"),
        sa.Column("limit_total", sa.Integer(), nullable=True),
        sa.Column("limit_each", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        _moment("paused_at"),
        sa.Column("edits", sa.Integer(), nullable=False),
        *_to("vouchers", "created_by_id", "users", nullable=True),
        _moment("created_at", nullable=False),
        sa.CheckConstraint("council_id IS NULL OR workshop_id IS NULL", name="one_gives_it"),
        sa.CheckConstraint("kind <> 'amount' OR amount > 0", name="amount_said"),
        sa.CheckConstraint("kind <> 'percent' OR percent BETWEEN 1 AND 100", name="percent_said"),
        sa.CheckConstraint("cap IS NULL OR cap > 0", name="cap_positive"),
        sa.CheckConstraint("min_goods >= 0", name="least_not_negative"),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="days_in_order"),
        sa.CheckConstraint("limit_total IS NULL OR limit_total > 0", name="limit_positive"),
        sa.CheckConstraint("limit_each IS NULL OR limit_each > 0", name="limit_each_positive"),
        sa.CheckConstraint("used >= 0 AND (limit_total IS NULL OR used <= limit_total)", name="within_limit"),
        sa.UniqueConstraint("code", name="uq_vouchers_code"),
    )
    op.create_index("ix_vouchers_council_id", "vouchers", ["council_id", "id"])
    op.create_index("ix_vouchers_workshop_id", "vouchers", ["workshop_id", "id"])


def downgrade() -> None:
    op.drop_table("voucher_redemptions")
    op.drop_table("voucher_uses")
    op.drop_table("vouchers")
    op.drop_table("cart_gifts")
    op.drop_column("cart_lines", "saved_at")
    op.drop_column("cart_lines", "days_seen")
    op.drop_column("carts", "voucher_code")
