"""Discussions: what judges who differed found together, in words, with every judge's name under it.

Called by `catalog.curation.panels`, which knows who is a judge. The last note of a submission holds; a new one has to
be signed anew.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.models import DiscussionNote, DiscussionSignature, Submission
from shop import audit, inputs
from shop.audit import Actor
from shop.db import insert, now
from shop.errors import Conflict, Invalid
from shop.models import User

LONGEST = 4_000


class NoteMissing(Invalid):
    """A discussion leaves words behind."""

    message = "Please write down what you found together."


class NothingToDiscuss(Conflict):
    """The judges do not differ."""

    message = "The judges agree; there is nothing to write down."


class OtherNote(Conflict):
    """The note was written anew since the page was shown."""

    message = "The note was written anew in the meantime. Please read it again before you sign."


def last(session: Session, submission_id: int) -> DiscussionNote | None:
    """Give the note that holds, with who wrote it."""
    return session.scalars(
        sa.select(DiscussionNote)
        .where(DiscussionNote.submission_id == submission_id)
        .order_by(DiscussionNote.id.desc())
        .options(joinedload(DiscussionNote.author))
        .limit(1)
    ).first()


def signed_by(session: Session, note: DiscussionNote) -> frozenset[int]:
    """Give the ids of the judges whose names stand under a note."""
    query = sa.select(DiscussionSignature.judge_id).where(DiscussionSignature.note_id == note.id)
    return frozenset(session.scalars(query))


def write(session: Session, actor: Actor, judge: User, submission: Submission, text: str) -> DiscussionNote:
    """Keep a note, signed by who writes it. :raise NoteMissing:"""
    try:
        words = inputs.text(text, most=LONGEST, lines=True)
    except inputs.Unreadable as error:
        raise NoteMissing(error.message, **error.params) from error
    if not words:
        raise NoteMissing
    note = DiscussionNote(submission_id=submission.id, author_id=judge.id, text=words, created_at=now())
    session.add(note)
    session.flush()
    session.add(DiscussionSignature(note_id=note.id, judge_id=judge.id, signed_at=now()))
    # Its words speak of marks that others of the council may not know yet: the trail does not repeat them.
    audit.record(session, actor, "submission.discussed", submission, scope=submission.council.code)
    return note


def sign(session: Session, actor: Actor, judge: User, submission: Submission, note_id: int) -> None:
    """Put a judge's name under a note; twice is once. :raise OtherNote: when it is not the one that holds."""
    note = last(session, submission.id)
    if note is None or note.id != note_id:
        raise OtherNote
    signature = insert(session, DiscussionSignature).values(
        note_id=note.id, judge_id=judge.id, signed_at=now()
    )
    signed = session.execute(
        signature.on_conflict_do_nothing(index_elements=["note_id", "judge_id"]).returning(
            DiscussionSignature.id
        )
    ).scalar()
    if signed is not None:
        audit.record(
            session, actor, "submission.discussion_signed", submission, scope=submission.council.code
        )
