"""Sections of the review page: which change answers which task, what comes after a pass, and the reference sample."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from admin.desk import sent
from admin.desk.coaching import person
from admin.desk.samples import photo_views
from catalog import artisans, councils, photos
from catalog.curation import coaching, kinds, name_claims, resubmissions, sample_checks, samples
from catalog.curation.resubmissions import Answered
from catalog.details import Address
from catalog.models import ListingState, Submission, SubmissionState, TaskKind
from catalog.versions import Difference, Snapshot


def of(
    session: Session,
    submission: Submission,
    before: Snapshot | None,
    difference: Difference | None,
    address: Address,
) -> dict[str, Any]:
    """Give what the templates `desk/_coaching.html` and `desk/_sample.html` show."""
    answered = resubmissions.of(session, submission, difference, before)
    mine = submission.council_id in councils.ids_of(session, person())
    own = artisans.is_member(session, submission.listing.product.workshop_id, person().id)
    tasks = coaching.of_listing(session, submission.listing_id)
    shown = {answer.task.id for answer in answered.tasks}
    finding = sample_checks.of(session, submission) if mine else None
    return {
        "answered": answered,
        "own_names": _own_names(session, submission),
        "beside": sent.pictures(session, _beside(answered), address),
        "evidence": _evidence(answered) if mine else {},
        "kind_of": kinds.of,
        "earlier_tasks": [t for t in tasks if t.id not in shown and t.kind is not TaskKind.FOLLOW_UP],
        "follow_ups": [task for task in tasks if task.kind is TaskKind.FOLLOW_UP],
        "may_follow_up": mine and not own and submission.listing.state is ListingState.LIVE,
        "finding": finding,
        "finding_seen": sample_checks.seen(finding, submission) if finding else "",
        "sample_photos": photo_views(finding.sample) if finding and not own else [],
        "may_sample": mine and not own and submission.listing.state in samples.JUDGED,
        "today_day": coaching.today(),
        "sides": samples.written,
    }


def _own_names(session: Session, submission: Submission) -> list[str]:
    """Give the names of other regions' crafts in what the workshop says of itself, while somebody judges it."""
    told = submission.snapshot.get("workshop", {})
    if submission.state is not SubmissionState.WAITING:
        return []
    return name_claims.of_workshop(session, submission.listing, told.get("name", ""), told.get("about", ""))


def _beside(answered: Answered) -> dict[int, str]:
    """Name the photographs that stand beside each other, with their words."""
    shown = [answer.photos for answer in answered.tasks if answer.photos]
    sides = [side for photographs in shown for side in (photographs.old, photographs.new)]
    found = {picture_id: words for side in sides for picture_id, words, _kind in side}
    return found | {change.picture_id: change.alt for change in answered.others.photos}


def _evidence(answered: Answered) -> dict[int, list[Any]]:
    """Describe what workshops show for their tasks, by task."""

    def view(task_id: int, row: Any) -> Any:
        def address(picture_id: int, width: int, ending: str) -> str:
            values: dict[str, Any] = {"picture_id": picture_id, "width": width, "ending": ending}
            return url_for("desk_coaching.image", task_id=task_id, **values)

        return photos.private_view(row.picture, row.words, address)

    return {
        answer.task.id: [(row, view(answer.task.id, row)) for row in answer.evidence]
        for answer in answered.tasks
        if answer.evidence
    }
