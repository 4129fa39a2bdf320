"""The review page: who reads it sees the piece, their own marks, and the panel's when these are to be seen.

Drawn by every view of `admin.desk.review`, `admin.desk.verdicts` and `admin.desk.panel`, also with what was typed
when something was refused.
"""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from admin.desk import marks, review_sections, scope, sent, verdict_form
from admin.desk.marks import Marks
from admin.desk.verdict_form import Verdict
from catalog import artisans, councils, details
from catalog.curation import (
    answers,
    appeals,
    appointments,
    claims,
    coaching,
    conditions,
    decisions,
    guests,
    interests,
    panels,
    rounds,
    rubrics,
    scoring,
    submissions,
)
from catalog.curation.findings import Findings
from catalog.curation.rubric import Rubric
from catalog.models import (
    ConditionTerm,
    Decision,
    InterestKind,
    Lane,
    ListingState,
    Outcome,
    PanelStage,
    Round,
    Submission,
    SubmissionState,
)
from shop import i18n
from shop.db import db
from shop.errors import Forbidden, ShopError
from shop.models import Role, User


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rubric makes of complete marks: the total, the outcomes, the tasks that coaching would set."""

    total: int
    outcome: Outcome
    allowed: frozenset[Outcome]
    tasks: list[coaching.TaskText]


def image_address(submission_id: int) -> details.Address:
    """Give the addresses of private photographs as the desk reads them."""

    def address(picture_id: int, width: int, ending: str) -> str:
        return url_for(
            "desk_review.image",
            submission_id=submission_id,
            picture_id=picture_id,
            width=width,
            ending=ending,
        )

    return address


def proposal(submission: Submission, rubric: Rubric, sheet: Any) -> Proposal | None:
    """Say what marks lead to, a judge's own or a panel's; None while they are incomplete."""
    if not rubric.is_complete(sheet.scores, sheet.gates):
        return None
    reader = db.session.get_one(User, submission.submitted_by_id)
    return Proposal(
        total=rubric.total(sheet.scores),
        outcome=rubric.propose(sheet.scores, sheet.gates),
        allowed=rubric.allowed(sheet.scores, sheet.gates),
        tasks=decisions.tasks_for(rubric, sheet, reader.locale),
    )


def of_submission(submission_id: int) -> Submission:
    """Give the submission of the address to who may read it. :raise submissions.NoSuchSubmission:"""
    return submissions.for_staff(db.session(), current_user, submission_id, guest=True)


def render(
    submission: Submission,
    *,
    typed: Marks | None = None,
    verdict: Verdict | None = None,
    note: str | None = None,
    error: ShopError | None = None,
) -> ResponseReturnValue:
    """Draw the page, with what was typed and why it was refused."""
    session = db.session()
    listing, rubric = submission.listing, rubrics.of(session, submission)
    found = panels.of(session, submission)
    own = scoring.sheet(session, submission.id, current_user.id)
    typed = typed or marks.of_sheet(rubric, own)
    verdict = verdict or verdict_form.begin(found)
    if error:
        typed, verdict = typed.with_error(error), verdict.with_error(error)
    before = submissions.before(session, submission)
    difference = submissions.difference(before, submission, i18n.current_locale())
    changed = {change.picture_id: change.alt for change in difference.photos} if difference else {}
    address = image_address(submission.id)
    decision = answers.of_submission(session, submission.id)
    problems = typed.problems | verdict.problems
    html = render_template(
        "desk/review.html",
        submission=submission,
        held=_round(session, submission),
        product=sent.page(session, submission, address),
        difference=difference,
        pictures=sent.pictures(session, changed, address),
        **review_sections.of(session, submission, before, difference, address),
        portrait=sent.portrait(session, submission, address),
        claims=claims.of_submission(session, submission),
        rubric=rubric,
        typed=replace(typed, key=typed.key or secrets.token_hex(16)),
        proposal=proposal(submission, rubric, typed.sheet()),
        decision=decision,
        tasks=coaching.of_listing(session, listing.id),
        history=answers.history(session, listing.product_id),
        error=gettext(error.message, **error.params) if error else "",
        problems=problems,
        verdict=verdict,
        note=note,
        **_standing(session, submission, found, own),
        **_afterwards(session, submission, decision),
    )
    return html, error.status if error else 422 if problems else 200


def _round(session: Session, submission: Submission) -> Round | None:
    """Give the round on whose table a piece lies, to who may look into it; a guest for one piece may not."""
    if submission.round_id is None:
        return None
    try:
        return rounds.for_staff(session, current_user, submission.round_id)
    except rounds.NoSuchRound:
        return None


def _standing(
    session: Session, submission: Submission, found: Findings, own: scoring.Sheet
) -> dict[str, Any]:
    """Say how far the panel is and what the reader may do about it."""
    workshop_id = submission.listing.product.workshop_id
    waiting = submission.state is SubmissionState.WAITING
    apart = _apart(session, submission)
    is_judge = current_user.id in found.judge_ids
    sees = panels.may_see(session, current_user, submission, found)
    together = found.sheet if sees else None
    return {
        "me": current_user.id,
        "found": found if sees else None,
        "missing": found.missing,
        "handed_in": len(found.handed_in),
        "needed": found.needed,
        "stage": found.stage if waiting else None,
        "own": own,
        "is_judge": is_judge,
        "apart": apart,
        "is_member": isinstance(apart, submissions.OwnWorkshop),
        "may_mark": waiting and apart is None and not is_judge and found.stage is not PanelStage.VERDICT,
        "may_decide": waiting and is_judge and found.stage is PanelStage.VERDICT and apart is None,
        "may_discuss": waiting and is_judge and found.stage is PanelStage.DISCUSSION and apart is None,
        "fast": submission.lane is Lane.FAST,
        "panel_proposal": proposal(submission, found.rubric, together) if together and waiting else None,
        "appeal": appeals.of_submission(session, submission.id),
        "interests": interests.of_workshop(session, workshop_id),
        "interest_kinds": list(InterestKind),
        "guests": guests.of_submission(session, submission.id),
        "may_invite": waiting and scope.covers(submission.council, Role.COUNCIL_ADMIN),
        "given": appointments.of_submission(session, submission.id) if waiting else [],
        "judges": _judges(session, submission) if waiting and apart is None else [],
        "checkers": conditions.checkers(session, submission) if is_judge and waiting else [],
        "today": conditions.today().isoformat(),
    }


def _judges(session: Session, submission: Submission) -> list[User]:
    """Give whom the reader may give a submission to: an administrator anybody who may judge it, others themselves."""
    if submission.round_id is not None:
        return []
    officer = scope.covers(submission.council, Role.COUNCIL_ADMIN)
    found = appointments.candidates(session, submission)
    return [one for one in found if officer or one.id == current_user.id]


def _apart(session: Session, submission: Submission) -> Forbidden | None:
    """Give why the reader does not judge this, if there is a reason."""
    try:
        submissions.check_free(session, current_user, submission)
    except Forbidden as reason:
        return reason
    return None


def _afterwards(session: Session, submission: Submission, decision: Decision | None) -> dict[str, Any]:
    """Give the conditions of a verdict, and those of them that the reader can find met."""
    terms: dict[int, ConditionTerm] = {}
    may_check = False
    if decision is not None and decision.outcome is Outcome.CONDITIONS:
        terms = conditions.of_submission(session, submission.id)
        may_check = (
            decision.conditions_met_at is None
            and submission.listing.state is ListingState.CONDITIONAL
            and scope.covers(submission.council, *councils.STAFF)
            and not artisans.is_member(session, submission.listing.product.workshop_id, current_user.id)
            and interests.holding(session, current_user.id, submission.listing.product.workshop_id) is None
        )
    unmet = [term for term in terms.values() if term.met_at is None]
    mine = [one.task_id for one in unmet if conditions.checks(session, current_user, submission, one)]
    return {
        "terms": terms,
        "checks": mine,
        "others_check": [one for one in unmet if one.task_id not in mine],
        "may_confirm": may_check and (bool(mine) or not terms),
    }
