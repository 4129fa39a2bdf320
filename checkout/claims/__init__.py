"""Claims of buyers: shown = received. The way of a claim is in docs/claims.md.

`as_shown` and `comparison` lay a parcel beside its listing as bought, `opening` makes a claim of the differences,
`answers`, `arbitration` and `returning` are what the three sides do, `carrying` sees to what was agreed or decided,
`deadlines` to time. Other rooms ask `holds`, `is_held` and `fidelity`.
"""

from checkout.claims.holding import Hold, holds, is_held

__all__ = ["Hold", "holds", "is_held"]
