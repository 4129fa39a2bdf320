"""The cart's pages, and the small answer that fills in the cart count on public pages."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from checkout import carts, contents
from checkout.carts import Owner
from checkout.contents import Contents
from checkout.models import Cart
from checkout.views import cart_postage, vouchers
from checkout.views.cart_forms import GiftForm, VoucherForm
from checkout.views.forms import AddForm, PressForm, QuantityForm
from checkout.views.visitor import owner
from shop import authz, config, inputs, web
from shop.db import db, transaction
from shop.errors import Forbidden, Invalid, ShopError

blueprint = Blueprint("cart", __name__)
authz.guard(blueprint, public=True, limits="form")


class FromElsewhere(Forbidden):
    """The form was sent from another site."""

    message = "This was sent from another site, so nothing was put in your cart."


class NothingChosen(Invalid):
    """The form names no piece, or no number of pieces."""

    message = "Please choose a piece, and a number of pieces from 1 to 9999 in digits."


@blueprint.get("/cart")
@authz.allow(public=True, limits="page")
def show() -> ResponseReturnValue:
    """Show the cart, grouped by workshop, with what changed."""
    return _page(PressForm())


@blueprint.post("/cart/lines")
@web.csrf.exempt
def add_line() -> ResponseReturnValue:
    """Put pieces into the cart, from a page that carries no token."""
    _refuse_other_sites()
    form = AddForm()
    if not form.is_sent():
        raise NothingChosen
    who, fresh = owner(), ""
    if who.user_id is None and carts.find(db.session(), who) is None:
        fresh = carts.new_token()
        who = Owner(token=fresh)
    try:
        with transaction() as session:
            carts.add_line(session, carts.current(session, who), form.variant_id.data, form.quantity.data)
    except ShopError as refusal:
        if web.wants_json():
            raise
        return _page(PressForm(), refusal)
    if web.wants_json():
        return _with_cookie(cast(Response, jsonify(cart_count=_count(who))), fresh)
    flash(gettext("Added to your cart."), "success")
    return _with_cookie(redirect(url_for("cart.show"), 303), fresh)


@blueprint.post("/cart/lines/<int:line_id>")
def update_line(line_id: int) -> ResponseReturnValue:
    """Change how many of a line are wanted."""
    form = QuantityForm()
    if not form.is_sent():
        words = " ".join(str(error) for error in form.quantity.errors) or gettext(
            "Please check what you entered."
        )
        return _page(PressForm(), Invalid(words))
    try:
        with transaction() as session:
            carts.set_quantity(session, _cart_or_404(), line_id, form.quantity.data)
    except ShopError as refusal:
        return _page(PressForm(), refusal)
    return redirect(url_for("cart.show"), 303)


@blueprint.post("/cart/lines/<int:line_id>/remove")
def remove_line(line_id: int) -> ResponseReturnValue:
    """Take a line out; the page then offers to put it back."""
    if not PressForm().is_sent():
        raise Invalid
    try:
        with transaction() as session:
            variant_id, quantity = carts.remove(session, _cart_or_404(), line_id)
    except carts.NoSuchLine as refusal:
        return _page(PressForm(), refusal)
    return redirect(url_for("cart.show", removed=variant_id, quantity=quantity), 303)


@blueprint.post("/cart/lines/<int:line_id>/save")
def save_line(line_id: int) -> ResponseReturnValue:
    """Keep a line for later; the page offers to put it back."""
    return _press(lambda session: carts.save_for_later(session, _cart_or_404(), line_id), saved=line_id)


@blueprint.post("/cart/lines/<int:line_id>/back")
def take_back(line_id: int) -> ResponseReturnValue:
    """Put a line that was kept for later into the cart again."""
    return _press(lambda session: carts.take_back(session, _cart_or_404(), line_id))


@blueprint.post("/cart/noted")
def take_note() -> ResponseReturnValue:
    """Take today's prices, days and numbers as they are."""
    return _press(lambda session: carts.take_note(session, _cart_or_404()))


@blueprint.post("/cart/gifts/<int:workshop_id>")
def gift(workshop_id: int) -> ResponseReturnValue:
    """Keep what shall be written into a workshop's parcel; an empty message takes it away."""
    form = GiftForm()
    if not form.is_sent():
        return _page(PressForm(), gift_form=(workshop_id, form), status=422)
    try:
        with transaction() as session:
            carts.set_gift(session, _cart_or_404(), workshop_id, form.message.data)
    except ShopError as refusal:
        return _page(PressForm(), refusal)
    words = gettext("The gift message is kept.") if form.message.data else gettext("No gift message then.")
    flash(words, "success")
    return redirect(url_for("cart.show", _anchor=f"workshop-{workshop_id}"), 303)


