"""The portrait of a workshop: hanging another, describing it anew, taking it down. Its form is on the workshop page."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.studio import entry, workshop
from catalog import photos, pictures, portraits
from catalog.pictures import BODY
from shop import authz, inputs, web
from shop.db import transaction
from shop.errors import ShopError

blueprint = entry.room("studio_portrait", "/studio/workshop/portrait")
web.allow_body(blueprint, BODY)


@blueprint.post("")
@authz.allow(limits="upload")
def save() -> ResponseReturnValue:
    """Do what the form says; what cannot be used is refused with its reason."""
    try:
        words = _take_down() if "take_down" in request.form else _hang()
    except ShopError as error:
        return workshop.refused(error)
    flash(words, "success")
    return redirect(url_for("studio.workshop", _anchor="portrait"), 303)


def _take_down() -> str:
    with transaction() as session:
        portraits.take_down(session, web.actor(), entry.workshop(session))
    return str(gettext("The portrait is taken down."))


def _hang() -> str:
    file = request.files.get("portrait")
    try:
        alt = inputs.text(request.form.get("alt", ""), most=photos.ALT_LENGTH)
    except inputs.Unreadable as error:
        raise photos.WordsRefused(error.message, **error.params) from error
    upload = photos.receive(file.stream.read(pictures.MAX_BYTES + 1)) if file and file.filename else None
    with transaction() as session:
        mine = entry.workshop(session)
        if upload:
            portraits.hang(session, web.actor(), mine, upload, alt)
        elif portraits.picture(session, mine.id) is None:
            raise photos.NothingSent
        else:
            portraits.describe(session, web.actor(), mine, alt)
    return str(gettext("Saved. Visitors see it with the next piece that your council approves."))
