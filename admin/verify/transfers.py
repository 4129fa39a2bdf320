"""Checks of bank transfers: codes, evidence, where every line of our statements ended, two persons, sealed accounts."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from checkout import ledger
from checkout.models import (
    Account,
    BatchState,
    LineState,
    Order,
    OrderState,
    OutgoingMatch,
    Payment,
    PaymentState,
    Payout,
    PayoutState,
    ReceivingAccount,
    Refund,
    RefundState,
    ReturnBatch,
    ReturnState,
    SettingState,
    StatementLine,
    TaxRemittance,
    Transfer,
    TransferReturn,
    TransferTerms,
    TransferWait,
    WaitState,
)
from checkout.transfers import books, known_arrivals, outgoing
from shop import sealing

TAKEN = (PaymentState.CAPTURED, PaymentState.REFUND_DUE, PaymentState.REFUNDED)


def one_amount_one_order(session: Session) -> Iterator[str]:
    """Find open orders that wait for the same amount on the same account, and codes that differ from the payment's."""
    other = aliased(TransferWait)
    twice = sa.select(TransferWait.id, other.id).where(
        TransferWait.account_id == other.account_id,
        TransferWait.due == other.due,
        TransferWait.id < other.id,
        TransferWait.freed_at.is_(None),
        other.freed_at.is_(None),
    )
    for first, second in session.execute(twice):
        yield f"transfers {first} and {second} wait for the same amount"
    differs = (
        sa.select(TransferWait.id, Payment.id)
        .join(Payment, Payment.id == TransferWait.payment_id)
        .join(Order, Order.id == TransferWait.order_id)
        .where(
            sa.or_(
                Payment.gateway != "transfer",
                Payment.order_id != TransferWait.order_id,
                TransferWait.total != Order.total,
                sa.and_(TransferWait.state == WaitState.OPEN, Payment.surplus != TransferWait.code),
            )
        )
    )
    for wait_id, payment_id in session.execute(differs):
        yield f"transfer {wait_id} is not what payment {payment_id} says"


def paid_on_evidence(session: Session) -> Iterator[str]:
    """Find captured transfers whose amount is not that of their statement lines, less or more what was decided."""
    sums = (
        sa.select(StatementLine.wait_id, sa.func.sum(StatementLine.amount).label("amount"))
        .where(StatementLine.state == LineState.PAID)
        .group_by(StatementLine.wait_id)
        .subquery()
    )
    arrived = sa.func.coalesce(sums.c.amount, 0) + TransferWait.allowance - TransferWait.excess
    statement = (
        sa.select(Payment.id, Payment.amount, arrived)
        .join(TransferWait, TransferWait.payment_id == Payment.id)
        .outerjoin(sums, sums.c.wait_id == TransferWait.id)
        .where(
            Payment.state.in_(TAKEN), sa.or_(Payment.amount != arrived, TransferWait.state != WaitState.PAID)
        )
    )
    for payment_id, amount, lines in session.execute(statement):
        yield f"payment {payment_id} is {amount}, its lines say {lines}"
    without = (
        sa.select(Payment.id)
        .outerjoin(TransferWait, TransferWait.payment_id == Payment.id)
        .where(Payment.gateway == "transfer", TransferWait.id.is_(None))
    )
    for payment_id in session.scalars(without):
        yield f"payment {payment_id} is a transfer that nobody waits for"
    yield from _unserved(session)


def lines_end_once(session: Session) -> Iterator[str]:
    """Find lines whose state is not what the books and the returns say of them."""
    open_sum = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(StatementLine.amount), 0)).where(
            StatementLine.state.in_((LineState.WAITING, LineState.PART))
        )
    )
    booked = ledger.balance(session, books.OPEN)
    if int(open_sum or 0) != booked:
        yield f"lines that wait are {open_sum}, the books say {booked}"
    missing = (
        sa.select(StatementLine.id)
        .outerjoin(Transfer, Transfer.key == sa.literal("line:") + sa.cast(StatementLine.id, sa.String))
        .where(StatementLine.state != LineState.OUTGOING, StatementLine.amount > 0, Transfer.id.is_(None))
    )
    for line_id in session.scalars(missing):
        yield f"line {line_id} is not in the books"
    lost = (
        sa.select(StatementLine.id, StatementLine.state)
        .outerjoin(TransferReturn, TransferReturn.line_id == StatementLine.id)
        .where(
            StatementLine.state.in_((LineState.RETURNING, LineState.RETURNED)),
            sa.or_(
                TransferReturn.id.is_(None),
                (StatementLine.state == LineState.RETURNED) != (TransferReturn.state == ReturnState.SENT),
            ),
        )
    )
    for line_id, state in session.execute(lost):
        yield f"line {line_id} is {state}, but nothing goes back for it"
    yield from _known_lines(session)
    yield from _bank_account(session)


def _known_lines(session: Session) -> Iterator[str]:
    """Find lines that are said to be in the books already, and what they name is another amount or not there."""
    known = {one.key: one.amount for one in known_arrivals.every(session)}
    query = sa.select(StatementLine.id, StatementLine.state, StatementLine.booked_as, StatementLine.amount)
    either = sa.or_(StatementLine.state == LineState.BOOKED, StatementLine.booked_as.is_not(None))
    for line_id, state, key, amount in session.execute(query.where(either)):
        if state is not LineState.BOOKED or known.get(key or "") != amount:
            yield f"line {line_id} of {amount} is {state} as {key}, which is {known.get(key or '')}"


