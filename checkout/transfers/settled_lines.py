"""Lines of money that left and what finance said that they were: the list, and putting one right. Called by the desk.

Undoing frees line and purpose for another decision and turns a booking round. A payout or sum given back stays marked
as sent: it is listed as being on no statement until another line is it.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from checkout import payouts
from checkout.models import Order, OutgoingMatch, StatementLine, TaxRemittance, TransferReturn
from checkout.transfers import books
from checkout.transfers.outgoing import NAMED, Kind, Purpose, ReasonMissing, Taken
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import NotFound


class NoSuchMatch(NotFound):
    """Nothing was said about such a line."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A line, what it was, and what it stands for where it is not named in words."""

    match: OutgoingMatch
    purpose: Purpose | None


def page(
    session: Session, kind: Kind | None = None, *, offset: int = 0, limit: int = 40
) -> tuple[list[Settled], int]:
    """Give lines of which somebody has said what they were, the latest first, and how many there are."""
    query = sa.select(OutgoingMatch)
    if kind is not None:
        query = query.where(OutgoingMatch.kind == kind)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    loaded = query.options(
        joinedload(OutgoingMatch.line), joinedload(OutgoingMatch.payout), joinedload(OutgoingMatch.owed)
    )
    rows = session.scalars(loaded.order_by(OutgoingMatch.id.desc()).offset(offset).limit(limit)).all()
    return [Settled(one, _purpose(session, one)) for one in rows], int(total)


def sums(session: Session) -> dict[Kind, int]:
    """Give the rupiah that left for each kind, by what stands."""
    rows = session.execute(
        sa.select(OutgoingMatch.kind, sa.func.sum(StatementLine.amount))
        .join(StatementLine, StatementLine.id == OutgoingMatch.line_id)
        .where(OutgoingMatch.undone_at.is_(None))
        .group_by(OutgoingMatch.kind)
    )
    return {kind: int(amount) for kind, amount in rows}


def _purpose(session: Session, match: OutgoingMatch) -> Purpose | None:
    if match.payout is not None:
        one = match.payout
        return Purpose(Kind.PAYOUT, one.id, payouts.number(one), one.amount, True, one.sent_at)
    if match.owed is not None:
        owed: TransferReturn = match.owed
        order = session.get(Order, owed.order_id) if owed.order_id is not None else None
        return Purpose(
            Kind.RETURN,
            owed.id,
            str(owed.id),
            owed.amount,
            True,
            owed.ended_at,
            order.number if order else "",
        )
    if match.remittance_id is not None:
        paid = session.get_one(TaxRemittance, match.remittance_id)
        return Purpose(Kind.TAX, paid.id, paid.ntpn, paid.amount, True, None)
    return None


def undo(session: Session, actor: Actor, match_id: int, reason: str) -> None:
    """Take back what was said about a line, so that it waits again. :raise ReasonMissing: :raise NoSuchMatch: :raise Taken:"""
    words = " ".join(reason.split())[:300]
    match = session.get(OutgoingMatch, match_id)
    if match is None:
        raise NoSuchMatch
    if not words:
        raise ReasonMissing
    won = session.execute(
        sa.update(OutgoingMatch)
        .where(OutgoingMatch.id == match_id, OutgoingMatch.undone_at.is_(None))
        .values(undone_at=now(), undone_by_id=actor.user_id, undone_reason=words)
        .returning(OutgoingMatch.id)
    )
    if won.scalar() is None:
        raise Taken
    line = session.get_one(StatementLine, match.line_id)
    if match.kind in NAMED:
        books.not_left(session, line, match, words)
    audit.record(
        session, actor, "statement_line.unsettled", line,
        before={"kind": match.kind, "reason": match.reason}, after={"amount": line.amount, "reason": words},
    )  # fmt: skip
