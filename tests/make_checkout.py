"""Carts, orders and payments for tests, made the way people make them. Each one is committed."""

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from catalog.models import Product, Variant, Workshop
from checkout import carts, gateway, ledger, orders, pay_page, payments, placing, shipping
from checkout.buyers import Buyer
from checkout.carts import Owner
from checkout.models import Cart, Order, OrderLine, OrderState, Payment, Shipment
from checkout.pricing import Choice
from shop.db import db, now
from shop.models import User
from tests import make_catalog
from tests.fake_gateway import FakeGateway
from tests.make import ACTOR, writing

BENGKULU = "17.71.02"
"""Gading Cempaka, Kota Bengkulu."""
PALEMBANG = "16.71.01"
JAYAPURA = "91.71.01"


def fake() -> FakeGateway:
    """Give the gateway that the fixture `bank` has handed to the shop."""
    found = current_app.extensions[gateway.EXTENSION][gateway.STRIPE]
    assert isinstance(found, FakeGateway)
    return found


def buyer(
    *, district: str = BENGKULU, user: User | None = None, email: str = "budi@contoh.id", locale: str = "id"
) -> Buyer:
    """Make the address of somebody who buys."""
    return Buyer(
        email=email,
        name="Budi Santoso",
        phone="+6281234567890",
        street="Jalan Suprapto 12",
        village="Anggut",
        district_code=district,
        postal_code="38225",
        locale=locale,
        user_id=user.id if user else None,
    )


def cart(*wanted: tuple[Product, int], user: User | None = None) -> Cart:
    """Fill a cart of a new visitor, or of a person."""
    with writing() as session:
        owner = Owner(user_id=user.id) if user else Owner(token=carts.new_token())
        found = carts.current(session, owner)
        for product, quantity in wanted:
            carts.add_line(session, found, make_catalog.variant_of(product).id, quantity)
        return found


def order(
    *wanted: tuple[Product, int],
    who: Buyer | None = None,
    user: User | None = None,
    form_key: str = "",
    seen_total: int | None = None,
    choices: Mapping[int, Choice] | None = None,
) -> Order:
    """Place an order for so many of these pieces (one new piece by default)."""
    chosen = wanted or ((make_catalog.piece(), 1),)
    basket = cart(*chosen, user=user)
    with writing() as session:
        return placing.place(
            session,
            ACTOR,
            form_key=form_key or placing.new_form_key(),
            cart=session.get(Cart, basket.id),
            buyer=who or buyer(user=user),
            seen_total=seen_total,
            choices=choices,
        )


def place(basket: Cart, who: Buyer | None = None) -> Order:
    """Place an order for what is in a cart."""
    cart_id = basket.id
    with writing() as session:
        return placing.place(
            session,
            ACTOR,
            form_key=placing.new_form_key(),
            cart=session.get(Cart, cart_id),
            buyer=who or buyer(),
        )


def lines(placed: Order) -> list[OrderLine]:
    """Give the lines of an order as they are now."""
    order_id = placed.id
    db.session.rollback()
    return orders.lines_of(db.session(), order_id)


def intended(order_id: int) -> Payment:
    """Go as far as the moment before a gateway is asked; give the payment."""
    with writing() as session:
        pay_page.intend(session, orders.lock(session, order_id))
    return payment_of(order_id)


def opened(placed: Order | None = None) -> tuple[Order, str]:
    """Open the payment page of an order; give the order and the page's reference."""
    placed = placed or order()
    order_id = placed.id
    payments.start(order_id)
    return fresh(order_id), payment_of(order_id).session_ref or ""


def paid(*wanted: tuple[Product, int], who: Buyer | None = None, user: User | None = None) -> Order:
    """Place an order and pay it."""
    return settle(order(*wanted, who=who, user=user))


def settle(placed: Order) -> Order:
    """Pay an order that has been placed."""
    found, ref = opened(placed)
    fake().pay(ref)
    order_id = found.id
    payments.settle(payment_of(order_id).id)
    assert fresh(order_id).state is OrderState.PAID
    return fresh(order_id)


def sent(found: Order) -> list[Shipment]:
    """Let every workshop of a paid order send its parcel."""
    for parcel in parcels(found.id):
        send_one(parcel)
    return parcels(found.id)


def send_one(parcel: Shipment) -> None:
    """Let a workshop hand one parcel to a courier."""
    shipment_id = parcel.id
    with writing() as session:
        here = session.get_one(Shipment, shipment_id)
        shipping.ship(session, ACTOR, here, "jne", "REG", f"JNE00{shipment_id:08}")


def received(found: Order) -> None:
    """Let every workshop send, and the buyer confirm, all parcels of a paid order."""
    for parcel in sent(found):
        shipment_id = parcel.id
        with writing() as session:
            shipping.confirm_received(session, ACTOR, session.get_one(Shipment, shipment_id))


def overdue(found: Order) -> None:
    """Let the time to pay an order be over."""
    with writing() as session:
        session.execute(
            sa.update(Order).where(Order.id == found.id).values(expires_at=now() - timedelta(seconds=1))
        )


# --- looking -----------------------------------------------------------------------------------------


def fresh(order_id: int) -> Order:
    """Give an order as it is in the database now."""
    db.session.rollback()
    return db.session.get_one(Order, order_id)


def payment_of(order_id: int) -> Payment:
    """Give the latest payment of an order as it is now."""
    db.session.rollback()
    query = sa.select(Payment).where(Payment.order_id == order_id).order_by(Payment.id.desc()).limit(1)
    return db.session.scalars(query).one()


def parcels(order_id: int) -> list[Shipment]:
    """Give the parcels of an order as they are now."""
    db.session.rollback()
    return list(
        db.session.scalars(sa.select(Shipment).where(Shipment.order_id == order_id).order_by(Shipment.id))
    )


def numbers(product: Product) -> tuple[int, int, int]:
    """Give on hand, set aside and sold of a product's first variant."""
    variant: Variant = make_catalog.variant_of(product)
    return variant.on_hand, variant.reserved, variant.sold


def books_are_even() -> dict[str, int]:
    """Give every balance, after seeing that they add up to nothing."""
    db.session.rollback()
    balances = ledger.trial_balance(db.session())
    assert sum(balances.values()) == 0, balances
    return balances


def workshop_in(regency: str = "16.71") -> Workshop:
    """Make a second workshop, elsewhere."""
    return make_catalog.workshop(regency=regency)


def link(found: Order) -> str:
    """Give the path of an order's signed link."""
    return orders.link(fresh(found.id)).removeprefix("http://localhost")
