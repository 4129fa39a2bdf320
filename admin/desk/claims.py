"""Claims before the council: the listing as bought, what arrived and the reference sample beside each other; deciding.

Another council's claim answers 404, one about the officer's own workshop 403 on every form.
"""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy.orm import Session

from admin import paging
from admin.desk import samples as sample_pages
from admin.desk import scope
from admin.desk.coaching import person
from catalog import artisans, councils
from catalog.curation import samples
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
)
from checkout.claims.finding import NoSuchClaim
from checkout.claims.overview import ClaimView
from checkout.models import Claim, Remedy, Side
from checkout.views import claims as buyers
from checkout.views import comparing
from shop import authz, web
from shop.db import db, transaction
from shop.errors import Conflict, Forbidden, Invalid, ShopError

blueprint = Blueprint("desk_claims", __name__, url_prefix="/desk/claims")
authz.guard(blueprint, roles=scope.JUDGES, limits="form")
PAGE = 30


@blueprint.url_value_preprocessor
def _allow_photographs(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Raise the body limit before anything reads the form: only for photographs, only for people of the desk."""
    if endpoint == "desk_claims.add_photos" and current_user.is_authenticated and scope.judges():
        request.max_content_length = BODY * evidence.MOST


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the claims of the region, what waits for a decision first; the tab is kept in the address."""
    session = db.session()
    mine = councils.ids_of(session, person())
    in_scope = Claim.council_id.in_(mine)
    tab = request.args.get("tab", "decide")
    tab = tab if tab in finding.DESK_TABS else "decide"
    counts = finding.counts(session, in_scope, finding.DESK_TABS)
    pages = max(1, -(-counts[tab] // PAGE))
    number = min(paging.number(), pages)
    rows = finding.page(session, in_scope, finding.DESK_TABS[tab], number=number, size=PAGE)
    return render_template(
        "desk/claims.html",
        tab=tab,
        counts=counts,
        rows=rows,
        titles=finding.titles(session, [row.id for row in rows]),
        tallies=fidelity.of_workshops(session, {row.workshop_id for row in rows}),
        number=number,
        pages=pages,
    )


def _mine(claim_id: int, session: Session | None = None) -> Claim:
    session = session or db.session()
    return finding.of_councils(session, councils.ids_of(session, person()), claim_id)


@blueprint.get("/<int:claim_id>")
def show(claim_id: int) -> ResponseReturnValue:
    """Show a claim with the listing as bought, the reference sample and the photographs of all."""
    return _page(_mine(claim_id))


def _page(claim: Claim, error: ShopError | None = None) -> ResponseReturnValue:
    session = db.session()
    view = _view(claim)
    own = artisans.is_member(session, claim.workshop_id, person().id)
    page = render_template(
        "desk/claim.html",
        view=view,
        claim=claim,
        beside=[_beside(session, line, own) for line in view.lines],
        own=own,
        refusal=_refusal(session, claim),
        returns=not answers.nothing_comes_back(claim),
        remedies=[one for one in Remedy if one is not Remedy.REPAIR or not answers.nothing_comes_back(claim)],
        tally=fidelity.of_workshop(session, claim.workshop_id),
        courier_label=shipping.courier_label,
        most_photos=evidence.MOST,
        typed={name: value.replace("\x00", "")[:2000] for name, value in request.form.items()},
        error=gettext(error.message, **error.params) if error else "",
    )
    return page, error.status if error else 200


def _view(claim: Claim) -> ClaimView:
    def address(picture_id: int, width: int, ending: str) -> str:
        values: dict[str, Any] = {"picture_id": picture_id, "width": width, "ending": ending}
        return url_for("desk_claims.image", claim_id=claim.id, **values)

    def shown(line_id: int, picture_id: int, width: int, ending: str) -> str:
        values: dict[str, Any] = {"picture_id": picture_id, "width": width, "ending": ending}
        return url_for("desk_claims.shown_image", claim_id=claim.id, line_id=line_id, **values)

    return overview.of(db.session(), claim, address, shown)


def _beside(session: Session, line: as_shown.LineShown, own: bool) -> dict[str, Any]:
    """Lay the reference sample of the version that was bought beside a piece; members do not see its photographs."""
    sample = samples.current_for(session, line.line.listing_id)
    return {
        "line": line,
        "sample": sample,
        "measured": [samples.written(one) for one in sample.measures] if sample else [],
        "photos": sample_pages.photo_views(sample) if sample and not own else [],
    }


def _refusal(session: Session, claim: Claim) -> str:
    """Say why this officer may not decide; nothing where they may."""
    try:
        arbitration.check_free(session, claim, person())
    except Forbidden as refusal:
        return str(gettext(refusal.message, **refusal.params))
    return ""


@blueprint.post("/<int:claim_id>/decide")
def decide(claim_id: int) -> ResponseReturnValue:
    """Decide a claim, or judge its appeal."""
    try:
        with transaction() as session:
            claim = _mine(claim_id, session)
            arbitration.check_free(session, claim, person())
            turn = comparing.turn(request.form.get("turn", ""))
            words = request.form.get("words", "").replace("\x00", "")
            wanted = comparing.wanted(request.form)
            arbitration.decide(session, web.actor(), claim, person(), wanted, words, turn=turn)
    except (Conflict, Invalid) as error:
        return _page(_mine(claim_id), error)
    flash(gettext("Decided. Buyer and workshop have been told."), "success")
    return redirect(url_for("desk_claims.show", claim_id=claim_id), 303)


@blueprint.post("/<int:claim_id>/words")
def say(claim_id: int) -> ResponseReturnValue:
    """Ask or add something that buyer and workshop read."""
    try:
        with transaction() as session:
            claim = _mine(claim_id, session)
            arbitration.check_free(session, claim, person())
            words = request.form.get("words", "").replace("\x00", "")
            answers.say(session, web.actor(), claim, Side.COUNCIL, words)
    except (Conflict, Invalid) as error:
        return _page(_mine(claim_id), error)
    flash(gettext("Added to the claim."), "success")
    return redirect(url_for("desk_claims.show", claim_id=claim_id), 303)


@blueprint.post("/<int:claim_id>/photos")
@authz.allow(*scope.JUDGES, limits="upload")
def add_photos(claim_id: int) -> ResponseReturnValue:
    """Add photographs of what the council looked at; each that cannot be used is named with its reason."""
    arbitration.check_free(db.session(), _mine(claim_id), person())
    sent = [file for file in request.files.getlist("photos") if file.filename][: evidence.MOST]
    db.session.rollback()  # files are decoded and kept while no transaction is open
    uploads, refused = buyers.receive(sent)
    try:
        with transaction() as session:
            evidence.add_all(session, web.actor(), _mine(claim_id, session), Side.COUNCIL, uploads)
    except (Conflict, Invalid) as error:
        return _page(_mine(claim_id), error)
    if refused or not uploads:
        return _page(_mine(claim_id), refused[0] if refused else Invalid("Please choose a photograph first."))
    flash(ngettext("%(num)s photograph added.", "%(num)s photographs added.", len(uploads)), "success")
    return redirect(url_for("desk_claims.show", claim_id=claim_id), 303)


@blueprint.get("/<int:claim_id>/photos/<int:picture_id>/<int:width>.<ending>")
def image(claim_id: int, picture_id: int, width: int, ending: str) -> Response:
    """Give a photograph of a claim to its council."""
    return buyers.file_of(finding.picture(db.session(), _mine(claim_id), picture_id), width, ending)


@blueprint.get("/<int:claim_id>/shown/<int:line_id>/<int:picture_id>/<int:width>.<ending>")
def shown_image(claim_id: int, line_id: int, picture_id: int, width: int, ending: str) -> Response:
    """Give a photograph of the listing as it was bought."""
    claim = _mine(claim_id)
    found = as_shown.picture(db.session(), line_id, claim.order_id, picture_id)
    if found is None or found.workshop_id != claim.workshop_id:
        raise NoSuchClaim
    return buyers.file_of(found, width, ending)
