"""The workshop page: opening a workshop (which makes its first member an artisan), its profile, portrait and rest."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from admin import selects
from admin.studio import entry, seen
from admin.studio.today import blueprint
from admin.studio.workshop_forms import WorkshopForm, written
from catalog import artisans, photos, portraits
from catalog.models import Workshop, WorkshopState
from shop import web
from shop.db import db, transaction
from shop.errors import ShopError


@blueprint.route("/workshop", methods=["GET", "POST"])
def workshop() -> ResponseReturnValue:
    """Open a workshop, or change what it says about itself."""
    mine = artisans.of_user(db.session(), entry.person().id)
    known = (
        written(mine) if mine else {"maker_name": entry.person().name, "phone": entry.person().phone or ""}
    )
    form = WorkshopForm(data=known | {"seen": seen.mark(known) if mine else ""})
    form.offer(db.session())
    if "places" in request.form:  # without JavaScript: a province or regency was chosen, show what lies in it
        return _page(form, mine)
    if not form.is_sent():
        return _page(form, mine, 422 if form.errors else 200)
    try:
        _save(form)
    except ShopError as error:
        form.form_errors.append(entry.said(error))
        form.seen.process_data(seen.mark(written(entry.workshop()))) if mine else None
        return _page(form, mine, error.status)
    flash(_saved_words(mine), "success")
    return redirect(url_for("studio.workshop" if mine else "studio.today"), 303)


def _save(form: WorkshopForm) -> None:
    with transaction() as session:
        mine = artisans.of_user(session, entry.person().id)
        if mine is None:
            artisans.found(session, web.actor(), entry.person(), form.profile())
        else:
            seen.check(written(mine), form.seen.data)
            artisans.update(session, web.actor(), mine, form.profile())


def _saved_words(mine: Workshop | None) -> str:
    if mine is None:
        return str(gettext("Your workshop is open. Now write about your first piece."))
    return str(gettext("Saved. What visitors read changes with the next piece that your council approves."))


def refused(error: ShopError) -> ResponseReturnValue:
    """Show the page with the reason why a portrait was not taken."""
    known = written(mine := entry.workshop())
    form = WorkshopForm(formdata=None, data=known | {"seen": seen.mark(known)})
    form.offer(db.session())
    return _page(form, mine, error.status, entry.said(error))


def _page(
    form: FlaskForm, mine: Workshop | None, status: int = 200, problem: str = ""
) -> ResponseReturnValue:
    mine = artisans.of_user(db.session(), entry.person().id) if mine else None
    hung = _portrait(mine) if mine else None
    return render_template(
        "studio/workshop.html", form=form, workshop=mine, portrait=hung, problem=problem
    ), status


def _portrait(workshop: Workshop) -> dict[str, Any] | None:
    """Describe the portrait that a workshop wants, and whether visitors see it."""
    session = db.session()
    wanted, picture = portraits.of(session, workshop.id), portraits.picture(session, workshop.id)
    if wanted is None or picture is None:
        return None
    return {
        "alt": wanted.alt,
        "state": picture.state.value,
        "view": photos.private_view(picture, wanted.alt, entry.photo_address),
        "public": (wanted.live_picture_id, wanted.live_alt) == (wanted.picture_id, wanted.alt),
    }


@blueprint.get("/workshop/places")
def places() -> ResponseReturnValue:
    """Give the regencies and crafts of a province, or the districts of a regency, for the script of the form."""
    session = db.session()
    regency = request.args.get("regency", "")[:5]
    if regency:
        return jsonify(districts=selects.districts(session, regency))
    province = request.args.get("province", "")[:2]
    groups = [[name, list(rows)] for name, rows in selects.crafts(session, province).items()]
    return jsonify(regencies=selects.regencies(session, province), crafts=groups)


@blueprint.post("/workshop/rest")
def rest() -> ResponseReturnValue:
    """Let the workshop rest, or sell again."""
    with transaction() as session:
        mine = entry.workshop(session)
        if mine.state is WorkshopState.SUSPENDED:
            raise artisans.NotPossibleNow
        resting = mine.state is WorkshopState.ACTIVE
        artisans.move(session, web.actor(), mine, WorkshopState.PAUSED if resting else WorkshopState.ACTIVE)
    words = (
        gettext("Your workshop rests. Your pages stay, and nobody can buy until you open again.")
        if resting
        else gettext("Your workshop is open again.")
    )
    flash(words, "success")
    return redirect(url_for("studio.workshop"), 303)
