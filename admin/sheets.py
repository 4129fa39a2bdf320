"""Tables as CSV for spreadsheets, with cells that would be read as formulas made harmless."""

import csv
import io
from collections.abc import Iterable, Sequence

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: str | int) -> str | int:
    """Give a cell that no spreadsheet takes for a formula: a text that begins like one gets an apostrophe."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return "'" + value
    return value


def csv_text(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    """Write a table as CSV with a byte order mark, so that spreadsheets read its accents."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([harmless(cell) for cell in head])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + buffer.getvalue()
