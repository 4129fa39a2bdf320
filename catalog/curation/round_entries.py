"""Applications to a round: a workshop applies with pieces, withdraws, answers; the council checks and decides.

Called by studio and desk. A place is taken and given back by a conditional UPDATE of the round's row, which is
locked first: the last place goes to one workshop, and the next in line moves up when one becomes free.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.curation import round_places as places
from catalog.curation import rounds, submissions
from catalog.models import (
    Council,
    EntryState,
    Lane,
    Listing,
    ListingState,
    Product,
    Round,
    RoundEntry,
    RoundPiece,
    RoundState,
    Submission,
    SubmissionState,
    Workshop,
)
from shop import audit, inputs
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Forbidden, Invalid, NotFound
from shop.models import User
from shop.texts import mark

LONGEST = 1000


class NoSuchEntry(NotFound):
    """There is no such application, or not for this person."""


class TooLate(Conflict):
    """The deadline is over, or the round is not open."""

    message = "The deadline of this round is over."


class NoPiece(Invalid):
    """A workshop applies with a piece at least."""

    message = "Please choose the pieces that you want to bring."


class TooManyPieces(Invalid):
    """The round takes so many pieces of one workshop."""

    message = "This round takes %(most)s pieces of each workshop."


class PieceRefused(Invalid):
    """One of the pieces cannot be sent; `product_id` says which, `cause` why."""

    def __init__(self, product_id: int, message: str, **params: Any) -> None:
        super().__init__(message, **params)
        self.product_id = product_id


class AlreadyChecked(Conflict):
    """Somebody else has decided about this application, or the workshop has withdrawn it."""

    message = "This application has been decided or withdrawn in the meantime. Please look at it again."


class WordsMissing(Invalid):
    """Asking for more and refusing need words."""

    message = "Please write what is missing, or why; the workshop will read it."


class OnTheTable(Conflict):
    """A piece of a round stays where it is once the deadline is over."""

    message = "This piece is on the table of a round whose deadline is over; it cannot be taken back now."


class RoundRefusal(Forbidden):
    """The workshop was refused, or has no business with this round."""

    message = "Your council has not admitted your workshop to this round."


NOT_YOURS = mark("Please choose pieces of your own that are still being written.")
OTHER_CRAFT = mark("This round is for other crafts.")


# --- finding ---------------------------------------------------------------------------------------------------


def rounds_for(session: Session, workshop: Workshop, *, only_coming: bool = False) -> list[Round]:
    """Give the rounds that a workshop can apply to or has applied to, the latest first; or those to come alone."""
    applied = sa.select(RoundEntry.round_id).where(RoundEntry.workshop_id == workshop.id)
    seen = [sa.and_(Round.state == RoundState.OPEN, Round.apply_by > now()), Round.id.in_(applied)]
    query = (
        sa.select(Round)
        .where(Round.opened_at.is_not(None), sa.or_(*seen))
        .order_by(Round.first_on.desc(), Round.id)
        .options(joinedload(Round.council))
    )
    if only_coming:
        query = query.where(Round.state.in_(rounds.COMING))
    reached = session.get_one(Council, workshop.council_id).code
    return [one for one in session.scalars(query) if rounds.reaches(one.council.code, reached)]


def round_for(session: Session, workshop: Workshop, round_id: int) -> Round:
    """Give a round to a workshop of its region. :raise catalog.curation.rounds.NoSuchRound:"""
    held = session.scalar(
        sa.select(Round)
        .where(Round.id == round_id, Round.opened_at.is_not(None))
        .options(joinedload(Round.council))
    )
    if held is None or not rounds.reaches(
        held.council.code, session.get_one(Council, workshop.council_id).code
    ):
        raise rounds.NoSuchRound
    return held


def of_workshop(session: Session, workshop_id: int, round_ids: Sequence[int]) -> dict[int, RoundEntry]:
    """Give a workshop's applications to these rounds."""
    query = sa.select(RoundEntry).where(
        RoundEntry.workshop_id == workshop_id, RoundEntry.round_id.in_(round_ids)
    )
    return {entry.round_id: entry for entry in session.scalars(query)}


