"""Carts: wishes of visitors and of signed-in people. A cart reserves nothing and holds only what is for sale.

Called by the cart's pages, by checkout and at sign-in. A visitor's cart is found by its own cookie, whose token is
stored as a hash. What a cart shows is `checkout.contents`. Lines saved for later are kept in the same table and are
neither counted nor ordered.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import products
from catalog.cards import Offer
from checkout.models import Cart, CartGift, CartLine
from shop import config
from shop.config import Settings
from shop.db import insert, now, read, transaction
from shop.errors import Conflict, Invalid, NotFound
from shop.jobs import periodic
from shop.models import User
from shop.writes import as_object

LIFETIME = timedelta(days=30)
"""How long a visitor's cart is kept after the last change."""
MAX_LINES = 50
MAX_QUANTITY = 9999
MAX_MESSAGE = 300
"""Letters of a gift message, so that it fits a card."""


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


class SavedFull(Conflict):
    """So many different pieces can be saved."""

    message = "At most 50 different pieces can be saved for later. Please take one out first."


class NoSuchParcel(NotFound):
    """Nothing in the cart comes from this workshop."""

    message = "Nothing in your cart comes from this workshop any more."


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


def hash_of(token: str) -> str:
    """Give what is stored of a visitor's token."""
    return hashlib.sha256(token.encode()).hexdigest()


_OF_PERSON = sa.select(Cart).where(Cart.user_id == sa.bindparam("user_id"))
_OF_VISITOR = sa.select(Cart).where(Cart.token_hash == sa.bindparam("token_hash"))


def find(session: Session, owner: Owner) -> Cart | None:
    """Give the cart of a person or visitor, if there is one."""
    if owner.user_id is not None:
        return session.scalar(_OF_PERSON, {"user_id": owner.user_id})
    if owner.token:
        return session.scalar(_OF_VISITOR, {"token_hash": hash_of(owner.token)})
    return None


def current(session: Session, owner: Owner) -> Cart:
    """Give the cart of a person or visitor, made now if there is none. A visitor needs a token."""
    found = find(session, owner)
    if found is not None:
        return found
    token_hash = None if owner.user_id is not None else hash_of(owner.token or "")
    row = {"user_id": owner.user_id, "token_hash": token_hash, "created_at": now(), "updated_at": now()}
    session.execute(insert(session, Cart).values(**row).on_conflict_do_nothing())
    found = find(session, owner)
    if found is None:
        raise ValueError("a cart needs an owner")
    return found


def lock(session: Session, cart: Cart) -> None:
    """Let one transaction at a time work on a cart, and note that it is in use."""
    session.flush()
    session.connection().execute(_IN_USE, {"cart": cart.id, "moment": now()})
    session.expire(cart, ["updated_at"])


def take(session: Session, whose: Owner | Cart | None) -> Cart | None:
    """Find a cart and lock it, by one statement where its owner is known. None when there is none."""
    if not isinstance(whose, Owner):
        if whose is not None:
            lock(session, whose)
        return whose
    taking, of = (
        (_TAKING_PERSONS, {"of_user": whose.user_id})
        if whose.user_id is not None
        else (_TAKING_VISITORS, {"token": hash_of(whose.token) if whose.token else None})
    )
    session.flush()
    row = session.connection().execute(taking, {**of, "moment": now()}).mappings().one_or_none()
    return as_object(session, Cart, row) if row else None


_CARTS: Any = Cart.__table__
_TOUCHING = sa.update(_CARTS).values(updated_at=sa.bindparam("moment"))
_IN_USE = _TOUCHING.where(_CARTS.c.id == sa.bindparam("cart"))
_TAKING_PERSONS = _TOUCHING.where(_CARTS.c.user_id == sa.bindparam("of_user")).returning(*_CARTS.c)
_TAKING_VISITORS = _TOUCHING.where(_CARTS.c.token_hash == sa.bindparam("token")).returning(*_CARTS.c)


def all_lines(session: Session, cart: Cart) -> list[CartLine]:
    """Give the lines of a cart, those saved for later included, oldest first."""
    return list(session.scalars(sa.select(CartLine).where(CartLine.cart_id == cart.id).order_by(CartLine.id)))


