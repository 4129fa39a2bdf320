"""Step 1 of a listing: the words. Saved by its button, and by the page's script while one types."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from admin.studio import entry
from admin.studio.listings import blueprint, steps
from admin.studio.words_forms import WordsForm, shown, written
from catalog import listings
from catalog.curation import name_claims
from catalog.listings import FieldRefused, NotEditable, SavedElsewhere
from catalog.models import Listing, Product
from shop import web
from shop.db import db, now, transaction
from shop.i18n import write_datetime


@blueprint.route("/<int:product_id>/words", methods=["GET", "POST"])
def words(product_id: int) -> ResponseReturnValue:
    """Write about a piece; every save keeps what is there, complete or not."""
    piece = entry.product(product_id)
    listing = listings.open_of(db.session(), piece.id)
    if listing is None or (request.method == "GET" and not listing.is_editable):
        return redirect(url_for("studio_listings.edit", product_id=product_id), 303)
    form = _form(piece, listing)
    if not form.is_sent():
        return _page(piece, listing, form, 422 if form.errors else 200)
    try:
        with transaction() as session:
            listing = _save(session, product_id, form)
    except FieldRefused as error:
        form.refuse(form[error.field], entry.said(error))
        return _page(piece, listing, form, error.status)
    except (SavedElsewhere, NotEditable) as error:
        return _clash(product_id, form, error)
    if web.wants_json():
        return jsonify(edits=listing.edits, words=_saved_words())
    flash(gettext("Saved."), "success")
    target = "studio_photos.index" if request.form.get("then") == "next" else "studio_listings.words"
    return redirect(url_for(target, product_id=product_id), 303)


def _save(session: Session, product_id: int, form: WordsForm) -> Listing:
    listing = entry.open_listing(entry.product(product_id, session), session)
    listings.update(session, listing, form.content(), seen=form.edits.data)
    return listing


def _saved_words() -> str:
    return str(gettext("Saved, %(at)s", at=write_datetime(now())))


def _form(piece: Product, listing: Listing) -> WordsForm:
    form = WordsForm(data=written(listing))
    form.offer(db.session(), listing, piece.workshop)
    return form


def _page(piece: Product, listing: Listing, form: WordsForm, status: int, **more: Any) -> ResponseReturnValue:
    if web.wants_json():
        errors = {field.id: " ".join(map(str, field.errors)) for field in form if field.errors}
        return jsonify(errors=errors), status
    named = name_claims.of_listing(db.session(), listing)
    values: dict[str, Any] = {"saved_elsewhere": [], "refusal": "", "named": named} | more
    return render_template(
        "studio/words.html", piece=piece, listing=listing, form=form, steps=steps(listing), **values
    ), status


def _clash(product_id: int, form: WordsForm, error: SavedElsewhere | NotEditable) -> ResponseReturnValue:
    """Show what was typed beside what is saved now; the next save then replaces it knowingly."""
    if web.wants_json():
        return jsonify(error=entry.said(error)), error.status
    piece = entry.product(product_id)
    listing = listings.latest(db.session(), piece.id)
    saved = written(listing)
    differing = [
        (field.label.text, shown(name, saved[name], form))
        for name, field in form._fields.items()
        if name in saved and name != "edits" and (field.data or "") != saved[name]
    ]
    form.edits.process(MultiDict({"edits": str(listing.edits)}))
    refusal = entry.said(error)
    return _page(piece, listing, form, error.status, saved_elsewhere=differing, refusal=refusal)
