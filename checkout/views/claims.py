"""The buyer's pages of comparing and claiming: for the person who placed the order, or whoever holds its signed link.

One buyer's claim, and every photograph of it, is not there for anybody else.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.datastructures import FileStorage

from catalog import photos, pictures
from catalog.models import Picture
from catalog.photos import Upload
from catalog.pictures import BODY
from checkout import orders, shipping
from checkout.claims import (
    answers,
    arbitration,
    as_shown,
    evidence,
    finding,
    opening,
    overview,
    returning,
    states,
)
from checkout.claims.finding import NoSuchClaim
from checkout.claims.opening import AlreadyOpen, Complaint, Difference
from checkout.claims.overview import ClaimView
from checkout.models import Claim, Order, Shipment, Side
from checkout.models.claim import Way, What
from checkout.views import comparing
from checkout.views.entry import mine
from checkout.views.forms import key_from_request
from shop import authz, media, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid, NotFound, ShopError
from shop.texts import mark

blueprint = Blueprint("claims", __name__)
authz.guard(blueprint, public=True, limits="form")
KEPT = "private, max-age=3600"
WITH_PHOTOGRAPHS = {"claims.compare", "claims.add_photos"}


@blueprint.url_value_preprocessor
def _allow_photographs(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Raise the body limit before anything reads the form: only for photographs, only for those who may see the order.

    A guest's key has to stand in the address for it, as it does in the forms that carry photographs.
    """
    if request.method != "POST" or endpoint not in WITH_PHOTOGRAPHS or not values:
        return
    try:
        mine(str(values.get("number", "")), key=request.args.get("key", "")[:500])
    except orders.NoSuchOrder:
        return
    request.max_content_length = BODY * evidence.MOST


def _claim(number: str, claim_id: int) -> Claim:
    return finding.of_order(db.session(), mine(number), claim_id)


def _to(claim: Claim, number: str) -> ResponseReturnValue:
    return redirect(
        url_for("claims.show", number=number, claim_id=claim.id, key=key_from_request() or None), 303
    )


def said(error: ShopError) -> str:
    """Give a rule's refusal in the language of the page."""
    return str(gettext(error.message, **error.params))


# --- comparing ---------------------------------------------------------------------------------------


@blueprint.route("/orders/<number>/shipments/<int:shipment_id>/compare", methods=["GET", "POST"])
@authz.allow(public=True, limits="upload")
def compare(number: str, shipment_id: int) -> ResponseReturnValue:
    """Lay a parcel beside its listing as bought: everything is as shown, or what is different becomes a claim."""
    order = mine(number)
    parcel = shipping.of_order(db.session(), order, shipment_id)
    known = finding.open_of_parcel(db.session(), parcel.id)
    if known is not None:
        return _to(known, order.number)
    if request.method == "GET":
        return _comparison(order, parcel, {})
    typed = {name: value.replace("\x00", "")[:2000] for name, value in request.form.items()}
    shown = as_shown.of_parcel(db.session(), parcel, order.created_at, _shown_address(order))
    try:
        differences = comparing.differences(shown, typed)
        if "as_shown" in typed:
            return _confirm(order, parcel, differences)
        comparing.checked(differences)
        wish, amount = comparing.wish(typed)
        uploads, refused = _receive()
        complaint = Complaint(differences, wish, amount, typed.get("words", ""), uploads)
        return _open(order.number, shipment_id, complaint, refused)
    except (Conflict, Invalid) as error:
        order = mine(number)
        parcel = shipping.of_order(db.session(), order, shipment_id)
        return _comparison(order, parcel, typed, error)


def _comparison(
    order: Order, parcel: Shipment, typed: dict[str, str], error: ShopError | None = None
) -> ResponseReturnValue:
    session = db.session()
    page = render_template(
        "claims/compare.html",
        order=order,
        parcel=parcel,
        shown=as_shown.of_parcel(session, parcel, order.created_at, _shown_address(order)),
        may=opening.may_open(order, parcel),
        may_miss=opening.may_miss(order, parcel),
        expected=opening.expected(parcel),
        until=opening.open_until(parcel),
        wishes=comparing.WISHES,
        typed=typed,
        error=said(error) if error else "",
        key=key_from_request(),
        most=evidence.MOST,
    )
    return page, error.status if error else 200


def _confirm(order: Order, parcel: Shipment, differences: list[Difference]) -> ResponseReturnValue:
    if differences:
        raise comparing.BothAtOnce
    number, shipment_id = order.number, parcel.id
    with transaction() as session:
        here = shipping.of_order(session, mine(number), shipment_id)
        shipping.confirm_received(session, web.actor(), here)
    flash(
        gettext("Thank you. Everything is as shown: the workshop has its money and will be glad."), "success"
    )
    return redirect(url_for("orders.show", number=number, key=key_from_request() or None), 303)


