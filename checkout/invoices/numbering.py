"""Numbers of invoices: without gaps, one series for each issuer, kind and year.

One statement takes the next number and holds the series until the transaction ends; a rollback gives the number back,
so the numbers that exist are always 1 to n. Whoever needs several series takes them in the order of their owners' ids.
"""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.models import InvoiceCounter, InvoiceKind
from shop.db import insert

LETTERS = {
    InvoiceKind.SALE: "INV",
    InvoiceKind.CREDIT_NOTE: "NK",
    InvoiceKind.COMMISSION: "KOM",
    InvoiceKind.COMMISSION_NOTE: "NKK",
}
"""Invoice; nota kredit; komisi; nota kredit komisi."""


class Number(NamedTuple):
    """A place in a series, and how it is written."""

    series: str
    year: int
    sequence: int
    written: str


def take(session: Session, kind: InvoiceKind, owner_id: int, year: int) -> Number:
    """Take the next number of an issuer: a workshop, or a council for its commission."""
    series = f"{kind}:{owner_id}"
    row = insert(session, InvoiceCounter).values(series=series, year=year, last=1)
    counted = row.on_conflict_do_update(
        index_elements=["series", "year"], set_={"last": InvoiceCounter.last + 1}
    ).returning(InvoiceCounter.last)
    sequence = int(session.execute(counted).scalar_one())
    return Number(series, year, sequence, f"{LETTERS[kind]}-{year}-{owner_id:04}-{sequence:05}")


def gaps(session: Session) -> list[str]:
    """Give the series whose numbers are not 1 to n, each once, as far as they were counted."""
    from_rows = (
        "SELECT c.series, c.year, c.last, count(i.id) AS written, coalesce(min(i.sequence), 0) AS first,"
        " coalesce(max(i.sequence), 0) AS highest FROM invoice_counters c"
        " LEFT JOIN invoices i ON i.series = c.series AND i.year = c.year GROUP BY c.series, c.year, c.last"
        " HAVING count(i.id) <> c.last OR coalesce(min(i.sequence), 0) <> 1"
        " OR coalesce(max(i.sequence), 0) <> c.last"
    )
    return [
        f"{series} {year}: counted to {last}, {written} written from {first} to {highest}"
        for series, year, last, written, first, highest in session.execute(sa.text(from_rows))
    ]
