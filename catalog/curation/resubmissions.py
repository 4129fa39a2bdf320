"""Resubmissions: which changes of a submission answer which task, side by side, and what changed besides.

A change answers the tasks for which the artisan chose it; without a choice those whose criterion it usually shows
(`catalog.curation.kinds`). Called by the desk's review.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from catalog.curation import coaching, evidence, kinds
from catalog.curation.coaching import PHOTOS
from catalog.models import CoachingTask, Submission, TaskEvidence
from catalog.versions import Change, Difference, Snapshot, shown_photos


@dataclass(frozen=True, slots=True)
class Photographs:
    """The photographs of two versions beside each other: (picture, words, what became of it)."""

    old: list[tuple[int, str, str]]
    new: list[tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One task with what the workshop says, what it shows, and what it changed for it."""

    task: CoachingTask
    changes: list[Change]
    photos: Photographs | None
    chosen: bool
    """Whether the artisan has said which changes these are; otherwise they follow from the criterion."""
    evidence: list[TaskEvidence] = field(default_factory=list)

    @property
    def difference(self) -> Difference:
        """The changed words alone."""
        return Difference(self.changes, [])


@dataclass(frozen=True, slots=True)
class Answered:
    """A resubmission, task by task."""

    tasks: list[Answer]
    others: Difference
    """What changed and answers none of the tasks."""


def fields_for(task: CoachingTask) -> Sequence[str]:
    """Give the fields whose changes answer a task."""
    return task.changed_fields or kinds.fields_of(task.criterion)


def of(
    session: Session, submission: Submission, difference: Difference | None, before: Snapshot | None
) -> Answered:
    """Sort what changed in a submission under the tasks that it answers."""
    tasks = coaching.answered_by(session, submission)
    shown = evidence.of_tasks(session, [task.id for task in tasks])
    changes = {change.field: change for change in difference.fields} if difference else {}
    photographs = None
    if difference and difference.photos:
        photographs = side_by_side(before or {}, submission.snapshot, difference)
    answers = [
        Answer(
            task=task,
            changes=[changes[name] for name in fields_for(task) if name in changes],
            photos=photographs if PHOTOS in fields_for(task) else None,
            chosen=bool(task.changed_fields),
            evidence=shown.get(task.id, []),
        )
        for task in tasks
    ]
    used = {change.field for answer in answers for change in answer.changes}
    photos_used = any(answer.photos for answer in answers)
    rest = Difference(
        [change for change in changes.values() if change.field not in used],
        [] if photos_used or difference is None else difference.photos,
    )
    return Answered(answers, rest)


def side_by_side(old: Snapshot, new: Snapshot, difference: Difference) -> Photographs:
    """Put the photographs of two versions beside each other, each with what became of it."""
    became: Mapping[int, str] = {change.picture_id: change.kind for change in difference.photos}

    def told(snapshot: Snapshot) -> list[tuple[int, str, str]]:
        return [
            (photo["picture_id"], photo["alt"], became.get(photo["picture_id"], "same"))
            for photo in shown_photos(snapshot)
        ]

    return Photographs(told(old), told(new))
