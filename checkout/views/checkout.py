"""The checkout page: one form, guests first; without JavaScript its buttons ask the server for the next piece."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.exc import OperationalError

from catalog import indonesia
from catalog.cards import Offer
from checkout import (
    carts,
    closed_days,
    contents,
    crowds,
    gateway,
    links,
    live_rates,
    orders,
    pay_page,
    payments,
    pick_up,
    placing,
    quotes,
)
from checkout.buyers import Buyer
from checkout.contents import Contents
from checkout.couriers import port
from checkout.live_rates import Answers, Way
from checkout.models import Order
from checkout.pay_page import Intent
from checkout.pricing import Quote
from checkout.transfers import waits
from checkout.views import choices, vouchers
from checkout.views.forms import CheckoutForm
from checkout.views.visitor import owner
from shop import authz, i18n, web
from shop.db import db, now, transaction, waited_too_long
from shop.errors import Conflict, ShopError

blueprint = Blueprint("checkout", __name__, url_prefix="/checkout")
authz.guard(blueprint, public=True, limits="form")


class Crowded(Conflict):
    """Too many people want the same pieces at the same moment."""

    message = (
        "Many people are ordering these pieces right now. Nothing was ordered yet; please press Pay again."
    )


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the form, filled in with what a signed-in person used last."""
    cart = _contents()
    if cart.empty or cart.blocked:
        if cart.blocked:
            flash(
                gettext("Something in your cart has changed. Please look at it before you order."), "warning"
            )
        return redirect(url_for("cart.show"))
    form = CheckoutForm(data=_known())
    form.form_key.data = placing.new_form_key()
    return _page(form, cart)


@blueprint.post("/quote")
def quote() -> ResponseReturnValue:
    """Show the form again with the districts of a postal code and the postage to the chosen one."""
    form = CheckoutForm()
    cart = _contents()
    if cart.empty:
        return redirect(url_for("cart.show"), 303)
    return _page(form, cart)


@blueprint.post("/voucher")
def voucher() -> ResponseReturnValue:
    """Use a voucher, or take it out, and show the form again with everything typed."""
    form = CheckoutForm()
    cart = _contents()
    if cart.empty:
        return redirect(url_for("cart.show"), 303)
    refusal = None
    if "drop_voucher" in request.form:
        vouchers.drop()
    else:
        refusal = vouchers.use_typed(form, cart)
    return _page(form, _contents(), status=refusal.status if refusal else 200, voucher_problem=refusal)


@blueprint.get("/places")
@authz.allow(public=True, limits="search")
def places() -> ResponseReturnValue:
    """Find districts by postal code or name, as JSON."""
    found = indonesia.places(
        request.args.get("q", "")[:100], postal_code=request.args.get("postal_code", "")[:5]
    )
    return jsonify(
        places=[
            {
                "district_code": place.district_code,
                "label": place.label,
                "postal_codes": list(place.postal_codes),
            }
            for place in found
        ]
    )


@blueprint.post("")
def pay() -> ResponseReturnValue:
    """Place the order and send the buyer to the payment page. Pressing twice gives one order."""
    refusal = crowds.refusal(owner(), request.form.get("form_key", ""))
    if refusal is not None:  # told first: the rest of a page costs ten times as much
        return _sold_out(refusal) if isinstance(refusal, placing.SoldOut) else _nothing()
    form = CheckoutForm()
    if not form.is_sent():
        return _page(form, _contents(), status=422)
    refused = vouchers.use_typed(form, _contents()) if form.voucher.data else None
    if refused is not None:
        return _page(form, _contents(), status=refused.status, voucher_problem=refused)
    if form.total_unseen:  # no script has asked for the postage: this press shows it, the next one orders
        return _page(form, _contents(), first_look=True)
    try:
        order, intent = _placed(form)
    except (ShopError, OperationalError) as error:
        return _refused(form, error)
    return to_payment(order, intent)


def _placed(form: CheckoutForm) -> tuple[Order, Intent | None]:
    """Turn the cart into an order, as the form says, and into what its gateway is to be asked, if any.

    :raise ShopError: as `placing.place` does.
    """
    live = _ask_couriers(form, _contents()) if port.current() is not None else {}
    intents: list[Intent | None] = []
    with transaction() as session:
        order = placing.place(
            session,
            web.actor(),
            form_key=str(form.form_key.data or ""),
            cart=owner(),
            buyer=_buyer(form),
            seen_total=form.total_seen,
            transfer_to=form.transfer_to,
            choices=choices.sent(),
            live=live,
            then=lambda session, order, lines, sent: intents.append(
                pay_page.intend(session, order, (lines, sent) if form.transfer_to is None else None)
            ),
        )
    return order, intents[0] if intents else None


def _refused(form: CheckoutForm, error: ShopError | OperationalError) -> ResponseReturnValue:
    """Say why nothing was ordered; what was typed stays."""
    if isinstance(error, OperationalError):
        if not waited_too_long(error):
            raise error
        return _page(form, _contents(), status=Crowded.status, problem=Crowded())
    if isinstance(error, placing.SoldOut):
        return _sold_out(error)
    if isinstance(error, placing.EmptyCart):
        return _nothing()
    if isinstance(error, placing.BadFormKey):
        form.form_key.data = placing.new_form_key()  # what came is not ours; the next press may count
    return _page(form, _contents(), status=error.status, problem=error)


