"""What registers say of a craft form: entering, correcting, comparing with the document, taking out.

Kept at the desk by officers of the home regions. A checked entry names its evidence; whoever changes one afterwards
has to compare it anew.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import changes, heritage_register
from catalog.models import HeritageForm, HeritageStatus, Roll, Standing
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Invalid, NotFound
from shop.models import User


class NoSuchStatus(NotFound):
    """There is no such entry, or not of this form."""


class EvidenceMissing(Invalid):
    """Nobody has checked an entry that names no document."""

    message = (
        "A checked entry names its evidence: number and year of the document, where it can be seen, and for a "
        "geographical indication its holder."
    )


@dataclass(frozen=True, slots=True)
class Content:
    """What an officer writes of one entry."""

    roll: Roll
    standing: Standing
    element: str
    list_name: str
    number: str
    year: int | None
    holder: str
    place: str
    source: str

    @property
    def has_evidence(self) -> bool:
        """Whether somebody else could look the document up."""
        held = bool(self.holder) or self.roll is not Roll.GI
        return bool(self.number and self.year and self.place and held)


def of_form(session: Session, craft_id: int) -> Sequence[HeritageStatus]:
    """Give the entries of a form with the council that checked each."""
    query = (
        sa.select(HeritageStatus)
        .where(HeritageStatus.craft_id == craft_id)
        .options(joinedload(HeritageStatus.checked_council))
        .order_by(HeritageStatus.roll, HeritageStatus.id)
    )
    return session.scalars(query).all()


def one(session: Session, craft_id: int, status_id: int) -> HeritageStatus:
    """Give an entry of a form. :raise NoSuchStatus:"""
    found = session.get(HeritageStatus, status_id)
    if found is None or found.craft_id != craft_id:
        raise NoSuchStatus
    return found


def keep(
    session: Session,
    actor: Actor,
    person: User,
    form: HeritageForm,
    status: HeritageStatus | None,
    content: Content,
    *,
    checked: bool,
) -> HeritageStatus:
    """Enter or correct an entry; `checked` says that the officer has compared it with the document.

    :raise catalog.heritage_register.NotAtHome: EvidenceMissing:
    """
    _allowed(session, person, form)
    if checked and not content.has_evidence:
        raise EvidenceMissing
    before = said(status) if status else {}
    status = status or HeritageStatus(craft_id=form.craft_id)
    for name, value in asdict(content).items():
        setattr(status, name, value)
    council = heritage_register.keeper(session, person, form.craft_id) if checked else None
    status.checked_by_id = person.id if checked else None
    status.checked_by = person.name[:120] if checked else ""
    status.checked_council_id = council.id if council else None
    status.checked_at = now() if checked else None
    session.add(status)
    session.flush()
    _record(session, actor, person, form, "heritage.status_checked" if checked else "heritage.status_changed",
            before, said(status))  # fmt: skip
    return status


def remove(session: Session, actor: Actor, person: User, form: HeritageForm, status: HeritageStatus) -> None:
    """Take an entry out; the history keeps what it said. :raise catalog.heritage_register.NotAtHome:"""
    _allowed(session, person, form)
    before = said(status)
    session.delete(status)
    session.flush()
    _record(session, actor, person, form, "heritage.status_removed", before, {})


def _allowed(session: Session, person: User, form: HeritageForm) -> None:
    session.refresh(form, with_for_update={"of": HeritageForm})
    if not heritage_register.keeps(session, person, form.craft_id):
        raise heritage_register.NotAtHome


def said(status: HeritageStatus) -> dict[str, Any]:
    """Give an entry as one line for the history."""
    parts = (
        status.roll.value, status.standing.value, status.element, status.list_name, status.number,
        str(status.year or ""), status.holder, status.place, status.source,
    )  # fmt: skip
    return {"entry": " · ".join(part for part in parts if part), "checked_by": status.checked_by}


def _record(
    session: Session, actor: Actor, person: User, form: HeritageForm, action: str,
    before: dict[str, Any], after: dict[str, Any],
) -> None:  # fmt: skip
    council = heritage_register.keeper(session, person, form.craft_id)
    heritage_register.touched(session, actor, form, council)
    audit.record(
        session, actor, action, form.craft, before=before, after=after, scope=council.code if council else ""
    )
    changes.of_craft(session, form.craft_id)
