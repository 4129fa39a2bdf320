"""Placing an order: once per checkout form, at the prices of this moment, with the pieces set aside.

Called by the checkout page and by the demonstration. docs/orders.md tells the way of an order.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import products, stock
from catalog.cards import Offer
from checkout import carts, letters, live_rates, order_rows, quotes, redemptions, vouchers
from checkout.buyers import Buyer
from checkout.carts import Owner
from checkout.discounts import Discount
from checkout.live_rates import Answers, Way
from checkout.models import (
    Cart,
    CartGift,
    CartLine,
    Order,
    OrderLine,
    OrderState,
    Payment,
    Reservation,
    Shipment,
)
from checkout.pricing import Choice, Quote
from checkout.transfers import waits
from shop import audit, config, jobs
from shop.audit import Actor
from shop.db import now, read
from shop.errors import Conflict, Invalid
from shop.money import MAX_AMOUNT, rupiah
from shop.writes import add_rows, write_last

REMIND_AFTER = timedelta(minutes=5)
"""When a buyer who has not paid yet is sent the way back to the order."""


class EmptyCart(Conflict):
    """There is nothing to order."""

    message = "Your cart is empty."


class NotForSale(Conflict):
    """A piece in the cart cannot be bought any more."""

    message = "A piece in your cart is not for sale any more. Please look at your cart again."


class SoldOut(Conflict):
    """Somebody was faster."""

    message = "“%(title)s”: only %(left)s left. Please look at your cart again."


class NoService(Conflict):
    """Nobody carries one of the parcels there."""

    message = "The parcel from %(workshop)s cannot be sent to this address."


class ChooseService(Conflict):
    """Nobody carries one of the parcels there, but it can be picked up."""

    message = "No courier carries the parcel from %(workshop)s there. You can pick it up at the gallery."


class TotalChanged(Conflict):
    """The total is not the one that the buyer saw."""

    message = "The total has changed to %(total)s. Please look at it, then press Pay again."


class TooSmall(Invalid):
    """Below what the payment service takes."""

    message = "The smallest order that can be paid is %(least)s."


class TooLarge(Invalid):
    """Above what the payment service takes."""

    message = "This order is too large to be paid at once. Please split it."


class BadFormKey(Invalid):
    """The form is not one of ours."""

    message = "This form has been open for too long. Please go back and try again."


class SomebodyElses(Conflict):
    """The form was used by somebody else."""

    message = "This form has been used already. Please start again from your cart."


def place(
    session: Session,
    actor: Actor,
    *,
    form_key: str,
    cart: Cart | Owner | None,
    buyer: Buyer,
    seen_total: int | None = None,
    transfer_to: int | None = None,
    choices: Mapping[int, Choice] | None = None,
    live: Answers | None = None,
    then: Callable[[Session, Order, list[OrderLine], list[Shipment]], None] | None = None,
) -> Order:
    """Turn a cart into an order that waits for its money; the same form gives the same order.

    `cart` is the cart, or whose it is.
    `seen_total` is the total in rupiah on the page: it decides nothing, it only stops a buyer who saw another.
    `choices` name a service per parcel, by workshop; without one the cheapest is taken. `live` is what an aggregator
    of couriers answered before this transaction began (`live_rates.ask`): nobody is asked in here.
    `then` is called with an order that is new, its lines and parcels, before its pieces are set aside: for what belongs
    to the same transaction.
    `transfer_to` is the receiving account the buyer sends the money to, instead of paying on a page.

    :raise EmptyCart: :raise NotForSale: :raise SoldOut: :raise NoService: :raise ChooseService: :raise NoSuchOption:
    :raise TotalChanged: :raise TooSmall: :raise TooLarge: :raise BadFormKey: :raise SomebodyElses:
    :raise VoucherRefused: :raise waits.NoTransfers: :raise waits.NoCode:
    """
    if not re.fullmatch(r"[0-9a-f]{32}", form_key):
        raise BadFormKey
    taken = carts.take(session, cart)  # a second press of the same form waits here for the first
    content = read(session, _CONTENT, {"cart_id": taken.id, "form_key": form_key}).all() if taken else []
    known = content[0].known if content else read(session, _OF_FORM, {"form_key": form_key}).scalar()
    if known is not None:
        return _same(session.get_one(Order, known), buyer)
    if taken is None:
        raise EmptyCart
    wanted = {row.variant_id: row.quantity for row in content}
    offers = _offers(session, wanted, buyer.locale)
    quote = _quote(session, wanted, offers, buyer, choices or {}, live or {})
    person = vouchers.Person(buyer.user_id, buyer.email)
    discount = _discount(session, taken, vouchers.items(wanted, offers), quote, person, seen_total)
    _check_total(quote, discount, seen_total)
    order = order_rows.insert(session, form_key, buyer, quote, discount)
    if order is None:  # the same form, sent twice at once: the other one was first
        known = session.scalars(sa.select(Order).where(Order.form_key == form_key)).one()
        return _same(known, buyer)
    gifts = carts.gifts_of(session, taken) if content[0].gifts else {}
    lines, sent = order_rows.write(session, order, offers, quote, discount, gifts)
    carts.clear(session, taken, gifts=bool(gifts))
    _await_money(session, order, transfer_to)
    after = {"state": order.state, "number": order.number, "total": order.total}
    audit.record(session, actor, "order.placed", order, after=after)
    if discount:
        redemptions.redeem(session, actor, order, discount, person)
    if then is not None:
        then(session, order, lines, sent)
    write_last(session)  # other buyers of these pieces wait from the next line to the commit
    _reserve(session, order, wanted, offers)
    return order


def _await_money(session: Session, order: Order, transfer_to: int | None) -> None:
    """Begin to wait for a transfer, or promise a reminder; who pays on a page has a payment when a gateway is asked."""
    if transfer_to is None:
        jobs.enqueue(session, remind, _delay=REMIND_AFTER, order_id=order.id)
        return
    session.add(Payment(order_id=order.id, amount=order.total, created_at=order.created_at))
    session.flush()
    waits.await_transfer(session, order, transfer_to)


def new_form_key() -> str:
    """Make the key of one checkout form, 128 random bits."""
    return secrets.token_hex(16)


@jobs.job()
def remind(session: Session, order_id: int) -> None:
    """Send the buyer of an order that still waits for its money the way to pay it."""
    order = session.get(Order, order_id)
    if order is None or order.state is not OrderState.PENDING:
        return
    if waits.awaited(session, order_id) is None:  # who pays by transfer by now has a letter that tells how
        letters.waiting(session, order)


_OF_FORM = sa.select(Order.id).where(Order.form_key == sa.bindparam("form_key"))
_CONTENT = (
    sa.select(
        CartLine.variant_id,
        CartLine.quantity,
        _OF_FORM.scalar_subquery().label("known"),
        sa.exists().where(CartGift.cart_id == sa.bindparam("cart_id")).label("gifts"),
    )
    .where(CartLine.cart_id == sa.bindparam("cart_id"), CartLine.saved_at.is_(None))
    .order_by(CartLine.id)
)
"""How many of each variant are to be ordered, oldest first; the order that the form has; whether there are messages."""


def _same(order: Order, buyer: Buyer) -> Order:
    if order.user_id != buyer.user_id or order.email != buyer.email:
        raise SomebodyElses
    return order


def _offers(session: Session, wanted: Mapping[int, int], locale: str) -> dict[int, Offer]:
    if not wanted:
        raise EmptyCart
    offers = products.offers(session, list(wanted), locale)
    for variant_id, quantity in wanted.items():
        offer = offers.get(variant_id)
        if offer is None or offer.paused:
            raise NotForSale
        if offer.available < quantity:
            raise SoldOut(title=offer.title, left=max(offer.available, 0))
    return offers


def _quote(
    session: Session,
    wanted: Mapping[int, int],
    offers: Mapping[int, Offer],
    buyer: Buyer,
    choices: Mapping[int, Choice],
    live: Answers,
) -> Quote:
    lines = quotes.lines_of(session, wanted, offers)
    way = Way(buyer.district_code, buyer.postal_code)
    quote = live_rates.quote(session, lines, way, choices, live)
    for parcel in quote.parcels:
        if parcel.rate is None:
            refusal = ChooseService if parcel.options else NoService
            raise refusal(workshop=offers[parcel.lines[0].variant_id].workshop_name)
    return quote


def _discount(
    session: Session,
    cart: Cart,
    lines: Sequence[vouchers.Item],
    quote: Quote,
    person: vouchers.Person,
    seen_total: int | None,
) -> Discount | None:
    """Give what the cart's voucher takes off, or nothing where there is none.

    A buyer who was shown that the voucher cannot be used, and the total without it, orders without it.

    :raise vouchers.VoucherRefused: when it cannot be used and the buyer has not seen that.
    """
    if not cart.voucher_code:
        return None
    try:
        return vouchers.reckon(
            session, cart.voucher_code, lines, person, room=room(quote), postage=vouchers.postage(quote)
        )
    except vouchers.VoucherRefused:
        if seen_total == quote.total:
            return None
        raise


def room(quote: Quote) -> int:
    """Give the rupiah that may come off a quote, so that what is left can be paid."""
    return max(0, quote.total - config.current().min_payment)


def _check_total(quote: Quote, discount: Discount | None, seen_total: int | None) -> None:
    least, total = config.current().min_payment, quote.total - (discount.total if discount else 0)
    if total < least:
        raise TooSmall(least=rupiah(least))
    if total > MAX_AMOUNT:
        raise TooLarge
    if seen_total is not None and seen_total != total:
        raise TotalChanged(total=rupiah(total))


def _reserve(session: Session, order: Order, wanted: Mapping[int, int], offers: Mapping[int, Offer]) -> None:
    held = sorted(wanted.items())
    common = {"order_id": order.id, "created_at": now()}
    add_rows(session, Reservation, (common | {"variant_id": one, "quantity": many} for one, many in held))
    try:
        stock.reserve(session, wanted, order.number)
    except stock.OutOfStock as refusal:
        raise SoldOut(title=offers[refusal.variant_id].title, left=refusal.left) from refusal
