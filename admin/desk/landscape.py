"""The landscape of a council's province: another photograph, other words, the earlier one, none. Its form is on the page of the council."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.desk import council as council_page
from catalog import councils, landscapes, photos, pictures
from catalog.models import Council
from catalog.pictures import BODY
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.errors import Invalid, NotFound, ShopError

blueprint = Blueprint("desk_landscape", __name__, url_prefix="/desk/council/landscape")
authz.guard(blueprint, roles=council_page.EDITORS)
web.allow_body(blueprint, BODY)


class NotDescribed(Invalid):
    """The words for those who do not see the picture are missing."""

    message = "Please say in both languages what the picture shows."


@blueprint.post("")
@authz.allow(*council_page.EDITORS, limits="upload")
def save() -> ResponseReturnValue:
    """Do what the form says; what cannot be used is refused with its reason, and the words stay."""
    council, _mine = council_page.chosen()
    if not landscapes.keeps(council):
        raise NotFound
    code = council.code
    try:
        words = (
            _put_back(code)
            if "put_back" in request.form
            else _take_down(code)
            if "take_down" in request.form
            else _hang(council)
        )
    except ShopError as error:
        return council_page.refused_landscape(error)
    flash(words, "success")
    return redirect(url_for("desk_council.edit", council=code, _anchor="landscape"), 303)


def _put_back(code: str) -> str:
    with transaction() as session:
        landscapes.put_back(session, web.actor(), councils.by_code(session, code))
    return str(gettext("The earlier state is back."))


def _take_down(code: str) -> str:
    with transaction() as session:
        landscapes.take_down(session, web.actor(), councils.by_code(session, code))
    return str(gettext("The picture is taken down. You can put it back."))


def _hang(council: Council) -> str:
    code, there = council.code, landscapes.of(db.session(), council) is not None
    alt_id, alt_en = _words("alt_id"), _words("alt_en")
    file = request.files.get("landscape")
    sent = file is not None and bool(file.filename)
    if not sent and not there:
        raise photos.NothingSent
    if not alt_id or not alt_en:
        raise NotDescribed
    db.session.rollback()  # no transaction is open while the sizes are made
    files = landscapes.receive(file.stream.read(pictures.MAX_BYTES + 1)) if file and sent else {}
    with transaction() as session:
        kept = councils.by_code(session, code)
        landscapes.hang(session, web.actor(), kept, files, alt_id, alt_en)
    return str(gettext("Kept. The pages of the region and of the council show it now."))


def _words(name: str) -> str:
    try:
        return inputs.text(request.form.get(name, ""), most=photos.ALT_LENGTH)
    except inputs.Unreadable as error:
        raise photos.WordsRefused(error.message, **error.params) from error
