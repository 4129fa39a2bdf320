"""What a list of invoices was asked for: month, kind and number, kept in the address. Used by studio and desk."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from checkout.models import InvoiceKind

SIZE = 40
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says; what it does not say well is not asked for."""

    month: date | None
    kind: InvoiceKind | None
    number: str = ""
    """Of an invoice, or of the order that it is about."""

    @property
    def month_code(self) -> str:
        """Write the month as the field does."""
        return f"{self.month:%Y-%m}" if self.month else ""


def month_of(typed: str) -> date | None:
    """Read `2026-11`; None for anything else."""
    typed = typed.strip()
    return date.fromisoformat(f"{typed}-01") if _MONTH.fullmatch(typed) else None


def asked(args: Mapping[str, str]) -> Asked:
    """Read month and kind from the address."""
    kind = args.get("kind", "")
    known = {one.value for one in InvoiceKind}
    number = args.get("number", "").strip().upper()[:40]
    return Asked(month_of(args.get("month", "")), InvoiceKind(kind) if kind in known else None, number)
