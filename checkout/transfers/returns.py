"""Money that goes back by bank transfer: owed, the buyer says where to, one person prepares a file, another lets it go.

Refunds of transfer payments (`owe_refunds`) and lines that are nobody's payment (`owe_line`) wait in one queue. The
account stands sealed (`shop.sealing`), is shown by its last digits, and is read in clear for the bank file only.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import bank_details, gateway, refunds
from checkout.bank_details import Details
from checkout.models import (
    BatchState,
    LineState,
    Order,
    Payment,
    ReceivingAccount,
    Refund,
    RefundState,
    ReturnBatch,
    ReturnState,
    StatementLine,
    TransferReturn,
)
from checkout.transfers import accounts, books, proposals, transfer_letters
from shop import audit, sealing
from shop.audit import Actor
from shop.db import db, insert, now, transaction
from shop.errors import Conflict, Invalid, NotFound

WORKER = Actor.system("worker")
OPEN_TO_BUYER = (ReturnState.NEEDS_ACCOUNT, ReturnState.READY)


class NoSuchReturn(NotFound):
    """There is no such return."""


class NothingOwed(NotFound):
    """No money goes back by transfer for this order."""

    message = "No money goes back to you by bank transfer for this order."


class TooLate(Conflict):
    """The bank has it already."""

    message = "Your money is on its way to the account you gave before. It cannot be changed any more."


class NothingChosen(Invalid):
    """A file needs something in it."""

    message = "Please choose what is to be sent."


class ReasonMissing(Invalid):
    """A failure needs words."""

    message = "Please say what the bank answered."


# --- owing --------------------------------------------------------------------------------------------


def owe_line(
    session: Session, actor: Actor, line: StatementLine, amount: int, order: Order | None
) -> TransferReturn:
    """Owe money of a line back to whoever sent it."""
    owed = TransferReturn(
        order_id=order.id if order else None, line_id=line.id, amount=amount, created_at=now()
    )
    session.add(owed)
    audit.record(session, actor, "transfer_return.owed", owed, after={"amount": amount, "line": line.id})
    if order is not None:
        transfer_letters.where_to(session, order, owed)
    return owed


def owe_refunds_of(session: Session, actor: Actor, payment: Payment) -> int:
    """Bring the refunds of a transfer payment into the queue, once each; give how many were new."""
    missing = (
        sa.select(Refund)
        .outerjoin(TransferReturn, TransferReturn.refund_id == Refund.id)
        .where(Refund.payment_id == payment.id, Refund.state == RefundState.DUE, TransferReturn.id.is_(None))
        .order_by(Refund.id)
    )
    order, count = session.get_one(Order, payment.order_id), 0
    for refund in session.scalars(missing).all():
        row = insert(session, TransferReturn).values(
            order_id=order.id, refund_id=refund.id, amount=refund.amount,
            state=ReturnState.NEEDS_ACCOUNT, failures=0, bank_code="", last_digits="", problem="", created_at=now(),
        )  # fmt: skip
        made = session.scalar(row.on_conflict_do_nothing().returning(TransferReturn.id))
        if made is None:
            continue
        owed = session.get_one(TransferReturn, made)
        audit.record(
            session, actor, "transfer_return.owed", owed, after={"amount": owed.amount, "order": order.number}
        )
        transfer_letters.where_to(session, order, owed)
        count += 1
    return count


def owe_refunds(limit: int = 200) -> int:
    """Bring every refund that people have to send into the queue; opens its own transactions."""
    missing = (
        sa.select(Payment.id)
        .join(Refund, Refund.payment_id == Payment.id)
        .outerjoin(TransferReturn, TransferReturn.refund_id == Refund.id)
        .where(
            Payment.gateway == gateway.TRANSFER, Refund.state == RefundState.DUE, TransferReturn.id.is_(None)
        )
        .distinct()
    )
    found = list(db.session.scalars(missing.order_by(Payment.id).limit(limit)))
    db.session.rollback()
    count = 0
    for payment_id in found:
        with transaction() as session:
            count += owe_refunds_of(session, WORKER, session.get_one(Payment, payment_id))
    return count


# --- where to -----------------------------------------------------------------------------------------


def of_order(session: Session, order_id: int) -> list[TransferReturn]:
    """Give what goes back by transfer for an order, oldest first."""
    mine = sa.select(TransferReturn).where(TransferReturn.order_id == order_id)
    return list(session.scalars(mine.order_by(TransferReturn.id)))


def undelivered(session: Session, order_id: int) -> list[Refund]:
    """Give the refunds that a payment service could not deliver, where we have an account to send them from."""
    return refunds.undelivered(session, order_id) if accounts.active(session) else []


def one(session: Session, return_id: int) -> TransferReturn:
    """Give one. :raise NoSuchReturn:"""
    found = session.get(TransferReturn, return_id)
    if found is None:
        raise NoSuchReturn
    return found


def give_account(session: Session, actor: Actor, order: Order, details: Details) -> int:
    """Keep where a buyer wants all money of an order that still waits; give how many sums.

    Refunds that a payment service could not deliver go there too, by hand.

    :raise NothingOwed: :raise TooLate:
    """
    for failed in undelivered(session, order.id):
        owed = TransferReturn(
            order_id=order.id,
            refund_id=refunds.by_transfer(session, actor, failed).id,
            amount=failed.amount,
            created_at=now(),
        )
        session.add(owed)
        audit.record(
            session, actor, "transfer_return.owed", owed, after={"amount": owed.amount, "order": order.number}
        )
    mine = of_order(session, order.id)
    if not mine:
        raise NothingOwed
    still = [owed for owed in mine if owed.state in OPEN_TO_BUYER]
    if not still:
        raise TooLate
    return sum(_keep_account(session, actor, owed, details) for owed in still)


def name_account(session: Session, actor: Actor, owed: TransferReturn, details: Details) -> None:
    """Keep where finance sends money of which no order is known. :raise TooLate:"""
    if owed.order_id is not None or not _keep_account(session, actor, owed, details):
        raise TooLate


def _keep_account(session: Session, actor: Actor, owed: TransferReturn, details: Details) -> bool:
    """Seal an account for one sum, unless a file holds it already."""
    before = owed.state
    won = session.execute(
        sa.update(TransferReturn)
        .where(TransferReturn.id == owed.id, TransferReturn.state.in_(OPEN_TO_BUYER))
        .values(
            state=ReturnState.READY,
            bank_code=details.bank_code,
            sealed_number=sealing.seal(details.number, _about(owed, "number")),
            sealed_holder=sealing.seal(details.holder, _about(owed, "holder")),
            last_digits=details.number[-4:],
            account_given_at=now(),
        )
        .returning(TransferReturn.id)
    )
    if won.scalar() is None:
        return False
    session.refresh(owed)
    audit.record(
        session, actor, "transfer_return.account_given", owed, before={"state": before},
        after={"state": owed.state, "bank": bank_details.bank_name(owed.bank_code), "account": masked(owed)},
    )  # fmt: skip
    return True


def masked(owed: TransferReturn) -> str:
    """Write an account so that its owner knows it and nobody else learns it."""
    return f"•••• {owed.last_digits}" if owed.last_digits else ""


def in_clear(owed: TransferReturn) -> Details:
    """Give an account for the bank file; the caller writes down who reads it. :raise sealing.Broken:"""
    return Details(
        owed.bank_code,
        sealing.unseal(owed.sealed_number or "", _about(owed, "number")),
        sealing.unseal(owed.sealed_holder or "", _about(owed, "holder")),
    )


def _about(owed: TransferReturn, what: str) -> str:
    return f"transfer_returns:{owed.id}:{what}"


# --- sending ------------------------------------------------------------------------------------------


def prepare(session: Session, actor: Actor, account: ReceivingAccount, wanted: Sequence[int]) -> ReturnBatch:
    """Put sums that are ready into one file, to be let go by another person. :raise NothingChosen:"""
    who = proposals.person(actor)
    batch = ReturnBatch(account_id=account.id, prepared_by_id=who, created_at=now())
    session.add(batch)
    session.flush()
    put = session.execute(
        sa.update(TransferReturn)
        .where(TransferReturn.id.in_(list(wanted)), TransferReturn.state == ReturnState.READY)
        .values(state=ReturnState.IN_FILE, batch_id=batch.id)
        .returning(TransferReturn.amount)
    )
    amounts = list(put.scalars())
    if not amounts:
        raise NothingChosen
    audit.record(
        session,
        actor,
        "return_batch.prepared",
        batch,
        after={"amount": sum(amounts), "returns": len(amounts)},
    )
    return batch


def approve(session: Session, actor: Actor, batch: ReturnBatch) -> None:
    """Let a file go that another person has prepared. :raise proposals.SamePerson: :raise proposals.AlreadyDecided:"""
    who = proposals.person(actor)
    if batch.prepared_by_id == who:
        raise proposals.SamePerson
    values = {"state": BatchState.APPROVED, "approved_by_id": who, "approved_at": now()}
    _decide(session, actor, batch, "return_batch.approved", values)


def drop(session: Session, actor: Actor, batch: ReturnBatch) -> None:
    """Give a file up before it goes; its sums are ready again. :raise proposals.AlreadyDecided:"""
    _decide(session, actor, batch, "return_batch.dropped", {"state": BatchState.DROPPED})
    session.execute(
        sa.update(TransferReturn)
        .where(TransferReturn.batch_id == batch.id, TransferReturn.state == ReturnState.IN_FILE)
        .values(state=ReturnState.READY, batch_id=None)
        .execution_options(synchronize_session=False)
    )


def _decide(
    session: Session, actor: Actor, batch: ReturnBatch, action: str, values: dict[str, object]
) -> None:
    won = session.execute(
        sa.update(ReturnBatch)
        .where(ReturnBatch.id == batch.id, ReturnBatch.state == BatchState.PREPARED)
        .values(**values)
        .returning(ReturnBatch.id)
    )
    if won.scalar() is None:
        raise proposals.AlreadyDecided
    session.refresh(batch)
    audit.record(
        session, actor, action, batch, before={"state": BatchState.PREPARED}, after={"state": batch.state}
    )


def mark_sent(session: Session, actor: Actor, owed: TransferReturn) -> None:
    """Take down that the bank has carried a sum out. :raise proposals.AlreadyDecided:"""
    _end(session, actor, owed, {"state": ReturnState.SENT, "ended_at": now()}, "transfer_return.sent")
    if owed.refund_id is not None:
        refunds.sent_by_hand(session, owed.refund_id, f"return:{owed.id}")
        return
    books.sent_back(session, owed)
    line = session.get_one(StatementLine, owed.line_id)
    session.execute(
        sa.update(StatementLine)
        .where(StatementLine.id == line.id, StatementLine.state == LineState.RETURNING)
        .values(state=LineState.RETURNED)
        .execution_options(synchronize_session=False)
    )
    if owed.order_id is not None:
        transfer_letters.sent_back(session, session.get_one(Order, owed.order_id), owed)


def mark_failed(session: Session, actor: Actor, owed: TransferReturn, problem: str) -> None:
    """Take down that the bank refused a sum: the buyer is asked for an account again. :raise ReasonMissing:"""
    if not problem.strip():
        raise ReasonMissing
    values = {
        "state": ReturnState.NEEDS_ACCOUNT,
        "failures": TransferReturn.failures + 1,
        "problem": problem.strip()[:300],
    }
    _end(session, actor, owed, values, "transfer_return.failed")
    if owed.order_id is not None:
        transfer_letters.where_to(session, session.get_one(Order, owed.order_id), owed)


def _end(
    session: Session, actor: Actor, owed: TransferReturn, values: dict[str, object], action: str
) -> None:
    """Move a sum of an approved file, once."""
    approved = sa.select(ReturnBatch.id).where(ReturnBatch.state == BatchState.APPROVED)
    won = session.execute(
        sa.update(TransferReturn)
        .where(
            TransferReturn.id == owed.id,
            TransferReturn.state == ReturnState.IN_FILE,
            TransferReturn.batch_id.in_(approved),
        )
        .values(**values)
        .returning(TransferReturn.id)
    )
    if won.scalar() is None:
        raise proposals.AlreadyDecided
    session.refresh(owed)
    audit.record(
        session, actor, action, owed,
        before={"state": ReturnState.IN_FILE}, after={"state": owed.state, "problem": owed.problem},
    )  # fmt: skip
