"""Cells of bank statements: amounts and days as banks and spreadsheets write them. Pure; called by `shapes`.

Every reader gives one value or raises `shop.inputs.Unreadable` with words for finance. Nothing is guessed: a number
that a spreadsheet has rounded (`1.25E+05`) and a day that could be two days are refused.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from shop.inputs import Unreadable
from shop.money import MAX_AMOUNT

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january", "januari"),
            ("feb", "february", "februari", "peb", "pebruari"),
            ("mar", "march", "maret"),
            ("apr", "april"),
            ("may", "mei"),
            ("jun", "june", "juni"),
            ("jul", "july", "juli"),
            ("aug", "august", "agu", "agt", "ags", "agustus"),
            ("sep", "sept", "september"),
            ("oct", "october", "okt", "oktober"),
            ("nov", "november", "nop", "nopember"),
            ("dec", "december", "des", "desember"),
        ),
        start=1,
    )
    for name in names
}
"""Both languages, short and long: banks write either."""
_AMOUNT = re.compile(r"([0-9]+(?:[.,][0-9]{3})*)(?:([.,])([0-9]{1,2}))?", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+", re.ASCII)
_SIDE = re.compile(r"\s*(CR|DB|K|D|KR|DR)\.?$", re.ASCII | re.IGNORECASE)
_CREDIT = {"CR", "K", "KR", "C"}
_NUMERIC = re.compile(r"([0-9]{1,4})[/.-]([0-9]{1,2})(?:[/.-]([0-9]{2,4}))?(?:[ T].*)?", re.ASCII)
_NAMED = re.compile(r"([0-9]{1,2})[ -]([A-Za-z]{3,9})[ -]([0-9]{4}|[0-9]{2})(?:[ T].*)?", re.ASCII)
SOON = timedelta(days=1)
"""A statement may already carry tomorrow's day."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What a cell says: whole rupiah and hundredths, and the side where the cell names it."""

    rupiah: int
    sen: int = 0
    credit: bool | None = None
    """True for money that came in, False for money that left, None when the cell does not say."""


def clean(cell: str) -> str:
    """Give a cell without the apostrophe and quotes that spreadsheets put before figures, and with single spaces."""
    return " ".join(cell.replace("\u00a0", " ").split()).lstrip("'").strip()


def amount(cell: str) -> Amount:
    """Read `125,345.00`, `125.345,00`, `125345`, `125,345.00 CR`, `(125.345)`, `-125345`. :raise Unreadable:"""
    text = clean(cell).removeprefix("Rp").removeprefix("IDR").lstrip(". ")
    side = _SIDE.search(text)
    credit: bool | None = None
    if side:
        credit = side[1].upper() in _CREDIT
        text = text[: side.start()]
    minus = text.startswith("-") or (text.startswith("(") and text.endswith(")")) or text.endswith("-")
    if minus or text.startswith("+"):
        credit = not minus
    text = text.strip("()+- ")
    if re.search(r"[0-9][eE]\+?[0-9]", text):
        raise Unreadable(
            "“%(cell)s” was rounded by a spreadsheet. Please take the file as the bank gave it.",
            cell=cell[:40],
        )
    if text.startswith("."):  # BRI writes nothing as `.00`
        text = "0" + text
    whole, sen = _parts(text, cell)
    if whole > MAX_AMOUNT:
        raise Unreadable("“%(cell)s” is too large for an amount.", cell=cell[:40])
    return Amount(whole, sen, credit)


def _parts(text: str, cell: str) -> tuple[int, int]:
    """Split figures into rupiah and hundredths; three digits behind the last mark are thousands, one or two are not."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise Unreadable("“%(cell)s” is not an amount.", cell=cell[:40])
    whole, mark, rest = found.groups()
    marks = {one for one in whole if one in ".,"}
    if len(marks) > 1 or (mark and mark in marks) or (marks and not _GROUPED.fullmatch(whole)):
        raise Unreadable("“%(cell)s” is not an amount.", cell=cell[:40])
    digits = re.sub(r"[.,]", "", whole)
    if len(digits) > 15:
        raise Unreadable("“%(cell)s” is too large for an amount.", cell=cell[:40])
    return int(digits), int((rest or "0").ljust(2, "0"))


def day(cell: str, today: date) -> date:
    """Read the day of a booking; without a year it is the last such day up to today. :raise Unreadable:"""
    text = clean(cell)
    numeric, named = _NUMERIC.fullmatch(text), _NAMED.fullmatch(text)
    if numeric:
        found = _of_numbers(*numeric.groups(), today=today)
    elif named and named[2].lower() in MONTHS:
        found = _made(_year(named[3]), MONTHS[named[2].lower()], int(named[1]))
    else:
        found = None
    if found is None:
        raise Unreadable("“%(cell)s” is not a day (day/month/year).", cell=cell[:40])
    if found > today + SOON:
        raise Unreadable(
            "“%(cell)s” lies in the future; perhaps day and month have changed places.", cell=cell[:40]
        )
    if found < today - timedelta(days=3 * 366):
        raise Unreadable("“%(cell)s” is more than three years ago.", cell=cell[:40])
    return found


def _of_numbers(first: str, second: str, third: str | None, *, today: date) -> date | None:
    if third is None:
        if len(first) > 2:
            return None
        this_year = _made(today.year, int(second), int(first))
        if this_year is not None and this_year > today + SOON:
            return _made(today.year - 1, int(second), int(first))
        return this_year
    if len(first) == 4:
        return _made(int(first), int(second), int(third)) if len(third) <= 2 else None
    if len(third) == 3 or len(first) > 2:
        return None
    return _made(_year(third), int(second), int(first))


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _made(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
