"""Tax rates by day, what workshops say to the tax office, invoices and credit notes with their counters

Revision ID: 0025
Revises: 0024
Create Date: 2026-11-22 07:00:00
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNCHANGED = ("invoices", "invoice_lines")
PPN_RULE = "UU 7/2021 (HPP) pasal 7, PMK 131/2024: 12 % dari 11/12 harga untuk barang bukan mewah"
PMK_37 = "PMK 37/2025"
RATES = (
    # kind, valid from, basis points, base, amount, source
    ("ppn", date(2022, 4, 1), 1100, (1, 1), 0, "UU 7/2021 (HPP) pasal 7"),
    ("ppn", date(2025, 1, 1), 1200, (11, 12), 0, PPN_RULE),
    ("pph22", date(2025, 7, 14), 50, (1, 1), 0, f"{PMK_37}: 0,5 % dari peredaran bruto, tidak termasuk PPN"),
    ("pph22_collected", date(2025, 7, 14), 0, (1, 1), 0, f"{PMK_37}: hanya pihak yang ditunjuk yang memungut"),
    ("pph22_free", date(2025, 7, 14), 0, (1, 1), 500_000_000, f"{PMK_37}, PP 55/2022: orang pribadi"),
    ("pkp_duty", date(2014, 1, 1), 0, (1, 1), 4_800_000_000, "PMK 197/PMK.03/2013"),
)  # fmt: skip


def _key(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return sa.Column("id", BIG, nullable=False), sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _to(table: str, column: str, other: str, *, nullable: bool = False) -> tuple[sa.schema.SchemaItem, ...]:
    name = f"fk_{table}_{column}_{other}"
    return (
        sa.Column(column, BIG, nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name),
    )


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(name: str, length: int) -> sa.Column[object]:
    return sa.Column(name, sa.String(length), nullable=False)


def _whole(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _amounts(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def upgrade() -> None:
    _rates()
    _said_by_workshops()
    _invoices()
    _keep()


def _rates() -> None:
    table = op.create_table(
        "tax_rates",
        *_key("tax_rates"),
        _words("kind", 32),
        sa.Column("valid_from", sa.Date(), nullable=False),
        *_whole("rate_bp", "base_numerator", "base_denominator"),
        *_amounts("amount"),
        _words("source", 300),
        _moment("created_at"),
        _moment("changed_at"),
        sa.UniqueConstraint("kind", "valid_from", name="uq_tax_rates_kind_valid_from"),
        sa.CheckConstraint("rate_bp BETWEEN 0 AND 10000", name="rate_is_a_share"),
        sa.CheckConstraint(
            "base_numerator > 0 AND base_numerator <= base_denominator", name="base_is_a_fraction"
        ),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
    )
    made = datetime(2026, 11, 22, tzinfo=UTC)
    op.bulk_insert(
        table,
        [
            {"kind": kind, "valid_from": since, "rate_bp": rate, "base_numerator": over, "base_denominator": under,
             "amount": amount, "source": source, "created_at": made, "changed_at": made}
            for kind, since, rate, (over, under), amount, source in RATES
        ],
    )  # fmt: skip


def _checked(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        _words("state", 32),
        _moment("sent_at"),
        *_to(table, "sent_by_id", "users", nullable=True),
        _moment("checked_at", nullable=True),
        *_to(table, "checked_by_id", "users", nullable=True),
        _words("reason", 500),
    )


def _said_by_workshops() -> None:
    op.create_table(
        "tax_facts",
        *_key("tax_facts"),
        *_to("tax_facts", "workshop_id", "workshops"),
        _words("taxpayer", 32),
        _words("name", 120),
        _words("address", 300),
        _words("number_sealed", 255),
        _words("number_tail", 4),
        _words("pkp_number", 60),
        sa.Column("pkp_since", sa.Date(), nullable=True),
        *_checked("tax_facts"),
        sa.CheckConstraint("pkp_number = '' OR pkp_since IS NOT NULL", name="pkp_has_a_day"),
    )
    op.create_index("ix_tax_facts_workshop_id", "tax_facts", ["workshop_id"])
    for state in ("sent", "checked"):
        where = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_tax_facts_{state}", "tax_facts", ["workshop_id"],
            unique=True, sqlite_where=where, postgresql_where=where,
        )  # fmt: skip
    op.create_table(
        "tax_papers",
        *_key("tax_papers"),
        *_to("tax_papers", "workshop_id", "workshops"),
        _words("kind", 32),
        *_whole("tax_year"),
        _words("number", 80),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        _words("signed_by", 120),
        *_checked("tax_papers"),
        sa.CheckConstraint("valid_until >= issued_on", name="days_in_order"),
    )
    op.create_index("ix_tax_papers_workshop_id", "tax_papers", ["workshop_id"])
    standing = sa.text("state IN ('sent', 'checked')")
    op.create_index(
        "uq_tax_papers_standing", "tax_papers", ["workshop_id", "kind", "tax_year"],
        unique=True, sqlite_where=standing, postgresql_where=standing,
    )  # fmt: skip
    op.create_table(
        "tax_passages",
        *_key("tax_passages"),
        *_to("tax_passages", "workshop_id", "workshops"),
        *_whole("tax_year"),
        _words("kind", 32),
        *_amounts("threshold", "turnover"),
        _moment("passed_at"),
        *_to("tax_passages", "order_id", "orders"),
        _moment("created_at"),
        sa.UniqueConstraint(
            "workshop_id", "tax_year", "kind", name="uq_tax_passages_workshop_id_tax_year_kind"
        ),
    )


def _invoices() -> None:
    op.create_table(
        "invoice_counters",
        *_key("invoice_counters"),
        _words("series", 40),
        *_whole("year", "last"),
        sa.UniqueConstraint("series", "year", name="uq_invoice_counters_series_year"),
        sa.CheckConstraint("last > 0", name="counts"),
    )
    op.create_table(
        "invoices",
        *_key("invoices"),
        _words("kind", 32),
        _words("series", 40),
        *_whole("year", "sequence"),
        _words("number", 40),
        _moment("issued_at"),
        *_to("invoices", "workshop_id", "workshops"),
        *_to("invoices", "council_id", "councils", nullable=True),
        *_to("invoices", "order_id", "orders", nullable=True),
        *_to("invoices", "credit_id", "credits", nullable=True),
        *_to("invoices", "refers_to_id", "invoices", nullable=True),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("seller", sa.JSON(), nullable=False),
        sa.Column("buyer", sa.JSON(), nullable=False),
        _words("words", 500),
        *_amounts("goods", "discount", "postage", "total"),
        *_whole("ppn_rate_bp", "ppn_numerator", "ppn_denominator"),
        *_amounts("ppn_base", "ppn", "withheld"),
        sa.UniqueConstraint("series", "year", "sequence", name="uq_invoices_series_year_sequence"),
        sa.UniqueConstraint("number", name="uq_invoices_number"),
        sa.CheckConstraint("total = goods + postage - discount", name="total_adds_up"),
        sa.CheckConstraint(
            "goods >= 0 AND postage >= 0 AND discount >= 0 AND total >= 0", name="amounts_signed"
        ),
        sa.CheckConstraint("ppn >= 0 AND ppn_base >= 0 AND withheld >= 0", name="taxes_signed"),
        sa.CheckConstraint("kind <> 'credit_note' OR refers_to_id IS NOT NULL", name="refers_to_the_first"),
    )
    for column in ("issued_at", "council_id", "order_id", "credit_id", "refers_to_id"):
        op.create_index(f"ix_invoices_{column}", "invoices", [column])
    op.create_index("ix_invoices_workshop_issued", "invoices", ["workshop_id", "issued_at"])
    for name, columns, condition in (
        ("sale", ["order_id", "workshop_id"], "kind = 'sale'"),
        ("credit_note", ["credit_id", "workshop_id"], "kind = 'credit_note'"),
        ("commission", ["council_id", "workshop_id", "month"], "kind IN ('commission', 'commission_note')"),
    ):
        where = sa.text(condition)
        op.create_index(
            f"uq_invoices_{name}",
            "invoices",
            columns,
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_table(
        "invoice_lines",
        *_key("invoice_lines"),
        *_to("invoice_lines", "invoice_id", "invoices"),
        *_whole("position"),
        *_to("invoice_lines", "order_line_id", "order_lines", nullable=True),
        *_to("invoice_lines", "shipment_id", "shipments", nullable=True),
        _words("words", 300),
        *_whole("quantity"),
        *_amounts("unit_price", "amount", "discount", "ppn", "withheld"),
        sa.UniqueConstraint("invoice_id", "position", name="uq_invoice_lines_invoice_id_position"),
    )
    op.create_index("ix_invoice_lines_order_line_id", "invoice_lines", ["order_line_id"])


def _keep() -> None:
    """Refuse to change or remove what was written to somebody; only the buyer's name may give way to a pseudonym."""
    columns = {
        "invoices": "kind, series, year, sequence, number, issued_at, workshop_id, council_id, order_id, credit_id, "
        "refers_to_id, month, seller, words, goods, discount, postage, total, ppn_rate_bp, ppn_numerator, "
        "ppn_denominator, ppn_base, ppn, withheld",
        "invoice_lines": "invoice_id, position, order_line_id, shipment_id, words, quantity, unit_price, amount, "
        "discount, ppn, withheld",
    }
    for table in UNCHANGED:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OF {columns[table]} OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
            continue
        for name, event in (("update", f"UPDATE OF {columns[table]}"), ("delete", "DELETE")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def downgrade() -> None:
    for table in ("invoice_lines", "invoices", "invoice_counters", "tax_passages", "tax_papers", "tax_facts"):
        op.drop_table(table)
    op.drop_table("tax_rates")
