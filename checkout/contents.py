"""What a cart shows: its lines by workshop, at today's prices, and what has changed since they were put in.

Made for the cart and checkout pages. Of a piece that is not public any more nothing is shown, not even its title.
"""

import enum
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog import products
from catalog.cards import Offer
from checkout import carts
from checkout.carts import MAX_QUANTITY
from checkout.models import Cart, CartLine


class Problem(enum.StrEnum):
    """Why a line cannot be ordered as it stands."""

    GONE = "gone"
    """Not public any more: nothing of it may be shown, not even its title."""
    PAUSED = "paused"
    SOLD_OUT = "sold_out"
    FEWER = "fewer"


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as the cart shows it, with what changed since it was put in."""

    id: int
    variant_id: int
    quantity: int
    offer: Offer | None
    problem: Problem | None
    price_was: int | None
    """Rupiah when it was put in, where that differs from today's price."""
    days_were: int | None = None
    """Working days to make it when it was put in, where that differs from today's."""

    @property
    def total(self) -> int:
        """Rupiah for the line at today's price."""
        return self.offer.price * self.quantity if self.offer else 0

    @property
    def most(self) -> int:
        """How many can be ordered now."""
        return min(self.offer.available, MAX_QUANTITY) if self.offer else 0


@dataclass(frozen=True, slots=True)
class GroupView:
    """The lines of one workshop: one parcel."""

    workshop_id: int
    workshop_name: str
    workshop_slug: str
    lines: tuple[LineView, ...]
    gift: str = ""
    """What shall be written into the parcel."""

    @property
    def total(self) -> int:
        """Rupiah for what can be ordered of this workshop."""
        return sum(line.total for line in self.lines if line.problem is None)

    @property
    def lead_days(self) -> int:
        """Working days until its slowest piece is ready."""
        return max((line.offer.lead_days for line in self.lines if line.offer), default=0)


@dataclass(frozen=True, slots=True)
class Contents:
    """A cart as its page shows it."""

    groups: tuple[GroupView, ...]
    gone: tuple[LineView, ...]
    saved: tuple[LineView, ...] = ()
    """What is kept for later."""
    saved_gone: tuple[LineView, ...] = ()
    """What was kept and is not public any more."""
    voucher_code: str = ""

    @property
    def lines(self) -> list[LineView]:
        """Give every line that can still be shown."""
        return [line for group in self.groups for line in group.lines]

    @property
    def total(self) -> int:
        """Rupiah for what can be ordered, without postage."""
        return sum(group.total for group in self.groups)

    @property
    def count(self) -> int:
        """How many pieces, those that cannot be ordered included."""
        return sum(line.quantity for line in (*self.lines, *self.gone))

    @property
    def blocked(self) -> bool:
        """Whether something must be put right before the cart can be ordered."""
        return bool(self.gone) or any(line.problem for line in self.lines)

    @property
    def changed(self) -> bool:
        """Whether prices, days or numbers are not those that were put in, and can be taken as they are now."""
        return any(
            line.price_was is not None or line.days_were is not None or line.problem is Problem.FEWER
            for line in self.lines
        )

    @property
    def wanted(self) -> dict[int, int]:
        """Pieces per variant that can be ordered as they stand."""
        return {line.variant_id: line.quantity for line in self.lines if line.problem is None}

    @property
    def offers(self) -> dict[int, Offer]:
        """Today's offers of these variants."""
        return {line.variant_id: line.offer for line in self.lines if line.offer is not None}

    @property
    def empty(self) -> bool:
        """Whether nothing is in it."""
        return not self.groups and not self.gone


def view(session: Session, cart: Cart | None) -> Contents:
    """Give a cart grouped by workshop, with today's prices and what has changed."""
    if cart is None:
        return Contents(groups=(), gone=())
    lines = carts.all_lines(session, cart)
    offers = products.offers(session, [line.variant_id for line in lines])
    shown = [_view(line, offers.get(line.variant_id)) for line in lines if line.saved_at is None]
    saved = [_view(line, offers.get(line.variant_id)) for line in lines if line.saved_at is not None]
    gifts = carts.gifts_of(session, cart)
    groups: dict[int, list[LineView]] = {}
    for line in shown:
        if line.offer is not None:
            groups.setdefault(line.offer.workshop_id, []).append(line)
    return Contents(
        groups=tuple(_group(mine, gifts.get(workshop_id, "")) for workshop_id, mine in groups.items()),
        gone=tuple(line for line in shown if line.offer is None),
        saved=tuple(line for line in saved if line.offer is not None),
        saved_gone=tuple(line for line in saved if line.offer is None),
        voucher_code=cart.voucher_code,
    )


def _group(lines: list[LineView], gift: str) -> GroupView:
    offer = lines[0].offer
    if offer is None:
        raise ValueError("a group needs an offer")
    return GroupView(offer.workshop_id, offer.workshop_name, offer.workshop_slug, tuple(lines), gift)


def _view(line: CartLine, offer: Offer | None) -> LineView:
    days = offer.lead_days if offer is not None and offer.made_to_order else 0
    return LineView(
        id=line.id,
        variant_id=line.variant_id,
        quantity=line.quantity,
        offer=offer,
        problem=_problem(line, offer),
        price_was=line.price_seen if offer is not None and offer.price != line.price_seen else None,
        days_were=line.days_seen if offer is not None and line.days_seen not in (0, days) else None,
    )


def _problem(line: CartLine, offer: Offer | None) -> Problem | None:
    if offer is None:
        return Problem.GONE
    if offer.paused:
        return Problem.PAUSED
    if offer.available <= 0:
        return Problem.SOLD_OUT
    return Problem.FEWER if offer.available < line.quantity else None
