"""Vouchers at the till: whether one holds for a cart, and what it takes off. Reading only.

Called by the cart and checkout pages (`standing`) and by `checkout.placing` (`reckon`). Using and giving back is
`checkout.redemptions`, making and changing `checkout.voucher_book`. The rules are in docs/vouchers.md.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import councils
from catalog.cards import Offer
from checkout import discounts, ledger
from checkout.discounts import Discount, Terms
from checkout.models import Voucher, VoucherKind, VoucherUse
from checkout.pricing import Quote
from shop.db import now
from shop.errors import Conflict, ShopError
from shop.i18n import write_date
from shop.models import User
from shop.money import rupiah

CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{1,22})[A-Z0-9]", re.ASCII)


class VoucherRefused(Conflict):
    """A voucher cannot be used for this order; subclasses say why."""


class NoSuchVoucher(VoucherRefused):
    """No voucher has this code."""

    message = "There is no voucher “%(code)s”. Please check the letters and digits."


class NotYet(VoucherRefused):
    """Its first day has not come."""

    message = "The voucher %(code)s holds from %(day)s."


class Over(VoucherRefused):
    """Its last day has passed."""

    message = "The voucher %(code)s was valid until %(day)s."


class Paused(VoucherRefused):
    """Whoever gives it has stopped it."""

    message = "The voucher %(code)s is not in use at the moment."


class UsedUp(VoucherRefused):
    """It has been used as often as it may be."""

    message = "The voucher %(code)s has been used up."


class UsedByYou(VoucherRefused):
    """This person has used it as often as one person may."""

    message = "You have used the voucher %(code)s as often as one person can."


class ForSomebodyElse(VoucherRefused):
    """It is for one account, and this is not it."""

    message = "The voucher %(code)s is for one person. Please sign in with the address that it was sent to."


class NotForThese(VoucherRefused):
    """Nothing in the cart is among what it holds for."""

    message = "The voucher %(code)s does not hold for the pieces in your cart."


class TooFewGoods(VoucherRefused):
    """The pieces it holds for cost less than it asks for."""

    message = "The voucher %(code)s asks for goods of %(least)s; %(missing)s are missing."


class TooSmallForIt(VoucherRefused):
    """Nothing would be left to pay."""

    message = "This order is too small for the voucher %(code)s."


class Changed(VoucherRefused):
    """The voucher was changed between looking and ordering."""

    message = "The voucher %(code)s has just been changed. Please look at the total again."


@dataclass(frozen=True, slots=True)
class Person:
    """Who wants to use it: a signed-in person, or a guest by the e-mail address typed (empty while there is none)."""

    user_id: int | None = None
    email: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line, as far as a voucher asks."""

    variant_id: int
    product_id: int
    workshop_id: int
    council_id: int
    craft_id: int | None
    total: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a cart's voucher stands: what it takes off, or why it cannot be used."""

    code: str
    name: str = ""
    kind: VoucherKind | None = None
    discount: Discount | None = None
    problem: ShopError | None = None

    @property
    def off(self) -> int:
        """Rupiah that come off."""
        return self.discount.total if self.discount else 0


def read_code(typed: str) -> str:
    """Give a code as it is kept, from however it is typed. :raise NoSuchVoucher: for what can be none."""
    code = "".join(typed.split()).upper()
    if not CODE.fullmatch(code):
        raise NoSuchVoucher(code="".join(letter for letter in code[:24] if letter.isprintable()))
    return code


def items(wanted: Mapping[int, int], offers: Mapping[int, Offer]) -> list[Item]:
    """Give so many pieces per variant, at today's prices, as vouchers see them."""
    return [
        Item(
            variant_id=variant_id,
            product_id=offers[variant_id].product_id,
            workshop_id=offers[variant_id].workshop_id,
            council_id=offers[variant_id].council_id,
            craft_id=offers[variant_id].craft_id,
            total=offers[variant_id].price * quantity,
        )
        for variant_id, quantity in wanted.items()
    ]


def postage(quote: Quote) -> dict[int, int]:
    """Give the postage of each parcel that nobody else takes off already, by workshop."""
    return {parcel.workshop_id: parcel.fee for parcel in quote.parcels if not parcel.discount}


def by_code(session: Session, code: str) -> Voucher:
    """Give a voucher by its code. :raise NoSuchVoucher:"""
    voucher = session.scalar(sa.select(Voucher).where(Voucher.code == code))
    if voucher is None:
        raise NoSuchVoucher(code=code)
    return voucher


def standing(
    session: Session,
    code: str,
    lines: Collection[Item],
    person: Person,
    *,
    room: int,
    postage: Mapping[int, int] | None = None,
) -> Standing | None:
    """Say how the voucher of a cart stands, without using it; None for a cart without one.

    `room` and `postage` as in `reckon`; while the postage is not known, one for the postage has no discount yet.
    """
    if not code:
        return None
    try:
        voucher = by_code(session, code)
        if voucher.kind is VoucherKind.POSTAGE and postage is None:
            _check(session, voucher, _fitting(session, voucher, lines), person)
            return Standing(code, voucher.name, voucher.kind)
        found = reckon(session, code, lines, person, room=room, postage=postage or {})
    except VoucherRefused as problem:
        return Standing(code, problem=problem)
    return Standing(code, found.name, voucher.kind, found)