def _bank_account(session: Session) -> Iterator[str]:
    """Compare what the statements' incoming lines less what was sent back leave, with the sources in the books."""
    giver, taker = aliased(Account), aliased(Account)
    arrived = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(StatementLine.amount), 0)).where(
            StatementLine.state != LineState.OUTGOING
        )
    )
    kept = (Transfer.key.like("line:%"), giver.code == ledger.BANK)
    posted = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0))
        .join(giver, giver.id == Transfer.from_account_id)
        .join(taker, taker.id == Transfer.to_account_id)
        .where(*kept, taker.code == books.OPEN)
    )
    if int(arrived or 0) != int(posted or 0):
        yield f"statements brought {arrived}, the books took {posted}"
    unsent = (
        sa.select(Refund.id, TransferReturn.id)
        .join(TransferReturn, TransferReturn.refund_id == Refund.id)
        .where((Refund.state == RefundState.DONE) != (TransferReturn.state == ReturnState.SENT))
    )
    for refund_id, return_id in session.execute(unsent):
        yield f"refund {refund_id} and money back {return_id} do not agree"


def two_persons(session: Session) -> Iterator[str]:
    """Find settings and files that one person alone has let go, and money that left in no approved file."""
    for kind in (ReceivingAccount, TransferTerms):
        alone = sa.select(kind.id).where(
            kind.state == SettingState.ACTIVE,
            sa.or_(kind.approved_by_id.is_(None), kind.approved_by_id == kind.proposed_by_id),
        )
        for row_id in session.scalars(alone):
            yield f"{kind.__tablename__} {row_id} holds without a second person"
    sent = (
        sa.select(TransferReturn.id)
        .outerjoin(ReturnBatch, ReturnBatch.id == TransferReturn.batch_id)
        .where(
            TransferReturn.state == ReturnState.SENT,
            sa.or_(
                ReturnBatch.id.is_(None),
                ReturnBatch.state != BatchState.APPROVED,
                ReturnBatch.approved_by_id == ReturnBatch.prepared_by_id,
            ),
        )
    )
    for return_id in session.scalars(sent):
        yield f"money back {return_id} left without a second person"


def left_as_meant(session: Session) -> Iterator[str]:
    """Find lines of money that left whose payout or sum given back is another amount, or was never sent."""
    went = (PayoutState.SENT, PayoutState.RETURNED)
    rows = session.execute(
        sa.select(OutgoingMatch, StatementLine, Payout, TransferReturn)
        .join(StatementLine, StatementLine.id == OutgoingMatch.line_id)
        .outerjoin(Payout, Payout.id == OutgoingMatch.payout_id)
        .outerjoin(TransferReturn, TransferReturn.id == OutgoingMatch.return_id)
        .outerjoin(TaxRemittance, TaxRemittance.id == OutgoingMatch.remittance_id)
        .where(
            OutgoingMatch.undone_at.is_(None),
            sa.or_(
                StatementLine.state != LineState.OUTGOING,
                Payout.amount != StatementLine.amount,
                TransferReturn.amount != StatementLine.amount,
                Payout.state.not_in(went),
                TransferReturn.state != ReturnState.SENT,
                TaxRemittance.amount != StatementLine.amount,
                TaxRemittance.undone_at.is_not(None),
            ),
        )
    )
    for match, line, _payout, _owed in rows:
        yield f"line {line.id} left for payout {match.payout_id} or money back {match.return_id}, which say otherwise"
    yield from _named_lines(session)


def _named_lines(session: Session) -> Iterator[str]:
    """Find fees of the bank, and lines of our own money, that the books have not once, or still have though undone."""
    booked, back = aliased(Transfer), aliased(Transfer)
    key = sa.literal("bank-") + OutgoingMatch.kind + sa.literal(":") + sa.cast(OutgoingMatch.id, sa.String)
    turned = (
        sa.literal("bank-") + OutgoingMatch.kind + sa.literal("-back:") + sa.cast(OutgoingMatch.id, sa.String)
    )
    rows = session.execute(
        sa.select(OutgoingMatch, StatementLine.amount, booked.amount, back.amount)
        .join(StatementLine, StatementLine.id == OutgoingMatch.line_id)
        .outerjoin(booked, booked.key == key)
        .outerjoin(back, back.key == turned)
        .where(OutgoingMatch.kind.in_(outgoing.NAMED))
    )
    for match, amount, posted, given_back in rows:
        stands = int(posted or 0) - int(given_back or 0)
        if stands != (amount if match.undone_at is None else 0):
            yield f"line {match.line_id} of {amount} was named a {match.kind}, the books have {stands}"


def sealed_accounts(session: Session) -> Iterator[str]:
    """Find accounts of buyers that stand in the open, or do not open with our key."""
    given = TransferReturn.sealed_number.is_not(None)
    for owed in session.scalars(sa.select(TransferReturn).where(given).order_by(TransferReturn.id)):
        try:
            number = sealing.unseal(owed.sealed_number or "", f"transfer_returns:{owed.id}:number")
        except sealing.Broken:
            yield f"the account of money back {owed.id} cannot be opened"
            continue
        if number in (owed.sealed_number or "") or not number.endswith(owed.last_digits):
            yield f"the account of money back {owed.id} is not sealed"


def _unserved(session: Session) -> Iterator[str]:
    """Find paid transfers whose order is neither served nor given back."""
    ended = (OrderState.PAID, OrderState.COMPLETED, OrderState.REFUNDED)
    statement = (
        sa.select(TransferWait.id, Order.number, Order.state)
        .join(Order, Order.id == TransferWait.order_id)
        .join(Payment, Payment.id == TransferWait.payment_id)
        .where(
            TransferWait.state == WaitState.PAID,
            Order.state.not_in(ended),
            Payment.state.not_in((PaymentState.REFUND_DUE, PaymentState.REFUNDED)),
        )
    )
    for wait_id, number, state in session.execute(statement):
        yield f"transfer {wait_id} arrived, order {number} is {state}"
