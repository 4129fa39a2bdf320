"""Appeals: a workshop that finds a verdict wrong asks another panel, once, within the days of the rubric.

An appeal is a submission of the same words to the same council by the same rubric; nobody of the first panel judges
it (`catalog.curation.interests`), and its answer is the last. Called by the studio.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import listings
from catalog.curation import rubrics
from catalog.models import (
    Appeal,
    Council,
    Decision,
    Lane,
    Listing,
    ListingState,
    Outcome,
    Product,
    ProductState,
    Submission,
)
from shop import audit, inputs
from shop.audit import Actor
from shop.db import insert, now
from shop.errors import Conflict, Invalid
from shop.models import User

LONGEST = 4_000
ORIGINS = (ListingState.COACHING, ListingState.CONDITIONAL, ListingState.DECLINED)


class NotPossible(Conflict):
    """There is nothing to appeal: it passed, it was the answer to an appeal, or the piece has moved on."""

    message = "This verdict cannot be appealed: the piece has moved on, or this was the last answer."


class TooLate(Conflict):
    """The days for an appeal are over."""

    message = "The time for an appeal is over. You can improve the piece and send it again."


class AlreadyAppealed(Conflict):
    """One appeal per verdict."""

    message = "This verdict has been appealed already."


class WordsMissing(Invalid):
    """An appeal says why."""

    message = "Please say in your own words why another panel should look again."


def until(session: Session, decision: Decision) -> datetime:
    """Give the moment until which a verdict can be appealed; its submission is loaded."""
    days = rubrics.of(session, decision.submission).procedure.appeal_days
    return decision.decided_at + timedelta(days=days)


def of_decision(session: Session, decision_id: int) -> Appeal | None:
    """Give the appeal against a verdict, if there is one."""
    return session.scalar(sa.select(Appeal).where(Appeal.decision_id == decision_id))


def of_submission(session: Session, submission_id: int) -> Appeal | None:
    """Give the appeal that a submission is, with the verdict it is about; None for every other submission."""
    return session.scalar(
        sa.select(Appeal)
        .where(Appeal.submission_id == submission_id)
        .options(joinedload(Appeal.decision).joinedload(Decision.decided_by))
    )


def is_possible(session: Session, decision: Decision, listing: Listing) -> bool:
    """Say whether a verdict can be appealed now, by its latest listing; the page offers it then."""
    try:
        _check(session, decision, listing)
    except Conflict:
        return False
    return True


def _check(session: Session, decision: Decision, listing: Listing) -> None:
    submission = decision.submission
    moved_on = (
        submission.listing_id != listing.id
        or listing.state not in ORIGINS
        or listing.edits != submission.listing_edits
        or session.get_one(Product, listing.product_id).state is ProductState.WITHDRAWN
    )
    if moved_on or decision.outcome is Outcome.PASS or decision.conditions_met_at is not None:
        raise NotPossible
    newest = sa.select(sa.func.max(Submission.id)).where(Submission.listing_id == listing.id)
    if of_decision(session, decision.id) is not None:
        raise AlreadyAppealed
    if of_submission(session, submission.id) is not None or session.scalar(newest) != submission.id:
        raise NotPossible
    if listing.state is ListingState.DECLINED and listings.open_of(session, listing.product_id):
        raise NotPossible
    if now() > until(session, decision):
        raise TooLate


def lodge(
    session: Session, actor: Actor, person: User, listing: Listing, decision_id: int, words: str
) -> Appeal:
    """Ask another panel to judge what a verdict was about, as it was sent then.

    :param listing: a listing of the person's own workshop; the caller has seen to that.
    :param decision_id: the verdict that the page showed.
    :raise WordsMissing: NotPossible: TooLate: AlreadyAppealed:
    """
    try:
        text = inputs.text(words, most=LONGEST, lines=True)
    except inputs.Unreadable as error:
        raise WordsMissing(error.message, **error.params) from error
    if not text:
        raise WordsMissing
    decision = session.scalar(
        sa.select(Decision).where(Decision.id == decision_id).options(joinedload(Decision.submission))
    )
    if decision is None:
        raise NotPossible
    _check(session, decision, listing)
    first, before = decision.submission, listing.state
    submission = Submission(
        listing_id=first.listing_id,
        council_id=first.council_id,
        number=first.number + 1,
        snapshot=first.snapshot,
        listing_edits=first.listing_edits,
        declaration=first.declaration,
        rubric_id=first.rubric_id,
        lane=Lane.PANEL,
        submitted_by_id=person.id,
        created_at=now(),
    )
    if not listings.move(
        session, listing.id, ORIGINS, ListingState.SUBMITTED, seen=first.listing_edits, submitted_at=now()
    ):
        raise NotPossible
    session.add(submission)
    session.flush()
    appeal: Appeal | None = session.scalar(
        insert(session, Appeal)
        .values(
            decision_id=decision.id, submission_id=submission.id, first_submission_id=first.id, words=text,
            state_before=before, lodged_by_id=person.id, lodged_at=now(),
        )
        .on_conflict_do_nothing(index_elements=["decision_id"])
        .returning(Appeal)
    )  # fmt: skip
    if appeal is None:
        raise AlreadyAppealed
    audit.record(
        session, actor, "listing.appealed", listing,
        before={"state": before}, after={"state": ListingState.SUBMITTED, "reason": text},
        scope=session.get_one(Council, first.council_id).code,
    )  # fmt: skip
    return appeal