def _open(
    number: str, shipment_id: int, complaint: Complaint, refused: list[ShopError]
) -> ResponseReturnValue:
    try:
        with transaction() as session:
            order = mine(number)
            parcel = shipping.of_order(session, order, shipment_id)
            claim = opening.open_claim(session, web.actor(), order, parcel, complaint)
    except AlreadyOpen:
        known = finding.open_of_parcel(db.session(), shipment_id)
        if known is None:
            raise
        return _to(known, number)
    flash(gettext("Your claim is with the workshop. The money stays with us until it ends."), "success")
    for words in dict.fromkeys(said(error) for error in refused):
        flash(gettext("One photograph could not be used: %(reason)s", reason=words), "warning")
    return _to(claim, number)


@blueprint.post("/orders/<number>/shipments/<int:shipment_id>/not-arrived")
def not_arrived(number: str, shipment_id: int) -> ResponseReturnValue:
    """Take the buyer's word that a parcel has not come."""
    order = mine(number)
    words = request.form.get("words", "").replace("\x00", "")[:2000]
    try:
        wish, _amount = comparing.wish({"wish": request.form.get("wish", "")})
        complaint = Complaint([Difference(None, What.ARRIVAL)], wish, 0, words)
        return _open(order.number, shipment_id, complaint, [])
    except (Conflict, Invalid) as error:
        order = mine(number)
        parcel = shipping.of_order(db.session(), order, shipment_id)
        return _comparison(order, parcel, {"words": words}, error)


def _receive() -> tuple[list[Upload], list[ShopError]]:
    """Take the photographs of a form; those that cannot be used come with their reasons. Outside any transaction."""
    sent = [file for file in request.files.getlist("photos") if file.filename][: evidence.MOST]
    db.session.rollback()  # files are decoded and kept while no transaction is open
    return receive(sent)


def receive(sent: list[FileStorage]) -> tuple[list[Upload], list[ShopError]]:
    """Check and keep uploaded files; the studio does it in the same way."""
    kept: list[Upload] = []
    refused: list[ShopError] = []
    for file in sent:
        try:
            kept.append(photos.receive(file.stream.read(pictures.MAX_BYTES + 1)))
        except ShopError as error:
            refused.append(error)
    return kept, refused


# --- a claim -----------------------------------------------------------------------------------------


@blueprint.get("/orders/<number>/claims/<int:claim_id>")
@authz.allow(public=True, limits="page")
def show(number: str, claim_id: int) -> ResponseReturnValue:
    """Show a claim: what is said, what was answered, what to do now."""
    return _page(_claim(number, claim_id))


def _page(claim: Claim, error: ShopError | None = None, words: str = "") -> ResponseReturnValue:
    view = _view(claim)
    session = db.session()
    page = render_template(
        "claims/show.html",
        view=view,
        claim=claim,
        order=claim.order,
        key=key_from_request(),
        may_withdraw=answers.may_be_withdrawn(claim),
        may_appeal=arbitration.may_appeal(claim, Side.BUYER),
        waits_for=arbitration.waits_for(claim),
        may_contest=returning.may_contest(session, claim, Side.BUYER),
        sends_back=returning.sends_back(claim) is Side.BUYER,
        couriers=shipping.couriers(),
        courier_label=shipping.courier_label,
        most=evidence.MOST,
        error=said(error) if error else "",
        words=words,
    )
    return page, error.status if error else 200


def _view(claim: Claim) -> ClaimView:
    order = claim.order
    key = key_from_request() or None

    def address(picture_id: int, width: int, ending: str) -> str:
        return url_for(
            "claims.image", number=order.number, claim_id=claim.id, picture_id=picture_id, width=width,
            ending=ending, key=key,
        )  # fmt: skip

    return overview.of(db.session(), claim, address, _shown_address(order))


def _shown_address(order: Order) -> as_shown.Address:
    key = key_from_request() or None

    def address(line_id: int, picture_id: int, width: int, ending: str) -> str:
        return url_for(
            "claims.shown_image", number=order.number, line_id=line_id, picture_id=picture_id, width=width,
            ending=ending, key=key,
        )  # fmt: skip

    return address


@blueprint.post("/orders/<number>/claims/<int:claim_id>")
def answer(number: str, claim_id: int) -> ResponseReturnValue:
    """Take what the buyer does: accept, refuse, give up, appeal, say, send back, receive, contest."""
    words = request.form.get("words", "").replace("\x00", "")
    try:
        with transaction() as session:
            claim = finding.of_order(session, mine(number), claim_id)
            done = _do(claim, request.form.get("do", ""), words)
    except (Conflict, Invalid) as error:
        return _page(_claim(number, claim_id), error, words)
    flash(done, "success")
    return _to(claim, number)


def _do(claim: Claim, wanted: str, words: str) -> str:
    if wanted not in _ACTIONS:
        raise states.ClaimMoved
    act, done = _ACTIONS[wanted]
    act(claim, words, comparing.turn(request.form.get("turn", "")))
    return str(gettext(done))


