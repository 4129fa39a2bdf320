"""Decisions: the council's answer to a submission, written once, and everything that follows from it.

Called by the desk. Approval checks, in one conditional UPDATE, that the listing still is the one that the curator
saw; then the live pointer moves, in the same transaction as the audit row, the letters and the promised indexing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans, listings, photos, publication
from catalog.curation import claims, coaching, followups, memberships, panels, sample_checks, submissions
from catalog.curation import conditions as terms
from catalog.curation.coaching import TaskText
from catalog.curation.findings import Findings, PanelSheet
from catalog.curation.rubric import Rubric
from catalog.curation.scoring import Sheet
from catalog.models import (
    Decision,
    Listing,
    ListingState,
    Outcome,
    Product,
    Submission,
    SubmissionState,
    TaskKind,
)
from shop import audit, inputs, mail
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid
from shop.models import User

LONGEST_REASON = 4000


class StaleSubmission(Conflict):
    """The listing is not the one that the curator saw any more, or somebody else has decided."""

    message = "This submission has changed or been decided since you opened it. Please look at it again."


class NotScored(Invalid):
    """A decision needs the sheets of all its judges."""

    message = "The verdict waits until all judges have handed in their marks."


class NotDiscussed(Invalid):
    """Where judges differ, they write down what they found together, or ask one judge more."""

    message = "The judges differ. Please sign a note together, or let one judge more mark the piece."


class ReasonMissing(Invalid):
    """A decision needs a reason in words."""

    message = "Please give the reason in a few words; the artisan will read it."


class OutcomeRefused(Invalid):
    """The rubric does not allow this outcome for these marks."""

    message = "The marks do not allow this outcome. Nobody is declined except for a broken gate."


class ConditionsMissing(Invalid):
    """Passing with conditions needs at least one."""

    message = "Please say what has to be put right, and until when."


@dataclass(frozen=True, slots=True)
class _Case:
    """A submission in the hands of the curator who decides it."""

    submission: Submission
    found: Findings
    reason: str
    curator: User
    actor: Actor


def _open(
    session: Session, actor: Actor, curator: User, submission_id: int, outcome: Outcome, reason: str
) -> _Case:
    """Check who decides, on what grounds, and whether the rubric allows it."""
    submission = submissions.for_judge(session, curator, submission_id)
    # One after the other: a judge who finds an interest, or one more who hands in. Without the row there is no verdict.
    waits = sa.select(Submission.state).where(Submission.id == submission.id)
    if session.info.get("writing"):
        waits = waits.with_for_update()
    if session.scalar(waits) is not SubmissionState.WAITING:
        raise StaleSubmission
    found = panels.of(session, submission)
    if not found.is_full:
        raise NotScored
    if curator.id not in found.judge_ids:
        raise panels.NotOnPanel
    if not found.is_settled:
        raise NotDiscussed
    if outcome not in found.allows():
        raise OutcomeRefused
    return _Case(submission, found, _words(reason), curator, actor)


def _words(reason: str) -> str:
    try:
        words = inputs.text(reason, most=LONGEST_REASON, lines=True)
    except inputs.Unreadable as error:
        raise ReasonMissing(error.message, **error.params) from error
    if not words:
        raise ReasonMissing
    return words


def check(
    session: Session, actor: Actor, curator: User, submission_id: int, outcome: Outcome, reason: str
) -> None:
    """Ask, before anything is made public for it, whether this verdict could be given; raises as `approve` does."""
    case = _open(session, actor, curator, submission_id, outcome, reason)
    if outcome is Outcome.PASS:
        claims.check_signed(session, case.submission)
        sample_checks.check(session, case.submission)


def _close(
    session: Session,
    case: _Case,
    outcome: Outcome,
    to: ListingState,
    seen_edits: int,
    gate: str | None = None,
    carried: Decision | None = None,
) -> Decision:
    """Decide: the submission still waits and the listing is the one that was seen, or nothing happens at all."""
    submission = case.submission
    decided = session.execute(
        sa.update(Submission)
        .where(
            Submission.id == submission.id,
            Submission.state == SubmissionState.WAITING,
            Submission.listing_edits == seen_edits,
        )
        .values(state=SubmissionState.DECIDED)
        .returning(Submission.id)
    ).scalar()
    if decided is None:
        raise StaleSubmission
    if to is ListingState.LIVE:
        _replace_live(session, submission.listing)
    origin = (ListingState.SUBMITTED,)
    approved = {"approved_at": now()} if to is ListingState.LIVE else {}
    if not listings.move(session, submission.listing_id, origin, to, seen=seen_edits, **approved):
        raise StaleSubmission
    coaching.settle(session, case.actor, submission.listing_id, case.curator.id)
    decision = Decision(
        submission_id=submission.id,
        outcome=outcome,
        total=carried.total if carried else case.found.total,
        reason=case.reason,
        gate=gate,
        rubric_version=carried.rubric_version if carried else case.found.rubric.version,
        rubric_id=carried.rubric_id if carried else case.found.rubric.id,
        carried_from_id=carried.id if carried else None,
        decided_by_id=case.curator.id,
        decided_at=now(),
    )
    session.add(decision)
    panels.decided(session, submission.id)
    audit.record(
        session, case.actor, f"listing.{WORDS[outcome]}", submission.listing,
        before={"state": ListingState.SUBMITTED, "edits": seen_edits},
        after={"state": to, "total": decision.total, "reason": case.reason},
        scope=submission.council.code,
    )  # fmt: skip
    _tell(session, case.submission, outcome, case.reason)
    return decision


WORDS = {
    Outcome.PASS: "approved",
    Outcome.CONDITIONS: "approved_with_conditions",
    Outcome.COACHING: "sent_to_coaching",
    Outcome.DECLINED: "declined",
}
"""How the audit trail calls each outcome: `listing.approved` …"""


def _replace_live(session: Session, listing: Listing) -> None:
    session.execute(
        sa.update(Listing)
        .where(Listing.product_id == listing.product_id, Listing.state == ListingState.LIVE)
        .values(state=ListingState.REPLACED)
    )


def _tell(session: Session, submission: Submission, outcome: Outcome, reason: str, step: str = "") -> None:
    """Promise a letter to every member of the workshop."""
    title = submission.snapshot.get("title", "")
    product = session.get_one(Product, submission.listing.product_id)
    for member in artisans.members(session, product.workshop_id):
        mail.queue(
            session,
            to=member.email,
            template="verdict",
            locale=member.locale,
            context={
                "name": member.name,
                "title": title,
                "outcome": outcome.value,
                "reason": reason,
                "council": submission.council.name,
                "product_id": product.id,
                "published": outcome is Outcome.PASS or step == "met",
            },
            key=f"verdict-{submission.id}{step}-{member.id}",
        )


def approve(
    session: Session, actor: Actor, curator: User, submission_id: int, *, seen_edits: int, reason: str
) -> Decision:
    """Pass a listing: it is live when this transaction commits. Call `photos.make_public` before it.

    :param seen_edits: `Submission.listing_edits` as the curator's page showed it.
    :raise StaleSubmission: NotScored: ReasonMissing: OutcomeRefused: catalog.photos.NotReady:
    """
    case = _open(session, actor, curator, submission_id, Outcome.PASS, reason)
    sample_checks.check(session, case.submission)
    photos.check_public(session, case.submission.listing_id)
    decision = _close(session, case, Outcome.PASS, ListingState.LIVE, seen_edits)
    _publish(session, actor, case.submission)
    followups.begin(session, actor, curator, case.submission)
    return decision


def carry_on(
    session: Session, actor: Actor, curator: User, submission: Submission, former: Decision,
    *, passes: bool, seen_edits: int, reason: str,
) -> Decision:  # fmt: skip
    """Answer a small edit with the last panel's marks; `catalog.curation.fast_lane` has checked edit and curator."""
    case = _Case(submission, panels.of(session, submission), _words(reason), curator, actor)
    if not passes:
        return _close(session, case, Outcome.COACHING, ListingState.COACHING, seen_edits, carried=former)
    sample_checks.check(session, submission)
    photos.check_public(session, submission.listing_id)
    decision = _close(session, case, Outcome.PASS, ListingState.LIVE, seen_edits, carried=former)
    _publish(session, actor, submission)
    return decision


