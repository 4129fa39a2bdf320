"""Step 3 of a listing: variants, each a small page of its own. Price, stock and packing hold at once, names are judged."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from admin.studio import entry, seen
from admin.studio.listings import blueprint, steps
from admin.studio.variant_forms import VariantForm, written
from catalog import listings, stock, variants
from catalog.models import Listing, ListingVariant, Product, Variant
from shop import web
from shop.db import db, transaction
from shop.errors import ShopError


class OnlyOne(variants.NamesRefused):
    """A one-of-a-kind piece has one variant."""

    message = "A one-of-a-kind piece has one variant only."


@blueprint.get("/<int:product_id>/variants", endpoint="variants")
def index(product_id: int) -> ResponseReturnValue:
    """List what can be bought of a piece."""
    piece = entry.product(product_id)
    listing = listings.latest(db.session(), piece.id)
    rows = variants.of_listing(db.session(), listing.id)
    editable = listing.is_editable
    return render_template(
        "studio/variants.html",
        piece=piece,
        listing=listing,
        rows=rows,
        may_add=editable and len(rows) < (1 if piece.one_of_a_kind else variants.MOST),
        steps=steps(listing) if editable else [],
    )


@blueprint.route("/<int:product_id>/variants/new", methods=["GET", "POST"])
def new_variant(product_id: int) -> ResponseReturnValue:
    """Add a variant to a draft."""
    piece = entry.product(product_id)
    listing = entry.open_listing(piece)
    rows = variants.of_listing(db.session(), listing.id)
    form = VariantForm(data=_like(rows[-1].variant) if rows else {"on_hand": 1})
    form.one_of_a_kind = piece.one_of_a_kind
    if not form.is_sent():
        return _page(piece, listing, form, None, 422 if form.errors else 200)
    try:
        with transaction() as session:
            _add(session, product_id, form)
    except ShopError as error:
        return _refused(product_id, form, None, error)
    flash(gettext("The variant is added."), "success")
    return redirect(url_for("studio_listings.variants", product_id=product_id), 303)


def _like(variant: Variant) -> dict[str, Any]:
    """Begin with the measures of the last variant: colours of one cloth weigh the same."""
    return written(variant, "") | {"on_hand": 0}


def _add(session: Session, product_id: int, form: VariantForm) -> None:
    piece = entry.product(product_id, session)
    listing = entry.open_listing(piece, session)
    if piece.one_of_a_kind and variants.of_listing(session, listing.id):
        raise OnlyOne
    variant = variants.add(session, web.actor(), listing, form.name.data, form.terms())
    if not form.is_made and form.on_hand.data:
        stock.set_on_hand(session, web.actor(), variant.id, form.on_hand.data)


# --- one variant -----------------------------------------------------------------------------------------


def _named(session: Session, piece: Product, variant_id: int) -> tuple[Listing, ListingVariant]:
    """Give a variant as the latest version names it. :raise catalog.variants.NoSuchVariant:"""
    listing = listings.latest(session, piece.id)
    for row in variants.of_listing(session, listing.id):
        if row.variant_id == variant_id:
            return listing, row
    raise variants.NoSuchVariant


@blueprint.route("/<int:product_id>/variants/<int:variant_id>", methods=["GET", "POST"])
def variant(product_id: int, variant_id: int) -> ResponseReturnValue:
    """Change a variant: its name waits for the council, the rest holds at once."""
    piece = entry.product(product_id)
    listing, row = _named(db.session(), piece, variant_id)
    now = written(row.variant, row.name)
    form = VariantForm(data=now | {"seen": seen.mark(now)})
    form.one_of_a_kind = piece.one_of_a_kind
    if not form.is_sent():
        return _page(piece, listing, form, row, 422 if form.errors else 200)
    try:
        with transaction() as session:
            _change(session, product_id, variant_id, form)
    except ShopError as error:
        return _refused(product_id, form, variant_id, error)
    live = listing.product_id and piece.live_listing_id is not None
    flash(gettext("Saved. It holds from now on.") if live else gettext("Saved."), "success")
    return redirect(url_for("studio_listings.variants", product_id=product_id), 303)


def _change(session: Session, product_id: int, variant_id: int, form: VariantForm) -> None:
    listing, row = _named(session, entry.product(product_id, session), variant_id)
    mine = variants.of_member(session, entry.person().id, variant_id)
    seen.check(written(mine, row.name), form.seen.data)
    if listing.is_editable and form.name.data != row.name:
        variants.rename(session, listing, {variant_id: form.name.data})
    variants.set_terms(session, web.actor(), mine, form.terms())
    if not form.is_made and form.on_hand.data is not None:
        stock.set_on_hand(session, web.actor(), variant_id, form.on_hand.data)


def _page(
    piece: Product,
    listing: Listing,
    form: VariantForm,
    row: ListingVariant | None,
    status: int,
    refusal: str = "",
) -> ResponseReturnValue:
    return render_template(
        "studio/variant.html", piece=piece, listing=listing, form=form, row=row, refusal=refusal
    ), status


def _refused(
    product_id: int, form: VariantForm, variant_id: int | None, error: ShopError
) -> ResponseReturnValue:
    """Show the form as it was typed, with the refusal; saving again replaces knowingly what is there now."""
    piece = entry.product(product_id)
    if variant_id is None:
        return _page(piece, entry.open_listing(piece), form, None, error.status, entry.said(error))
    listing, row = _named(db.session(), piece, variant_id)
    form.seen.data = seen.mark(written(row.variant, row.name))
    return _page(piece, listing, form, row, error.status, entry.said(error))


@blueprint.post("/<int:product_id>/variants/<int:variant_id>/remove")
def remove_variant(product_id: int, variant_id: int) -> ResponseReturnValue:
    """Take a variant out of the draft; a live page keeps it until the draft is approved."""
    with transaction() as session:
        listing = entry.open_listing(entry.product(product_id, session), session)
        variants.remove(session, web.actor(), listing, variant_id)
    flash(gettext("The variant is taken out."), "success")
    return redirect(url_for("studio_listings.variants", product_id=product_id), 303)


@blueprint.post("/<int:product_id>/variants/<int:variant_id>/rest")
def rest_variant(product_id: int, variant_id: int) -> ResponseReturnValue:
    """Take a variant off sale, or put it back; both at once."""
    with transaction() as session:
        entry.product(product_id, session)
        mine = variants.of_member(session, entry.person().id, variant_id)
        if mine.product_id != product_id:
            raise variants.NoSuchVariant
        active = request.form.get("to") == "active"
        variants.set_active(session, web.actor(), mine, active)
    flash(gettext("On sale again.") if active else gettext("Off sale from now on."), "success")
    return redirect(url_for("studio_listings.variants", product_id=product_id), 303)
