"""The page where a workshop says which letters it wants: the daily one can be left off, the others cannot."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.studio import digest, entry
from shop import web
from shop.db import db, transaction
from shop.errors import Invalid
from shop.forms import Form

blueprint = entry.room("studio_letters", "/studio/letters")


class ChoiceForm(Form):
    """One checkbox, read from the request: only the token counts here."""


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show which letters come."""
    mine = entry.workshop()
    return render_template("studio/letters.html", workshop=mine, wanted=digest.wanted(db.session(), mine.id))


@blueprint.post("")
def choose() -> ResponseReturnValue:
    """Take the daily letter, or leave it off."""
    if not ChoiceForm().is_sent():
        raise Invalid
    wants = request.form.get("digest") == "1"
    with transaction() as session:
        digest.choose(session, web.actor(), entry.workshop(session), wants=wants)
    flash(
        gettext("You get the daily letter when there is something to tell.")
        if wants
        else gettext("The daily letter does not come any more."),
        "success",
    )
    return redirect(url_for("studio_letters.show"), 303)