def _publish(session: Session, actor: Actor, submission: Submission) -> None:
    claims.check_signed(session, submission)
    product = session.get_one(Product, submission.listing.product_id)
    profile = submission.snapshot["workshop"] | {"council_id": submission.council_id}
    publication.publish(session, actor, product, submission.listing, profile)
    memberships.admit(session, actor, submission)


def pass_with_conditions(
    session: Session,
    actor: Actor,
    curator: User,
    submission_id: int,
    *,
    seen_edits: int,
    reason: str,
    conditions: Sequence[TaskText],
) -> Decision:
    """Pass a listing that goes live when a curator has found its conditions met.

    :raise ConditionsMissing: without a condition in words. :raise StaleSubmission: and as `approve`.
    :raise catalog.curation.conditions.OnlyForGates: catalog.curation.conditions.CheckerRefused:
    """
    wanted = [condition for condition in conditions if condition.text.strip()]
    if not wanted:
        raise ConditionsMissing
    case = _open(session, actor, curator, submission_id, Outcome.CONDITIONS, reason)
    terms.check(session, case.submission, case.found.rubric, wanted)
    decision = _close(session, case, Outcome.CONDITIONS, ListingState.CONDITIONAL, seen_edits)
    tasks = coaching.set_tasks(session, actor, case.submission, TaskKind.CONDITION, wanted, curator=curator)
    terms.set_terms(session, case.submission, tasks, wanted)
    return decision


