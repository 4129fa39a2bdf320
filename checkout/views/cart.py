"""The cart's pages, and the small answer that fills in the cart count on public pages."""

from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from checkout import carts, contents
from checkout.carts import Owner
from checkout.models import Cart
from checkout.views.forms import AddForm, PressForm, QuantityForm
from shop import authz, config, web
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


def owner() -> Owner:
    """Give whose cart this visitor uses."""
    if current_user.is_authenticated:
        return Owner(user_id=current_user.id)
    return Owner(token=request.cookies.get(carts.cookie_name(config.current())))


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
    flash(gettext("It is in your cart."), "success")
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


def _page(form: PressForm, refusal: ShopError | None = None) -> ResponseReturnValue:
    session = db.session()
    session.rollback()
    shown = contents.view(session, carts.find(session, owner()))
    page = render_template(
        "cart/show.html",
        cart=shown,
        form=form,
        undo=_undo(),
        problem=gettext(refusal.message, **refusal.params) if refusal else "",
    )
    return page, refusal.status if refusal else 200


def _undo() -> tuple[int, int] | None:
    """Read from the address what was just taken out: numbers only, they are checked again when it is put back."""
    variant, quantity = request.args.get("removed", ""), request.args.get("quantity", "")
    small = all(text.isascii() and text.isdigit() and 0 < len(text) < 10 for text in (variant, quantity))
    return (int(variant), int(quantity)) if small else None


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
            max_age=int(timedelta(days=30).total_seconds()),
            secure=settings.https,
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return response
