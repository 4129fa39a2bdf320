"""Vouchers for tests, made the way people make them. Each one is committed."""

from datetime import timedelta
from typing import Any

from catalog.models import Product
from checkout import carts, payments, placing, voucher_book
from checkout.buyers import Buyer
from checkout.models import Cart, Order, Voucher, VoucherKind
from checkout.voucher_book import Giver, Plan
from shop.db import db, now
from tests import make_checkout
from tests.make import ACTOR, writing


def plan(**terms: Any) -> Plan:
    """Make the plan of a voucher for ten per cent that began yesterday."""
    usual: dict[str, Any] = {
        "name": "Hari Batik",
        "code": "BATIK10",
        "kind": VoucherKind.PERCENT,
        "percent": 10,
        "starts_at": now() - timedelta(days=1),
    }
    return Plan(**(usual | terms))


def voucher(giver: Giver | None = None, **terms: Any) -> Voucher:
    """Make a voucher; the marketplace gives it unless somebody else is named."""
    with writing() as session:
        made = voucher_book.make(session, ACTOR, giver or Giver(), plan(**terms))
        voucher_id = made.id
    return fresh(voucher_id)


def fresh(voucher_id: int) -> Voucher:
    """Give a voucher as it is now."""
    db.session.rollback()
    return db.session.get_one(Voucher, voucher_id)


def order(
    *wanted: tuple[Product, int],
    code: str = "BATIK10",
    who: Buyer | None = None,
    seen_total: int | None = None,
) -> Order:
    """Place an order with a voucher."""
    basket = make_checkout.cart(*wanted)
    cart_id = basket.id
    with writing() as session:
        carts.set_voucher(session, session.get_one(Cart, cart_id), code)
    with writing() as session:
        return placing.place(
            session,
            ACTOR,
            form_key=placing.new_form_key(),
            cart=session.get(Cart, cart_id),
            buyer=who or make_checkout.buyer(),
            seen_total=seen_total,
        )


def paid(*wanted: tuple[Product, int], code: str = "BATIK10", who: Buyer | None = None) -> Order:
    """Place an order with a voucher and pay it."""
    found, ref = make_checkout.opened(order(*wanted, code=code, who=who))
    make_checkout.fake().pay(ref)
    order_id = found.id
    payments.settle(make_checkout.payment_of(order_id).id)
    return make_checkout.fresh(order_id)
