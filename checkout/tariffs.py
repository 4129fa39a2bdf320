"""What one courier service asks for one parcel: zone, chargeable weight, postage, insurance. Pure arithmetic.

Each service has rules of its own, which councils keep (`checkout.rates`); docs/shipping.md has them in words.
No session, no clock, no settings.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shop import money

KILO = 1000
AIR_DIVISOR = 6000
"""Cubic centimetres that count as one kilogram by air and express (domain.md 5.2)."""
CARGO_DIVISOR = 4000
"""The same for cargo by land and sea."""
TOLERANCE_G = 300
"""Grams over a full kilogram that JNE does not charge: up to 1.3 kg is 1 kg, 1.31 to 2.3 kg is 2 kg (domain.md 5.2)."""
REMOTE_SURCHARGE_BP = 3000
"""Basis points added to the postage to a regency that couriers call remote, unless the service says otherwise."""
REGULAR = "regular"
"""The service of every council that has set up no other: the workshop chooses the courier."""
PICK_UP = "pickup"
"""Not sent at all: the buyer comes to the council's gallery."""


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
class Insurance:
    """What insuring a parcel costs, and when it is not left to the buyer."""

    bp: int = 0
    """Basis points of the value that is insured."""
    fixed: int = 0
    """Rupiah on top."""
    compulsory_from: int | None = None
    """Rupiah of goods from which a parcel is always insured; None: the buyer always chooses."""
    most: int = 0
    """Rupiah of goods that are insured at most; 0: all of them."""

    @property
    def offered(self) -> bool:
        """Whether the service insures at all."""
        return self.bp > 0 or self.fixed > 0

    def premium(self, value: int) -> int:
        """Give the rupiah for goods of this value: JNE's 0.2 % and Rp 5,000 make Rp 9,000 of two million."""
        return money.share(min(value, self.most) if self.most else value, self.bp) + self.fixed

    def compulsory(self, value: int) -> bool:
        """Say whether goods of this value are always insured."""
        return self.offered and self.compulsory_from is not None and value >= self.compulsory_from


@dataclass(frozen=True, slots=True)
class Packing:
    """What a box or crate adds to the pieces in it."""

    grams: int = 0
    """Once for a parcel."""
    percent: int = 0
    """Of the weight of the pieces, rounded up to whole grams."""


@dataclass(frozen=True, slots=True)
class Service:
    """One courier service as a council offers it: its rules and its table."""

    key: str
    """`jne-REG`; what a form may say, and nothing else of it."""
    courier: str = ""
    """Code of `couriers.csv`; empty where the workshop chooses."""
    code: str = ""
    """The courier's own code of the service: `REG`."""
    name: str = ""
    kind: str = "regular"
    """economy, regular, next_day, express or cargo."""
    table: RateTable = ()
    divisor: int = AIR_DIVISOR
    tolerance_g: int = TOLERANCE_G
    """Grams over a full kilogram that are not charged; 0 rounds every gram up."""
    min_weight_g: int = KILO
    max_weight_g: int = 0
    """Chargeable grams that it carries at most; 0: what its table says."""
    remote_bp: int = REMOTE_SURCHARGE_BP
    insurance: Insurance = field(default_factory=Insurance)


@dataclass(frozen=True, slots=True)
class Live:
    """What an aggregator says a service asks for exactly this parcel."""

    price: int
    min_days: int = 0
    max_days: int = 0
    insurance: int | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """What a parcel weighs, measures and is worth."""

    grams: int
    volume_cm3: int
    value: int


@dataclass(frozen=True, slots=True)
class Option:
    """One service for one parcel: what it would cost, and how long it would take."""

    service: Service
    weight_g: int
    """Chargeable grams."""
    rate: Bracket
    """The row that applies, or one made of what an aggregator said; its price is before the remote surcharge."""
    fee: int
    premium: int | None = None
    """Rupiah to insure it; None: not offered."""
    compulsory: bool = False
    live: bool = False
    """Asked of an aggregator, not taken from a table."""

    @property
    def key(self) -> str:
        """Name the service as a form does."""
        return self.service.key

    @property
    def pick_up(self) -> bool:
        """Whether the buyer comes for it."""
        return self.service.key == PICK_UP

    def insurance(self, wanted: bool) -> int:
        """Give the rupiah for insurance, wished for or compulsory."""
        return self.premium if self.premium is not None and (wanted or self.compulsory) else 0

    @property
    def least(self) -> int:
        """Give the rupiah that it costs without what is left to the buyer."""
        return self.fee + self.insurance(False)


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


