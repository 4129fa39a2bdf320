"""Money that left our bank account: which payout, sum given back or tax each line of our statements is.

A line and what it may be for are proposed to a person of finance; nothing is confirmed by itself. Confirming says
that the bank has sent it, through `payouts` and `returns` and their own keys, so that nothing is posted twice; what
finance had marked as sent before is only matched. A fee of the bank, and our own money that left for something else,
is named in words and booked: the marketplace bears it. Called by the desk; `settled_lines` shows and undoes it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from checkout import payees, payouts
from checkout.models import (
    BatchState,
    LineState,
    Order,
    OutgoingKind,
    OutgoingMatch,
    Payout,
    PayoutState,
    ReturnBatch,
    ReturnState,
    StatementLine,
    TaxRemittance,
    TransferReturn,
)
from checkout.transfers import books, lines, returns
from shop import audit
from shop.audit import Actor
from shop.db import db, now, transaction
from shop.errors import Conflict, Invalid
from shop.i18n import WIB

Kind = OutgoingKind
NAMED = (Kind.FEE, Kind.OWN)
"""What a person names in words."""
PATIENCE = timedelta(days=3)
"""So long after something was marked as sent its line may still be on the way to us."""
LOOK = 2_000
"""Payouts and sums that proposals are made from, the latest."""


class Taken(Conflict):
    """Somebody else was faster."""

    message = "This line, or what it was for, has been settled in the meantime. Please look again."


class Differs(Conflict):
    """Money that left is what was to leave, to the last rupiah."""

    message = "The bank has sent another amount. Please ask the bank, then put it right where it was sent."


class ReasonMissing(Invalid):
    """A line that is neither needs words."""

    message = "Please say what this money was for."


@dataclass(frozen=True, slots=True)
class Purpose:
    """A payout, a sum given back or a tax that a line may be."""

    kind: Kind
    id: int
    name: str
    """The number that stands in our bank file, or the state's for a tax."""
    amount: int
    sent: bool
    """Whether finance has marked it as sent already."""
    at: datetime | None
    """When it was marked."""
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a line may be, and how well it fits."""

    purpose: Purpose
    named: bool
    """Whether its number stands on the statement."""
    missing: int
    """Rupiah that the line differs by: 0 when the amount is exact."""

    @property
    def certain(self) -> bool:
        """Whether number and amount fit."""
        return self.named and not self.missing


def waiting(session: Session, *, offset: int = 0, limit: int = 40) -> tuple[list[StatementLine], int]:
    """Give lines of which nobody has said what they were for, the oldest first, and how many there are."""
    settled = _stands(OutgoingMatch.line_id == StatementLine.id)
    query = sa.select(StatementLine).where(StatementLine.state == LineState.OUTGOING, ~settled)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(StatementLine.booked_on, StatementLine.id)
    return list(session.scalars(ordered.offset(offset).limit(limit))), int(total)


def purposes(session: Session) -> list[Purpose]:
    """Give what was to leave, or has been marked as sent, and has no line yet."""
    return [*_payouts(session), *_returns(session), *_taxes(session)]


def _stands(condition: sa.ColumnElement[bool]) -> sa.Exists:
    """Ask for a match that nobody has undone."""
    return sa.exists().where(condition, OutgoingMatch.undone_at.is_(None))


def _payouts(session: Session) -> Iterable[Purpose]:
    settled = _stands(OutgoingMatch.payout_id == Payout.id)
    query = sa.select(Payout).where(Payout.state.in_((PayoutState.EXPORTED, PayoutState.SENT)), ~settled)
    for one in session.scalars(query.order_by(Payout.id.desc()).limit(LOOK)):
        sent = one.state is PayoutState.SENT
        yield Purpose(Kind.PAYOUT, one.id, payouts.number(one), one.amount, sent, one.sent_at)


def _returns(session: Session) -> Iterable[Purpose]:
    settled = _stands(OutgoingMatch.return_id == TransferReturn.id)
    query = (
        sa.select(TransferReturn, Order.number)
        .join(ReturnBatch, ReturnBatch.id == TransferReturn.batch_id)
        .outerjoin(Order, Order.id == TransferReturn.order_id)
        .where(
            ReturnBatch.state == BatchState.APPROVED,
            TransferReturn.state.in_((ReturnState.IN_FILE, ReturnState.SENT)),
            ~settled,
        )
    )
    for owed, number in session.execute(query.order_by(TransferReturn.id.desc()).limit(LOOK)):
        sent = owed.state is ReturnState.SENT
        name = f"{number or 'TRANSFER'} {owed.id}"
        yield Purpose(Kind.RETURN, owed.id, name, owed.amount, sent, owed.ended_at, number or "")


def _taxes(session: Session) -> Iterable[Purpose]:
    settled = _stands(OutgoingMatch.remittance_id == TaxRemittance.id)
    query = sa.select(TaxRemittance).where(TaxRemittance.undone_at.is_(None), ~settled)
    for one in session.scalars(query.order_by(TaxRemittance.id.desc()).limit(LOOK)):
        at = datetime(one.paid_on.year, one.paid_on.month, one.paid_on.day, tzinfo=WIB)
        yield Purpose(Kind.TAX, one.id, one.ntpn, one.amount, True, at)


def proposals(rows: Sequence[StatementLine], known: Sequence[Purpose]) -> dict[int, list[Proposal]]:
    """Give what each line may be, the likeliest first: its number with the amount, the number, the amount. Pure."""
    return {line.id: _of_line(line, known) for line in rows}


def _of_line(line: StatementLine, known: Sequence[Purpose]) -> list[Proposal]:
    words = f" {_letters(f'{line.words} {line.reference}')} "
    found = []
    for one in known:
        named = f" {_letters(one.name)} " in words
        if named or one.amount == line.amount:
            found.append(Proposal(one, named, line.amount - one.amount))
    return sorted(found, key=lambda fit: (not fit.certain, not fit.named, fit.purpose.sent, fit.purpose.id))[
        :5
    ]


def _letters(text: str) -> str:
    return re.sub(r"[^0-9A-Z]+", " ", text.upper()).strip()


def confirm(session: Session, actor: Actor, line: StatementLine, kind: Kind, purpose_id: int) -> None:
    """Say what a line is; a payout or sum given back that was not marked as sent is marked now, once.

    :raise Taken: :raise Differs:
    """
    if kind is Kind.PAYOUT:
        payout = session.get(Payout, purpose_id)
        if payout is None or payout.state not in (PayoutState.EXPORTED, PayoutState.SENT):
            raise Taken
        _match(session, actor, line, payout.amount, kind, payout_id=payout.id)
        session.refresh(payout)
        if payout.state is PayoutState.EXPORTED:
            payouts.mark_sent(session, actor, payout, line.reference or f"{line.booked_on:%Y-%m-%d}")
        return
    if kind is Kind.TAX:
        paid = session.get(TaxRemittance, purpose_id)
        if paid is None or paid.undone_at is not None:
            raise Taken
        _match(session, actor, line, paid.amount, kind, remittance_id=paid.id)
        return
    owed = session.get(TransferReturn, purpose_id)
    if owed is None or owed.state not in (ReturnState.IN_FILE, ReturnState.SENT):
        raise Taken
    _match(session, actor, line, owed.amount, Kind.RETURN, return_id=owed.id)
    session.refresh(owed)
    if owed.state is ReturnState.IN_FILE:
        returns.mark_sent(session, actor, owed)


def confirm_certain(actor: Actor) -> int:
    """Confirm every line whose number and amount fit one thing, each in a transaction of its own; give how many."""
    session = db.session()
    rows, _total = waiting(session, limit=LOOK)
    found = [
        (line_id, [one.purpose for one in some if one.certain])
        for line_id, some in proposals(rows, purposes(session)).items()
    ]
    session.rollback()
    return sum(len(some) == 1 and _confirmed(actor, line_id, some[0]) for line_id, some in found)


def _confirmed(actor: Actor, line_id: int, purpose: Purpose) -> bool:
    try:
        with transaction() as session:
            confirm(session, actor, lines.one(session, line_id), purpose.kind, purpose.id)
    except Conflict:  # two lines for the same, or somebody else was faster: a person looks
        return False
    return True


def explain(session: Session, actor: Actor, line: StatementLine, kind: Kind, reason: str) -> None:
    """Say in words what a line was, a fee of the bank or our own money, and book it: the marketplace bears it.

    :raise ReasonMissing: :raise Taken:
    """
    words = " ".join(reason.split())[:300]
    if not words or kind not in NAMED:
        raise ReasonMissing
    kept = _match(session, actor, line, line.amount, kind, reason=words)
    books.left(session, line, kept)


def _match(
    session: Session,
    actor: Actor,
    line: StatementLine,
    amount: int,
    kind: Kind,
    *,
    payout_id: int | None = None,
    return_id: int | None = None,
    remittance_id: int | None = None,
    reason: str = "",
) -> OutgoingMatch:
    """Keep what a line was; the unique keys let each line and each purpose in once."""
    if line.state is not LineState.OUTGOING:
        raise Taken
    if line.amount != amount or (line.sen and not reason):
        raise Differs
    kept = OutgoingMatch(
        kind=kind, line_id=line.id, payout_id=payout_id, return_id=return_id, remittance_id=remittance_id,
        reason=reason, decided_by_id=actor.user_id, decided_at=now(),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(kept)
            session.flush()
    except IntegrityError as error:
        raise Taken from error
    audit.record(
        session, actor, "statement_line.settled", line,
        after={"kind": kind, "amount": line.amount, "payout": payout_id, "return": return_id, "reason": reason},
    )  # fmt: skip
    return kept


@dataclass(frozen=True, slots=True)
class Unseen:
    """What was marked as sent, and is on no statement."""

    purpose: Purpose
    whose: str


def unseen(session: Session) -> list[Unseen]:
    """Give what was marked as sent days ago and has no line, although statements of later days are in."""
    last = session.scalar(sa.select(sa.func.max(StatementLine.booked_on)))
    if last is None:
        return []
    late = [
        one
        for one in purposes(session)
        if one.sent and one.at is not None and (one.at + PATIENCE).date() <= last
    ]
    return [Unseen(one, _whose(session, one)) for one in late]


def _whose(session: Session, one: Purpose) -> str:
    if one.kind is Kind.TAX:
        return ""
    if one.kind is Kind.RETURN:
        return one.order_number
    return payees.named(session, payees.of(session.get_one(Payout, one.id))).name
