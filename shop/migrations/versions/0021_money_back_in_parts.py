"""Money back in parts, discounts, and parcels in parts

Revision ID: 0021
Revises: 0020
Create Date: 2026-11-22 06:55:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ORDERS = ("total = goods_total + shipping_total", "total = goods_total + shipping_total - discount_total")
PARCELS = ("UNIQUE (order_id, workshop_id)", "UNIQUE (order_id, workshop_id, part)")
CHECKS = {
    "orders": {"discount_leaves_something": "discount_total >= 0 AND total > 0"},
    "order_lines": {
        "discount_within_total": "discount >= 0 AND discount <= total",
        "funded_within_discount": "funded >= 0 AND funded <= discount",
        "credited_within_paid": "credited >= 0 AND credited <= total - discount",
        "shares_signed": "withheld >= 0 AND held_left >= 0",
        "returned_within_quantity": "returned >= 0 AND returned <= quantity",
    },
    "shipments": {
        "discount_within_fee": "discount >= 0 AND discount <= fee + insurance",
        "funded_within_discount": "funded >= 0 AND funded <= discount",
        "credited_within_paid": "credited >= 0 AND credited <= fee + insurance - discount",
        "held_not_negative": "held_left >= 0 AND part > 0",
    },
    "payments": {"surplus_within_amount": "surplus >= 0 AND surplus < amount"},
}
"""Table, name, condition."""


def _amounts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in names]


def _words(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def _columns() -> dict[str, list[sa.Column]]:
    shares = ("discount", "funded", "held_left", "credited")
    return {
        "orders": _amounts("discount_total"),
        "order_lines": [
            *_amounts(*shares, "withheld"),
            _words("funded_by", 60),
            sa.Column("returned", sa.Integer(), nullable=False, server_default="0"),
        ],
        "shipments": [
            *_amounts(*shares, "insurance"),
            _words("funded_by", 60),
            _words("gift_message", 300),
            sa.Column("part", sa.Integer(), nullable=False, server_default="1"),
            sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        ],
        "payments": _amounts("surplus"),
    }


def upgrade() -> None:
    _new_tables()
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE refunds ADD COLUMN credit_id INTEGER"
            " CONSTRAINT fk_refunds_credit_id_credits REFERENCES credits (id)"
        )
        for table in CHECKS:
            _write_anew(table)
    else:
        op.add_column("refunds", sa.Column("credit_id", big, nullable=True))
        op.create_foreign_key("fk_refunds_credit_id_credits", "refunds", "credits", ["credit_id"], ["id"])
        op.drop_constraint(op.f("ck_orders_total_adds_up"), "orders")
        op.create_check_constraint(op.f("ck_orders_total_adds_up"), "orders", ORDERS[1])
        op.drop_constraint(op.f("ck_shipments_fee_not_negative"), "shipments")
        op.create_check_constraint(
            op.f("ck_shipments_fee_not_negative"), "shipments", "fee >= 0 AND insurance >= 0"
        )
        op.drop_constraint("uq_shipments_order_id_workshop_id", "shipments")
        op.create_unique_constraint(
            "uq_shipments_order_id_workshop_id_part", "shipments", ["order_id", "workshop_id", "part"]
        )
        for table, checks in CHECKS.items():
            for name, condition in checks.items():
                op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
    op.create_index("ix_refunds_credit_id", "refunds", ["credit_id"])
    _fill()


def _write_anew(table: str) -> None:
    """Make a table of SQLite again with other constraints: it cannot change them in place.

    Foreign keys are not looked at while migrations run (env.py), so the rows that point here stay.
    """
    bind = op.get_bind()
    found = bind.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"), {"name": table}
    )
    sql = str(found.scalar_one())
    for before, after in (
        ORDERS,
        PARCELS,
        ("uq_shipments_order_id_workshop_id ", "uq_shipments_order_id_workshop_id_part "),
        ("CHECK (fee >= 0)", "CHECK (fee >= 0 AND insurance >= 0)"),
    ):
        sql = sql.replace(before, after)
    checks = [
        f"CONSTRAINT ck_{table}_{name} CHECK ({condition})" for name, condition in CHECKS[table].items()
    ]
    sql = sql.rstrip()[:-1].rstrip() + ", " + ", ".join(checks) + ")"
    head = sql.index("(")
    indexes = bind.execute(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name AND sql IS NOT NULL"
        ),
        {"name": table},
    )
    again = [str(one) for one in indexes.scalars()]
    op.execute(f"CREATE TABLE {table}_anew {sql[head:]}")
    op.execute(f"INSERT INTO {table}_anew SELECT * FROM {table}")
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE {table}_anew RENAME TO {table}")
    for index in again:
        op.execute(index)


def _new_tables() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    amount = sa.BigInteger()
    op.create_table(
        "credits",
        sa.Column("id", big, nullable=False),
        sa.Column("order_id", big, nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("amount", amount, nullable=False),
        sa.Column("surplus", amount, nullable=False),
        sa.Column("requested_by_id", big, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.CheckConstraint("surplus >= 0 AND surplus <= amount", name="surplus_within_amount"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_credits_order_id_orders"),
        sa.ForeignKeyConstraint(["requested_by_id"], ["users.id"], name="fk_credits_requested_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_credits"),
        sa.UniqueConstraint("key", name="uq_credits_key"),
    )
    op.create_index("ix_credits_order_id", "credits", ["order_id"])
    op.create_index("ix_credits_created_at", "credits", ["created_at"])
    op.create_table(
        "credit_lines",
        sa.Column("id", big, nullable=False),
        sa.Column("credit_id", big, nullable=False),
        sa.Column("order_line_id", big, nullable=True),
        sa.Column("shipment_id", big, nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        *[
            sa.Column(name, amount, nullable=False)
            for name in ("amount", "funded", "commission", "withheld", "from_held", "from_workshop")
        ],
        sa.CheckConstraint("(order_line_id IS NULL) <> (shipment_id IS NULL)", name="of_line_or_parcel"),
        sa.CheckConstraint("amount >= 0 AND quantity >= 0 AND amount + quantity > 0", name="gives_something"),
        sa.CheckConstraint(
            "amount + funded = commission + withheld + from_held + from_workshop",
            name="shares_add_up",
        ),
        sa.CheckConstraint(
            "funded >= 0 AND commission >= 0 AND withheld >= 0 AND from_held >= 0 AND from_workshop >= 0",
            name="shares_signed",
        ),
        sa.ForeignKeyConstraint(["credit_id"], ["credits.id"], name="fk_credit_lines_credit_id_credits"),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name="fk_credit_lines_order_line_id_order_lines"
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name="fk_credit_lines_shipment_id_shipments"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_credit_lines"),
    )
    for column in ("credit_id", "order_line_id", "shipment_id"):
        op.create_index(f"ix_credit_lines_{column}", "credit_lines", [column])
    op.create_table(
        "shipment_lines",
        sa.Column("id", big, nullable=False),
        sa.Column("shipment_id", big, nullable=False),
        sa.Column("order_line_id", big, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name="fk_shipment_lines_shipment_id_shipments"
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name="fk_shipment_lines_order_line_id_order_lines"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shipment_lines"),
        sa.UniqueConstraint(
            "shipment_id", "order_line_id", name="uq_shipment_lines_shipment_id_order_line_id"
        ),
    )
    op.create_index("ix_shipment_lines_order_line_id", "shipment_lines", ["order_line_id"])


def _fill() -> None:
    """Say of orders that stand what the new rows and columns say of new ones."""
    op.execute(
        "INSERT INTO shipment_lines (shipment_id, order_line_id, quantity)"
        " SELECT s.id, l.id, l.quantity FROM shipments s"
        " JOIN order_lines l ON l.order_id = s.order_id AND l.workshop_id = s.workshop_id"
    )
    waiting = (
        "EXISTS (SELECT 1 FROM shipments s JOIN orders o ON o.id = s.order_id"
        " WHERE s.order_id = {0}.order_id AND s.workshop_id = {0}.workshop_id"
        " AND o.state = 'paid' AND s.state IN ('to_pack', 'shipped'))"
    )
    op.execute(f"UPDATE order_lines SET held_left = total - commission WHERE {waiting.format('order_lines')}")
    op.execute(
        "UPDATE shipments SET held_left = fee WHERE state IN ('to_pack', 'shipped')"
        " AND EXISTS (SELECT 1 FROM orders o WHERE o.id = shipments.order_id AND o.state = 'paid')"
    )
    op.execute(
        "INSERT INTO credits (order_id, key, kind, reason, amount, surplus, requested_by_id, created_at)"
        " SELECT o.id, 'order:' || CAST(o.id AS VARCHAR(20)), 'order', MIN(r.reason), o.total, 0,"
        " MIN(r.requested_by_id), MIN(r.created_at)"
        " FROM orders o JOIN payments p ON p.order_id = o.id JOIN refunds r ON r.payment_id = p.id"
        " WHERE o.state = 'refunded' GROUP BY o.id, o.total"
    )
    received = (
        "EXISTS (SELECT 1 FROM shipments s WHERE s.order_id = l.order_id AND s.workshop_id = l.workshop_id"
        " AND s.state = 'received')"
    )
    op.execute(
        "INSERT INTO credit_lines (credit_id, order_line_id, quantity, amount, funded, commission, withheld,"
        " from_held, from_workshop) SELECT c.id, l.id, l.quantity, l.total, 0, l.commission, 0,"
        f" CASE WHEN {received} THEN 0 ELSE l.total - l.commission END,"
        f" CASE WHEN {received} THEN l.total - l.commission ELSE 0 END"
        " FROM credits c JOIN order_lines l ON l.order_id = c.order_id"
    )
    op.execute(
        "INSERT INTO credit_lines (credit_id, shipment_id, quantity, amount, funded, commission, withheld,"
        " from_held, from_workshop) SELECT c.id, s.id, 0, s.fee, 0, 0, 0,"
        " CASE WHEN s.state = 'received' THEN 0 ELSE s.fee END,"
        " CASE WHEN s.state = 'received' THEN s.fee ELSE 0 END"
        " FROM credits c JOIN shipments s ON s.order_id = c.order_id WHERE s.fee > 0"
    )
    refunded = "EXISTS (SELECT 1 FROM credits c WHERE c.order_id = {0}.order_id)"
    op.execute(
        f"UPDATE order_lines SET credited = total, returned = quantity WHERE {refunded.format('order_lines')}"
    )
    op.execute(f"UPDATE shipments SET credited = fee WHERE {refunded.format('shipments')}")
    op.execute(
        "UPDATE refunds SET credit_id = (SELECT c.id FROM credits c JOIN payments p ON p.order_id = c.order_id"
        " WHERE p.id = refunds.payment_id)"
    )


def downgrade() -> None:
    raise RuntimeError("money that was given back in parts cannot be told in the tables of before")
