"""Reference samples: what a curator held in the hand. Taken in, measured, photographed, kept somewhere, handed back.

Called by the desk alone; nothing of a sample is public. Claims ask `current_for`. Its photographs are in
`sample_photos`, the list of what a council keeps in `sample_shelf`, what differs from a listing in `sample_checks`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from catalog import artisans, councils
from catalog.curation import submissions
from catalog.models import (
    Council,
    Listing,
    ListingState,
    ListingVariant,
    Product,
    Sample,
    SampleMeasure,
    SamplePhoto,
    SampleState,
    Submission,
)
from shop import audit, inputs
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid, NotFound
from shop.models import User

LONGEST_MM = 20_000
HEAVIEST_G = 200_000
JUDGED = (
    ListingState.SUBMITTED,
    ListingState.CONDITIONAL,
    ListingState.COACHING,
    ListingState.LIVE,
)
"""States of a listing for which a sample can be taken in."""
SIDES = ("length_mm", "width_mm", "height_mm")


class NoSuchSample(NotFound):
    """There is no such sample, or not for this person."""


class SampleRefused(Invalid):
    """A sample has a condition, a place, and at least one measure."""

    message = (
        "Please say how the piece is, where it is kept, and at least one measure: whole millimetres up to "
        "20.000, whole grams up to 200.000."
    )


class ChangedSince(Conflict):
    """The sample is not as the page showed it any more."""

    message = "This sample has changed since you opened it. Please look at it again."


class NotNow(Conflict):
    """No sample is taken in for a draft or a closed version."""

    message = "A sample is taken in while a piece is being judged or on sale."


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured, for one variant or (None) for all. Millimetres and grams; None where nothing was."""

    variant_id: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    weight_g: int | None = None

    def __bool__(self) -> bool:
        """Whether anything was measured."""
        return any((self.length_mm, self.width_mm, self.height_mm, self.weight_g))


@dataclass(frozen=True, slots=True)
class Terms:
    """What a curator writes about a sample."""

    condition: str
    kept_where: str
    measures: Sequence[Measured]
    differs: str = ""
    due_back_on: date | None = None


# --- finding -------------------------------------------------------------------------------------------------

_WHOLE = (
    selectinload(Sample.measures),
    selectinload(Sample.photos).joinedload(SamplePhoto.picture),
    joinedload(Sample.taken_in_by),
    joinedload(Sample.returned_by),
    joinedload(Sample.council),
)


def current_for(session: Session, listing_id: int) -> Sample | None:
    """Give the sample by which a version of a listing is judged, with measures and photographs.

    It is the current one of that version, else of the latest version before it: an edit goes by the sample of what
    it edits. For the desk, and for claims about what was bought.
    """
    mine = aliased(Listing)
    found: Sample | None = session.scalars(
        sa.select(Sample)
        .join(Listing, Listing.id == Sample.listing_id)
        .join(mine, mine.product_id == Listing.product_id)
        .where(mine.id == listing_id, Listing.version <= mine.version, Sample.state == SampleState.CURRENT)
        .order_by(Listing.version.desc())
        .limit(1)
        .options(*_WHOLE)
    ).first()
    return found


def sent(session: Session, listing_id: int) -> dict[str, Any]:
    """Give what a listing said when it was last sent: what the desk reads, whatever is being written since."""
    snapshot: dict[str, Any] | None = session.scalars(
        sa.select(Submission.snapshot)
        .where(Submission.listing_id == listing_id)
        .order_by(Submission.number.desc())
        .limit(1)
    ).first()
    return snapshot or {}


def of_product(session: Session, product_id: int) -> list[Sample]:
    """Give every sample that was ever taken in of a product, the latest first."""
    query = (
        sa.select(Sample)
        .join(Listing, Listing.id == Sample.listing_id)
        .where(Listing.product_id == product_id)
        .order_by(Sample.taken_in_at.desc(), Sample.id.desc())
        .options(*_WHOLE)
    )
    return list(session.scalars(query))


def for_staff(session: Session, person: User, sample_id: int) -> Sample:
    """Give a sample of a staff member's councils, with its listing. :raise NoSuchSample: for others."""
    sample = session.scalar(
        sa.select(Sample)
        .where(Sample.id == sample_id, Sample.council_id.in_(councils.ids_of(session, person)))
        .options(
            *_WHOLE,
            joinedload(Sample.listing).joinedload(Listing.product).joinedload(Product.workshop),
        )
        .execution_options(populate_existing=True)
    )
    if sample is None:
        raise NoSuchSample
    return sample


def for_curator(session: Session, person: User, sample_id: int) -> Sample:
    """Give a sample to somebody who may change it.

    :raise NoSuchSample: outside the person's councils.
    :raise catalog.curation.submissions.OwnWorkshop: for a member of the workshop.
    """
    sample = for_staff(session, person, sample_id)
    if artisans.is_member(session, sample.listing.product.workshop_id, person.id):
        raise submissions.OwnWorkshop
    return sample


# --- taking in, correcting, handing back -----------------------------------------------------------------------


def _checked(session: Session, listing_id: int, terms: Terms) -> tuple[dict[str, Any], list[Measured]]:
    """Bring what was written into the shape that is kept. :raise SampleRefused:"""
    try:
        values = {
            "condition": inputs.text(terms.condition, most=500, lines=True),
            "differs": inputs.text(terms.differs, most=1000, lines=True),
            "kept_where": inputs.text(terms.kept_where, most=120),
        }
    except inputs.Unreadable as error:
        raise SampleRefused(error.message, **error.params) from error
    measures = [one for one in terms.measures if one]
    named = session.scalars(
        sa.select(ListingVariant.variant_id).where(ListingVariant.listing_id == listing_id)
    ).all()
    sides = [side for one in measures for side in (one.length_mm, one.width_mm, one.height_mm) if side]
    weights = [one.weight_g for one in measures if one.weight_g]
    fine = (
        values["condition"]
        and values["kept_where"]
        and measures
        and all(one.variant_id is None or one.variant_id in named for one in measures)
        and all(1 <= side <= LONGEST_MM for side in sides)
        and all(1 <= weight <= HEAVIEST_G for weight in weights)
    )
    if not fine:
        raise SampleRefused
    return values | {"due_back_on": terms.due_back_on}, measures