@blueprint.post("/cart/voucher")
def voucher() -> ResponseReturnValue:
    """Use a voucher for the cart, if it holds; one that does not changes nothing, and what was typed stays."""
    form = VoucherForm()
    if not form.is_sent():
        return _page(PressForm(), voucher_form=form, status=422)
    try:
        vouchers.use(form.code.data)
    except ShopError as refusal:
        form.refuse(form.code, gettext(refusal.message, **refusal.params))
        return _page(PressForm(), voucher_form=form, status=refusal.status)
    return redirect(url_for("cart.show", _anchor="cart-sum"), 303)


@blueprint.post("/cart/voucher/remove")
def drop_voucher() -> ResponseReturnValue:
    """Take the voucher out of the cart."""
    return _press(lambda session: carts.set_voucher(session, _cart_or_404(), ""))


def _press(act: Callable[[Session], object], **shown: Any) -> ResponseReturnValue:
    """Do what a button says and show the cart again, or the cart with the reason why not."""
    if not PressForm().is_sent():
        raise Invalid
    try:
        with transaction() as session:
            act(session)
    except ShopError as refusal:
        return _page(PressForm(), refusal)
    return redirect(url_for("cart.show", **shown), 303)


@blueprint.get("/me")
@authz.allow(public=True, limits="machine")
def me() -> ResponseReturnValue:
    """Say who is signed in and how full the cart is, for the header of public pages."""
    name = current_user.name if current_user.is_authenticated else None
    return jsonify(name=name, cart_count=_count(owner()))


def _count(who: Owner) -> int:
    session = db.session()
    return carts.count(session, carts.find(session, who))


def _cart_or_404() -> Cart:
    cart = carts.find(db.session(), owner())
    if cart is None:
        raise carts.NoSuchLine
    return cart


def _page(
    form: PressForm,
    refusal: ShopError | None = None,
    *,
    voucher_form: VoucherForm | None = None,
    gift_form: tuple[int, GiftForm] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    session = db.session()
    session.rollback()
    shown = contents.view(session, carts.find(session, owner()))
    kept = vouchers.of_cart(shown, shown.voucher_code)
    wrong = kept.problem if kept else None
    page = render_template(
        "cart/show.html",
        cart=shown,
        form=form,
        undo=_undo(),
        undo_saved=_number(request.args.get("saved", "")),
        postage=cart_postage.estimate(shown),
        voucher=kept,
        voucher_problem=gettext(wrong.message, **wrong.params) if wrong else "",
        voucher_form=voucher_form or VoucherForm(formdata=None),
        gift_forms=_gift_forms(shown, gift_form),
        problem=gettext(refusal.message, **refusal.params) if refusal else "",
    )
    return page, refusal.status if refusal else status


def _gift_forms(cart: Contents, sent: tuple[int, GiftForm] | None) -> dict[int, GiftForm]:
    """Give a form per parcel; the one that was sent keeps what was typed. Their ids differ, as a page needs."""
    forms = {
        group.workshop_id: GiftForm(formdata=None, data={"message": group.gift}) for group in cart.groups
    }
    if sent is not None:
        forms[sent[0]] = sent[1]
    for workshop_id, form in forms.items():
        form.message.id = f"gift-{workshop_id}"
    return forms


def _undo() -> tuple[int, int] | None:
    """Read from the address what was just taken out: numbers only, they are checked again when it is put back."""
    variant, quantity = (_number(request.args.get(name, "")) for name in ("removed", "quantity"))
    return (variant, quantity) if variant and quantity else None


def _number(text: str) -> int:
    return inputs.digits(text, 0)


def _refuse_other_sites() -> None:
    """Let only our own pages put things into a cart: browsers say where a form comes from."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        raise FromElsewhere
    origin = request.headers.get("Origin")
    if origin is not None:
        ours = {request.host, urlsplit(config.current().base_url).netloc}
        if urlsplit(origin).netloc not in ours:
            raise FromElsewhere


def _with_cookie(response: Response, token: str) -> Response:
    if token:
        settings = config.current()
        response.set_cookie(
            carts.cookie_name(settings),
            token,
            max_age=int(carts.LIFETIME.total_seconds()),
            secure=settings.https,
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return response


@blueprint.after_request
def _keep_another_month(response: Response) -> Response:
    """Let a visitor's cookie live as long as the cart: a month from the last change."""
    name = carts.cookie_name(config.current())
    token = request.cookies.get(name, "")
    if (
        request.method != "POST"
        or response.status_code >= 400
        or name in str(response.headers.getlist("Set-Cookie"))
    ):
        return response
    known = bool(token) and not current_user.is_authenticated
    return _with_cookie(response, token) if known else response