def send_to_coaching(
    session: Session,
    actor: Actor,
    curator: User,
    submission_id: int,
    *,
    seen_edits: int,
    reason: str,
    tasks: Sequence[TaskText] = (),
) -> Decision:
    """Give a listing back with a task for each criterion under the bar and each broken gate.

    `tasks` are the curator's own words by criterion (and may add criteria); the rest is worded by the rubric's
    anchor for the bar, in the language of the member who submitted it.

    :raise StaleSubmission: and as `approve`.
    """
    case = _open(session, actor, curator, submission_id, Outcome.COACHING, reason)
    decision = _close(session, case, Outcome.COACHING, ListingState.COACHING, seen_edits)
    own = {task.criterion: task for task in tasks if task.text.strip()}
    submitter = session.get_one(User, case.submission.submitted_by_id)
    wanted = {
        task.criterion: task for task in tasks_for(case.found.rubric, case.found.sheet, submitter.locale)
    } | own
    if not wanted:
        # Stricter than the bars, with a reason: the reason is the task.
        wanted = {"design": TaskText("design", case.reason)}
    found = list(wanted.values())
    coaching.set_tasks(session, actor, case.submission, TaskKind.COACHING, found, curator=curator)
    return decision


def tasks_for(rubric: Rubric, sheet: Sheet | PanelSheet, locale: str) -> list[TaskText]:
    """Word the coaching tasks that marks and gates lead to, with the curator's note where there is one."""
    tasks = []
    for criterion in rubric.under_the_bar(sheet.scores):
        note = sheet.score_notes.get(criterion.id, "").strip()
        tasks.append(TaskText(criterion.id, note or criterion.anchors(locale)[rubric.bar]))
    for gate in rubric.broken(sheet.gates):
        note = sheet.gate_notes.get(gate.id, "").strip()
        tasks.append(TaskText(gate.id, note or (gate.text_en if locale == "en" else gate.text_id)))
    return tasks


def decline(
    session: Session, actor: Actor, curator: User, submission_id: int, *, seen_edits: int, reason: str
) -> Decision:
    """Close a listing for a broken gate: factory goods, copied work, protected species.

    :raise OutcomeRefused: when no such gate is broken. :raise StaleSubmission: and as `approve`.
    """
    case = _open(session, actor, curator, submission_id, Outcome.DECLINED, reason)
    gate = next(gate.id for gate in case.found.rubric.broken(case.found.sheet.gates) if gate.may_decline)
    return _close(session, case, Outcome.DECLINED, ListingState.DECLINED, seen_edits, gate)


def confirm_conditions(
    session: Session,
    actor: Actor,
    curator: User,
    submission_id: int,
    *,
    seen_edits: int,
    met: Collection[int] | None = None,
) -> bool:
    """Find conditions met; with the last of them the listing goes live, which this says.

    Call `photos.make_public` before it where nothing else is left (`conditions.left`).

    :param met: ids of the tasks that are met; None: all that this curator checks.
    :raise StaleSubmission: when it is not waiting for its conditions. :raise catalog.photos.NotReady:
    :raise catalog.curation.conditions.NotTheChecker:
    """
    submissions.for_staff(session, curator, submission_id)  # guests judge, the council checks
    submission = submissions.for_judge(session, curator, submission_id)
    if submission.listing.state is not ListingState.CONDITIONAL:
        raise StaleSubmission
    if terms.meet(session, actor, curator, submission, met):
        return False
    sample_checks.check(session, submission)
    photos.check_public(session, submission.listing_id)
    decision: Decision | None = session.scalar(
        sa.update(Decision)
        .where(
            Decision.submission_id == submission.id,
            Decision.outcome == Outcome.CONDITIONS,
            Decision.conditions_met_at.is_(None),
        )
        .values(conditions_met_at=now(), conditions_met_by_id=curator.id)
        .returning(Decision)
    )
    if decision is None:
        raise StaleSubmission
    _replace_live(session, submission.listing)
    origin = (ListingState.CONDITIONAL,)
    if not listings.move(
        session, submission.listing_id, origin, ListingState.LIVE, seen=seen_edits, approved_at=now()
    ):
        raise StaleSubmission
    coaching.settle(session, actor, submission.listing_id, curator.id)
    audit.record(
        session, actor, "listing.conditions_met", submission.listing,
        before={"state": ListingState.CONDITIONAL}, after={"state": ListingState.LIVE},
        scope=submission.council.code,
    )  # fmt: skip
    _publish(session, actor, submission)
    followups.begin(session, actor, curator, submission)
    _tell(session, submission, Outcome.CONDITIONS, decision.reason, "met")
    return True
