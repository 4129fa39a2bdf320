"""Postings of bank transfers. Money on our account that no order has taken yet stands on `transfers:open`.

`flask verify` recomputes that account from the lines. Everything else of a sale is posted by `checkout.ledger`, with
`bank` as its source.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import ledger
from checkout.ledger import Posting
from checkout.models import OutgoingMatch, StatementLine, Transfer, TransferReturn, TransferWait

OPEN = "transfers:open"


def arrived(session: Session, lines: Iterable[StatementLine]) -> None:
    """Book money that came to our account."""
    ledger.post(
        session,
        [Posting(f"line:{line.id}", ledger.BANK, OPEN, line.amount, _memo(line)) for line in lines],
    )


def matched(session: Session, lines: Iterable[StatementLine], order_id: int) -> None:
    """Turn the arrival round: the sale, or the return, books it under its own name."""
    rows = list(lines)
    keys = [f"line:{line.id}" for line in rows]
    booked = dict(session.execute(sa.select(Transfer.key, Transfer.id).where(Transfer.key.in_(keys))).all())
    ledger.post(
        session,
        [
            Posting(
                f"matched:{line.id}",
                OPEN,
                ledger.BANK,
                line.amount,
                _memo(line),
                booked.get(f"line:{line.id}"),
            )
            for line in rows
        ],
        order_id,
    )


def differed(session: Session, wait: TransferWait, number: str) -> None:
    """Book what was missing and the marketplace bears, and what came on top and goes back."""
    ledger.post(
        session,
        [
            Posting(f"allowance:{wait.id}", ledger.MARKETPLACE, ledger.BANK, wait.allowance, number),
            Posting(f"excess:{wait.id}", ledger.BANK, ledger.REFUNDS_DUE, wait.excess, number),
        ],
        wait.order_id,
    )


def promised_back(session: Session, line: StatementLine, order_id: int | None) -> None:
    """Book that a line goes back to whoever sent it."""
    ledger.post(
        session, [Posting(f"return:{line.id}", OPEN, ledger.REFUNDS_DUE, line.amount, _memo(line))], order_id
    )


def ours(session: Session, line: StatementLine) -> None:
    """Book that a line was no buyer's money."""
    _decided(session, line, "ours", ledger.MARKETPLACE)


def known(session: Session, line: StatementLine) -> None:
    """Turn the arrival of a line round that the books have by another name."""
    _decided(session, line, "known", ledger.BANK)


def reopened(session: Session, line: StatementLine, kind: str) -> None:
    """Turn the booking of a line round, `ours` or `known`, that waits again."""
    turns = _undone(session, line, kind)
    key = _decision(line, kind, turns)
    wrong = session.scalars(sa.select(Transfer).where(Transfer.key == key)).one()
    taker = ledger.MARKETPLACE if kind == "ours" else ledger.BANK
    back = Posting(f"{kind}-back:{line.id}:{turns}", taker, OPEN, wrong.amount, _memo(line), wrong.id)
    ledger.post(session, [back])


def _decided(session: Session, line: StatementLine, kind: str, taker: str) -> None:
    key = _decision(line, kind, _undone(session, line, kind))
    ledger.post(session, [Posting(key, OPEN, taker, line.amount, _memo(line))])


def _decision(line: StatementLine, kind: str, turns: int) -> str:
    return f"{kind}:{line.id}:{turns}" if turns else f"{kind}:{line.id}"


def _undone(session: Session, line: StatementLine, kind: str) -> int:
    """Count how often such a booking of a line was turned round; each time has its own key."""
    keys = Transfer.key.like(f"{kind}-back:{line.id}:%")
    return int(session.scalar(sa.select(sa.func.count(Transfer.id)).where(keys)) or 0)


def sent_back(session: Session, owed: TransferReturn) -> None:
    """Book that money of a line has left our account again; refunds of payments are booked by `refunds`."""
    ledger.post(
        session,
        [Posting(f"returned:{owed.id}", ledger.REFUNDS_DUE, ledger.BANK, owed.amount)],
        owed.order_id,
    )


def left(session: Session, line: StatementLine, match: OutgoingMatch) -> None:
    """Book that the marketplace bears a line that left: a fee of the bank, or its own money for something else."""
    memo = f"{line.booked_on:%Y-%m-%d} {match.reason}".strip()[:200]
    ledger.post(
        session,
        [Posting(f"bank-{match.kind}:{match.id}", ledger.MARKETPLACE, ledger.BANK, line.amount, memo)],
    )


def not_left(session: Session, line: StatementLine, match: OutgoingMatch, reason: str) -> None:
    """Turn the booking of a line round that was named wrongly."""
    key = f"bank-{match.kind}:{match.id}"
    wrong = session.scalar(sa.select(Transfer.id).where(Transfer.key == key))
    back = Posting(
        f"bank-{match.kind}-back:{match.id}",
        ledger.BANK,
        ledger.MARKETPLACE,
        line.amount,
        reason[:200],
        wrong,
    )
    ledger.post(session, [back])


def _memo(line: StatementLine) -> str:
    return f"{line.booked_on:%Y-%m-%d} {line.reference}".strip()[:200]