def round_weight(grams: int, tolerance_g: int = TOLERANCE_G, least_g: int = KILO) -> int:
    """Round grams to whole kilograms as a courier does: at least its smallest weight, and a tolerance is free."""
    whole = -(-(grams - tolerance_g) // KILO) * KILO
    return max(-(-least_g // KILO) * KILO, KILO, whole)


def volumetric(volume_cm3: int, divisor: int = AIR_DIVISOR) -> int:
    """Give the grams that a volume counts as, rounded up."""
    return -(-volume_cm3 * KILO // divisor)


def chargeable(load: Load, service: Service) -> int:
    """Give the grams that a service charges: actual or volumetric, whichever is more, in whole kilograms."""
    heavier = max(load.grams, volumetric(load.volume_cm3, service.divisor))
    return round_weight(heavier, service.tolerance_g, service.min_weight_g)


def packed(grams: int, rules: Iterable[Packing]) -> int:
    """Give what a parcel weighs with its box: the heaviest of the boxes that its pieces ask for."""
    return grams + max((rule.grams + -(-grams * rule.percent // 100) for rule in rules), default=0)


def bracket(table: RateTable, in_zone: int, weight_g: int) -> Bracket | None:
    """Give the lightest row of a table that carries the weight in the zone, or None."""
    fitting = [row for row in table if row.zone == in_zone and row.max_weight_g >= weight_g]
    return min(fitting, key=lambda row: row.max_weight_g, default=None)


def fee(rate: Bracket, destination: Place, remote_bp: int = REMOTE_SURCHARGE_BP) -> int:
    """Give the postage in rupiah, with the surcharge of remote regencies."""
    return rate.price + (money.share(rate.price, remote_bp) if destination.remote else 0)


def carries_at_most(service: Service, in_zone: int) -> int:
    """Give the chargeable grams that a service takes into a zone; 0: it does not go there."""
    heaviest = max((row.max_weight_g for row in service.table if row.zone == in_zone), default=0)
    return min(heaviest, service.max_weight_g) if service.max_weight_g else heaviest


def option(
    service: Service, load: Load, in_zone: int, destination: Place, live: Live | None = None
) -> Option | None:
    """Work out one service for one parcel; None: it does not carry this there."""
    weight = chargeable(load, service)
    if service.max_weight_g and weight > service.max_weight_g:
        return None
    row = bracket(service.table, in_zone, weight)
    if live is not None:
        known = row or Bracket(in_zone, weight, 0, live.min_days, live.max_days)
        days = (live.min_days, live.max_days) if live.max_days else (known.etd_min_days, known.etd_max_days)
        row = Bracket(in_zone, weight, live.price, *days)
    if row is None:
        return None
    insured = service.insurance
    premium = insured.premium(load.value) if insured.offered else None
    return Option(
        service=service,
        weight_g=weight,
        rate=row,
        fee=row.price if live is not None else fee(row, destination, service.remote_bp),
        premium=premium,
        compulsory=insured.compulsory(load.value),
        live=live is not None,
    )


def options(
    offered: Iterable[Service],
    load: Load,
    in_zone: int,
    destination: Place,
    live: Mapping[tuple[str, str], Live] | None = None,
) -> tuple[Option, ...]:
    """Work out every service that carries a parcel, the cheapest first, then the fastest.

    `live` is what an aggregator answered, by courier and service; None: it was not asked, or gave no answer. Of a
    courier that it answered for, only the services in the answer go there.
    """
    answered = {courier for courier, _code in live or ()}
    found = []
    for service in offered:
        said = (live or {}).get((service.courier, service.code)) if service.courier else None
        if said is None and service.courier in answered:
            continue
        one = option(service, load, in_zone, destination, said)
        if one is not None:
            found.append(one)
    return tuple(
        sorted(
            (one for one in found if not _pointless(one, found)),
            key=lambda one: (one.least, one.rate.etd_max_days, one.key),
        )
    )


def _pointless(cargo: Option, found: Iterable[Option]) -> bool:
    """Say whether cargo costs no less than what is no cargo: nobody wants it for a small parcel."""
    others = (one for one in found if one.service.kind != "cargo")
    return cargo.service.kind == "cargo" and any(one.least <= cargo.least for one in others)
