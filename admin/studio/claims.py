"""Claims of buyers, on the phone: what is to be answered, what to send, how faithful the workshop is.

A workshop sees the claims about its own parcels and nobody else's.
"""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy.orm import Session

from admin.studio import entry
from catalog.pictures import BODY
from checkout import shipping
from checkout.claims import (
    answers,
    arbitration,
    as_shown,
    evidence,
    fidelity,
    finding,
    overview,
    returning,
    states,
)
from checkout.claims.finding import NoSuchClaim
from checkout.models import Claim, Remedy, Side
from checkout.models.claim import Way
from checkout.views import claims as buyers
from checkout.views import comparing
from shop import authz, web
from shop.db import db, now, transaction
from shop.errors import Conflict, Invalid, ShopError
from shop.texts import mark

blueprint = entry.room("studio_claims", "/studio/claims")
SIZE = 20
WRONG_KIND = 415
OFFERS = (Remedy.REPLACEMENT, Remedy.REPAIR, Remedy.PART, Remedy.REFUND)


@blueprint.url_value_preprocessor
def _allow_photographs(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Raise the body limit before anything reads the form: only where photographs come, only for people who are in."""
    if endpoint in {"studio_claims.answer", "studio_claims.add_photos"} and current_user.is_authenticated:
        request.max_content_length = BODY * evidence.MOST


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the claims about the workshop's parcels, the most urgent first; the tab is kept in the address."""
    session, mine = db.session(), entry.workshop()
    tab = request.args.get("tab", "answer")
    tab = tab if tab in finding.TABS else "answer"
    of_mine = Claim.workshop_id == mine.id
    counts = finding.counts(session, of_mine, finding.TABS)
    pages = entry.pages(counts[tab], SIZE)
    number = min(entry.page_number(), pages)
    rows = finding.page(session, of_mine, finding.TABS[tab], number=number, size=SIZE)
    return render_template(
        "studio/claims.html",
        tab=tab,
        counts=counts,
        rows=rows,
        titles=finding.titles(session, [row.id for row in rows]),
        tally=fidelity.of_workshop(session, mine.id),
        number=number,
        pages=pages,
        moment=now(),
    )


def _mine(claim_id: int, session: Session | None = None) -> Claim:
    session = session or db.session()
    return finding.of_workshop(session, entry.workshop(session).id, claim_id)


@blueprint.get("/<int:claim_id>")
def show(claim_id: int) -> ResponseReturnValue:
    """Show a claim: shown beside arrived, photographs, what the buyer asks for, what to do now."""
    return _page(_mine(claim_id))


def _page(claim: Claim, error: ShopError | None = None) -> ResponseReturnValue:
    session = db.session()
    typed = {name: value.replace("\x00", "")[:2000] for name, value in request.form.items()}

    def address(picture_id: int, width: int, ending: str) -> str:
        values: dict[str, Any] = {"picture_id": picture_id, "width": width, "ending": ending}
        return url_for("studio_claims.image", claim_id=claim.id, **values)

    def shown(line_id: int, picture_id: int, width: int, ending: str) -> str:
        values: dict[str, Any] = {"picture_id": picture_id, "width": width, "ending": ending}
        return url_for("studio_claims.shown_image", claim_id=claim.id, line_id=line_id, **values)

    page = render_template(
        "studio/claim.html",
        view=overview.of(session, claim, address, shown),
        claim=claim,
        offers=[one for one in OFFERS if one is not Remedy.REPAIR or not answers.nothing_comes_back(claim)],
        returns=not answers.nothing_comes_back(claim),
        may_accept=answers.may_be_accepted(claim),
        may_appeal=arbitration.may_appeal(claim, Side.WORKSHOP),
        waits_for=arbitration.waits_for(claim),
        may_contest=returning.may_contest(session, claim, Side.WORKSHOP),
        sends_back=returning.sends_back(claim) is Side.WORKSHOP,
        couriers=shipping.couriers(),
        courier_label=shipping.courier_label,
        most_photos=evidence.MOST,
        typed=typed,
        error=entry.said(error) if error else "",
    )
    return page, error.status if error else 200


@blueprint.post("/<int:claim_id>")
def answer(claim_id: int) -> ResponseReturnValue:
    """Take what the workshop does: accept, propose, dispute, appeal, say, send, receive, contest."""
    _mine(claim_id)
    wanted = request.form.get("do", "")
    if wanted not in _ACTIONS:
        return _page(_mine(claim_id), states.ClaimMoved())
    act, done = _ACTIONS[wanted]
    try:
        uploads, refused = _receive()
        if refused:
            raise refused[0]
        with transaction() as session:
            act(session, _mine(claim_id, session), comparing.turn(request.form.get("turn", "")), uploads)
    except ShopError as error:
        if not isinstance(error, Conflict | Invalid) and error.status != WRONG_KIND:
            raise
        return _page(_mine(claim_id), error)
    flash(gettext(done), "success")
    return redirect(url_for("studio_claims.show", claim_id=claim_id), 303)


def _receive() -> tuple[list[Any], list[ShopError]]:
    sent = [file for file in request.files.getlist("photos") if file.filename][: evidence.MOST]
    db.session.rollback()  # files are decoded and kept while no transaction is open
    return buyers.receive(sent)


def _words() -> str:
    return request.form.get("words", "").replace("\x00", "")


def _accept(session: Session, claim: Claim, turn: int, _uploads: list[Any]) -> None:
    payer = "workshop" if request.form.get("payer") == "workshop" else ""
    answers.accept_wish(session, web.actor(), claim, payer, turn=turn, words=_words())


def _propose(session: Session, claim: Claim, turn: int, _uploads: list[Any]) -> None:
    answers.propose(session, web.actor(), claim, comparing.wanted(request.form), _words(), turn=turn)


def _dispute(session: Session, claim: Claim, turn: int, uploads: list[Any]) -> None:
    answers.dispute(session, web.actor(), claim, _words(), uploads, turn=turn)


def _appeal(session: Session, claim: Claim, turn: int, _uploads: list[Any]) -> None:
    arbitration.appeal(session, web.actor(), claim, Side.WORKSHOP, _words(), turn=turn)


def _accept_decision(session: Session, claim: Claim, turn: int, _uploads: list[Any]) -> None:
    arbitration.accept(session, web.actor(), claim, Side.WORKSHOP, turn=turn)


def _say(session: Session, claim: Claim, _turn: int, _uploads: list[Any]) -> None:
    answers.say(session, web.actor(), claim, Side.WORKSHOP, _words())


def _send(session: Session, claim: Claim, turn: int, _uploads: list[Any]) -> None:
    way = Way.BACK if request.form.get("way") == "back" else Way.OUT
    courier, tracking = request.form.get("courier", "")[:40], request.form.get("tracking", "")[:60]
    returning.send(session, web.actor(), claim, Side.WORKSHOP, way, courier, tracking, turn=turn)


def _came_back(session: Session, claim: Claim, turn: int, _uploads: list[Any]) -> None:
    shelf = request.form.get("shelf") == "yes"
    returning.came_back(session, web.actor(), claim, Side.WORKSHOP, turn=turn, shelf=shelf)


def _contest(session: Session, claim: Claim, turn: int, _uploads: list[Any]) -> None:
    returning.contest(session, web.actor(), claim, Side.WORKSHOP, _words(), turn=turn)


_Action = Callable[[Session, Claim, int, list[Any]], None]
_ACTIONS: dict[str, tuple[_Action, str]] = {
    "accept": (_accept, mark("Accepted. The buyer has been told.")),
    "propose": (_propose, mark("Your proposal is with the buyer.")),
    "dispute": (_dispute, mark("Your answer is with the buyer.")),
    "appeal": (_appeal, mark("Another officer of the council looks at it now.")),
    "accept_decision": (_accept_decision, mark("Accepted. What happens next stands below.")),
    "say": (_say, mark("Added to the claim.")),
    "send": (_send, mark("Noted. The buyer has been told.")),
    "came_back": (_came_back, mark("Noted. What was agreed goes on.")),
    "contest": (_contest, mark("The council looks at it now.")),
}
"""What a workshop may do in a claim, and what is said afterwards; whether it may be done now the rules know."""


@blueprint.post("/<int:claim_id>/photos")
@authz.allow(limits="upload")
def add_photos(claim_id: int) -> ResponseReturnValue:
    """Add photographs to an open claim; each that cannot be used is named with its reason."""
    _mine(claim_id)
    uploads, refused = _receive()
    try:
        with transaction() as session:
            evidence.add_all(session, web.actor(), _mine(claim_id, session), Side.WORKSHOP, uploads)
    except (Conflict, Invalid) as error:
        return _page(_mine(claim_id), error)
    if refused or not uploads:
        return _page(_mine(claim_id), refused[0] if refused else Invalid("Please choose a photograph first."))
    flash(ngettext("%(num)s photograph added.", "%(num)s photographs added.", len(uploads)), "success")
    return redirect(url_for("studio_claims.show", claim_id=claim_id), 303)


@blueprint.get("/<int:claim_id>/photos/<int:picture_id>/<int:width>.<ending>")
@authz.allow(limits="page")
def image(claim_id: int, picture_id: int, width: int, ending: str) -> Response:
    """Give a photograph of a claim to the workshop that it is about."""
    return buyers.file_of(finding.picture(db.session(), _mine(claim_id), picture_id), width, ending)


@blueprint.get("/<int:claim_id>/shown/<int:line_id>/<int:picture_id>/<int:width>.<ending>")
@authz.allow(limits="page")
def shown_image(claim_id: int, line_id: int, picture_id: int, width: int, ending: str) -> Response:
    """Give a photograph of the listing as it was bought."""
    claim = _mine(claim_id)
    found = as_shown.picture(db.session(), line_id, claim.order_id, picture_id)
    if found is None or found.workshop_id != claim.workshop_id:
        raise NoSuchClaim
    return buyers.file_of(found, width, ending)