def _accept(claim: Claim, _words: str, turn: int) -> None:
    answers.accept_offer(db.session(), web.actor(), claim, turn=turn)


def _refuse(claim: Claim, words: str, turn: int) -> None:
    answers.refuse_offer(db.session(), web.actor(), claim, words, turn=turn)


def _withdraw(claim: Claim, words: str, turn: int) -> None:
    answers.withdraw(db.session(), web.actor(), claim, words, turn=turn)


def _appeal(claim: Claim, words: str, turn: int) -> None:
    arbitration.appeal(db.session(), web.actor(), claim, Side.BUYER, words, turn=turn)


def _accept_decision(claim: Claim, _words: str, turn: int) -> None:
    arbitration.accept(db.session(), web.actor(), claim, Side.BUYER, turn=turn)


def _say(claim: Claim, words: str, _turn: int) -> None:
    answers.say(db.session(), web.actor(), claim, Side.BUYER, words)


def _send_back(claim: Claim, _words: str, turn: int) -> None:
    courier, tracking = request.form.get("courier", "")[:40], request.form.get("tracking", "")[:60]
    returning.send(db.session(), web.actor(), claim, Side.BUYER, Way.BACK, courier, tracking, turn=turn)


def _arrived(claim: Claim, _words: str, turn: int) -> None:
    returning.arrived(db.session(), web.actor(), claim, Side.BUYER, turn=turn)


def _contest(claim: Claim, words: str, turn: int) -> None:
    returning.contest(db.session(), web.actor(), claim, Side.BUYER, words, turn=turn)


_ACTIONS: dict[str, tuple[Callable[[Claim, str, int], None], str]] = {
    "accept": (_accept, mark("Accepted. What happens next stands below.")),
    "refuse": (_refuse, mark("The council decides now, and writes to you.")),
    "withdraw": (_withdraw, mark("The claim is withdrawn.")),
    "appeal": (_appeal, mark("Another officer of the council looks at it now.")),
    "accept_decision": (_accept_decision, mark("Accepted. What happens next stands below.")),
    "say": (_say, mark("Added to the claim.")),
    "send_back": (_send_back, mark("On its way back. The workshop has been told, with the tracking number.")),
    "arrived": (_arrived, mark("Thank you. The claim is done.")),
    "contest": (_contest, mark("The council looks at it now.")),
}
"""What a buyer may do in a claim, and what is said afterwards; whether it may be done now the rules know."""


@blueprint.post("/orders/<number>/claims/<int:claim_id>/photos")
@authz.allow(public=True, limits="upload")
def add_photos(number: str, claim_id: int) -> ResponseReturnValue:
    """Add photographs to an open claim; each that cannot be used is named with its reason."""
    _claim(number, claim_id)
    uploads, refused = _receive()
    try:
        with transaction() as session:
            claim = finding.of_order(session, mine(number), claim_id)
            evidence.add_all(session, web.actor(), claim, Side.BUYER, uploads)
    except (Conflict, Invalid) as error:
        return _page(_claim(number, claim_id), error)
    claim = _claim(number, claim_id)
    if refused or not uploads:
        return _page(claim, refused[0] if refused else Invalid("Please choose a photograph first."))
    flash(ngettext("%(num)s photograph added.", "%(num)s photographs added.", len(uploads)), "success")
    return _to(claim, number)


# --- photographs -------------------------------------------------------------------------------------


@blueprint.get("/orders/<number>/claims/<int:claim_id>/photos/<int:picture_id>/<int:width>.<ending>")
@authz.allow(public=True, limits="page")
def image(number: str, claim_id: int, picture_id: int, width: int, ending: str) -> Response:
    """Give a photograph of a claim to its buyer."""
    return file_of(finding.picture(db.session(), _claim(number, claim_id), picture_id), width, ending)


@blueprint.get("/orders/<number>/shown/<int:line_id>/<int:picture_id>/<int:width>.<ending>")
@authz.allow(public=True, limits="page")
def shown_image(number: str, line_id: int, picture_id: int, width: int, ending: str) -> Response:
    """Give a photograph of the listing as it was bought to who bought it, whatever is shown since."""
    found = as_shown.picture(db.session(), line_id, mine(number).id, picture_id)
    if found is None:
        raise NoSuchClaim
    return file_of(found, width, ending)


def file_of(picture: Picture, width: int, ending: str) -> Response:
    """Answer with one size of a private picture. :raise NoSuchClaim: for one that was not made."""
    try:
        key = pictures.private_file(picture, width, ending)
        data = media.current().get(key)
    except NotFound as error:
        raise NoSuchClaim from error
    response = Response(data, mimetype=media.content_type(key))
    response.headers["Cache-Control"] = KEPT
    return response
