"""Rounds of curation in the studio: which ones a workshop can apply to, applying with pieces, answering, withdrawing."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.studio import entry
from catalog import listings
from catalog.curation import coaching, round_entries, round_places, rounds
from catalog.models import EntryState, Listing, Round, RoundState
from shop import inputs, web
from shop.db import db, now, transaction
from shop.errors import Conflict, Forbidden, Invalid, ShopError

blueprint = entry.room("studio_rounds", "/studio/rounds")
SIZE = 20


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the rounds that are open to the workshop, and those it has applied to."""
    session = db.session()
    mine = entry.workshop()
    found = round_entries.rounds_for(session, mine)
    number = entry.page_number()
    return render_template(
        "studio/rounds.html",
        rounds=found[(number - 1) * SIZE : number * SIZE],
        entries=round_entries.of_workshop(session, mine.id, [one.id for one in found]),
        number=number,
        pages=entry.pages(len(found), SIZE),
    )


@blueprint.get("/<int:round_id>")
def show(round_id: int) -> ResponseReturnValue:
    """Show a round, and the workshop's application or the way to apply."""
    return _page(round_entries.round_for(db.session(), entry.workshop(), round_id))


def _page(held: Round, error: ShopError | None = None, chosen: Sequence[int] = ()) -> ResponseReturnValue:
    session = db.session()
    mine = entry.workshop()
    applied = round_entries.of_workshop(session, mine.id, [held.id]).get(held.id)
    crafts = rounds.crafts(session, held.id)
    wanted = {craft.id for craft in crafts}
    possible = round_entries.to_bring(session, mine.id)
    missing = {
        one.id: [gettext(words) for _field, words in listings.missing(session, one)] for one in possible
    }
    is_open = held.state is RoundState.OPEN and held.apply_by > now()
    there = round_places.pieces(session, [applied.id])[applied.id] if applied else []
    html = render_template(
        "studio/round.html",
        held=held,
        entry=applied,
        active=applied is not None and applied.state in round_places.ACTIVE,
        there=there,
        crafts=crafts,
        possible=possible,
        at_council=round_entries.at_council(session, mine.id) if is_open and not possible else [],
        missing=missing,
        unanswered={one.id: coaching.unanswered(session, one.id) for one in possible},
        fitting={one.id for one in possible if not wanted or one.craft_id in wanted},
        may_apply=is_open and (applied is None or applied.state is not EntryState.REFUSED),
        may_withdraw=is_open,
        free=held.pieces_each - len(there),
        chosen=chosen,
        typed=request.form if error else {},
        error=entry.said(error) if error else "",
        wrong=_title(possible, error),
    )
    return html, error.status if error else 200


def _title(possible: Sequence[Listing], error: ShopError | None) -> str:
    """Give the title of the piece that a refusal is about."""
    key = error.product_id if isinstance(error, round_entries.PieceRefused) else 0
    return next((one.title for one in possible if one.product_id == key), "")


@blueprint.post("/<int:round_id>/apply")
def apply(round_id: int) -> ResponseReturnValue:
    """Apply with the chosen pieces, which are sent to the council."""
    chosen = request.form.getlist("listing", type=inputs.row_number)
    try:
        with transaction() as session:
            mine = entry.workshop(session)
            applied = round_entries.apply(
                session,
                web.actor(),
                entry.person(),
                mine,
                round_id,
                chosen,
                declared=request.form.get("declared") == "1",
            )
            waits = applied.state is EntryState.WAITING
    except (Conflict, Forbidden, Invalid) as error:
        return _page(round_entries.round_for(db.session(), entry.workshop(), round_id), error, chosen)
    if waits:
        flash(gettext("You are on the waiting list; you move up when a place becomes free."), "success")
    else:
        flash(gettext("You have applied. The council checks it and writes to you."), "success")
    return redirect(url_for("studio_rounds.show", round_id=round_id), 303)


@blueprint.post("/<int:round_id>/withdraw")
def withdraw(round_id: int) -> ResponseReturnValue:
    """Take the application back, with all its pieces."""
    try:
        with transaction() as session:
            round_entries.withdraw(session, web.actor(), entry.workshop(session), round_id)
    except Conflict as error:
        return _page(round_entries.round_for(db.session(), entry.workshop(), round_id), error)
    flash(gettext("You have withdrawn. Your pieces are yours to edit again."), "success")
    return redirect(url_for("studio_rounds.show", round_id=round_id), 303)


@blueprint.post("/<int:round_id>/answer")
def answer(round_id: int) -> ResponseReturnValue:
    """Answer what the council has asked for."""
    try:
        with transaction() as session:
            words = request.form.get("words", "")
            round_entries.answer(session, web.actor(), entry.workshop(session), round_id, words)
    except (Conflict, Invalid) as error:
        return _page(round_entries.round_for(db.session(), entry.workshop(), round_id), error)
    flash(gettext("Your answer is with the council."), "success")
    return redirect(url_for("studio_rounds.show", round_id=round_id), 303)