def take_in(session: Session, actor: Actor, curator: User, submission_id: int, terms: Terms) -> Sample:
    """Take a sample in for the version that a submission is about; it takes the place of an earlier one.

    :raise SampleRefused: NotNow:
    :raise catalog.curation.submissions.NoSuchSubmission: OwnWorkshop:
    """
    submission = submissions.for_staff(session, curator, submission_id)
    listing = submission.listing
    if artisans.is_member(session, listing.product.workshop_id, curator.id):
        raise submissions.OwnWorkshop
    if listing.state not in JUDGED:
        raise NotNow
    values, measures = _checked(session, listing.id, terms)
    session.scalar(sa.select(Listing.id).where(Listing.id == listing.id).with_for_update())  # one at a time
    _let_go(session, actor, listing.id, submission.council.code)
    sample = Sample(
        listing_id=listing.id,
        council_id=submission.council_id,
        taken_in_by_id=curator.id,
        taken_in_at=now(),
        **values,
    )
    session.add(sample)
    session.flush()
    _write(session, sample.id, measures)
    audit.record(
        session,
        actor,
        "sample.taken_in",
        sample,
        after=_told(values, measures),
        scope=submission.council.code,
    )
    return sample


def _let_go(session: Session, actor: Actor, listing_id: int, scope: str) -> None:
    """Let an earlier sample make room."""
    earlier = session.scalar(
        sa.update(Sample)
        .where(Sample.listing_id == listing_id, Sample.state == SampleState.CURRENT)
        .values(state=SampleState.EARLIER)
        .returning(Sample)
    )
    if earlier is not None:
        audit.record(
            session, actor, "sample.replaced", earlier, before={"state": SampleState.CURRENT},
            after={"state": SampleState.EARLIER}, scope=scope,
        )  # fmt: skip


def _write(session: Session, sample_id: int, measures: Sequence[Measured]) -> None:
    session.execute(sa.delete(SampleMeasure).where(SampleMeasure.sample_id == sample_id))
    for one in measures:
        session.add(
            SampleMeasure(
                sample_id=sample_id,
                variant_id=one.variant_id,
                length_mm=one.length_mm,
                width_mm=one.width_mm,
                height_mm=one.height_mm,
                weight_g=one.weight_g,
            )
        )
    session.flush()


def _told(values: dict[str, Any], measures: Sequence[Measured]) -> dict[str, Any]:
    """Give a sample as JSON values for the history."""
    due = values["due_back_on"]
    told = {name: values[name] for name in ("condition", "differs", "kept_where")}
    return told | {"due_on": str(due) if due else None, "measured": "; ".join(map(written, measures))}


def written(one: Measured | SampleMeasure) -> str:
    """Write measures as `2100 x 590 mm, 340 g`."""
    sides = " x ".join(str(getattr(one, side)) for side in SIDES if getattr(one, side))
    parts = [f"{sides} mm" if sides else "", f"{one.weight_g} g" if one.weight_g else ""]
    return ", ".join(part for part in parts if part)


def correct(
    session: Session, actor: Actor, person: User, sample_id: int, terms: Terms, *, seen: int
) -> Sample:
    """Correct what is written about a sample.

    :param seen: `Sample.edits` as the page showed it. :raise ChangedSince: SampleRefused: NoSuchSample:
    """
    sample = for_curator(session, person, sample_id)
    values, measures = _checked(session, sample.listing_id, terms)
    old = [_measured(one) for one in sample.measures]
    before = _told({name: getattr(sample, name) for name in values}, old)
    corrected = session.execute(
        sa.update(Sample)
        .where(Sample.id == sample.id, Sample.edits == seen)
        .values(edits=Sample.edits + 1, **values)
        .returning(Sample.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if corrected is None:
        raise ChangedSince
    _write(session, sample.id, measures)
    session.expire(sample)
    audit.record(
        session, actor, "sample.corrected", sample, before=before, after=_told(values, measures),
        scope=session.get_one(Council, sample.council_id).code,
    )  # fmt: skip
    return sample


def _measured(one: SampleMeasure) -> Measured:
    return Measured(one.variant_id, one.length_mm, one.width_mm, one.height_mm, one.weight_g)


def hand_back(session: Session, actor: Actor, person: User, sample_id: int, to: str) -> Sample:
    """Note that a sample went back, and to whom; its measures and photographs stay.

    :raise SampleRefused: without a name. :raise ChangedSince: when it has gone back already. :raise NoSuchSample:
    """
    sample = for_curator(session, person, sample_id)
    try:
        name = inputs.text(to, most=120)
    except inputs.Unreadable as error:
        raise SampleRefused(error.message, **error.params) from error
    if not name:
        raise SampleRefused("Please say to whom it was handed back.")
    back = session.execute(
        sa.update(Sample)
        .where(Sample.id == sample.id, Sample.returned_at.is_(None))
        .values(returned_at=now(), returned_by_id=person.id, returned_to=name)
        .returning(Sample.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if back is None:
        raise ChangedSince
    code = sample.council.code
    session.expire(sample)
    audit.record(session, actor, "sample.handed_back", sample, after={"name": name}, scope=code)
    return sample
