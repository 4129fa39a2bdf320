"""Taxes of the region's workshops: what waits for a check, and each workshop's facts, papers and turnover."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from sqlalchemy.orm import joinedload

from admin.desk import scope
from catalog import artisans
from catalog.models import Council, Workshop
from checkout.models import CheckState, TaxFacts, TaxKind, TaxPaper, TaxPassage, Taxpayer
from checkout.tax import collecting, facts, papers, rates, turnover
from shop import authz, web
from shop.db import db, now, transaction
from shop.errors import ShopError
from shop.forms import Form, TextField

blueprint = Blueprint("desk_tax", __name__, url_prefix="/desk/tax")
CHECKERS = scope.KEEPERS
authz.guard(blueprint, roles=CHECKERS, limits="form")
PAGE = 50
TAXPAYERS = {
    Taxpayer.PERSON: lazy_gettext("A person (perorangan)"),
    Taxpayer.ENTITY: lazy_gettext("A firm or cooperative (badan)"),
}
PASSED = {
    TaxKind.PPH22_FREE: lazy_gettext("Turnover free of PPh 22 with a statement letter"),
    TaxKind.PKP_DUTY: lazy_gettext("Turnover above which a workshop must become a PKP"),
}


class CheckForm(Form):
    """What the officer answers; which button was pressed is the answer."""

    reason = TextField(
        lazy_gettext("To the workshop"), most=500, lines=True, required=False,
        hint=lazy_gettext("Needed when something does not fit."),
    )  # fmt: skip


def _in_region(model: Any) -> sa.Select[Any]:
    return (
        sa.select(model)
        .join(Workshop, Workshop.id == model.workshop_id)
        .join(Council, Council.id == Workshop.council_id)
        .where(scope.condition(*CHECKERS))
        .options(joinedload(model.workshop).joinedload(Workshop.council))
    )


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List what waits for a check, and who has passed a threshold this year."""
    session, today = db.session(), rates.day_of(now())
    waiting = {
        "facts": list(
            session.scalars(
                _in_region(TaxFacts)
                .where(TaxFacts.state == CheckState.SENT)
                .order_by(TaxFacts.id)
                .limit(PAGE)
            )
        ),
        "papers": list(
            session.scalars(
                _in_region(TaxPaper)
                .where(TaxPaper.state == CheckState.SENT)
                .order_by(TaxPaper.id)
                .limit(PAGE)
            )
        ),
    }
    passed = session.scalars(
        _in_region(TaxPassage)
        .where(TaxPassage.tax_year == today.year)
        .options(joinedload(TaxPassage.order))
        .order_by(TaxPassage.passed_at.desc())
        .limit(PAGE)
    ).all()
    known = session.scalars(
        _in_region(TaxFacts).where(TaxFacts.state == CheckState.CHECKED).order_by(Workshop.name).limit(200)
    ).all()
    return render_template(
        "desk/tax.html",
        waiting=waiting,
        passed=passed,
        known=known,
        kinds=papers.KINDS,
        limits=PASSED,
        year=today.year,
        today=today,
        law=rates.on(session, today),
    )


def _workshop(workshop_id: int) -> Workshop:
    """Give a workshop of the region. :raise artisans.NoSuchWorkshop:"""
    found = db.session.scalar(
        sa.select(Workshop)
        .join(Council, Council.id == Workshop.council_id)
        .where(Workshop.id == workshop_id, scope.condition(*CHECKERS))
        .options(joinedload(Workshop.council), joinedload(Workshop.regency))
    )
    if found is None:
        raise artisans.NoSuchWorkshop
    return found


@blueprint.get("/workshops/<int:workshop_id>")
def workshop(workshop_id: int) -> ResponseReturnValue:
    """Show a workshop's facts, papers and turnover."""
    return _page(_workshop(workshop_id))


def _page(
    workshop: Workshop, form: CheckForm | None = None, problem: str = "", status: int = 200, number: str = ""
) -> ResponseReturnValue:
    session, today = db.session(), rates.day_of(now())
    law = rates.on(session, today)
    standing = collecting.standings(session, [workshop.id], law, now())[workshop.id]
    html = render_template(
        "desk/tax_workshop.html",
        workshop=workshop,
        form=form or CheckForm(formdata=None),
        problem=problem,
        number=number,
        holds=facts.holding(session, workshop.id),
        waits=facts.waiting(session, workshop.id),
        masked=facts.masked,
        taxpayers=TAXPAYERS,
        papers=papers.of_workshop(session, workshop.id),
        kinds=papers.KINDS,
        why=collecting.WORDS[standing.why],
        standing=standing,
        law=law,
        year=today.year,
        turnover=turnover.of_year(session, workshop.id, today.year),
        passages=turnover.passages(session, workshop.id, today.year),
        own=artisans.is_member(session, workshop.id, current_user.id),
    )
    return html, status


def _answer(of: str, row_id: int, workshop_id: int) -> ResponseReturnValue:
    """Take the answer about facts or a paper of a workshop of the region."""
    mine, form = _workshop(workshop_id), CheckForm()
    if not form.is_sent() or request.form.get("do") not in {"accept", "refuse"}:
        return _page(mine, form, status=422)
    accepted, decide = request.form["do"] == "accept", facts.decide if of == "facts" else papers.decide
    try:
        with transaction() as session:
            decide(session, web.actor(), current_user, row_id, accepted=accepted, reason=form.reason.data)
    except ShopError as error:
        again = _workshop(workshop_id)
        return _page(again, form, problem=gettext(error.message, **error.params), status=error.status)
    flash(gettext("Checked. It holds from now on.") if accepted else gettext("Refused."), "success")
    return redirect(url_for("desk_tax.workshop", workshop_id=workshop_id), 303)


@blueprint.post("/facts/<int:facts_id>")
def answer_facts(facts_id: int) -> ResponseReturnValue:
    """Say whether a workshop's facts fit what it showed."""
    return _answer("facts", facts_id, facts.find(db.session(), facts_id).workshop_id)


@blueprint.post("/papers/<int:paper_id>")
def answer_paper(paper_id: int) -> ResponseReturnValue:
    """Say whether a paper holds."""
    return _answer("papers", paper_id, papers.find(db.session(), paper_id).workshop_id)


@blueprint.post("/facts/<int:facts_id>/number")
def number(facts_id: int) -> ResponseReturnValue:
    """Show the NPWP or NIK in full, once, and write down who has read it."""
    mine = _workshop(facts.find(db.session(), facts_id).workshop_id)
    with transaction() as session:
        digits = facts.read(session, web.actor(), facts.find(session, facts_id))
    return _page(_workshop(mine.id), number=digits)
