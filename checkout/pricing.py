"""What a cart costs: parcels, postage and totals as pure arithmetic. No session, no clock, no settings.

Called by the cart and checkout pages for what they show, and by `checkout.placing` for what is bought.
Rules and figures: docs/shipping.md and docs/money.md. What one service asks for one parcel is in `checkout.tariffs`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from checkout import tariffs
from checkout.tariffs import (
    KILO,
    PICK_UP,
    REGULAR,
    REMOTE_SURCHARGE_BP,
    TOLERANCE_G,
    Bracket,
    Live,
    Load,
    Option,
    Packing,
    Place,
    RateTable,
    Service,
    bracket,
    fee,
    round_weight,
    zone,
)
from shop import money
from shop.errors import Conflict, Invalid


class Incomplete(Conflict):
    """A total was asked for although a parcel cannot be sent there."""

    message = "One of the parcels cannot be sent to this address."


class NoSuchOption(Invalid):
    """A service was chosen that is not offered for this parcel."""

    message = "Please choose one of the services that are offered for each parcel."


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
    family: str = ""
    """The craft's family, which may ask for a box of its own."""

    @property
    def total(self) -> int:
        """Rupiah for all pieces of the line."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class FreePostage:
    """A rule that takes postage off: from an amount of goods, into some zones, up to so much."""

    id: int
    workshop_id: int | None
    """The workshop whose parcels it is about; it bears the postage itself."""
    council_id: int | None
    """The council whose workshops' parcels it is about; neither: the marketplace, about all parcels."""
    from_amount: int
    zones: frozenset[int]
    most: int = 0
    """Rupiah that are taken off at most; 0: all that the cheapest service costs."""

    @property
    def funded_by(self) -> str:
        """Name the account that bears it; empty: the workshop, which gets less."""
        if self.workshop_id is not None:
            return ""
        return "marketplace" if self.council_id is None else f"council:{self.council_id}"


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for the parcels of one council's workshops."""

    offered: tuple[Service, ...] = ()
    packing: Mapping[str, Packing] = field(default_factory=dict)
    """By family; under the empty one what holds for all others."""
    pick_up: bool = False
    """Whether parcels can be picked up at the council's gallery."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the buyer wants for one parcel: the key of a service, or nothing for the cheapest; insured or not."""

    option: str = ""
    insured: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one workshop sends for one order."""

    workshop_id: int
    lines: tuple[Line, ...]
    zone: int
    weight_g: int
    """Chargeable grams, whole kilograms."""
    rate: Bracket | None
    """The row of the table that applies; None: nobody carries this there, or nothing was chosen yet."""
    fee: int
    """Rupiah; 0 while there is no rate."""
    options: tuple[Option, ...] = ()
    """The services that carry it, the cheapest first; picking it up comes last."""
    chosen: Option | None = None
    insurance: int = 0
    insured: bool = False
    """Whether the buyer asked for insurance; compulsory insurance is in `insurance` all the same."""
    discount: int = 0
    """Rupiah that a rule of free postage takes off."""
    funded: int = 0
    funded_by: str = ""
    limit_g: int = 0
    """Chargeable grams that somebody would carry there; 0: nobody goes there."""

    @property
    def goods_total(self) -> int:
        """Rupiah for the pieces in the parcel."""
        return sum(line.total for line in self.lines)

    @property
    def council_id(self) -> int:
        """The council whose rules hold for it."""
        return self.lines[0].council_id

    @property
    def shipping(self) -> int:
        """Rupiah for carrying and insuring it, before discounts."""
        return self.fee + self.insurance

    @property
    def carried(self) -> bool:
        """Whether a courier goes there with it."""
        return any(not one.pick_up for one in self.options)

    @property
    def cheapest(self) -> Option | None:
        """The cheapest service that carries it."""
        return next((one for one in self.options if not one.pick_up), None)


@dataclass(frozen=True, slots=True)
class Quote:
    """What a cart costs, sent to one place."""

    parcels: tuple[Parcel, ...]

    @property
    def complete(self) -> bool:
        """Whether every parcel can be sent, or is picked up."""
        return all(parcel.rate is not None for parcel in self.parcels)

    @property
    def goods_total(self) -> int:
        """Rupiah for all pieces."""
        return sum(parcel.goods_total for parcel in self.parcels)

    @property
    def shipping_total(self) -> int:
        """Rupiah for carrying and insuring all parcels, before discounts. :raise Incomplete: when one cannot be sent."""
        if not self.complete:
            raise Incomplete
        return sum(parcel.shipping for parcel in self.parcels)

    @property
    def insurance_total(self) -> int:
        """Rupiah of the shipping that are for insurance."""
        return sum(parcel.insurance for parcel in self.parcels)

    @property
    def postage_discount(self) -> int:
        """Rupiah that rules of free postage take off."""
        return sum(parcel.discount for parcel in self.parcels)

    @property
    def total(self) -> int:
        """Rupiah to pay, before vouchers. :raise Incomplete: when a parcel cannot be sent."""
        return self.goods_total + self.shipping_total - self.postage_discount

    def parcel(self, workshop_id: int) -> Parcel:
        """Give the parcel of one workshop."""
        return next(parcel for parcel in self.parcels if parcel.workshop_id == workshop_id)

    @classmethod
    def of(cls, parcels: Iterable[Parcel]) -> Self:
        """Make a quote of parcels."""
        return cls(tuple(parcels))


def plain(table: RateTable) -> Terms:
    """Give the terms of a council that has nothing but one table."""
    return Terms((Service(REGULAR, table=table),))


def load(lines: Iterable[Line], packing: Mapping[str, Packing] | None = None) -> Load:
    """Add up what lines weigh, measure and are worth, in the box that they ask for."""
    rules = packing or {}
    grams = volume = value = 0
    boxes: dict[str, Packing] = {}
    for line in lines:
        grams += line.weight_g * line.quantity
        volume += line.length_cm * line.width_cm * line.height_cm * line.quantity
        value += line.total
        boxes[line.family] = rules.get(line.family) or rules.get("") or Packing()
    return Load(tariffs.packed(grams, boxes.values()), volume, value)


def chargeable_weight(lines: Iterable[Line], service: Service | None = None) -> int:
    """Give the grams a courier charges for a parcel: actual or volumetric, whichever is more, in whole kilograms."""
    return tariffs.chargeable(load(lines), service or Service(REGULAR))


def by_workshop(lines: Iterable[Line]) -> dict[int, list[Line]]:
    """Group lines into parcels, in the order in which their workshops first appear."""
    grouped: dict[int, list[Line]] = {}
    for line in lines:
        grouped.setdefault(line.workshop_id, []).append(line)
    return grouped


def quote(
    lines: Iterable[Line],
    destination: Place,
    terms: Mapping[int, Terms],
    choices: Mapping[int, Choice] | None = None,
    free: Iterable[FreePostage] = (),
    live: Mapping[int, Mapping[tuple[str, str], Live]] | None = None,
    *,
    strict: bool = True,
) -> Quote:
    """Work out what lines cost at a place; `terms` are by council, `choices` and `live` by workshop.

    Without a choice a parcel goes by the cheapest service that carries it; picking it up is never chosen for
    somebody. With `strict`, a choice that is not offered is refused; else the cheapest takes its place.

    :raise NoSuchOption: for a service that is not offered for its parcel, or a parcel that is not there.
    """
    wanted, asked = choices or {}, live or {}
    grouped = by_workshop(lines)
    if strict and not wanted.keys() <= grouped.keys():
        raise NoSuchOption
    parcels = [
        _parcel(mine, destination, terms, wanted.get(one, Choice()), asked.get(one), strict)
        for one, mine in grouped.items()
    ]
    return Quote.of(with_free_postage(parcels, free))


def _parcel(
    lines: list[Line],
    destination: Place,
    terms: Mapping[int, Terms],
    choice: Choice,
    live: Mapping[tuple[str, str], Live] | None,
    strict: bool,
) -> Parcel:
    first = lines[0]
    held = terms.get(first.council_id, Terms())
    here, inside = zone(first.origin, destination), load(lines, held.packing)
    found = tariffs.options(held.offered, inside, here, destination, live)
    if held.pick_up:
        found += (_pick_up(inside, here),)
    chosen = _chosen(found, choice, strict)
    usual = held.offered[0] if held.offered else Service(REGULAR)
    return Parcel(
        workshop_id=first.workshop_id,
        lines=tuple(lines),
        zone=here,
        weight_g=chosen.weight_g if chosen else tariffs.chargeable(inside, usual),
        rate=chosen.rate if chosen else None,
        fee=chosen.fee if chosen else 0,
        options=found,
        chosen=chosen,
        insurance=chosen.insurance(choice.insured) if chosen else 0,
        insured=choice.insured and chosen is not None and chosen.premium is not None,
        limit_g=max((tariffs.carries_at_most(one, here) for one in held.offered), default=0),
    )


def _pick_up(inside: Load, here: int) -> Option:
    weight = round_weight(inside.grams)
    return Option(Service(PICK_UP, kind=PICK_UP), weight, Bracket(here, weight, 0, 0, 0), 0)


def _chosen(found: tuple[Option, ...], choice: Choice, strict: bool) -> Option | None:
    for one in found:
        if one.key == choice.option:
            return one
    if choice.option and strict and found:
        raise NoSuchOption
    return next((one for one in found if not one.pick_up), None)


def with_free_postage(parcels: Iterable[Parcel], rules: Iterable[FreePostage]) -> list[Parcel]:
    """Take off what free postage takes off: of the rules that apply to a parcel, the one that takes most.

    A rule takes off the postage of the parcel's cheapest service, so that who wants it faster pays the difference;
    insurance stays. The amount that counts is the goods of that workshop, of that council's workshops, or of all.
    """
    known, found = list(rules), list(parcels)
    return [_freed(parcel, found, known) for parcel in found]


def _freed(parcel: Parcel, all_parcels: list[Parcel], rules: list[FreePostage]) -> Parcel:
    if parcel.chosen is None or parcel.chosen.pick_up:
        return parcel
    best, taken = None, 0
    for rule in rules:
        about = [one for one in all_parcels if _is_about(rule, one)]
        if parcel not in about or parcel.zone not in rule.zones:
            continue
        if sum(one.goods_total for one in about) < rule.from_amount:
            continue
        off = min(parcel.fee, *(one.fee for one in parcel.options if not one.pick_up))
        off = min(off, rule.most) if rule.most else off
        if off > taken:
            best, taken = rule, off
    if best is None:
        return parcel
    by = best.funded_by
    return replace(parcel, discount=taken, funded=taken if by else 0, funded_by=by)


def _is_about(rule: FreePostage, parcel: Parcel) -> bool:
    if rule.workshop_id is not None:
        return parcel.workshop_id == rule.workshop_id
    return rule.council_id is None or parcel.council_id == rule.council_id


def commission(line_total: int, basis_points: int) -> int:
    """Give the council's commission on a line in whole rupiah, rounded half up."""
    return money.share(line_total, basis_points)


__all__ = [
    "KILO",
    "PICK_UP",
    "REGULAR",
    "REMOTE_SURCHARGE_BP",
    "TOLERANCE_G",
    "Bracket",
    "Choice",
    "FreePostage",
    "Incomplete",
    "Line",
    "Live",
    "NoSuchOption",
    "Option",
    "Packing",
    "Parcel",
    "Place",
    "Quote",
    "RateTable",
    "Service",
    "Terms",
    "bracket",
    "by_workshop",
    "chargeable_weight",
    "commission",
    "fee",
    "load",
    "plain",
    "quote",
    "round_weight",
    "with_free_postage",
    "zone",
]
