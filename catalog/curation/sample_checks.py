"""Checks against the sample: where a submission says something else than what was held in the hand.

Called by the desk, which shows the flags, and by `decisions` before anything goes live: with flags, only after a
curator has acknowledged them with a reason.
"""

from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.curation import measures, mentoring, samples, tolerances
from catalog.curation.measures import Said
from catalog.curation.tolerances import Tolerance
from catalog.models import (
    Council,
    Sample,
    SampleAcknowledgement,
    SampleMeasure,
    Submission,
    Variant,
)
from shop import audit, inputs
from shop.audit import Actor
from shop.db import insert, now
from shop.errors import Conflict, Invalid
from shop.models import User

LONGEST = 1000


class NotAcknowledged(Conflict):
    """The submission differs from its sample, and nobody has said why it may pass all the same."""

    message = "What the listing says is not what was measured. Please acknowledge the differences with a reason first."


class ReasonMissing(Invalid):
    """An acknowledgement says why."""

    message = "Please say in a few words why it may pass all the same."


class OtherFlags(Conflict):
    """Since the page was shown, the sample or the submission has changed."""

    message = "The sample or the listing has changed since you opened this page. Please look at the differences again."


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing that is not as the listing says."""

    what: str
    """`length`, `width`, `height`, `weight`, `packed` or `other`."""
    variant: str
    """Name of the variant, or empty for all."""
    said: str
    measured: str
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the sample says about a submission."""

    sample: Sample
    tolerance: Tolerance
    flags: list[Flag]
    acknowledged: SampleAcknowledgement | None
    readable: bool
    """Whether the listing's size could be read at all."""

    @property
    def holds_up(self) -> bool:
        """Whether the flags keep the piece from going live."""
        return bool(self.flags) and self.acknowledged is None


def of(session: Session, submission: Submission) -> Finding | None:
    """Lay a submission beside its sample; None where there is none."""
    sample = samples.current_for(session, submission.listing_id)
    if sample is None:
        return None
    council = session.get_one(Council, submission.council_id)
    craft = submission.snapshot.get("craft") or {}
    tolerance = tolerances.holds(session, council, craft.get("id"))
    flags, readable = _flags(session, submission, sample, tolerance)
    return Finding(sample, tolerance, flags, _acknowledged(session, submission, sample), readable)


def _acknowledged(session: Session, submission: Submission, sample: Sample) -> SampleAcknowledgement | None:
    return session.scalar(
        sa.select(SampleAcknowledgement)
        .where(
            SampleAcknowledgement.submission_id == submission.id,
            SampleAcknowledgement.sample_id == sample.id,
            SampleAcknowledgement.sample_edits == sample.edits,
            SampleAcknowledgement.listing_edits == submission.listing_edits,
        )
        .options(joinedload(SampleAcknowledgement.by))
    )


def _flags(
    session: Session, submission: Submission, sample: Sample, tolerance: Tolerance
) -> tuple[list[Flag], bool]:
    said = measures.read(submission.snapshot.get("measures", ""))
    names = {one["id"]: one["name"] for one in submission.snapshot.get("variants", [])}
    flags: list[Flag] = []
    readable = bool(said.sizes)
    for line in sample.measures:
        name = names.get(line.variant_id or 0, "")
        own = measures.read(name)
        asked = Said(own.sizes or said.sizes, own.weights or said.weights)
        readable = readable or bool(own.sizes)
        flags += _sizes(asked, line, name, tolerance) + _weights(asked, line, name, tolerance)
    flags += _packed(session, sample, names)
    if sample.differs:
        flags.append(Flag("other", "", "", sample.differs))
    return flags, readable


def _sizes(said: Said, line: SampleMeasure, name: str, tolerance: Tolerance) -> list[Flag]:
    """Compare sides with that size of the text which fits best."""
    sides = {
        side.removesuffix("_mm"): value
        for side in samples.SIDES
        if (value := getattr(line, side)) is not None
    }
    if not said.sizes or not sides:
        return []
    fits = [measures.compare(size, sides) for size in said.sizes]
    best = min(fits, key=lambda offs: sum(off.percent for off in offs))
    return [
        Flag(off.label, name, _millimetres(off.said), f"{off.measured} mm", round(off.percent))
        for off in best
        if off.percent > tolerance.size
    ]


def _millimetres(extent: measures.Extent) -> str:
    low, high = round(extent.low), round(extent.high)
    return f"{low} mm" if low == high else f"{low}-{high} mm"


def _weights(said: Said, line: SampleMeasure, name: str, tolerance: Tolerance) -> list[Flag]:
    if not said.weights or line.weight_g is None:
        return []
    nearest = min(said.weights, key=lambda weight: weight.off(line.weight_g or 0))
    percent = nearest.off(line.weight_g)
    if percent <= tolerance.weight:
        return []
    return [Flag("weight", name, f"{round(nearest.low)} g", f"{line.weight_g} g", round(percent))]


def _packed(session: Session, sample: Sample, names: dict[int, str]) -> list[Flag]:
    """Find variants that would weigh less packed than the piece does unpacked."""
    weights = {line.variant_id: line.weight_g for line in sample.measures if line.weight_g}
    flags = []
    for variant in session.scalars(sa.select(Variant).where(Variant.id.in_(names)).order_by(Variant.id)):
        measured = weights.get(variant.id, weights.get(None))
        if measured and variant.active and variant.weight_g < measured:
            flags.append(Flag("packed", names[variant.id], f"{variant.weight_g} g", f"{measured} g"))
    return flags


def check(session: Session, submission: Submission) -> None:
    """Make sure that nothing keeps a submission from going live. :raise NotAcknowledged:"""
    finding = of(session, submission)
    if finding is not None and finding.holds_up:
        raise NotAcknowledged


def seen(finding: Finding, submission: Submission) -> str:
    """Give a short mark of what a page shows; after a correction it is another."""
    return f"{finding.sample.id}.{finding.sample.edits}.{submission.listing_edits}"


def acknowledge(
    session: Session, actor: Actor, curator: User, submission_id: int, reason: str, *, shown: str
) -> None:
    """Note that a curator has seen the differences, and why the piece may pass all the same.

    :param shown: `seen` as the page showed it. :raise ReasonMissing: OtherFlags:
    :raise catalog.curation.submissions.NoSuchSubmission: OwnWorkshop:
    """
    submission = mentoring.submission_of(session, curator, submission_id)
    try:
        words = inputs.text(reason, most=LONGEST, lines=True)
    except inputs.Unreadable as error:
        raise ReasonMissing(error.message, **error.params) from error
    if not words:
        raise ReasonMissing
    finding = of(session, submission)
    if finding is None or seen(finding, submission) != shown or not finding.holds_up:
        raise OtherFlags
    once = (
        insert(session, SampleAcknowledgement)
        .values(
            submission_id=submission.id,
            sample_id=finding.sample.id,
            sample_edits=finding.sample.edits,
            listing_edits=submission.listing_edits,
            flags={"flags": [asdict(flag) for flag in finding.flags]},
            reason=words,
            by_id=curator.id,
            at=now(),
        )
        .on_conflict_do_nothing()
        .returning(SampleAcknowledgement.id)
    )
    if session.scalar(once) is None:
        raise OtherFlags
    audit.record(
        session, actor, "sample.difference_acknowledged", finding.sample,
        after={"reason": words, "flags": len(finding.flags), "submission": submission.id},
        scope=submission.council.code,
    )  # fmt: skip
