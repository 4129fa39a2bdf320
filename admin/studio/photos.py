"""Step 2 of a listing: photographs. Sending, arranging, describing, removing with undo, and showing them privately."""

from typing import Any

import sqlalchemy as sa
from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from admin.studio import entry
from admin.studio.listings import steps
from catalog import listings, photos, pictures
from catalog.models import Listing, ListingPhoto, Picture, PictureState, Product
from shop import authz, inputs, media, web
from shop.db import db, transaction
from shop.errors import NotFound, ShopError

blueprint = entry.room("studio_photos", "/studio")

KEPT = "private, max-age=86400"


@blueprint.url_value_preprocessor
def _allow_photographs(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Raise the body limit before anything reads the form: only for this view, only for people who are in."""
    if endpoint == "studio_photos.add" and current_user.is_authenticated:
        request.max_content_length = pictures.BODY * photos.MOST


@blueprint.get("/listings/<int:product_id>/photos")
def index(product_id: int) -> ResponseReturnValue:
    """Show the photographs in their order, with the form that sends more."""
    piece = entry.product(product_id)
    listing = listings.open_of(db.session(), piece.id)
    if listing is None or not listing.is_editable:
        return redirect(url_for("studio_listings.edit", product_id=product_id), 303)
    return _page(piece, listing)


def _page(
    piece: Product, listing: Listing, problems: tuple[str, ...] = (), status: int = 200
) -> ResponseReturnValue:
    shown = photos.of_listing(db.session(), listing.id)
    return render_template(
        "studio/photos.html",
        piece=piece,
        listing=listing,
        photos=[item(photo, request.form.get(f"alt-{photo.picture_id}")) for photo in shown],
        waiting=any(photo.picture.state is PictureState.WAITING for photo in shown),
        most=photos.MOST,
        fewest=listings.FEWEST_PHOTOS,
        steps=steps(listing),
        removed={name: request.args.get(name, "") for name in ("removed", "alt")},
        problems=problems,
    ), status


def item(photo: ListingPhoto, alt: str | None = None) -> dict[str, Any]:
    """Describe a photograph for the list; `alt` are words that were typed and could not be kept."""
    view = photos.private_view(photo.picture, photo.alt, entry.photo_address)
    return {
        "id": photo.picture_id,
        "alt": photo.alt if alt is None else alt.replace("\x00", ""),
        "state": photo.picture.state.value,
        "view": view,
    }


# --- sending -------------------------------------------------------------------------------------------


@blueprint.post("/listings/<int:product_id>/photos")
@authz.allow(limits="upload")
def add(product_id: int) -> ResponseReturnValue:
    """Take one photograph or several; each that cannot be used is named with its reason, the others are kept."""
    piece = entry.product(product_id)
    listing_id = entry.open_listing(piece).id
    sent = [file for file in request.files.getlist("photos") if file.filename]
    kept: list[int] = []
    refused: list[ShopError] = []
    for file in sent[: photos.MOST]:
        try:
            kept.append(_keep(product_id, file))
        except ShopError as error:
            refused.append(error)
    if web.wants_json():
        return _script_answer(listing_id, kept, refused)
    return _answer(product_id, len(kept), len(sent), refused)


def _keep(product_id: int, file: FileStorage) -> int:
    """Keep one photograph; the same one sent again after a drop is the one that is there already."""
    upload = photos.receive(file.stream.read(pictures.MAX_BYTES + 1))
    with transaction() as session:
        listing = entry.open_listing(entry.product(product_id, session), session)
        known = session.scalar(
            sa.select(ListingPhoto.picture_id)
            .join(Picture, Picture.id == ListingPhoto.picture_id)
            .where(ListingPhoto.listing_id == listing.id, Picture.digest == upload.digest)
        )
        return known or photos.attach(session, listing, upload).picture_id


def _script_answer(listing_id: int, kept: list[int], refused: list[ShopError]) -> ResponseReturnValue:
    if refused or not kept:
        error = entry.said(refused[0]) if refused else gettext("Please choose a photograph first.")
        return jsonify(error=error), refused[0].status if refused else 422
    missing = steps(db.session.get_one(Listing, listing_id))[1].missing
    return jsonify(html=_drawn(listing_id, kept[0]), id=kept[0], missing=missing), 201


def _drawn(listing_id: int, picture_id: int) -> str:
    """Draw one photograph as it stands in the list, for the script."""
    found = next((p for p in photos.of_listing(db.session(), listing_id) if p.picture_id == picture_id), None)
    return render_template("studio/_photo.html", photo=item(found), place=0, last=True) if found else ""


def _answer(product_id: int, kept: int, sent: int, refused: list[ShopError]) -> ResponseReturnValue:
    problems = tuple(dict.fromkeys(entry.said(error) for error in refused))
    if not sent:
        problems = (gettext("Please choose a photograph first."),)
    if sent > photos.MOST:
        problems += (gettext("At most %(most)s photographs were taken at once.", most=photos.MOST),)
    if kept:
        flash(ngettext("%(num)s photograph added.", "%(num)s photographs added.", kept), "success")
    if not problems:
        return redirect(url_for("studio_photos.index", product_id=product_id), 303)
    piece = entry.product(product_id)
    listing = entry.open_listing(piece)
    return _page(piece, listing, problems=problems, status=refused[0].status if refused else 422)


@blueprint.get("/listings/<int:product_id>/photos/states")
def states(product_id: int) -> ResponseReturnValue:
    """Say which photographs are ready, with how they then look, for the script that waits for them."""
    piece = entry.product(product_id)
    listing = entry.open_listing(piece)
    wanted = {part for part in request.args.get("ids", "").split(",") if part}
    shown = [
        photo for photo in photos.of_listing(db.session(), listing.id) if str(photo.picture_id) in wanted
    ]
    return jsonify(
        photos=[
            {
                "id": photo.picture_id,
                "state": photo.picture.state.value,
                "html": render_template("studio/_photo_picture.html", photo=item(photo)),
            }
            for photo in shown
        ]
    )


# --- arranging -----------------------------------------------------------------------------------------


@blueprint.post("/listings/<int:product_id>/photos/arrange")
def arrange(product_id: int) -> ResponseReturnValue:
    """Keep every description, then do what the pressed button says: move a photograph, take it out, or only save."""
    try:
        with transaction() as session:
            listing = entry.open_listing(entry.product(product_id, session), session)
            _describe(session, listing)
            removed = _press(session, listing)
    except (listings.NotEditable, photos.OrderRefused) as error:
        return _refused(product_id, error)
    if web.wants_json():
        listing = entry.open_listing(entry.product(product_id))
        return jsonify(words=gettext("Saved."), missing=steps(listing)[1].missing)
    if removed:
        return redirect(url_for("studio_photos.index", product_id=product_id, **removed), 303)
    if request.form.get("then") == "next":
        return redirect(url_for("studio_listings.variants", product_id=product_id), 303)
    flash(gettext("Saved."), "success")
    return redirect(url_for("studio_photos.index", product_id=product_id), 303)


def _refused(product_id: int, error: ShopError) -> ResponseReturnValue:
    """Show the page again with every description as it was typed."""
    if web.wants_json():
        return jsonify(error=entry.said(error)), error.status
    piece = entry.product(product_id)
    shown = listings.latest(db.session(), piece.id)
    return _page(piece, shown, problems=(entry.said(error),), status=error.status)


def _describe(session: Session, listing: Listing) -> None:
    for photo in photos.of_listing(session, listing.id):
        typed = request.form.get(f"alt-{photo.picture_id}")
        if typed is None:
            continue
        try:
            alt = inputs.text(typed, most=photos.ALT_LENGTH)
        except inputs.Unreadable as error:
            raise photos.OrderRefused(error.message, **error.params) from error
        if alt != photo.alt:
            photos.describe(session, listing, photo.picture_id, alt)


def _press(session: Session, listing: Listing) -> dict[str, Any]:
    """Move or remove the photograph that a button names; give what is needed to put a removed one back."""
    order = [photo.picture_id for photo in photos.of_listing(session, listing.id)]
    for way, by in (("up", -1), ("down", 1), ("remove", 0)):
        if way not in request.form:
            continue
        chosen = _number(request.form[way])
        if chosen not in order:
            raise photos.NoSuchPhoto
        place = order.index(chosen)
        if way == "remove":
            alt = request.form.get(f"alt-{chosen}", "")[: photos.ALT_LENGTH]
            photos.remove(session, listing, chosen)
            return {"removed": f"{chosen}.{place}", "alt": alt}
        order.insert(max(place + by, 0), order.pop(place))
        photos.reorder(session, listing, order)
    if "order" in request.form:
        photos.reorder(session, listing, [_number(part) for part in request.form["order"].split(",")])
    return {}


def _number(typed: str) -> int:
    try:
        return inputs.whole(typed, most=2**53)
    except inputs.Unreadable as error:
        raise photos.OrderRefused from error


@blueprint.post("/listings/<int:product_id>/photos/put-back")
def put_back(product_id: int) -> ResponseReturnValue:
    """Undo a removal: the photograph returns to its place."""
    chosen, _dot, place = request.form.get("removed", "").partition(".")
    with transaction() as session:
        listing = entry.open_listing(entry.product(product_id, session), session)
        picture = photos.picture_of_member(session, entry.person().id, _number(chosen))
        photos.put_back(session, listing, picture, _number(place), request.form.get("alt", ""))
    flash(gettext("The photograph is back."), "success")
    return redirect(url_for("studio_photos.index", product_id=product_id), 303)


# --- looking -------------------------------------------------------------------------------------------


@blueprint.get("/photos/<int:picture_id>/<int:width>.<ending>")
@authz.allow(limits="page")
def image(picture_id: int, width: int, ending: str) -> ResponseReturnValue:
    """Give a private photograph to a member of its workshop, and to nobody else."""
    picture = photos.picture_of_member(db.session(), entry.person().id, picture_id)
    key = pictures.private_file(picture, width, ending)
    try:
        data = media.current().get(key)
    except media.NoSuchFile as error:
        raise NotFound from error
    response = Response(data, mimetype=media.content_type(key))
    response.headers["Cache-Control"] = KEPT
    return response
