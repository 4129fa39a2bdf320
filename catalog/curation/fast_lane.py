"""The fast lane: one curator answers a small staged edit of a piece on sale, by its differences alone.

The last panel's marks and rubric go on holding (`decisions.carry_on`). Whoever is in doubt sends the edit on to the
panel. What counts as small is in `catalog.curation.lanes`.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.curation import claims, coaching, decisions, lanes, submissions
from catalog.curation.coaching import TaskText
from catalog.curation.decisions import StaleSubmission
from catalog.models import Decision, Lane, Submission, SubmissionState, TaskKind
from shop import audit
from shop.audit import Actor
from shop.errors import Conflict
from shop.models import User

GATE = "listing_match"
"""What an edit that goes back is measured by: pictures and words show the piece as it is."""


class NotFast(Conflict):
    """The submission is not in the fast lane, or not any more."""

    message = "This edit is before the panel now. Please judge it there."


def _open(session: Session, curator: User, submission_id: int) -> tuple[Submission, Decision]:
    """Give an edit that waits in the fast lane, and the decision whose marks it carries on."""
    submission = submissions.for_judge(session, curator, submission_id)
    waits = sa.select(Submission.state, Submission.lane).where(Submission.id == submission.id)
    if session.info.get("writing"):
        waits = waits.with_for_update()
    state, lane = session.execute(waits).one()
    if state is not SubmissionState.WAITING:
        raise StaleSubmission
    former = lanes.last_of_panel(session, submission.listing.product_id)
    if lane is not Lane.FAST or former is None:
        raise NotFast
    return submission, former


def check(session: Session, curator: User, submission_id: int) -> None:
    """Ask, before anything is made public for it, whether the edit could be approved; raises as `approve` does."""
    submission, _former = _open(session, curator, submission_id)
    claims.check_signed(session, submission)


def approve(
    session: Session, actor: Actor, curator: User, submission_id: int, *, seen_edits: int, reason: str
) -> Decision:
    """Put a small edit on sale in place of the version before it. Call `photos.make_public` before it.

    :raise StaleSubmission: NotFast: catalog.curation.decisions.ReasonMissing: catalog.photos.NotReady:
    """
    submission, former = _open(session, curator, submission_id)
    return decisions.carry_on(
        session, actor, curator, submission, former, passes=True, seen_edits=seen_edits, reason=reason
    )


def send_back(
    session: Session, actor: Actor, curator: User, submission_id: int, *, seen_edits: int, reason: str
) -> Decision:
    """Give an edit back to its makers with words; the page on sale stays. :raise: as `approve`."""
    submission, former = _open(session, curator, submission_id)
    decision = decisions.carry_on(
        session, actor, curator, submission, former, passes=False, seen_edits=seen_edits, reason=reason
    )
    task = TaskText(GATE, decision.reason)
    coaching.set_tasks(session, actor, submission, TaskKind.COACHING, [task], curator=curator)
    return decision


def send_on(session: Session, actor: Actor, curator: User, submission_id: int) -> None:
    """Send an edit on to the panel; it is not judged by one curator any more. :raise StaleSubmission: NotFast:"""
    submission, _former = _open(session, curator, submission_id)
    moved = session.execute(
        sa.update(Submission)
        .where(
            Submission.id == submission.id,
            Submission.state == SubmissionState.WAITING,
            Submission.lane == Lane.FAST,
        )
        .values(lane=Lane.PANEL)
        .returning(Submission.id)
    ).scalar()
    if moved is None:
        raise NotFast
    audit.record(
        session, actor, "submission.sent_to_panel", submission,
        before={"lane": Lane.FAST}, after={"lane": Lane.PANEL}, scope=submission.council.code,
    )  # fmt: skip