def lines_of(session: Session, cart: Cart) -> list[CartLine]:
    """Give the lines of a cart that are to be ordered, oldest first."""
    return [line for line in all_lines(session, cart) if line.saved_at is None]


def count(session: Session, cart: Cart | None) -> int:
    """Give how many pieces are in a cart."""
    if cart is None:
        return 0
    pieces = sa.select(sa.func.sum(CartLine.quantity)).where(
        CartLine.cart_id == cart.id, CartLine.saved_at.is_(None)
    )
    return int(session.scalar(pieces) or 0)


# --- changing ----------------------------------------------------------------------------------------


def add_line(session: Session, cart: Cart, variant_id: int, quantity: int = 1) -> CartLine:
    """Put pieces of a variant into a cart, on top of those that are there; saved ones begin anew.

    :raise NotForSale: :raise SoldOut: :raise NotEnough: :raise CartFull: :raise BadQuantity:
    """
    lock(session, cart)
    lines = {line.variant_id: line for line in all_lines(session, cart)}
    line = lines.get(variant_id)
    there = line.quantity if line is not None and line.saved_at is None else 0
    offer = _check(session, variant_id, quantity + there)
    if there == 0 and _in_use(lines.values()) >= MAX_LINES:
        raise CartFull
    if line is None:
        line = CartLine(cart_id=cart.id, variant_id=variant_id, added_at=now())
        session.add(line)
    line.quantity, line.saved_at = quantity + there, None
    _see(line, offer)
    session.flush()
    return line


def _in_use(lines: Iterable[CartLine]) -> int:
    return sum(line.saved_at is None for line in lines)


def _see(line: CartLine, offer: Offer) -> None:
    """Take today's terms as seen by the buyer."""
    line.price_seen, line.days_seen = offer.price, offer.lead_days if offer.made_to_order else 0


def set_quantity(session: Session, cart: Cart, line_id: int, quantity: int) -> CartLine:
    """Change how many of a line are wanted; today's price counts as seen.

    :raise NoSuchLine: :raise NotForSale: :raise SoldOut: :raise NotEnough: :raise BadQuantity:
    """
    lock(session, cart)
    line = _line(session, cart, line_id)
    offer = _check(session, line.variant_id, quantity)
    line.quantity = quantity
    _see(line, offer)
    session.flush()
    return line


def save_for_later(session: Session, cart: Cart, line_id: int) -> CartLine:
    """Keep a line without ordering it, whether or not it can be bought now. :raise NoSuchLine: :raise SavedFull:"""
    lock(session, cart)
    line = _line(session, cart, line_id)
    lines = all_lines(session, cart)
    if line.saved_at is None:
        if len(lines) - _in_use(lines) >= MAX_LINES:
            raise SavedFull
        line.saved_at = now()
        session.flush()
    return line


def take_back(session: Session, cart: Cart, line_id: int) -> CartLine:
    """Put a line that was saved for later into the cart again: as many as there are, at most as many as it was.

    :raise NoSuchLine: :raise NotForSale: :raise SoldOut: :raise CartFull:
    """
    lock(session, cart)
    line = _line(session, cart, line_id)
    if line.saved_at is not None:
        offer = _check(session, line.variant_id, 1)
        if _in_use(all_lines(session, cart)) >= MAX_LINES:
            raise CartFull
        line.quantity, line.saved_at = min(line.quantity, offer.available), None
        session.flush()
    return line


def take_note(session: Session, cart: Cart) -> None:
    """Take today's prices and days as seen, because the buyer says so; of more than are left, what is left."""
    lock(session, cart)
    lines = lines_of(session, cart)
    offers = products.offers(session, [line.variant_id for line in lines])
    for line in lines:
        offer = offers.get(line.variant_id)
        if offer is not None and not offer.paused and offer.available > 0:
            line.quantity = min(line.quantity, offer.available)
            _see(line, offer)
    session.flush()


def remove(session: Session, cart: Cart, line_id: int) -> tuple[int, int]:
    """Take a line out; give variant and quantity, so that it can be put back. :raise NoSuchLine:"""
    lock(session, cart)
    line = _line(session, cart, line_id)
    session.delete(line)
    session.flush()
    return line.variant_id, line.quantity


