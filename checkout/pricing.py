"""What a cart costs: parcels, postage and totals as pure arithmetic. No session, no clock, no settings.

Called by the cart and checkout pages for what they show, and by `checkout.placing` for what is bought.
Rules and figures: docs/shipping.md and docs/money.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from shop import money
from shop.errors import Conflict

VOLUMETRIC_DIVISOR = 6000
"""Cubic centimetres that count as one kilogram by air and express (domain.md 5.2)."""
KILO = 1000
TOLERANCE_G = 300
"""Grams over a full kilogram that are not charged: up to 1.3 kg is 1 kg, 1.31 to 2.3 kg is 2 kg (domain.md 5.2)."""
REMOTE_SURCHARGE_BP = 3000
"""Basis points added to the postage to a regency that couriers call remote."""


class Incomplete(Conflict):
    """A total was asked for although a parcel cannot be sent there."""

    message = "One of the parcels cannot be sent to this address."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a parcel starts or ends, as far as postage asks."""

    regency_code: str
    province_code: str
    island_group: str
    remote: bool = False


@dataclass(frozen=True, slots=True)
class Bracket:
    """One row of a rate table: a zone, up to a weight, what it costs and how long it takes."""

    zone: int
    max_weight_g: int
    price: int
    etd_min_days: int
    etd_max_days: int


RateTable = Sequence[Bracket]


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one variant, at the price of the moment, packed so heavy and so large."""

    variant_id: int
    workshop_id: int
    council_id: int
    origin: Place
    unit_price: int
    quantity: int
    weight_g: int
    length_cm: int
    width_cm: int
    height_cm: int

    @property
    def total(self) -> int:
        """Rupiah for all pieces of the line."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one workshop sends for one order."""

    workshop_id: int
    lines: tuple[Line, ...]
    zone: int
    weight_g: int
    """Chargeable grams, whole kilograms."""
    rate: Bracket | None
    """The row of the table that applies; None: nobody carries this there."""
    fee: int
    """Rupiah; 0 while there is no rate."""

    @property
    def goods_total(self) -> int:
        """Rupiah for the pieces in the parcel."""
        return sum(line.total for line in self.lines)


@dataclass(frozen=True, slots=True)
class Quote:
    """What a cart costs, sent to one place."""

    parcels: tuple[Parcel, ...]

    @property
    def complete(self) -> bool:
        """Whether every parcel can be sent."""
        return all(parcel.rate is not None for parcel in self.parcels)

    @property
    def goods_total(self) -> int:
        """Rupiah for all pieces."""
        return sum(parcel.goods_total for parcel in self.parcels)

    @property
    def shipping_total(self) -> int:
        """Rupiah for all parcels. :raise Incomplete: when one cannot be sent."""
        if not self.complete:
            raise Incomplete
        return sum(parcel.fee for parcel in self.parcels)

    @property
    def total(self) -> int:
        """Rupiah to pay. :raise Incomplete: when a parcel cannot be sent."""
        return self.goods_total + self.shipping_total

    def parcel(self, workshop_id: int) -> Parcel:
        """Give the parcel of one workshop."""
        return next(parcel for parcel in self.parcels if parcel.workshop_id == workshop_id)

    @classmethod
    def of(cls, parcels: Iterable[Parcel]) -> Self:
        """Make a quote of parcels."""
        return cls(tuple(parcels))


def zone(origin: Place, destination: Place) -> int:
    """Give the zone between two places, 0 to 6 (domain.md 5.4)."""
    if origin.regency_code == destination.regency_code:
        return 0
    if origin.province_code == destination.province_code:
        return 1
    groups = {origin.island_group, destination.island_group}
    if len(groups) == 1:
        return 2
    if "papua" in groups:
        return 6
    if "maluku" in groups:
        return 5
    return 3 if groups in ({"jawa", "sumatera"}, {"jawa", "bali_nusa_tenggara"}) else 4


def chargeable_weight(lines: Iterable[Line]) -> int:
    """Give the grams a courier charges for a parcel: actual or volumetric, whichever is more, in whole kilograms."""
    actual = volume = 0
    for line in lines:
        actual += line.weight_g * line.quantity
        volume += line.length_cm * line.width_cm * line.height_cm * line.quantity
    volumetric = -(-volume * KILO // VOLUMETRIC_DIVISOR)
    return round_weight(max(actual, volumetric))


def round_weight(grams: int) -> int:
    """Round grams to whole kilograms as couriers do: at least one, and 300 g over are free."""
    return max(KILO, -(-(grams - TOLERANCE_G) // KILO) * KILO)


def bracket(table: RateTable, in_zone: int, weight_g: int) -> Bracket | None:
    """Give the lightest row of a table that carries the weight in the zone, or None."""
    fitting = [row for row in table if row.zone == in_zone and row.max_weight_g >= weight_g]
    return min(fitting, key=lambda row: row.max_weight_g, default=None)


def fee(rate: Bracket, destination: Place) -> int:
    """Give the postage in rupiah, with the surcharge of remote regencies."""
    return rate.price + (money.share(rate.price, REMOTE_SURCHARGE_BP) if destination.remote else 0)


def quote(lines: Iterable[Line], destination: Place, rates: Mapping[int, RateTable]) -> Quote:
    """Work out what lines cost at a place; `rates` holds a table per council.

    Parcels stand in the order in which their workshops first appear.
    """
    by_workshop: dict[int, list[Line]] = {}
    for line in lines:
        by_workshop.setdefault(line.workshop_id, []).append(line)
    return Quote.of(_parcel(mine, destination, rates) for mine in by_workshop.values())


def _parcel(lines: list[Line], destination: Place, rates: Mapping[int, RateTable]) -> Parcel:
    first = lines[0]
    here, weight = zone(first.origin, destination), chargeable_weight(lines)
    rate = bracket(rates.get(first.council_id, ()), here, weight)
    return Parcel(
        workshop_id=first.workshop_id,
        lines=tuple(lines),
        zone=here,
        weight_g=weight,
        rate=rate,
        fee=fee(rate, destination) if rate else 0,
    )


def commission(line_total: int, basis_points: int) -> int:
    """Give the council's commission on a line in whole rupiah, rounded half up."""
    return money.share(line_total, basis_points)
