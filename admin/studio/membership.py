"""The membership page: number, certificate, what it covers, when it ends, and the way to ask for renewal."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import member_papers
from admin.studio import entry
from catalog.curation import membership_roll, memberships
from shop import inputs, web
from shop.db import db, transaction

blueprint = entry.room("studio_membership", "/studio/membership")
LONGEST = 500


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show the workshop's memberships, the present one first."""
    return _page()


def _page(*, asked: int = 0, note: str = "", problem: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    mine = entry.workshop()
    found = membership_roll.of_workshop(session, mine.id)
    html = render_template(
        "studio/membership.html",
        workshop=mine,
        memberships=[
            (one, membership_roll.crafts(session, one.id), membership_roll.history(session, one.id))
            for one in found
        ],
        may_ask=memberships.may_ask,
        today=memberships.today(),
        asked=asked,
        note=note,
        problem=problem,
    )
    return html, status


@blueprint.post("/<int:membership_id>/renewal")
def ask(membership_id: int) -> ResponseReturnValue:
    """Ask the council for another term."""
    membership_roll.of_member(db.session(), entry.workshop().id, membership_id)
    typed = request.form.get("note", "")
    try:
        note = inputs.text(typed, most=LONGEST, lines=True)
        with transaction() as session:
            mine = entry.workshop(session)
            found = membership_roll.of_member(session, mine.id, membership_id)
            memberships.ask(session, web.actor(), found, note)
    except inputs.Unreadable as error:
        words = gettext(error.message, **error.params)
        return _page(asked=membership_id, note=typed, problem=words, status=422)
    except (memberships.NotPossibleNow, memberships.TooEarly) as error:
        return _page(asked=membership_id, note=typed, problem=entry.said(error), status=error.status)
    flash(gettext("Your council has your wish and answers by letter."), "success")
    return redirect(url_for("studio_membership.index"), 303)


@blueprint.get("/<int:membership_id>/certificate.pdf")
def certificate(membership_id: int) -> ResponseReturnValue:
    """Give the certificate as PDF."""
    session = db.session()
    found = membership_roll.of_member(session, entry.workshop().id, membership_id)
    return member_papers.certificate(session, found)
