"""Carts: wishes of visitors and of signed-in people. A cart reserves nothing and holds only what is for sale.

Called by the cart's pages, by checkout and at sign-in. A visitor's cart is found by its own cookie, whose token is
stored as a hash.
"""

import enum
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import products
from catalog.cards import Offer
from checkout.models import Cart, CartLine
from shop import config
from shop.config import Settings
from shop.db import insert, now, transaction
from shop.errors import Conflict, Invalid, NotFound
from shop.jobs import periodic
from shop.models import User

LIFETIME = timedelta(days=30)
"""How long a visitor's cart is kept after the last change."""
MAX_LINES = 50
MAX_QUANTITY = 9999


class NotForSale(Conflict):
    """The piece is not, or no longer, on sale."""

    message = "This piece is not for sale any more."


class SoldOut(Conflict):
    """Nothing is left."""

    message = "This piece is sold out."


class NotEnough(Conflict):
    """Fewer are left than were asked for."""

    message = "Only %(left)s of these can be bought now."


class CartFull(Conflict):
    """A cart holds so many different pieces."""

    message = "A cart holds at most 50 different pieces. Please order these first."


class BadQuantity(Invalid):
    """Not a quantity."""

    message = "A quantity is a whole number from 1 to 9999."


class NoSuchLine(NotFound):
    """There is no such line in this cart."""

    message = "This is not in your cart any more."


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose cart: a signed-in person's, or a visitor's by the token in the cookie."""

    user_id: int | None = None
    token: str | None = None


def cookie_name(settings: Settings) -> str:
    """Give the name of the visitor's cart cookie."""
    return "__Host-kriya_cart" if settings.https else "kriya_cart"


def new_token() -> str:
    """Make the secret of a visitor's cart, 256 random bits."""
    return secrets.token_urlsafe(32)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _owned(owner: Owner) -> sa.ColumnElement[bool] | None:
    if owner.user_id is not None:
        return Cart.user_id == owner.user_id
    if owner.token:
        return Cart.token_hash == _hash(owner.token)
    return None


def find(session: Session, owner: Owner) -> Cart | None:
    """Give the cart of a person or visitor, if there is one."""
    mine = _owned(owner)
    return None if mine is None else session.scalar(sa.select(Cart).where(mine))


def current(session: Session, owner: Owner) -> Cart:
    """Give the cart of a person or visitor, made now if there is none. A visitor needs a token."""
    found = find(session, owner)
    if found is not None:
        return found
    token_hash = None if owner.user_id is not None else _hash(owner.token or "")
    row = {"user_id": owner.user_id, "token_hash": token_hash, "created_at": now(), "updated_at": now()}
    session.execute(insert(session, Cart).values(**row).on_conflict_do_nothing())
    found = find(session, owner)
    if found is None:
        raise ValueError("a cart needs an owner")
    return found


def lock(session: Session, cart: Cart) -> None:
    """Let one transaction at a time work on a cart, and note that it is in use."""
    session.execute(sa.update(Cart).where(Cart.id == cart.id).values(updated_at=now()))


def lines_of(session: Session, cart: Cart) -> list[CartLine]:
    """Give the lines of a cart, oldest first."""
    return list(session.scalars(sa.select(CartLine).where(CartLine.cart_id == cart.id).order_by(CartLine.id)))


def count(session: Session, cart: Cart | None) -> int:
    """Give how many pieces are in a cart."""
    if cart is None:
        return 0
    pieces = sa.select(sa.func.coalesce(sa.func.sum(CartLine.quantity), 0)).where(CartLine.cart_id == cart.id)
    return int(session.scalar(pieces) or 0)


# --- changing ----------------------------------------------------------------------------------------


def add_line(session: Session, cart: Cart, variant_id: int, quantity: int = 1) -> CartLine:
    """Put pieces of a variant into a cart, on top of those that are there.

    :raise NotForSale: :raise SoldOut: :raise NotEnough: :raise CartFull: :raise BadQuantity:
    """
    lock(session, cart)
    lines = {line.variant_id: line for line in lines_of(session, cart)}
    line = lines.get(variant_id)
    wanted = quantity + (line.quantity if line else 0)
    offer = _check(session, variant_id, wanted)
    if line is not None:
        line.quantity = wanted
        line.price_seen = offer.price
        session.flush()
        return line
    if len(lines) >= MAX_LINES:
        raise CartFull
    line = CartLine(
        cart_id=cart.id, variant_id=variant_id, quantity=wanted, price_seen=offer.price, added_at=now()
    )
    session.add(line)
    session.flush()
    return line


