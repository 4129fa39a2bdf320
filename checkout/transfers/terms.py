"""How bank transfers go: hours to pay, reminder, rest of a code, accepted difference. Rows, approved by a second person."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.models import SettingState, TransferTerms
from checkout.transfers import proposals
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Invalid, NotFound


class NoSuchTerms(NotFound):
    """There are no such terms."""


class BadTerms(Invalid):
    """The numbers do not fit together."""

    message = "The reminder has to lie before the end of the time to pay."


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds; these values until finance has settled others."""

    hours: int = 24
    remind_hours: int = 4
    quiet_days: int = 7
    tolerance: int = 1_000

    @property
    def lasts(self) -> timedelta:
        """How long an order waits for its transfer."""
        return timedelta(hours=self.hours)

    @property
    def quiet(self) -> timedelta:
        """How long a code rests."""
        return timedelta(days=self.quiet_days)


def holding(session: Session) -> Terms:
    """Give the terms that hold now."""
    row = session.scalar(sa.select(TransferTerms).where(TransferTerms.state == SettingState.ACTIVE))
    return Terms() if row is None else of(row)


def of(row: TransferTerms) -> Terms:
    """Give the numbers of a row."""
    return Terms(row.hours, row.remind_hours, row.quiet_days, row.tolerance)


def proposed(session: Session) -> list[TransferTerms]:
    """Give the terms that wait for a second person."""
    waits = TransferTerms.state == SettingState.PROPOSED
    return list(session.scalars(sa.select(TransferTerms).where(waits).order_by(TransferTerms.id)))


def one(session: Session, terms_id: int) -> TransferTerms:
    """Give terms. :raise NoSuchTerms:"""
    found = session.get(TransferTerms, terms_id)
    if found is None:
        raise NoSuchTerms
    return found


def propose(session: Session, actor: Actor, wanted: Terms) -> TransferTerms:
    """Propose other terms. :raise BadTerms:"""
    who = proposals.person(actor)
    if not 0 <= wanted.remind_hours < wanted.hours:
        raise BadTerms
    row = TransferTerms(
        hours=wanted.hours,
        remind_hours=wanted.remind_hours,
        quiet_days=wanted.quiet_days,
        tolerance=wanted.tolerance,
        proposed_by_id=who,
        created_at=now(),
    )
    session.add(row)
    before = holding(session)
    audit.record(
        session, actor, "transfer_terms.proposed", row,
        before={"hours": before.hours, "remind_hours": before.remind_hours, "quiet_days": before.quiet_days, "tolerance": before.tolerance},
        after={"hours": row.hours, "remind_hours": row.remind_hours, "quiet_days": row.quiet_days, "tolerance": row.tolerance},
    )  # fmt: skip
    return row


def approve(session: Session, actor: Actor, row: TransferTerms) -> None:
    """Let terms hold that somebody else has proposed, in place of those that held."""
    if row.proposed_by_id == proposals.person(actor):
        raise proposals.SamePerson
    before = session.scalars(sa.select(TransferTerms).where(TransferTerms.state == SettingState.ACTIVE))
    for old in before.all():
        proposals.close(session, actor, old, "transfer_terms.replaced")
    proposals.approve(session, actor, row, "transfer_terms.approved")


def decline(session: Session, actor: Actor, row: TransferTerms) -> None:
    """Take proposed terms back. :raise proposals.AlreadyDecided:"""
    if row.state is not SettingState.PROPOSED:
        raise proposals.AlreadyDecided
    proposals.close(session, actor, row, "transfer_terms.declined")
