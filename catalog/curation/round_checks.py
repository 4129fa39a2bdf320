"""The administrative check before a round: what the council looks at, whom it admits, asks or refuses.

Called by the desk; places that become free go to the next in line (`round_places`).
"""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans
from catalog.curation import round_entries, rounds, submissions
from catalog.curation import round_places as places
from catalog.curation.round_entries import AlreadyChecked
from catalog.models import EntryState, Round, RoundEntry, RoundState
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Invalid
from shop.models import User
from shop.texts import mark

CHECKLIST = {
    "identity": mark("Identity and NIB seen"),
    "made_here": mark("Made by the workshop, in this region"),
    "photographs": mark("Photographs clear, with a measure"),
    "samples": mark("Samples will be on the table"),
}
"""What is looked at before the day, by name."""


class Unchecked(Invalid):
    """Admitting needs the checklist."""

    message = "Please tick what you have checked. A workshop is admitted when all of it is in order."


def check(
    session: Session,
    actor: Actor,
    officer: User,
    held: Round,
    entry_id: int,
    *,
    to: EntryState,
    checks: Mapping[str, bool],
    words: str = "",
) -> None:
    """Admit a workshop, ask it for more, or refuse it with a reason.

    :raise AlreadyChecked: Unchecked: WordsMissing: catalog.curation.submissions.OwnWorkshop:
    """
    fresh = rounds.locked(session, held.id)
    entry = round_entries.one_of_round(session, held, entry_id)
    if artisans.is_member(session, entry.workshop_id, officer.id):
        raise submissions.OwnWorkshop
    kept = {name: bool(checks.get(name)) for name in CHECKLIST}
    if to is EntryState.ADMITTED:
        if not all(kept.values()):
            raise Unchecked
        said = ""
    else:
        said = round_entries.read_words(words)
    if fresh.state not in {RoundState.OPEN, RoundState.CLOSED, RoundState.IN_SESSION}:
        raise AlreadyChecked
    moved = session.execute(
        sa.update(RoundEntry)
        .where(
            RoundEntry.id == entry.id,
            RoundEntry.state.in_([EntryState.APPLIED, EntryState.ASKED]),
        )
        .values(
            state=entry.state if to is EntryState.REFUSED else to,
            checks=kept,
            note=said,
            checked_by_id=officer.id,
            checked_at=now(),
        )
        .returning(RoundEntry.id)
    ).scalar()
    if moved is None:
        raise AlreadyChecked
    session.refresh(entry)
    if to is EntryState.REFUSED:
        places.leave(session, actor, fresh, entry, EntryState.REFUSED)
    else:
        audit.record(
            session, actor, places.WORDS[to], entry,
            after={"reason": said} if said else {}, scope=fresh.council.code,
        )  # fmt: skip
    places.tell(session, fresh, entry)
