"""A statement file as rows: encoding, delimiter, shape, each row read or named with what is wrong. Pure.

Called by `imports`. Whoever opens a statement in a spreadsheet and saves it again changes encoding, delimiter,
decimals and days; what cannot be read without guessing is a problem of its row, never a silent loss.
"""

import csv
import hashlib
import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from checkout.transfers import cells, shapes
from checkout.transfers.cells import Amount
from checkout.transfers.shapes import Head
from shop.errors import Invalid
from shop.inputs import Unreadable

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 20_000
FOOTER = (
    "saldo awal",
    "saldo akhir",
    "kredit",
    "debet",
    "mutasi",
    "total",
    "opening balance",
    "closing balance",
)


class StatementRefused(Invalid):
    """The file as a whole cannot be read."""

    message = "This file cannot be read as a bank statement."


@dataclass(frozen=True, slots=True)
class Row:
    """One booking of a statement."""

    number: int
    """Line of the file, from 1, as a spreadsheet counts."""
    day: date
    credit: bool
    amount: int
    """Whole rupiah."""
    sen: int
    """Hundredths that the bank adds to interest and the like; they are not in our books."""
    words: str
    reference: str
    balance: str
    digest: str = ""

    def seed(self) -> tuple[object, ...]:
        """Give what makes a booking the same booking in another file."""
        side = "CR" if self.credit else "DB"
        return (self.day.isoformat(), side, self.amount, self.sen, self.words, self.reference, self.balance)


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that could not be read, with the msgid that says why."""

    number: int
    message: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says."""

    shape: shapes.Shape
    account_number: str
    """Digits, where the file says whose it is and a spreadsheet has not rounded them."""
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    pending: int
    """Bookings without a day yet; they come with tomorrow's file."""


def digest_of(data: bytes) -> str:
    """Give the fingerprint of a whole file."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes) -> str:
    """Give the text of a file in whatever encoding a bank or a spreadsheet has used. :raise StatementRefused:"""
    if len(data) > MAX_BYTES:
        raise StatementRefused("The file is too large. Please take a shorter period.")
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0") or data[:4] == b"%PDF":
        raise StatementRefused("This is not a CSV file. Please take the statement from the bank as CSV.")
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise StatementRefused("This is not a CSV file. Please take the statement from the bank as CSV.")


def read(text: str, account_id: int, today: date) -> Statement:
    """Read a whole statement. :raise StatementRefused: when no shape fits."""
    lines = _table(text)
    head = shapes.find([cells_ for _number, cells_ in lines])
    if head is None:
        raise StatementRefused(
            "No row of this file names the columns of a statement (BCA, Mandiri, BRI, BNI, or tanggal, jumlah, keterangan)."
        )
    rows: list[Row] = []
    problems: list[Problem] = []
    pending = 0
    for number, line in lines[head.row + 1 :]:
        if not any(cell.strip() for cell in line) or _is_footer(line):
            continue
        if shapes.PENDING.match(head.cell(line, head.shape.day).strip()):
            pending += 1
            continue
        try:
            rows.append(_row(head, number, line, today))
        except Unreadable as error:
            problems.append(Problem(number, error.message, error.params))
    return Statement(
        head.shape, _account_number(head, lines), _numbered(rows, account_id), tuple(problems), pending
    )


def _table(text: str) -> list[tuple[int, list[str]]]:
    """Split a file into its cells, each row with the line on which it ends, whatever the delimiter is."""
    head = text[:4000]
    delimiter = max((";", "\t", ","), key=head.count)
    if head.count(";") >= 4 or head.startswith("sep=;"):  # commas stand inside amounts and words too
        delimiter = ";"
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[tuple[int, list[str]]] = []
    try:
        for line in reader:
            if len(found) >= MAX_ROWS:
                raise StatementRefused("The file is too large. Please take a shorter period.")
            found.append((reader.line_num, line))
    except csv.Error as error:
        raise StatementRefused from error
    return found


def _is_footer(line: list[str]) -> bool:
    """Tell sums at the end of a statement (`Saldo Awal,=,50000.00`) from bookings."""
    first = cells.clean(line[0]).lower().rstrip(": ") if line else ""
    return first.startswith(FOOTER)


def _account_number(head: Head, lines: list[tuple[int, list[str]]]) -> str:
    """Find whose statement it is: in a column, or in the rows above the head (`No. Rekening,=,'8382556789`)."""
    said = ""
    if head.has(head.shape.account):
        said = next(
            (head.cell(line, head.shape.account) for _n, line in lines[head.row + 1 :] if any(line)), ""
        )
    for _number, line in lines[: head.row]:
        first = cells.clean(line[0]).lower() if line else ""
        if first.startswith(("no. rekening", "no rekening", "account no", "nomor rekening")):
            said = " ".join([line[0].partition(":")[2], *line[1:]])
    if "e+" in said.lower():
        return ""
    return "".join(sign for sign in said if sign in "0123456789")


def _row(head: Head, number: int, line: list[str], today: date) -> Row:
    shape = head.shape
    money, credit = _money(head, line)
    words = head.words(line)
    if len(words) > 500 or any(ord(sign) < 32 for sign in words):
        raise Unreadable("This text contains characters that cannot be kept.")
    return Row(
        number=number,
        day=cells.day(head.cell(line, shape.day), today),
        credit=credit,
        amount=money.rupiah,
        sen=money.sen,
        words=words,
        reference=cells.clean(head.cell(line, shape.reference))[:80],
        balance="".join(cells.clean(head.cell(line, shape.balance)).split())[:40],
    )


def _money(head: Head, line: list[str]) -> tuple[Amount, bool]:
    shape = head.shape
    if shape.amount:
        money = cells.amount(head.cell(line, shape.amount))
        credit = money.credit
        if shape.side_beside and credit is None:
            credit = _side(head, line)
        if credit is None and shape is shapes.PLAIN:
            credit = True  # our own shape: money that leaves has a minus
    else:
        into, out_of = (
            cells.amount(text) if (text := head.cell(line, names).strip()) else Amount(0)
            for names in (shape.credit, shape.debit)
        )
        if (into.rupiah or into.sen) and (out_of.rupiah or out_of.sen):
            raise Unreadable("This row says both that money came and that it left.")
        credit = bool(into.rupiah or into.sen)
        money = into if credit else out_of
    if credit is None:
        raise Unreadable("This row does not say whether money came or left (CR or DB).")
    if not money.rupiah and not money.sen:
        raise Unreadable("This row has no amount.")
    return money, credit


def _side(head: Head, line: list[str]) -> bool | None:
    place = next(head.columns[name] for name in head.shape.amount if name in head.columns) + 1
    said = cells.clean(line[place]).upper() if place < len(line) else ""
    return {"CR": True, "DB": False}.get(said)


def _numbered(rows: list[Row], account_id: int) -> tuple[Row, ...]:
    """Give each booking its fingerprint: what it says, and which of several that say the same in this file it is.

    Two buyers may send the same amount on one day, and a file may hold half a day: the second of two equal rows is
    the second in every file that holds both.
    """
    seen: Counter[tuple[object, ...]] = Counter()
    found = []
    for row in rows:
        seed = row.seed()
        seen[seed] += 1
        text = "\x1f".join(str(part) for part in (account_id, *seed, seen[seed]))
        digest = hashlib.sha256(text.encode()).hexdigest()
        found.append(
            Row(
                row.number,
                row.day,
                row.credit,
                row.amount,
                row.sen,
                row.words,
                row.reference,
                row.balance,
                digest,
            )
        )
    return tuple(found)