_LINES: Any = CartLine.__table__
_CLEARING = sa.delete(_LINES).where(_LINES.c.cart_id == sa.bindparam("of_cart"), _LINES.c.saved_at.is_(None))


def clear(session: Session, cart: Cart, *, gifts: bool = True) -> None:
    """Take out what has been ordered, with its voucher and gift messages; what is saved for later stays.

    `gifts` says whether the caller, who holds the cart's lock, has seen any message.
    """
    session.flush()
    session.connection().execute(_CLEARING, {"of_cart": cart.id})
    if gifts:
        session.execute(sa.delete(CartGift).where(CartGift.cart_id == cart.id))
    if cart.voucher_code:
        session.execute(sa.update(Cart).where(Cart.id == cart.id).values(voucher_code=""))


def set_gift(session: Session, cart: Cart, workshop_id: int, message: str) -> None:
    """Keep what shall be written into a workshop's parcel; nothing takes it away. :raise NoSuchParcel:"""
    lock(session, cart)
    variant_ids = [line.variant_id for line in lines_of(session, cart)]
    offers = products.offers(session, variant_ids).values()
    if workshop_id not in {offer.workshop_id for offer in offers}:
        raise NoSuchParcel
    session.execute(
        sa.delete(CartGift).where(CartGift.cart_id == cart.id, CartGift.workshop_id == workshop_id)
    )
    if message:
        session.add(CartGift(cart_id=cart.id, workshop_id=workshop_id, message=message[:MAX_MESSAGE]))
    session.flush()


def gifts_of(session: Session, cart: Cart) -> dict[int, str]:
    """Give the gift messages of a cart by workshop."""
    return {row.workshop_id: row.message for row in read(session, _GIFTS, {"cart_id": cart.id})}


_GIFTS = sa.select(CartGift.workshop_id, CartGift.message).where(CartGift.cart_id == sa.bindparam("cart_id"))


def set_voucher(session: Session, cart: Cart, code: str) -> None:
    """Keep the code of a voucher with the cart, or none; whether it holds is asked each time it is shown."""
    lock(session, cart)
    session.execute(sa.update(Cart).where(Cart.id == cart.id).values(voucher_code=code))


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
    known = {line.variant_id: line for line in all_lines(session, own)}
    room = MAX_LINES - _in_use(known.values())
    for line in all_lines(session, guest):
        mine = known.get(line.variant_id)
        comes_in = line.saved_at is None and (mine is None or mine.saved_at is not None)
        if comes_in and room <= 0:
            continue
        room -= comes_in
        if mine is None:
            line.cart_id = own.id
            known[line.variant_id] = line
        elif line.saved_at is None:
            mine.quantity = line.quantity if mine.saved_at else max(mine.quantity, line.quantity)
            mine.saved_at = None
    _merge_rest(session, guest, own)
    session.flush()
    session.execute(sa.delete(CartLine).where(CartLine.cart_id == guest.id))
    session.execute(sa.delete(CartGift).where(CartGift.cart_id == guest.id))
    session.execute(sa.delete(Cart).where(Cart.id == guest.id))
    lock(session, own)


def _merge_rest(session: Session, guest: Cart, own: Cart) -> None:
    """Take over the visitor's gift messages and voucher where the person has none."""
    mine = gifts_of(session, own)
    for workshop_id, message in gifts_of(session, guest).items():
        if workshop_id not in mine:
            session.add(CartGift(cart_id=own.id, workshop_id=workshop_id, message=message))
    if guest.voucher_code and not own.voucher_code:
        own.voucher_code = guest.voucher_code


@periodic(every=24 * 3600)
def forget_old() -> None:
    """Drop visitors' carts that nobody has touched for a month."""
    old = sa.select(Cart.id).where(Cart.user_id.is_(None), Cart.updated_at < now() - LIFETIME)
    with transaction() as session:
        session.execute(sa.delete(CartLine).where(CartLine.cart_id.in_(old)))
        session.execute(sa.delete(CartGift).where(CartGift.cart_id.in_(old)))
        session.execute(sa.delete(Cart).where(Cart.id.in_(old)))
