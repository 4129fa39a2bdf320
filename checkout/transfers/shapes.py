"""The shapes in which banks give statements as CSV, and one plain shape of our own. Pure; called by `statements`.

Only what public code and pages show of them is known here: **unverified** against files of the banks themselves,
which change them without notice (docs/bank-transfer.md names the sources). A file is recognised by its head row, so
columns that were added or moved do no harm; one that is missing is named.
"""

import re
import unicodedata
from dataclasses import dataclass

PENDING = re.compile(r"'?PEND\b", re.IGNORECASE)
"""KlikBCA writes this instead of the day while a booking is not final; it comes again tomorrow with its day."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Which column of a statement says what, by the names banks give them, brought to small letters."""

    code: str
    name: str
    verified: bool
    day: tuple[str, ...]
    words: tuple[str, ...]
    """Columns whose texts together are the description."""
    amount: tuple[str, ...] = ()
    """One column for both sides; the side stands in the cell, beside it, in `side`, or as a sign."""
    credit: tuple[str, ...] = ()
    debit: tuple[str, ...] = ()
    side: tuple[str, ...] = ()
    reference: tuple[str, ...] = ()
    balance: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    side_beside: bool = False
    """The column right of the amount has no name and says CR or DB."""

    @property
    def marks(self) -> tuple[tuple[str, ...], ...]:
        """Give the columns a head row must have for this shape."""
        money = (self.amount,) if self.amount else (self.credit, self.debit)
        return (self.day, self.words, *money)


BCA = Shape(
    code="bca", name="BCA (KlikBCA)", verified=False,
    day=("tanggal", "tanggal transaksi"), words=("keterangan",), amount=("jumlah",), balance=("saldo",),
    side_beside=True,
)  # fmt: skip
MANDIRI = Shape(
    code="mandiri", name="Mandiri (Kopra)", verified=False,
    day=("postdate",), words=("remarks", "additionaldesc"),
    credit=("credit amount",), debit=("debit amount",), balance=("close balance",), account=("accountno",),
)  # fmt: skip
BRI = Shape(
    code="bri", name="BRI (CMS, Qlola)", verified=False,
    day=("tgl_tran",), words=("desk_tran", "remark_custom"),
    credit=("mutasi_kredit",), debit=("mutasi_debet",), reference=("no_jurnal", "seq"),
    balance=("saldo_akhir_mutasi",), account=("norek",),
)  # fmt: skip
BNI = Shape(
    code="bni", name="BNI (BNIDirect)", verified=False,
    day=("post date", "posting date"), words=("description",),
    credit=("credit",), debit=("debit",), reference=("journal no.", "journal no"), balance=("balance",),
)  # fmt: skip
PLAIN = Shape(
    code="plain", name="Kriya", verified=True,
    day=("date", "tanggal"), words=("description", "keterangan"), amount=("amount", "jumlah"),
    reference=("reference", "referensi"), balance=("balance", "saldo"),
)  # fmt: skip
SHAPES = (MANDIRI, BRI, BNI, BCA, PLAIN)
"""In the order in which they are tried: the telling ones first."""


@dataclass(frozen=True, slots=True)
class Head:
    """A shape found in a file: where its columns stand, and in which row the head is (from 0)."""

    shape: Shape
    columns: dict[str, int]
    row: int

    def cell(self, cells: list[str], names: tuple[str, ...]) -> str:
        """Give the text of the first of these columns that the file has."""
        for name in names:
            place = self.columns.get(name)
            if place is not None:
                return cells[place] if place < len(cells) else ""
        return ""

    def words(self, cells: list[str]) -> str:
        """Give the description of a row."""
        parts = [self.cell(cells, (name,)) for name in self.shape.words]
        return " ".join(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))

    def has(self, names: tuple[str, ...]) -> bool:
        """Say whether the file has one of these columns."""
        return any(name in self.columns for name in names)


def _name(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", cell).replace("\ufeff", "").split()).strip("'\" ").lower()


def find(rows: list[list[str]], look: int = 30) -> Head | None:
    """Find the head row and its shape among the first rows of a file."""
    for number, cells in enumerate(rows[:look]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(cells):
            columns.setdefault(_name(cell), place)
        for shape in SHAPES:
            if not all(any(name in columns for name in names) for names in shape.marks):
                continue
            if shape is BCA and "cabang" not in columns:  # else it is the plain one in Indonesian
                continue
            return Head(shape, columns, number)
    return None
