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
    ledger.post(session, [Posting(f"ours:{line.id}", OPEN, ledger.MARKETPLACE, line.amount, _memo(line))])


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
