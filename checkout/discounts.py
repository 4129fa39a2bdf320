"""What a voucher takes off an order and where, as pure arithmetic. No session, no clock, no settings.

Called by `checkout.vouchers`. A discount is shared out among lines (or parcels) in proportion to what they cost, whole
rupiah, largest remainder first, so that the shares add up to it exactly and no line ever costs less than nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shop import money


@dataclass(frozen=True, slots=True)
class Terms:
    """What a voucher promises."""

    amount: int = 0
    """Rupiah off the goods; 0 where it is a percentage or the postage."""
    percent: int = 0
    postage: bool = False
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Discount:
    """What comes off one order, and who bears it."""

    voucher_id: int
    code: str
    name: str
    edits: int
    """The version of the voucher that was reckoned with."""
    funded_by: str
    """The account of the books that bears it; empty where the workshop itself does."""
    lines: Mapping[int, int] = field(default_factory=dict)
    """Rupiah off per variant."""
    parcels: Mapping[int, int] = field(default_factory=dict)
    """Rupiah off the postage per workshop."""

    @property
    def goods(self) -> int:
        """Rupiah off all goods."""
        return sum(self.lines.values())

    @property
    def postage(self) -> int:
        """Rupiah off all postage."""
        return sum(self.parcels.values())

    @property
    def total(self) -> int:
        """Rupiah off the order."""
        return self.goods + self.postage

    def of_line(self, variant_id: int) -> int:
        """Give the rupiah off one line."""
        return self.lines.get(variant_id, 0)

    def of_parcel(self, workshop_id: int) -> int:
        """Give the rupiah off one parcel's postage."""
        return self.parcels.get(workshop_id, 0)

    def funded(self, amount: int) -> int:
        """Give the part of a share that somebody else than the workshop bears."""
        return amount if self.funded_by else 0


def worth(terms: Terms, cost: int, room: int) -> int:
    """Give the rupiah that come off something of this cost, of which at most `room` may come off."""
    off = money.share(cost, terms.percent * 100) if terms.percent else terms.amount
    if terms.postage:
        off = cost
    return max(0, min(off, cost, room, cost if terms.cap is None else terms.cap))


def spread(amount: int, costs: Mapping[int, int]) -> dict[int, int]:
    """Share an amount out among things in proportion to their costs; shares of nothing are left out.

    :raise ValueError: for more than all of them cost together.
    """
    if not 0 <= amount <= sum(costs.values()):
        raise ValueError("a discount is at most what the things cost")
    if not amount:
        return {}
    keys = sorted(key for key, cost in costs.items() if cost)
    parts = money.split(amount, [costs[key] for key in keys])
    return {key: part for key, part in zip(keys, parts, strict=True) if part}
