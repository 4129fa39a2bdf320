"""The voucher of the visitor's cart, as the cart and checkout pages use it."""

from flask_login import current_user

from checkout import carts, contents, placing, vouchers
from checkout.contents import Contents
from checkout.pricing import Quote
from checkout.views.forms import CheckoutForm
from checkout.views.visitor import owner
from checkout.vouchers import Person, Standing
from shop import config
from shop.db import db, transaction
from shop.errors import ShopError


def use(typed: str) -> None:
    """Keep a voucher's code with the visitor's cart, if it holds for what is in it.

    :raise VoucherRefused: :raise carts.NoSuchLine: when there is no cart.
    """
    code = vouchers.read_code(typed)
    session = db.session()
    session.rollback()
    found = of_cart(contents.view(session, carts.find(session, owner())), code)
    if found is not None and found.problem is not None:
        raise found.problem
    with transaction() as writing:
        cart = carts.find(writing, owner())
        if cart is None:
            raise carts.NoSuchLine
        carts.set_voucher(writing, cart, code)


def drop() -> None:
    """Take the voucher out of the visitor's cart."""
    with transaction() as session:
        cart = carts.find(session, owner())
        if cart is not None:
            carts.set_voucher(session, cart, "")


def use_typed(form: CheckoutForm, cart: Contents) -> ShopError | None:
    """Use the voucher whose code was typed, if it is another one than the cart's; give the reason why not."""
    typed = str(form.voucher.data or "")
    if not typed:
        return None
    try:
        if vouchers.read_code(typed) != cart.voucher_code:
            use(typed)
    except ShopError as refusal:
        return refusal
    form.voucher.data, form.voucher.raw_data = "", None
    return None


def of_cart(cart: Contents, code: str, email: str = "") -> Standing | None:
    """Say how a voucher stands for a cart whose postage is not known yet."""
    goods = vouchers.items(cart.wanted, cart.offers)
    room = max(0, sum(item.total for item in goods) - config.current().min_payment)
    return vouchers.standing(db.session(), code, goods, _person(email), room=room)


def of_quote(form: CheckoutForm, cart: Contents, quote: Quote | None) -> Standing | None:
    """Say how the cart's voucher stands, for the postage and the e-mail address known so far."""
    email = "" if form.email.errors else str(form.email.data or "")
    if quote is None or not quote.complete:
        return of_cart(cart, cart.voucher_code, email)
    return vouchers.standing(
        db.session(),
        cart.voucher_code,
        vouchers.items(cart.wanted, cart.offers),
        _person(email),
        room=placing.room(quote),
        postage=vouchers.postage(quote),
    )


def _person(email: str) -> Person:
    """Say for whom a voucher is asked: the signed-in person, or a guest by the address typed so far."""
    if current_user.is_authenticated:
        return Person(current_user.id, current_user.email)
    return Person(email=email)