def to_bring(session: Session, workshop_id: int) -> list[Listing]:
    """Give the versions that a workshop could apply with: being written or in coaching."""
    query = (
        sa.select(Listing)
        .join(Product, Product.id == Listing.product_id)
        .where(
            Product.workshop_id == workshop_id,
            Listing.state.in_([ListingState.DRAFT, ListingState.COACHING]),
        )
        .order_by(Listing.title, Listing.id)
    )
    return list(session.scalars(query))


def at_council(session: Session, workshop_id: int) -> list[Listing]:
    """Give the versions that wait at the council without a round: taken back, they could be brought to one."""
    query = (
        sa.select(Listing)
        .join(Submission, Submission.listing_id == Listing.id)
        .join(Product, Product.id == Listing.product_id)
        .where(
            Product.workshop_id == workshop_id,
            Listing.state == ListingState.SUBMITTED,
            Submission.state == SubmissionState.WAITING,
            Submission.round_id.is_(None),
        )
        .order_by(Listing.title, Listing.id)
    )
    return list(session.scalars(query))


def of_round(session: Session, round_id: int) -> list[RoundEntry]:
    """Give the applications to a round in the order in which they came, with their workshops."""
    query = (
        sa.select(RoundEntry)
        .where(RoundEntry.round_id == round_id)
        .order_by(RoundEntry.applied_at, RoundEntry.id)
        .options(
            joinedload(RoundEntry.workshop).joinedload(Workshop.regency),
            joinedload(RoundEntry.workshop).joinedload(Workshop.craft),
            joinedload(RoundEntry.workshop).joinedload(Workshop.council),
        )
    )
    return list(session.scalars(query))


