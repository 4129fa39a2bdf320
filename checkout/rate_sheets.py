"""A council's tables as CSV, out and in. Nothing of a sheet is kept while one row of it cannot be used.

A sheet has a row per service, zone and weight; it replaces the tables of the services that it names and leaves the
others alone. Read by the desk, which shows each fault with its row.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.models import Council
from checkout import rates
from checkout.pricing import Bracket, Service
from shop import inputs
from shop.audit import Actor
from shop.texts import mark

COLUMNS = ("service", "zone", "up_to_grams", "price", "days_min", "days_max")
MOST_ROWS = 5_000
MOST_FAULTS = 50

WRONG_HEAD = mark("The first row has to name the columns: %(columns)s.")
NO_ROWS = mark("There are no rows with prices.")
TOO_MANY = mark("A sheet has at most %(most)s rows.")
NOT_A_SHEET = mark("This is not a CSV file.")
WRONG_SERVICE = mark("“%(service)s” is not a service of this council.")
WRONG_CELLS = mark("This row has %(count)s cells instead of %(wanted)s.")
WRONG_CELL = mark("%(column)s: %(reason)s")
TWICE = mark("This service, zone and weight stand in row %(other)s already.")
DAYS = mark("The most days are fewer than the least.")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row: its number in the file, from 1, an English msgid and its parameters."""

    row: int
    message: str
    params: dict[str, object]
    reason: inputs.Unreadable | None = None
    """What a parser said of a cell; to be put in for `reason`."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says: tables by service, and what cannot be used."""

    tables: dict[str, list[Bracket]]
    faults: list[Fault]


def rows_of(services: Iterable[Service]) -> list[list[str | int]]:
    """Give the rows of a sheet with the tables of these services."""
    return [
        [service.key, row.zone, row.max_weight_g, row.price, row.etd_min_days, row.etd_max_days]
        for service in services
        for row in service.table
    ]


def read(text: str, known: set[str]) -> Sheet:
    """Read a sheet; `known` are the keys of the council's services. Commas or semicolons, with or without a mark."""
    lines = text.removeprefix("\ufeff")
    first = lines.partition("\n")[0]
    try:
        rows = list(
            csv.reader(io.StringIO(lines), delimiter=";" if first.count(";") > first.count(",") else ",")
        )
    except csv.Error:
        return Sheet({}, [Fault(1, NOT_A_SHEET, {})])
    numbered = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if not numbered or [cell.strip().lower() for cell in numbered[0][1]] != list(COLUMNS):
        return Sheet({}, [Fault(1, WRONG_HEAD, {"columns": ", ".join(COLUMNS)})])
    if len(numbered) == 1:
        return Sheet({}, [Fault(1, NO_ROWS, {})])
    if len(numbered) > MOST_ROWS:
        return Sheet({}, [Fault(MOST_ROWS + 1, TOO_MANY, {"most": MOST_ROWS})])
    return _read_rows(numbered[1:], known)


def _read_rows(rows: list[tuple[int, list[str]]], known: set[str]) -> Sheet:
    tables: dict[str, list[Bracket]] = {}
    seen: dict[tuple[str, int, int], int] = {}
    faults: list[Fault] = []
    for number, cells in rows:
        found = _read_row(number, [cell.strip() for cell in cells], known)
        if isinstance(found, Fault):
            faults.append(found)
            continue
        service, row = found
        place = (service, row.zone, row.max_weight_g)
        if place in seen:
            faults.append(Fault(number, TWICE, {"other": seen[place]}))
            continue
        seen[place] = number
        tables.setdefault(service, []).append(row)
    return Sheet(tables, faults[:MOST_FAULTS])


def _read_row(number: int, cells: list[str], known: set[str]) -> Fault | tuple[str, Bracket]:
    if len(cells) != len(COLUMNS):
        return Fault(number, WRONG_CELLS, {"count": len(cells), "wanted": len(COLUMNS)})
    service = cells[0].lstrip("'")
    if service not in known:
        return Fault(number, WRONG_SERVICE, {"service": service[:60]})
    bounds = ((0, 6), (1, rates.MAX_WEIGHT_G), (0, rates.MAX_PRICE), (0, rates.MAX_DAYS), (0, rates.MAX_DAYS))
    values = []
    for column, cell, (least, most) in zip(COLUMNS[1:], cells[1:], bounds, strict=True):
        try:
            parse = inputs.rupiah if column == "price" else inputs.whole
            values.append(parse(cell, least=least, most=most))
        except inputs.Unreadable as error:
            return Fault(number, WRONG_CELL, {"column": column}, error)
    if values[4] < values[3]:
        return Fault(number, DAYS, {})
    return service, Bracket(*values)


def keep(session: Session, actor: Actor, council: Council, sheet: Sheet) -> list[str]:
    """Put the tables of a sheet in place; give the services that changed. :raise rates.BadTable:"""
    if sheet.faults:
        raise rates.BadTable(problem=f"{sheet.faults[0].row}")
    changed = []
    for key, table in sheet.tables.items():
        wanted = sorted(table, key=lambda row: (row.zone, row.max_weight_g))
        if wanted != list(rates.rates_for(session, council, key)):
            rates.replace(session, actor, council, wanted, key)
            changed.append(key)
    return changed
