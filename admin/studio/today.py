"""The first page of the studio: what waits for the artisan today, the most urgent first."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from admin.studio import entry, shelf
from catalog import artisans
from catalog.curation import answers, assignments, coaching, kinds, round_entries
from catalog.models import (
    CoachingTask,
    Decision,
    Listing,
    ListingState,
    Outcome,
    Product,
    Submission,
    TaskState,
)
from checkout import ledger, shipping
from checkout.claims import finding as claims
from checkout.models import ShipmentState
from shop import authz
from shop.db import db, now

blueprint = Blueprint("studio", __name__, url_prefix="/studio")
authz.guard(blueprint, limits="form")

ANSWERED = (ListingState.COACHING, ListingState.CONDITIONAL)
"""The council has answered, and the artisan has something to do."""
LATELY = timedelta(days=30)
"""So long the first page says that a piece was declined."""
FEW = 5
"""Rows of each kind on the page; the rest is one link away."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict with something still to do, and its open tasks."""

    piece: shelf.Piece
    decision: Decision | None
    tasks: list[CoachingTask]

    @property
    def open(self) -> int:
        """How many tasks have no answer yet."""
        return sum(task.state is TaskState.OPEN for task in self.tasks)


@blueprint.get("/")
def today() -> ResponseReturnValue:
    """Show what is to be done now."""
    mine = artisans.of_user(db.session(), entry.person().id)
    if mine is None:
        return redirect(url_for("studio.workshop"), 303)
    session = db.session()
    counts = shelf.counts(session, mine.id)
    parcels = shipping.counts_of_workshop(session, mine.id)
    answered = verdicts(session, mine.id)
    open_rounds = round_entries.rounds_for(session, mine, only_coming=True)[:FEW]
    return render_template(
        "studio/today.html",
        workshop=mine,
        counts=counts,
        to_pack=shipping.list_of_workshop(session, mine.id, [ShipmentState.TO_PACK], limit=FEW),
        packing=parcels.get(ShipmentState.TO_PACK, 0),
        late=now(),
        claims_open=claims.waiting(session, mine.id),
        verdicts=answered,
        declined=declined_lately(session, mine.id),
        tasks=assignments.page(session, mine.id, "open", 1, FEW),
        tasks_of=assignments.counts(session, mine.id),
        kind_of=kinds.of,
        day=coaching.today(),
        rounds=open_rounds,
        entries=round_entries.of_workshop(session, mine.id, [one.id for one in open_rounds]),
        drafts=shelf.page(session, mine.id, shelf.in_state(ListingState.DRAFT), 1, FEW),
        waiting=shelf.page(session, mine.id, shelf.in_state(ListingState.SUBMITTED), 1, FEW),
        low=shelf.stock_page(session, mine.id, "low", 1, FEW),
        balance=ledger.of_workshop(session, mine.id),
        is_new=not (answered or counts["sale"] or counts["council"] or counts["closed"] or parcels),
    )


def declined_lately(session: Session, workshop_id: int) -> list[Any]:
    """Give id and title of the pieces that the council declined within a month, also where an older version is on sale."""
    rows = session.execute(
        sa.select(Product.id, Listing.title)
        .join(Listing, Listing.product_id == Product.id)
        .join(Submission, Submission.listing_id == Listing.id)
        .join(Decision, Decision.submission_id == Submission.id)
        .where(
            Product.workshop_id == workshop_id,
            Decision.outcome == Outcome.DECLINED,
            Decision.decided_at > now() - LATELY,
        )
        .order_by(Decision.id.desc())
        .limit(FEW)
    )
    return list(rows)


def verdicts(session: Session, workshop_id: int) -> list[Verdict]:
    """Give the pieces whose last verdict asks for something, with its tasks."""
    found = []
    for piece in shelf.page(session, workshop_id, shelf.in_state(*ANSWERED), 1, FEW):
        listing_id = session.scalar(
            sa.select(Listing.id)
            .join(Product, Product.id == Listing.product_id)
            .where(Product.id == piece.id, Listing.state == piece.open_state)
        )
        if listing_id is not None:
            decision = answers.last_of_listing(session, listing_id)
            found.append(Verdict(piece, decision, coaching.unsettled(session, listing_id)))
    return found
