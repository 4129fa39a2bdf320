"""The council's members: the list with its filters and its file, a member with its history, and what an officer decides.

Everybody of the desk who judges may look; the council's administrators renew, suspend, readmit and end, never their
own workshop's.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from admin import member_papers, members, paging, sheets
from admin.desk import member_list, scope
from catalog import artisans
from catalog.curation import membership_roll, memberships
from catalog.models import Membership
from shop import authz, inputs, web
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.errors import Forbidden, Invalid, ShopError
from shop.i18n import WIB
from shop.models import Role

blueprint = Blueprint("desk_members", __name__, url_prefix="/desk/members")
authz.guard(blueprint, roles=scope.JUDGES)
ADMINS = (Role.COUNCIL_ADMIN, Role.ADMIN)
LONGEST = 500
PAGE = 40


class OwnMembership(Forbidden):
    """Nobody decides about the membership of their own workshop."""

    message = "This is the membership of your own workshop. Another officer decides about it."


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the members of the councils in scope; filters are kept in the address."""
    session = db.session()
    asked = member_list.asked()
    total = member_list.count(session, asked)
    pages = max(1, -(-total // PAGE))
    number = min(paging.number(), pages)
    return render_template(
        "desk/members.html",
        asked=asked,
        rows=member_list.rows(session, asked, limit=PAGE, offset=(number - 1) * PAGE),
        choices=member_list.choices(session),
        counts=member_list.due_counts(session),
        today=memberships.today(),
        total=total,
        number=number,
        pages=pages,
        councils=scope.councils(*scope.JUDGES),
    )


@blueprint.get("/members.csv")
def csv() -> ResponseReturnValue:
    """Give the list as CSV, with the filters of the page."""
    head = [
        gettext("Number"), gettext("Workshop"), gettext("Maker"), gettext("Regency or city"), gettext("Council"),
        gettext("Covers"), gettext("Member since"), gettext("Term until"), gettext("State"), gettext("Renewal"),
    ]  # fmt: skip
    found = member_list.rows(db.session(), member_list.asked())
    words = member_list.words()
    rows: list[list[str | int]] = [
        [
            row.membership.number, row.workshop.name, row.workshop.maker_name, row.regency, row.council,
            ", ".join(row.crafts), str(row.membership.since), str(row.membership.ends_on),
            words[row.membership.state], words.get(row.membership.renewal, ""),
        ]
        for row in found
    ]  # fmt: skip
    response = Response(sheets.csv_text(head, rows), mimetype="text/csv")
    name = f"kriya-members-{now().astimezone(WIB):%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/<int:membership_id>")
def show(membership_id: int) -> ResponseReturnValue:
    """Show a member with its history and what can be decided."""
    return _page(membership_roll.for_staff(db.session(), current_user, membership_id))


def _page(
    membership: Membership, *, do: str = "", reason: str = "", problem: str = "", status: int = 200
) -> ResponseReturnValue:
    session = db.session()
    own = artisans.is_member(session, membership.workshop_id, current_user.id)
    html = render_template(
        "desk/member.html",
        member=membership,
        crafts=membership_roll.crafts(session, membership.id),
        history=membership_roll.history(session, membership.id),
        others=[
            one
            for one in membership_roll.of_workshop(session, membership.workshop_id)
            if one.id != membership.id and scope.covers(one.council, *scope.JUDGES)
        ],
        may_decide=scope.covers(membership.council, *ADMINS) and not own,
        own=own,
        today=memberships.today(),
        may_renew=memberships.may_renew(membership),
        do=do,
        reason=reason,
        problem=problem,
    )
    return html, status


Act = Callable[[Session, Actor, Membership, str], Any]
ACTS: dict[str, tuple[Act, bool]] = {
    "renew": (memberships.renew, False),
    "curation": (memberships.ask_for_curation, True),
    "suspend": (members.suspend, True),
    "readmit": (memberships.readmit, True),
    "end": (members.end, True),
}
"""What an officer may decide, and whether it needs a reason."""


@blueprint.post("/<int:membership_id>")
@authz.allow(*ADMINS)
def decide(membership_id: int) -> ResponseReturnValue:
    """Renew, ask for a piece, suspend, readmit or end; what is on sale follows at once."""
    found = membership_roll.for_staff(db.session(), current_user, membership_id)
    if not scope.covers(found.council, *ADMINS):
        raise membership_roll.NoSuchMembership
    if artisans.is_member(db.session(), found.workshop_id, current_user.id):
        raise OwnMembership
    do, typed = request.form.get("do", ""), request.form.get("reason", "")
    if do not in ACTS:
        raise Invalid
    act, needs_reason = ACTS[do]
    try:
        reason = inputs.text(typed, most=LONGEST, lines=True)
    except inputs.Unreadable as error:
        words = gettext(error.message, **error.params)
        return _page(found, do=do, reason=typed, problem=words, status=422)
    if needs_reason and not reason:
        words = gettext("Please give a reason; the workshop reads it, and it stays in the history.")
        return _page(found, do=do, problem=words, status=422)
    try:
        _decide(membership_id, act, reason)
    except ShopError as error:
        again = membership_roll.for_staff(db.session(), current_user, membership_id)
        return _page(again, do=do, reason=typed, problem=gettext(error.message), status=error.status)
    flash(gettext("Done. It holds for every page within a minute."), "success")
    return redirect(url_for("desk_members.show", membership_id=membership_id), 303)


def _decide(membership_id: int, act: Act, reason: str) -> None:
    """Decide on the membership as the officer's page showed it. :raise memberships.NotPossibleNow:"""
    with transaction() as session:
        membership = membership_roll.for_staff(session, current_user, membership_id)
        if request.form.get("seen", "") != seen(membership):
            raise memberships.NotPossibleNow
        act(session, web.actor(), membership, reason)


def seen(membership: Membership) -> str:
    """Name the state in which a page shows a membership."""
    return f"{membership.state}.{membership.ends_on}.{membership.renewal}"


@blueprint.get("/<int:membership_id>/certificate.pdf")
def certificate(membership_id: int) -> ResponseReturnValue:
    """Give the certificate as PDF."""
    session = db.session()
    return member_papers.certificate(session, membership_roll.for_staff(session, current_user, membership_id))
