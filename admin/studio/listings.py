"""The pieces of the workshop: the list, beginning a piece, its own page, and what moves it as a whole.

The steps in which it is written are modules of their own on the same blueprint: words, variants, sending, verdicts.
"""

from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.studio import entry, shelf
from admin.studio.words_forms import NewForm
from catalog import listings, photos, publication, variants
from catalog.curation import round_entries, submissions
from catalog.models import Listing, ListingState, Product, ProductState
from shop import web
from shop.db import db, transaction

blueprint = entry.room("studio_listings", "/studio/listings")

SIZE = 20
"""Pieces on one page of the list."""


class Step(NamedTuple):
    """One step of writing a piece: its name, its address, and what it still misses in words."""

    label: str
    href: str
    missing: list[str]


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the workshop's pieces, by what is to be done with them."""
    tab, number = request.args.get("tab", "all"), entry.page_number()
    tab = tab if tab in shelf.TABS else "all"
    mine = entry.workshop()
    counts = shelf.counts(db.session(), mine.id)
    return render_template(
        "studio/listings.html",
        tab=tab,
        counts=counts,
        pieces=shelf.page(db.session(), mine.id, shelf.TABS[tab], number, SIZE),
        number=number,
        pages=entry.pages(counts[tab], SIZE),
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Begin a piece with its title; everything else follows in steps that save themselves."""
    form = NewForm()
    if not form.is_sent():
        return render_template("studio/new.html", form=form), 422 if form.errors else 200
    with transaction() as session:
        one = form.kind.data == "one"
        listing = listings.create(session, web.actor(), entry.workshop(session), one_of_a_kind=one)
        listings.update(session, listing, {"title": form.title.data})
        product_id = listing.product_id
    return redirect(url_for("studio_listings.words", product_id=product_id), 303)


# --- the page of one piece -----------------------------------------------------------------------------


@blueprint.get("/<int:product_id>")
def edit(product_id: int) -> ResponseReturnValue:
    """Show where a piece stands, and everything that can be done with it now."""
    piece = entry.product(product_id)
    session = db.session()
    open_one = listings.open_of(session, piece.id)
    shown = listings.latest(session, piece.id)
    views = photos.views(session, shown.id, entry.photo_address)
    return render_template(
        "studio/edit.html",
        piece=piece,
        listing=shown,
        open_one=open_one,
        photo=views[0] if views else None,
        variants=variants.of_listing(session, shown.id),
        steps=steps(shown) if open_one and open_one.is_editable else [],
        sent=submissions.of_listing(session, shown.id),
        resting=piece.state is ProductState.PAUSED,
    )


_STEP_OF = {"photos": 1, "alt": 1, "variants": 2}


def steps(listing: Listing) -> list[Step]:
    """Give the four steps of writing with what each still misses."""
    missing: list[list[str]] = [[], [], [], []]
    for field, words in listings.missing(db.session(), listing):
        missing[_STEP_OF.get(field, 0)].append(gettext(words))
    values: dict[str, Any] = {"product_id": listing.product_id}
    return [
        Step(gettext("Words"), url_for("studio_listings.words", **values), missing[0]),
        Step(gettext("Photographs"), url_for("studio_photos.index", **values), missing[1]),
        Step(gettext("Variants and prices"), url_for("studio_listings.variants", **values), missing[2]),
        Step(gettext("Check and send"), url_for("studio_listings.check", **values), []),
    ]


@blueprint.post("/<int:product_id>/open")
def open_draft(product_id: int) -> ResponseReturnValue:
    """Begin a copy in which a live or closed piece is edited; a piece that passed with conditions is reopened."""
    with transaction() as session:
        piece = entry.product(product_id, session)
        listing = listings.open_draft(session, web.actor(), piece)
        if listing.state is ListingState.CONDITIONAL:
            submissions.reopen(session, web.actor(), listing)
    return redirect(url_for("studio_listings.words", product_id=product_id), 303)


@blueprint.post("/<int:product_id>/rest")
def rest(product_id: int) -> ResponseReturnValue:
    """Rest a piece, or sell it again; both at once."""
    with transaction() as session:
        piece = entry.product(product_id, session)
        resting = piece.state is ProductState.ACTIVE
        change = publication.pause if resting else publication.resume
        change(session, web.actor(), piece)
    words = (
        gettext("This piece rests: its page stays, and nobody can buy it.")
        if resting
        else gettext("This piece can be bought again.")
    )
    flash(words, "success")
    return _to_piece(product_id)


def _to_piece(product_id: int) -> ResponseReturnValue:
    return redirect(url_for("studio_listings.edit", product_id=product_id), 303)


# --- what is asked once ----------------------------------------------------------------------------------


@blueprint.get("/<int:product_id>/ask/<what>")
def ask(product_id: int, what: str) -> ResponseReturnValue:
    """Ask once before something that cannot be undone."""
    piece = entry.product(product_id)
    if what not in {"discard", "withdraw"}:
        abort(404)
    shown = listings.latest(db.session(), piece.id)
    return render_template("studio/ask.html", piece=piece, listing=shown, what=what)


@blueprint.post("/<int:product_id>/discard")
def discard(product_id: int) -> ResponseReturnValue:
    """Give the open version up; a live page stays as it is."""
    with transaction() as session:
        piece = entry.product(product_id, session)
        listing = entry.open_listing(piece, session)
        round_entries.check_takeable(session, listing.id)
        listings.discard(session, web.actor(), listing)
        live = piece.live_listing_id is not None
    flash(gettext("The draft is discarded."), "success")
    return _to_piece(product_id) if live else redirect(url_for("studio_listings.index"), 303)


@blueprint.post("/<int:product_id>/withdraw")
def withdraw(product_id: int) -> ResponseReturnValue:
    """Take a piece off the shop for good."""
    with transaction() as session:
        piece: Product = entry.product(product_id, session)
        publication.withdraw(session, web.actor(), piece)
    flash(gettext("The piece is off the shop. Its page says so from now on."), "success")
    return redirect(url_for("studio_listings.index", tab="closed"), 303)