def one_of_round(session: Session, held: Round, entry_id: int) -> RoundEntry:
    """Give one application to a round. :raise NoSuchEntry:"""
    found = session.scalar(
        sa.select(RoundEntry)
        .where(RoundEntry.id == entry_id, RoundEntry.round_id == held.id)
        .options(
            joinedload(RoundEntry.workshop).joinedload(Workshop.regency),
            joinedload(RoundEntry.workshop).joinedload(Workshop.craft),
            joinedload(RoundEntry.workshop).joinedload(Workshop.council),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NoSuchEntry
    return found


# --- the workshop ----------------------------------------------------------------------------------------------


def apply(
    session: Session,
    actor: Actor,
    person: User,
    workshop: Workshop,
    round_id: int,
    listing_ids: Sequence[int],
    *,
    declared: bool,
) -> RoundEntry:
    """Apply to a round with pieces, which are sent to the council in it; with more of them, apply again.

    Beyond the round's capacity the workshop is on the waiting list.

    :raise TooLate: NoPiece: TooManyPieces: PieceRefused: catalog.curation.submissions.Undeclared: RoundRefusal:
    """
    if not declared:
        raise submissions.Undeclared
    round_for(session, workshop, round_id)
    held = rounds.locked(session, round_id)
    if held.state is not RoundState.OPEN or held.apply_by <= now():
        raise TooLate
    wanted = list(dict.fromkeys(listing_ids))
    if not wanted:
        raise NoPiece
    entry = of_workshop(session, workshop.id, [held.id]).get(held.id)
    if entry is not None and entry.state is EntryState.REFUSED:
        raise RoundRefusal
    there = places.pieces(session, [entry.id])[entry.id] if entry else []
    if len(there) + len(wanted) > held.pieces_each:
        raise TooManyPieces(most=held.pieces_each)
    if entry is None or entry.state not in places.ACTIVE:
        entry = _enter(session, actor, person, workshop, held, entry)
    for listing_id in wanted:
        _send(session, actor, person, workshop, held, entry, listing_id)
    return entry


def _enter(
    session: Session, actor: Actor, person: User, workshop: Workshop, held: Round, former: RoundEntry | None
) -> RoundEntry:
    """Take a place, or the end of the waiting list."""
    placed = session.execute(
        sa.update(Round)
        .where(Round.id == held.id, Round.state == RoundState.OPEN, Round.taken < Round.capacity)
        .values(taken=Round.taken + 1)
        .returning(Round.id)
    ).scalar()
    entry = former or RoundEntry(round_id=held.id, workshop_id=workshop.id)
    entry.state = EntryState.APPLIED if placed else EntryState.WAITING
    entry.applied_at, entry.applied_by_id = now(), person.id
    entry.checks, entry.note, entry.answer = {}, "", ""
    session.add(entry)
    audit.record(
        session, actor, "entry.applied", entry,
        after={"name": workshop.name}, scope=held.council.code,
    )  # fmt: skip
    return entry


def _send(
    session: Session,
    actor: Actor,
    person: User,
    workshop: Workshop,
    held: Round,
    entry: RoundEntry,
    listing_id: int,
) -> None:
    listing = session.scalar(
        sa.select(Listing)
        .join(Product, Product.id == Listing.product_id)
        .where(Listing.id == listing_id, Product.workshop_id == workshop.id)
    )
    if listing is None:
        raise PieceRefused(0, NOT_YOURS)
    crafts = {craft.id for craft in rounds.crafts(session, held.id)}
    if crafts and listing.craft_id not in crafts:
        raise PieceRefused(listing.product_id, OTHER_CRAFT)
    try:
        sent = submissions.submit(session, actor, person, listing, declared=True)
    except (Invalid, Conflict) as error:
        raise PieceRefused(listing.product_id, error.message, **error.params) from error
    sent.round_id, sent.rubric_id, sent.lane = held.id, held.rubric_id, Lane.PANEL
    session.add(RoundPiece(round_id=held.id, entry_id=entry.id, submission_id=sent.id))
    session.flush()


def withdraw(session: Session, actor: Actor, workshop: Workshop, round_id: int) -> None:
    """Take an application back until the deadline, with all its pieces; the next in line gets the place.

    :raise TooLate: NoSuchEntry:
    """
    round_for(session, workshop, round_id)
    held = rounds.locked(session, round_id)
    entry = of_workshop(session, workshop.id, [held.id]).get(held.id)
    if entry is None or entry.state not in places.ACTIVE:
        raise NoSuchEntry
    if held.state is not RoundState.OPEN or held.apply_by <= now():
        raise TooLate
    places.leave(session, actor, held, entry, EntryState.WITHDRAWN)


def answer(session: Session, actor: Actor, workshop: Workshop, round_id: int, words: str) -> None:
    """Answer what the council has asked for. :raise AlreadyChecked: WordsMissing:"""
    round_for(session, workshop, round_id)
    held = rounds.locked(session, round_id)
    said = read_words(words)
    moved = session.execute(
        sa.update(RoundEntry)
        .where(
            RoundEntry.round_id == held.id,
            RoundEntry.workshop_id == workshop.id,
            RoundEntry.state == EntryState.ASKED,
        )
        .values(state=EntryState.APPLIED, answer=said)
        .returning(RoundEntry),
        execution_options={"populate_existing": True},
    ).scalar()
    if moved is None:
        raise AlreadyChecked
    audit.record(session, actor, "entry.answered", moved, after={"answer": said}, scope=held.council.code)


def read_words(typed: str) -> str:
    """Read words that have to say something. :raise WordsMissing:"""
    try:
        said = inputs.text(typed, most=LONGEST, lines=True)
    except inputs.Unreadable as error:
        raise WordsMissing(error.message, **error.params) from error
    if not said:
        raise WordsMissing
    return said


def check_takeable(session: Session, listing_id: int) -> None:
    """Refuse to let a piece go that is on the table of a round whose deadline is over. :raise OnTheTable:"""
    query = (
        sa.select(Round)
        .join(Submission, Submission.round_id == Round.id)
        .where(Submission.listing_id == listing_id, Submission.state == SubmissionState.WAITING)
        .options(joinedload(Round.council))
    )
    held = session.scalar(query)
    if held is not None and (held.state is not RoundState.OPEN or held.apply_by <= now()):
        raise OnTheTable


def after_change(session: Session, actor: Actor, held: Round) -> int:
    """Let the waiting list move up when a round has become larger; say how many did."""
    return places.move_up(session, actor, rounds.locked(session, held.id))
