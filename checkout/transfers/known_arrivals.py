"""Lines of our statements that the books have by another name, and lines that were set aside wrongly. Called by the desk.

A payment service's payout is booked from its own account (`gateway_accounts`), a payout of ours that came back when it
is marked so (`payouts`). Their lines on our bank statement are proposed by amount and confirmed by a person, each once;
they must not be booked as the marketplace's own money a second time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from checkout import gateway_accounts, payouts
from checkout.gateway_books import MovementKind
from checkout.models import GatewayEntry, LineState, Payout, PayoutState, StatementLine
from checkout.transfers import books, receipts
from checkout.transfers.lines import ReasonMissing
from checkout.transfers.outgoing import Differs
from shop import audit
from shop.audit import Actor

LOOK = 2_000
"""Payouts that proposals are made from, the latest."""
MOST = 5
"""Proposals for a line."""
KINDS = {LineState.OURS: "ours", LineState.BOOKED: "known"}
"""Decisions that can be taken back, and how their bookings are called."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Money that is in the books as having come to our bank account."""

    key: str
    """`gateway:<line of that account>` or `payout:<payout>`."""
    name: str
    """The payment service's word for it, or the number of our payout."""
    amount: int
    at: datetime | None


def arrivals(session: Session) -> list[Arrival]:
    """Give what has come by the books and is no line of a statement yet, the latest first."""
    taken = set(
        session.scalars(sa.select(StatementLine.booked_as).where(StatementLine.booked_as.is_not(None)))
    )
    return [one for one in every(session, limit=LOOK) if one.key not in taken]


def every(session: Session, *, limit: int | None = None) -> list[Arrival]:
    """Give everything that has come by the books under another name, also what a line was found for."""
    return [*_from_gateways(session, limit), *_came_back(session, limit)]


def _from_gateways(session: Session, limit: int | None) -> list[Arrival]:
    paid_out = sa.select(GatewayEntry).where(
        GatewayEntry.kind == MovementKind.PAYOUT, GatewayEntry.currency == "IDR", GatewayEntry.amount_sen < 0
    )
    rows = session.scalars(paid_out.order_by(GatewayEntry.id.desc()).limit(limit))
    return [
        Arrival(
            f"gateway:{one.id}",
            one.source_ref or one.ref,
            -gateway_accounts.whole(one.amount_sen),
            one.available_on,
        )
        for one in rows
    ]


def _came_back(session: Session, limit: int | None) -> list[Arrival]:
    back = sa.select(Payout).where(Payout.state == PayoutState.RETURNED)
    rows = session.scalars(back.order_by(Payout.id.desc()).limit(limit))
    return [Arrival(f"payout:{one.id}", payouts.number(one), one.amount, one.closed_at) for one in rows]


def fitting(line: StatementLine, known: Sequence[Arrival]) -> list[Arrival]:
    """Give what a line may be, by its amount, the nearest day first."""

    def days(one: Arrival) -> int:
        return abs((one.at.date() - line.booked_on).days) if one.at is not None else 10_000

    return sorted((one for one in known if one.amount == line.amount), key=days)[:MOST]


def confirm(session: Session, actor: Actor, line: StatementLine, key: str) -> None:
    """Say that the books have a line by another name already, once. :raise receipts.Taken: :raise Differs:"""
    found = next((one for one in arrivals(session) if one.key == key), None)
    if found is None:
        raise receipts.Taken
    if found.amount != line.amount or line.sen:
        raise Differs
    receipts.claim(session, actor, line, LineState.BOOKED, reason=found.name[:300])
    try:
        with session.begin_nested():
            line.booked_as = key
            session.flush()
    except IntegrityError as error:  # another line was faster
        raise receipts.Taken from error
    books.known(session, line)


def reopen(session: Session, actor: Actor, line: StatementLine, reason: str) -> None:
    """Let a line wait again that was set aside, or matched with what the books had; its booking is turned round.

    :raise ReasonMissing: :raise receipts.Taken:
    """
    words, before, known_as = " ".join(reason.split())[:300], line.state, line.booked_as
    if not words:
        raise ReasonMissing
    if before not in KINDS or not line.amount:
        raise receipts.Taken
    won = session.execute(
        sa.update(StatementLine)
        .where(StatementLine.id == line.id, StatementLine.state == before)
        .values(state=LineState.WAITING, booked_as=None, reason="", decided_by_id=None, decided_at=None)
        .returning(StatementLine.id)
    )
    if won.scalar() is None:
        raise receipts.Taken
    session.refresh(line)
    books.reopened(session, line, KINDS[before])
    audit.record(
        session, actor, "statement_line.reopened", line,
        before={"state": before, "booked_as": known_as or ""},
        after={"state": line.state, "amount": line.amount, "reason": words},
    )  # fmt: skip
