"""Invoices and credit notes: what was written to whom, word for word and rupiah for rupiah. Never changed."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Council, Workshop
from checkout.models.credit import Credit
from checkout.models.order import Order
from shop.db import Base, BigId


class InvoiceKind(enum.StrEnum):
    """Who writes to whom, and why."""

    SALE = "sale"
    """A workshop to the buyer, when the order is paid."""
    CREDIT_NOTE = "credit_note"
    """A workshop to the buyer, when money goes back; refers to the invoice."""
    COMMISSION = "commission"
    """A council to a workshop, for a month."""
    COMMISSION_NOTE = "commission_note"
    """A council to a workshop, for a month in which more commission went back than came in."""


class InvoiceCounter(Base):
    """The last number given in a series and year; one statement takes the next, and a rollback gives it back."""

    __tablename__ = "invoice_counters"
    __table_args__ = (sa.UniqueConstraint("series", "year"), sa.CheckConstraint("last > 0", name="counts"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    series: Mapped[str] = mapped_column(sa.String(40))
    """`sale:12` (workshop 12), `credit_note:12`, `commission:3` (council 3), `commission_note:3`."""
    year: Mapped[int]
    last: Mapped[int]


_SALE, _CREDIT = sa.text("kind = 'sale'"), sa.text("kind = 'credit_note'")
_MONTHLY = sa.text("kind IN ('commission', 'commission_note')")


class Invoice(Base):
    """One invoice or credit note. Amounts are whole rupiah and never negative: a credit note's go back."""

    __tablename__ = "invoices"
    __table_args__ = (
        sa.UniqueConstraint("series", "year", "sequence"),
        sa.Index(
            "uq_invoices_sale", "order_id", "workshop_id", unique=True,
            sqlite_where=_SALE, postgresql_where=_SALE,
        ),
        sa.Index(
            "uq_invoices_credit_note", "credit_id", "workshop_id", unique=True,
            sqlite_where=_CREDIT, postgresql_where=_CREDIT,
        ),
        sa.Index(
            "uq_invoices_commission", "council_id", "workshop_id", "month", unique=True,
            sqlite_where=_MONTHLY, postgresql_where=_MONTHLY,
        ),
        sa.Index("ix_invoices_workshop_issued", "workshop_id", "issued_at"),
        sa.CheckConstraint("total = goods + postage - discount", name="total_adds_up"),
        sa.CheckConstraint(
            "goods >= 0 AND postage >= 0 AND discount >= 0 AND total >= 0", name="amounts_signed"
        ),
        sa.CheckConstraint("ppn >= 0 AND ppn_base >= 0 AND withheld >= 0", name="taxes_signed"),
        sa.CheckConstraint("kind <> 'credit_note' OR refers_to_id IS NOT NULL", name="refers_to_the_first"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[InvoiceKind]
    series: Mapped[str] = mapped_column(sa.String(40))
    year: Mapped[int]
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    issued_at: Mapped[datetime] = mapped_column(index=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
    council_id: Mapped[int | None] = mapped_column(sa.ForeignKey("councils.id"), index=True)
    """Of the sale: whose commission it carries, and whose desk sees it."""
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    credit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("credits.id"), index=True)
    refers_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("invoices.id"), index=True)
    """The invoice that a credit note takes back, in part or whole."""
    month: Mapped[date | None]
    """First day of the month of a commission."""
    seller: Mapped[dict[str, Any]]
    """`name`, `account`, `address`, `number`, `pkp`, as they were."""
    buyer: Mapped[dict[str, Any]]
    """`name`, `address`, as they were."""
    words: Mapped[str] = mapped_column(sa.String(500), default="")
    """Why, on a credit note."""
    goods: Mapped[int] = mapped_column(sa.BigInteger)
    discount: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    postage: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Postage and insurance, before discounts."""
    total: Mapped[int] = mapped_column(sa.BigInteger)
    ppn_rate_bp: Mapped[int] = mapped_column(default=0)
    """0: the workshop is no PKP, and no PPN is in the price."""
    ppn_numerator: Mapped[int] = mapped_column(default=1)
    ppn_denominator: Mapped[int] = mapped_column(default=1)
    ppn_base: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """DPP nilai lain."""
    ppn: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Part of the total, not on top of it."""
    withheld: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """PPh 22 that the marketplace collected from the workshop at this sale (or gives back)."""
    lines: Mapped[list["InvoiceLine"]] = relationship(
        lazy="raise_on_sql", order_by="InvoiceLine.position", viewonly=True
    )
    order: Mapped[Order | None] = relationship(lazy="raise_on_sql")
    credit: Mapped[Credit | None] = relationship(lazy="raise_on_sql")
    workshop: Mapped[Workshop] = relationship(lazy="raise_on_sql")
    council: Mapped[Council | None] = relationship(lazy="raise_on_sql")
    refers_to: Mapped["Invoice | None"] = relationship(lazy="raise_on_sql", remote_side="Invoice.id")


class InvoiceLine(Base):
    """A line of an invoice."""

    __tablename__ = "invoice_lines"
    __table_args__ = (sa.UniqueConstraint("invoice_id", "position"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(sa.ForeignKey("invoices.id"))
    position: Mapped[int]
    order_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order_lines.id"), index=True)
    shipment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("shipments.id"))
    words: Mapped[str] = mapped_column(sa.String(300))
    """The piece as it was sold; empty for postage; the order's number for commission."""
    quantity: Mapped[int] = mapped_column(default=0)
    unit_price: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    """Before discount. Negative only where a commission went back."""
    discount: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    ppn: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    withheld: Mapped[int] = mapped_column(sa.BigInteger, default=0)