def _nothing() -> ResponseReturnValue:
    """Lead somebody with an empty cart to it."""
    flash(gettext(placing.EmptyCart.message), "warning")
    return redirect(url_for("cart.show"), 303)


def _sold_out(refusal: placing.SoldOut) -> ResponseReturnValue:
    """Tell a buyer that somebody was faster, by a page that costs little; what was typed leads back to the form."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    words = gettext(refusal.message, **refusal.params)
    return render_template("checkout/sold_out.html", words=words, typed=typed), refusal.status


def to_payment(order: Order, intent: Intent | None = None) -> ResponseReturnValue:
    """Send the buyer to the payment page, or to the order's own page with the reason why not."""
    try:
        if intent is not None:
            return redirect(payments.open_page(intent), 303)
        if waits.awaited(db.session(), order.id) is not None:
            where = url_for("transfers.show", number=order.number, key=links.key_of(order))
            return redirect(where, 303)
        return redirect(payments.start(order.id), 303)
    except (gateway.Unreachable, gateway.Refused, payments.StillPaying, orders.NotPossible) as refusal:
        flash(gettext(refusal.message), "error")
    except payments.NotPayable:
        pass  # paid already, or its time is over: its page says which
    return redirect(url_for("orders.show", number=order.number, key=links.key_of(order)), 303)


def _contents() -> Contents:
    session = db.session()
    return contents.view(session, carts.find(session, owner()))


def _known() -> dict[str, str]:
    """Give what a signed-in person is known by, and where their last order went."""
    if not current_user.is_authenticated:
        return {}
    known = {"email": current_user.email, "name": current_user.name, "phone": current_user.phone or ""}
    last, _total = orders.of_user(db.session(), current_user.id, size=1)
    for order in last:
        known |= {
            "name": order.name,
            "phone": order.phone,
            "street": order.street,
            "village": order.village,
            "postal_code": order.postal_code,
            "district_code": order.district_code,
        }
    return known


def _buyer(form: CheckoutForm) -> Buyer:
    return Buyer(
        email=form.email.data,
        name=form.name.data,
        phone=form.phone.data,
        street=form.street.data,
        village=form.village.data,
        district_code=form.chosen_district,
        postal_code=form.postal_code.data,
        note=form.note.data,
        locale=i18n.current_locale(),
        user_id=current_user.id if current_user.is_authenticated else None,
    )


def _wanted(cart: Contents) -> tuple[dict[int, int], dict[int, Offer]]:
    lines = [line for line in cart.lines if line.problem is None and line.offer is not None]
    offers = {line.variant_id: line.offer for line in lines if line.offer is not None}
    return {line.variant_id: line.quantity for line in lines}, offers


def _ask_couriers(form: CheckoutForm, cart: Contents) -> Answers:
    """Ask the aggregator, where there is one, what couriers want for these parcels; nothing is open meanwhile."""
    wanted, offers = _wanted(cart)
    if port.current() is None or not form.chosen_district or not wanted:
        return {}
    session = db.session()
    asked = live_rates.requests(session, quotes.lines_of(session, wanted, offers), _way(form))
    session.rollback()  # no transaction is open while somebody outside is asked
    return live_rates.ask(asked.values())


def _way(form: CheckoutForm) -> Way:
    return Way(form.chosen_district, str(form.postal_code.data or ""))


def _quote(form: CheckoutForm, cart: Contents, live: Answers) -> Quote | None:
    """Work out the postage to the chosen district; None until there is one."""
    session = db.session()
    wanted, offers = _wanted(cart)
    if not form.chosen_district or not wanted:
        return None
    lines = quotes.lines_of(session, wanted, offers)
    return live_rates.quote(session, lines, _way(form), choices.sent(), live, strict=False)


def _page(
    form: CheckoutForm,
    cart: Contents,
    *,
    status: int = 200,
    problem: ShopError | None = None,
    voucher_problem: ShopError | None = None,
    first_look: bool = False,
) -> ResponseReturnValue:
    form.offer_ways()
    quote = _quote(form, cart, _ask_couriers(form, cart))
    councils = {parcel.council_id for parcel in quote.parcels} if quote else set()
    voucher = vouchers.of_quote(form, cart, quote)
    wrong = voucher_problem or (voucher.problem if voucher else None)
    page = render_template(
        "checkout/show.html",
        form=form,
        cart=cart,
        quote=quote,
        voucher=voucher,
        voucher_problem=gettext(wrong.message, **wrong.params) if wrong else "",
        total=quote.total - (voucher.off if voucher else 0) if quote and quote.complete else None,
        counters=pick_up.of_councils(db.session(), councils),
        resting=closed_days.resting_soon(db.session(), councils, now()) if councils else [],
        looked=bool(form.postal_code.data or form.place_q.data),
        problem=gettext(problem.message, **problem.params) if problem else "",
        first_look=first_look,
    )
    return page, status
