"""Amounts of money are whole rupiah in `int`; this module checks, splits and writes them."""

from collections.abc import Sequence

CURRENCY = "IDR"
MAX_AMOUNT = 10_000_000_000
"""Ten billion rupiah: above every believable order, below Stripe's 12 digits in hundredths."""


def rupiah(amount: int) -> str:
    """Write an amount as buyers read it: `Rp 1.250.000` with a no-break space."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp\N{NO-BREAK SPACE}{abs(amount):,}".replace(",", ".")


def to_gateway(amount: int) -> int:
    """Give rupiah as Stripe counts them: hundredths, because IDR is a two-decimal currency there."""
    return amount * 100


def share(amount: int, basis_points: int) -> int:
    """Give `basis_points`/10,000 of an amount, rounded half up to a whole rupiah."""
    return (amount * basis_points + 5_000) // 10_000


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weights so that the parts add up to it exactly (largest remainder first)."""
    total = sum(weights)
    if total <= 0:
        raise ValueError("weights must add up to a positive number")
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % total), i))
    for index in by_remainder[: amount - sum(parts)]:
        parts[index] += 1
    return parts