def reckon(
    session: Session,
    code: str,
    lines: Collection[Item],
    person: Person,
    *,
    room: int,
    postage: Mapping[int, int],
) -> Discount:
    """Work out what a voucher takes off these lines and parcels, and from which of them.

    `postage` holds the rupiah of each workshop's parcel; `room` the rupiah that may come off so that enough is left
    to be paid. :raise VoucherRefused: with the reason why it cannot be used.
    """
    voucher = by_code(session, code)
    fitting = _fitting(session, voucher, lines)
    _check(session, voucher, fitting, person)
    costs = {item.variant_id: item.total for item in fitting}
    if voucher.kind is VoucherKind.POSTAGE:
        costs = {one: postage[one] for one in {item.workshop_id for item in fitting} if postage.get(one)}
    off = discounts.worth(_terms(voucher), sum(costs.values()), room)
    if not off:
        raise TooSmallForIt(code=code)
    shares = discounts.spread(off, costs)
    on_postage = voucher.kind is VoucherKind.POSTAGE
    return Discount(
        voucher_id=voucher.id,
        code=voucher.code,
        name=voucher.name,
        edits=voucher.edits,
        funded_by=payer(voucher),
        lines={} if on_postage else shares,
        parcels=shares if on_postage else {},
    )


def payer(voucher: Voucher) -> str:
    """Name the account of the books that bears a voucher; empty for a workshop, which simply gets less."""
    if voucher.workshop_id is not None:
        return ""
    return ledger.council(voucher.council_id) if voucher.council_id is not None else ledger.MARKETPLACE


def _terms(voucher: Voucher) -> Terms:
    return Terms(
        amount=voucher.amount if voucher.kind is VoucherKind.AMOUNT else 0,
        percent=voucher.percent if voucher.kind is VoucherKind.PERCENT else 0,
        postage=voucher.kind is VoucherKind.POSTAGE,
        cap=voucher.cap,
    )


def _fitting(session: Session, voucher: Voucher, lines: Iterable[Item]) -> list[Item]:
    """Give the lines that a voucher holds for."""
    giver = councils.ids_under(session, voucher.council_id) if voucher.council_id else None
    within = councils.ids_under(session, voucher.only_council_id) if voucher.only_council_id else None
    return [
        line
        for line in lines
        if (giver is None or line.council_id in giver)
        and (within is None or line.council_id in within)
        and voucher.workshop_id in (None, line.workshop_id)
        and voucher.only_workshop_id in (None, line.workshop_id)
        and voucher.only_craft_id in (None, line.craft_id)
        and voucher.only_product_id in (None, line.product_id)
    ]


def _check(session: Session, voucher: Voucher, fitting: Collection[Item], person: Person) -> None:
    """Refuse a voucher that does not hold: for whom first, then when, how often, and for what."""
    code, moment = voucher.code, now()
    if voucher.only_email and not _is(session, person, voucher.only_email):
        raise ForSomebodyElse(code=code)
    if voucher.paused_at is not None:
        raise Paused(code=code)
    if voucher.starts_at > moment:
        raise NotYet(code=code, day=write_date(voucher.starts_at))
    if voucher.ends_at is not None and voucher.ends_at <= moment:
        raise Over(code=code, day=write_date(voucher.ends_at))
    if voucher.limit_total is not None and voucher.used >= voucher.limit_total:
        raise UsedUp(code=code)
    if voucher.limit_each is not None and _used_by(session, voucher, person) >= voucher.limit_each:
        raise UsedByYou(code=code)
    if not fitting:
        raise NotForThese(code=code)
    missing = voucher.min_goods - sum(line.total for line in fitting)
    if missing > 0:
        raise TooFewGoods(code=code, least=rupiah(voucher.min_goods), missing=rupiah(missing))


def _is(session: Session, person: Person, email: str) -> bool:
    """Say whether this is the signed-in owner of an address; one that is only typed proves nothing."""
    if person.user_id is None:
        return False
    user = session.get(User, person.user_id)
    return user is not None and user.email == email and user.confirmed_at is not None


def _used_by(session: Session, voucher: Voucher, person: Person) -> int:
    if person.user_id is None and not person.email:
        return 0
    used = sa.select(VoucherUse.used).where(
        VoucherUse.voucher_id == voucher.id, VoucherUse.person == person_key(session, person)
    )
    return int(session.scalar(used) or 0)


def person_key(session: Session, person: Person) -> str:
    """Name a person for counting: by account, also where a guest types the address of one; else by the address."""
    user_id = person.user_id
    if user_id is None:
        user_id = session.scalar(sa.select(User.id).where(User.email == person.email))
    if user_id is not None:
        return f"user:{user_id}"
    name, _at, host = person.email.partition("@")
    plain = f"{name.partition('+')[0]}@{host}"  # budi+1@… and budi+2@… are one letter box
    return f"mail:{hashlib.sha256(plain.encode()).hexdigest()}"