def set_quantity(session: Session, cart: Cart, line_id: int, quantity: int) -> CartLine:
    """Change how many of a line are wanted; today's price counts as seen.

    :raise NoSuchLine: :raise NotForSale: :raise SoldOut: :raise NotEnough: :raise BadQuantity:
    """
    lock(session, cart)
    line = _line(session, cart, line_id)
    offer = _check(session, line.variant_id, quantity)
    line.quantity = quantity
    line.price_seen = offer.price
    session.flush()
    return line


def remove(session: Session, cart: Cart, line_id: int) -> tuple[int, int]:
    """Take a line out; give variant and quantity, so that it can be put back. :raise NoSuchLine:"""
    lock(session, cart)
    line = _line(session, cart, line_id)
    session.delete(line)
    session.flush()
    return line.variant_id, line.quantity


def clear(session: Session, cart: Cart) -> None:
    """Take everything out."""
    session.execute(sa.delete(CartLine).where(CartLine.cart_id == cart.id))


def _line(session: Session, cart: Cart, line_id: int) -> CartLine:
    line = session.scalar(sa.select(CartLine).where(CartLine.id == line_id, CartLine.cart_id == cart.id))
    if line is None:
        raise NoSuchLine
    return line


def _check(session: Session, variant_id: int, wanted: int) -> Offer:
    if not 1 <= wanted <= MAX_QUANTITY:
        raise BadQuantity
    offer = products.offers(session, [variant_id]).get(variant_id)
    if offer is None or offer.paused:
        raise NotForSale
    if offer.available <= 0:
        raise SoldOut
    if offer.available < wanted:
        raise NotEnough(left=offer.available)
    return offer


def merge(session: Session, user: User, cookies: Mapping[str, str]) -> None:
    """Give a visitor's cart to the person who has just signed in; of a piece in both, the larger number stays."""
    guest = find(session, Owner(token=cookies.get(cookie_name(config.current()))))
    if guest is None:
        return
    own = current(session, Owner(user_id=user.id))
    known = {line.variant_id: line for line in lines_of(session, own)}
    for line in lines_of(session, guest):
        mine = known.get(line.variant_id)
        if mine is not None:
            mine.quantity = max(mine.quantity, line.quantity)
        elif len(known) < MAX_LINES:
            line.cart_id = own.id
            known[line.variant_id] = line
    session.flush()
    clear(session, guest)
    session.execute(sa.delete(Cart).where(Cart.id == guest.id))
    lock(session, own)


@periodic(every=24 * 3600)
def forget_old() -> None:
    """Drop visitors' carts that nobody has touched for a month."""
    old = sa.select(Cart.id).where(Cart.user_id.is_(None), Cart.updated_at < now() - LIFETIME)
    with transaction() as session:
        session.execute(sa.delete(CartLine).where(CartLine.cart_id.in_(old)))
        session.execute(sa.delete(Cart).where(Cart.id.in_(old)))


# --- what a cart shows -------------------------------------------------------------------------------


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
    def empty(self) -> bool:
        """Whether nothing is in it."""
        return not self.groups and not self.gone


def view(session: Session, cart: Cart | None) -> Contents:
    """Give a cart grouped by workshop, with today's prices and what has changed."""
    lines = lines_of(session, cart) if cart else []
    offers = products.offers(session, [line.variant_id for line in lines])
    shown = [_view(line, offers.get(line.variant_id)) for line in lines]
    groups: dict[int, list[LineView]] = {}
    for line in shown:
        if line.offer is not None:
            groups.setdefault(line.offer.workshop_id, []).append(line)
    return Contents(
        groups=tuple(_group(mine) for mine in groups.values()),
        gone=tuple(line for line in shown if line.offer is None),
    )


def _group(lines: list[LineView]) -> GroupView:
    offer = lines[0].offer
    if offer is None:
        raise ValueError("a group needs an offer")
    return GroupView(offer.workshop_id, offer.workshop_name, offer.workshop_slug, tuple(lines))


def _view(line: CartLine, offer: Offer | None) -> LineView:
    changed = offer is not None and offer.price != line.price_seen
    return LineView(
        id=line.id,
        variant_id=line.variant_id,
        quantity=line.quantity,
        offer=offer,
        problem=_problem(line, offer),
        price_was=line.price_seen if changed else None,
    )


def _problem(line: CartLine, offer: Offer | None) -> Problem | None:
    if offer is None:
        return Problem.GONE
    if offer.paused:
        return Problem.PAUSED
    if offer.available <= 0:
        return Problem.SOLD_OUT
    return Problem.FEWER if offer.available < line.quantity else None
