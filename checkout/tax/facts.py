"""Who a workshop is for the tax office: sent by the studio, checked by the council or finance.

A change is a new row that waits; until somebody has checked it, what was checked before holds. NPWP and NIK are sealed,
pages show their last four digits, and reading one in full is written down.
"""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog import artisans
from catalog.models import Workshop
from checkout.models import CheckState, TaxFacts, Taxpayer
from checkout.tax import letters
from shop import audit, sealing
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Forbidden, Invalid, NotFound
from shop.models import User

MASK = "•••• •••• •••• "


class NoSuchFacts(NotFound):
    """There are no such facts, or not for this person."""


class Answered(Conflict):
    """Somebody was faster."""

    message = "This has been answered or replaced in the meantime."


class OwnWorkshop(Forbidden):
    """Nobody checks their own workshop."""

    message = "This is of your own workshop. Somebody else checks it."


class ReasonMissing(Invalid):
    """A refusal says why."""

    message = "Please write what does not fit, so that the workshop can put it right."


class NumberMissing(Invalid):
    """Neither typed nor known from before."""

    message = "Please write the NPWP or NIK."


class PkpIncomplete(Invalid):
    """A PKP has a number and a day."""

    message = "A PKP has the number of its confirmation and the day from which it holds. Leave both empty otherwise."


@dataclass(frozen=True, slots=True)
class Content:
    """What a workshop says; an empty number keeps the one that is known."""

    taxpayer: Taxpayer
    name: str
    address: str
    number: str
    """16 digits, or empty."""
    pkp_number: str = ""
    pkp_since: date | None = None


def holding(session: Session, workshop_id: int) -> TaxFacts | None:
    """Give the facts that were checked, or None."""
    return _in_state(session, workshop_id, CheckState.CHECKED)


def waiting(session: Session, workshop_id: int) -> TaxFacts | None:
    """Give the facts that wait for a check, or None."""
    return _in_state(session, workshop_id, CheckState.SENT)


def latest(session: Session, workshop_id: int) -> TaxFacts | None:
    """Give what the workshop said last, however it stands."""
    query = sa.select(TaxFacts).where(TaxFacts.workshop_id == workshop_id).order_by(TaxFacts.id.desc())
    return session.scalar(query.limit(1))


def _in_state(session: Session, workshop_id: int, state: CheckState) -> TaxFacts | None:
    query = sa.select(TaxFacts).where(TaxFacts.workshop_id == workshop_id, TaxFacts.state == state)
    return session.scalar(query)


def masked(facts: TaxFacts) -> str:
    """Write a number so that its owner knows it: `•••• •••• •••• 1234`."""
    return MASK + facts.number_tail


def number(facts: TaxFacts) -> str:
    """Give the 16 digits. Whoever shows them to a person writes that down (`read`)."""
    return sealing.unseal(facts.number_sealed, _about(facts.workshop_id))


def _about(workshop_id: int) -> str:
    return f"tax_facts:workshop:{workshop_id}"


def read(session: Session, actor: Actor, facts: TaxFacts) -> str:
    """Give the number to a person, and write down who has read it."""
    audit.record(session, actor, "tax_facts.number_read", facts, scope=_council(session, facts.workshop_id))
    return number(facts)


def send(session: Session, actor: Actor, workshop: Workshop, content: Content) -> TaxFacts:
    """Say who the workshop is; what waited is replaced. :raise NumberMissing: :raise PkpIncomplete:"""
    if bool(content.pkp_number) != (content.pkp_since is not None):
        raise PkpIncomplete
    known = waiting(session, workshop.id) or latest(session, workshop.id)
    digits = content.number or (number(known) if known else "")
    if not digits:
        raise NumberMissing
    _end(session, workshop.id, CheckState.SENT, CheckState.WITHDRAWN)
    facts = TaxFacts(
        workshop_id=workshop.id,
        taxpayer=content.taxpayer,
        name=content.name,
        address=content.address,
        number_sealed=sealing.seal(digits, _about(workshop.id)),
        number_tail=digits[-4:],
        pkp_number=content.pkp_number,
        pkp_since=content.pkp_since,
        sent_at=now(),
        sent_by_id=actor.user_id,
    )
    session.add(facts)
    audit.record(
        session, actor, "tax_facts.sent", facts,
        after={"name": content.name, "taxpayer": content.taxpayer, "pkp_number": content.pkp_number},
        scope=_council(session, workshop.id),
    )  # fmt: skip
    return facts


def decide(
    session: Session, actor: Actor, person: User, facts_id: int, *, accepted: bool, reason: str = ""
) -> TaxFacts:
    """Say whether facts fit what the workshop showed. Officers of its council and finance may; the caller checks.

    :raise NoSuchFacts: :raise Answered: :raise OwnWorkshop: :raise ReasonMissing:
    """
    facts = find(session, facts_id)
    if artisans.is_member(session, facts.workshop_id, person.id):
        raise OwnWorkshop
    if not accepted and not reason.strip():
        raise ReasonMissing
    state = CheckState.CHECKED if accepted else CheckState.REFUSED
    if accepted:
        _end(session, facts.workshop_id, CheckState.CHECKED, CheckState.REPLACED)
    won = session.execute(
        sa.update(TaxFacts)
        .where(TaxFacts.id == facts_id, TaxFacts.state == CheckState.SENT)
        .values(
            state=state, reason="" if accepted else reason.strip(), checked_at=now(), checked_by_id=person.id
        )
        .returning(TaxFacts.id)
    )
    if won.scalar() is None:
        raise Answered
    session.refresh(facts, ["state", "reason", "checked_at", "checked_by_id"])
    audit.record(
        session, actor, f"tax_facts.{state}", facts,
        before={"state": CheckState.SENT}, after={"state": state, "reason": facts.reason},
        scope=_council(session, facts.workshop_id),
    )  # fmt: skip
    letters.answered(session, facts)
    return facts


def find(session: Session, facts_id: int) -> TaxFacts:
    """Give facts with their workshop and its council. :raise NoSuchFacts:"""
    facts = session.scalar(
        sa.select(TaxFacts)
        .where(TaxFacts.id == facts_id)
        .options(joinedload(TaxFacts.workshop).joinedload(Workshop.council))
    )
    if facts is None:
        raise NoSuchFacts
    return facts


def _end(session: Session, workshop_id: int, state: CheckState, to: CheckState) -> None:
    session.execute(
        sa.update(TaxFacts)
        .where(TaxFacts.workshop_id == workshop_id, TaxFacts.state == state)
        .values(state=to)
    )


def _council(session: Session, workshop_id: int) -> str:
    workshop = session.scalars(
        sa.select(Workshop).where(Workshop.id == workshop_id).options(joinedload(Workshop.council))
    ).one()
    return workshop.council.code
