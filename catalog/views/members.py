"""The public pages of memberships: a number, as it stands on a certificate or in its code, and what it is worth now."""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from catalog.curation import membership_roll, memberships
from catalog.curation.membership_roll import NoSuchMembership
from catalog.views import pages
from shop import authz
from shop.db import db

blueprint = Blueprint("members", __name__, url_prefix="/members")
authz.guard(blueprint, public=True, cacheable=True)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Ask for a number; a number that was typed leads to its page."""
    typed = request.args.get("number", "").strip()[:40]
    number = membership_roll.read_number(typed)
    if number is not None:
        answer = redirect(url_for("members.show", number=number))
        answer.headers["Cache-Control"] = "public, no-cache"
        return answer
    return pages.show("members/index.html", 404 if typed else 200, typed=typed)


@blueprint.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    """Say what a number is worth now; an unknown one answers 404 with the way to type it again."""
    known = membership_roll.read_number(number)
    try:
        found = membership_roll.verified(db.session(), known or "")
    except NoSuchMembership:
        return pages.show("members/index.html", 404, typed=number[:40])
    if known != number:
        return redirect(url_for("members.show", number=known), 301)
    answer: Response = pages.show("members/show.html", member=found, today=memberships.today())
    return answer
