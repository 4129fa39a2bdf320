"""The paper of an invoice or credit note: what was written, set as a PDF in the language of the page.

Given by the buyer's order page, the studio and the desk, which have asked who may see it. Nothing is worked out here:
every figure is a column of the invoice.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Response
from flask_babel import gettext

from checkout.models import Invoice, InvoiceKind, InvoiceLine
from shop import config, documents, i18n, spelling
from shop.money import rupiah
from shop.texts import mark

if TYPE_CHECKING:
    from shop.paper import Paper

TITLES = {
    InvoiceKind.SALE: mark("Invoice"),
    InvoiceKind.CREDIT_NOTE: mark("Credit note"),
    InvoiceKind.COMMISSION: mark("Commission invoice"),
    InvoiceKind.COMMISSION_NOTE: mark("Commission credit note"),
}
MONTHLY = (InvoiceKind.COMMISSION, InvoiceKind.COMMISSION_NOTE)
PLATFORM = "Kriya"


def pdf(invoice: Invoice) -> Response:
    """Set the paper of an invoice that was loaded by `finding.whole`."""
    response = Response(bundle([invoice]), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{invoice.number}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def bundle(invoices: Sequence[Invoice]) -> bytes:
    """Set the papers of one or several invoices in one file, each on pages of its own."""
    first, *others = invoices
    paper = documents.paper(
        ", ".join(_title(one) for one in invoices),
        language=i18n.current_locale(),
        made=first.issued_at,
        head=_head(first),
        foot=_foot(first),
    )
    _write(paper, first)
    for one in others:
        paper.another(_head(one), _foot(one))
        _write(paper, one)
    return paper.finish()


def _title(invoice: Invoice) -> str:
    return f"{gettext(TITLES[invoice.kind])} {invoice.number}"


def _head(invoice: Invoice) -> documents.Letterhead:
    seller = invoice.seller
    return documents.Letterhead(seller["account"] or seller["name"], seller["address"])


def _foot(invoice: Invoice) -> str:
    return f"{invoice.number} · {config.current().base_url}"


def _write(paper: "Paper", invoice: Invoice) -> None:
    paper.heading(_title(invoice))
    paper.facts(_facts(invoice))
    _lines(paper, invoice)
    _sums(paper, invoice)
    _in_words(paper, invoice)
    _notes(paper, invoice)


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    seller, buyer, order = invoice.seller, invoice.buyer, invoice.order
    number = ", ".join(part for part in (buyer.get("number", ""), buyer.get("pkp", "")) if part)
    first = invoice.refers_to
    return [
        (gettext("Number"), invoice.number),
        (gettext("Date"), i18n.write_date(invoice.issued_at)),
        (gettext("For invoice"), _first(first) if first else ""),
        (gettext("Reason"), invoice.words),
        (gettext("Month"), i18n.write_month(invoice.month) if invoice.month else ""),
        (gettext("Order"), order.number if order else ""),
        (gettext("Paid on"), i18n.write_datetime(order.paid_at) if order and order.paid_at else ""),
        (gettext("Platform"), PLATFORM),
        (gettext("Workshop on the platform") if seller["account"] else "", seller["account"]),
        (gettext("Seller"), seller["name"]),
        (gettext("Address of the seller"), seller["address"]),
        (gettext("NPWP of the seller"), seller["number"] if seller["pkp"] else ""),
        (gettext("PKP number"), seller["pkp"]),
        (gettext("Workshop"), buyer.get("account", "")),
        (gettext("Buyer") if invoice.kind not in MONTHLY else gettext("Name"), buyer["name"]),
        (gettext("Address"), buyer["address"]),
        (gettext("NPWP"), number),
    ]


def _first(invoice: Invoice) -> str:
    day = i18n.write_date(invoice.issued_at)
    return str(gettext("%(number)s of %(day)s", number=invoice.number, day=day))


def _lines(paper: "Paper", invoice: Invoice) -> None:
    if invoice.kind in MONTHLY:
        rows = [
            [gettext("Commission on order %(number)s", number=one.words), rupiah(one.amount)]
            for one in invoice.lines
        ]
        paper.grid([gettext("Commission"), gettext("Amount")], rows, [120, 40], right=[1])
        return
    head = [gettext("Piece"), gettext("Quantity"), gettext("Each"), gettext("Discount"), gettext("Total")]
    paper.grid(head, [_row(one) for one in invoice.lines], [78, 18, 28, 25, 28], right=[1, 2, 3, 4])


def _row(line: InvoiceLine) -> list[str]:
    words = line.words or gettext("Postage and insurance")
    each = rupiah(line.unit_price) if line.unit_price and line.order_line_id else ""
    quantity = i18n.write_number(line.quantity) if line.quantity and line.order_line_id else ""
    discount = rupiah(line.discount) if line.discount else ""
    return [words, quantity, each, discount, rupiah(line.amount - line.discount)]


def _sums(paper: "Paper", invoice: Invoice) -> None:
    back = invoice.kind is InvoiceKind.CREDIT_NOTE
    rows = [(gettext("Goods"), invoice.goods)] if invoice.kind not in MONTHLY else []
    if invoice.postage:
        rows.append((gettext("Postage and insurance"), invoice.postage))
    if invoice.discount:
        rows.append((gettext("Discount"), -invoice.discount))
    rows.append((gettext("Given back") if back else gettext("Total"), invoice.total))
    if invoice.ppn_rate_bp:
        rate, base = i18n.write_number(invoice.ppn_rate_bp / 100), gettext("Taxable base (DPP)")
        if invoice.ppn_denominator > 1:
            fraction = f"{invoice.ppn_numerator}/{invoice.ppn_denominator}"
            base = gettext("Taxable base (DPP nilai lain, %(fraction)s of the price)", fraction=fraction)
        rows.append((base, invoice.ppn_base))
        rows.append((gettext("PPN %(rate)s%% of the base, in the total", rate=rate), invoice.ppn))
    if invoice.withheld:
        words = (
            gettext("PPh 22 given back to the seller")
            if back
            else gettext("PPh 22 collected from the seller")
        )
        rows.append((words, invoice.withheld))
    paper.grid(
        ["", gettext("Rupiah")], [[words, rupiah(amount)] for words, amount in rows], [120, 40], right=[1]
    )


def _in_words(paper: "Paper", invoice: Invoice) -> None:
    """Spell the total in Indonesian, as receipts must, and in English for readers of English."""
    paper.paragraph(gettext("In words: %(words)s", words=spelling.rupiah(invoice.total, "id")), bold=True)
    if i18n.current_locale() == "en":
        paper.paragraph(spelling.rupiah(invoice.total, "en"))


def _notes(paper: "Paper", invoice: Invoice) -> None:
    if invoice.kind is InvoiceKind.SALE and not invoice.ppn_rate_bp:
        paper.paragraph(gettext("The seller is no PKP: no PPN is in the price."), small=True)
    if invoice.withheld:
        words = gettext(
            "This document is the proof of collection of PPh 22 under PMK 37/2025. The buyer pays nothing on top."
        )
        paper.paragraph(words, small=True)
    paper.paragraph(gettext("Written by computer; valid without a signature."), small=True)
