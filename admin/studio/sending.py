"""Step 4 of a listing: looking at it as a buyer would, checking what is missing, sending it, taking it back."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField

from admin.studio import entry
from admin.studio.listings import blueprint, steps
from catalog import details, listings, versions
from catalog.curation import claims, coaching, lanes, name_claims, round_entries, submissions
from catalog.listings import NotEditable, SavedElsewhere
from catalog.models import Council, Listing, Product, TaskState
from shop import web
from shop.db import db, transaction
from shop.errors import ShopError
from shop.forms import Form, WholeNumberField
from shop.i18n import current_locale


class SendForm(Form):
    """What an artisan declares when a piece goes to the council."""

    edits = WholeNumberField(most=999_999_999, render_kw={"type": "hidden"})
    declared = BooleanField(
        lazy_gettext(
            "This is our own work, the photographs show it honestly, and nothing in it comes from "
            "protected animals or plants."
        )
    )


@blueprint.get("/<int:product_id>/check")
def check(product_id: int) -> ResponseReturnValue:
    """Show what is complete and what is missing, and ask for the declaration."""
    piece = entry.product(product_id)
    listing = listings.open_of(db.session(), piece.id)
    if listing is None or not listing.is_editable:
        return redirect(url_for("studio_listings.edit", product_id=product_id), 303)
    return _page(piece, listing, SendForm(formdata=None, data={"edits": listing.edits}))


def _page(
    piece: Product, listing: Listing, form: SendForm, refusal: str = "", status: int = 200
) -> ResponseReturnValue:
    session = db.session()
    tasks = coaching.unsettled(session, listing.id)
    return render_template(
        "studio/check.html",
        piece=piece,
        listing=listing,
        form=form,
        refusal=refusal,
        steps=steps(listing),
        council=session.get_one(Council, piece.workshop.council_id),
        unanswered=sum(task.state is TaskState.OPEN for task in tasks),
        difference=_difference(piece, listing),
        named=name_claims.of_listing(session, listing),
        own_names=name_claims.of_workshop(session, listing, piece.workshop.name, piece.workshop.about),
        to_sign=claims.to_sign(session, listing),
        way=lanes.of_draft(session, listing) if piece.live_listing_id else None,
        at_once=[gettext(words).lower() for words in lanes.AT_ONCE.values()],
    ), status


def _difference(piece: Product, listing: Listing) -> versions.Difference | None:
    """Say what differs from the live page, which stays until the council approves."""
    live = db.session.get(Listing, piece.live_listing_id) if piece.live_listing_id else None
    if live is None:
        return None
    old, new = (versions.snapshot(db.session(), one) for one in (live, listing))
    return versions.diff(old, new, current_locale())


@blueprint.post("/<int:product_id>/submit")
def submit(product_id: int) -> ResponseReturnValue:
    """Send a piece to the council, as it is now."""
    form = SendForm()
    piece = entry.product(product_id)
    if not form.is_sent():
        return _page(piece, entry.open_listing(piece), form, status=422)
    try:
        with transaction() as session:
            listing = entry.open_listing(entry.product(product_id, session), session)
            if listing.edits != form.edits.data:
                raise SavedElsewhere
            declared = bool(form.declared.data)
            submissions.submit(session, web.actor(), entry.person(), listing, declared=declared)
    except NotEditable:
        raise
    except ShopError as error:
        return _refused(product_id, form, error)
    flash(gettext("Sent. The council reads it and answers you here and by mail."), "success")
    return redirect(url_for("studio_listings.edit", product_id=product_id), 303)


def _refused(product_id: int, form: SendForm, error: ShopError) -> ResponseReturnValue:
    piece = entry.product(product_id)
    listing = entry.open_listing(piece)
    fresh = SendForm(formdata=None, data={"edits": listing.edits, "declared": form.declared.data})
    if isinstance(error, submissions.Undeclared):
        fresh.refuse(fresh.declared, entry.said(error))
        return _page(piece, listing, fresh, status=error.status)
    return _page(piece, listing, fresh, entry.said(error), error.status)


@blueprint.post("/<int:product_id>/take-back")
def take_back(product_id: int) -> ResponseReturnValue:
    """Take a submission back, to edit it again."""
    with transaction() as session:
        listing = entry.open_listing(entry.product(product_id, session), session)
        round_entries.check_takeable(session, listing.id)
        submissions.withdraw(session, web.actor(), listing)
    flash(gettext("You have it back and can edit it again."), "success")
    return redirect(url_for("studio_listings.words", product_id=product_id), 303)


@blueprint.get("/<int:product_id>/preview")
def preview(product_id: int) -> ResponseReturnValue:
    """Show the page as buyers would see it; only the workshop can open it."""
    piece = entry.product(product_id)
    listing = listings.latest(db.session(), piece.id)
    product = details.preview(db.session(), listing.id, entry.photo_address)
    return render_template("studio/preview.html", piece=piece, product=product)
