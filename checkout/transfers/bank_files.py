"""The file by which a bank sends money back: one CSV for each bank of the receivers. Called by the desk's finance.

Banks take files of their own making; which columns, only a signed contract tells. This one is plain: receiver's bank
code and name, number, holder, whole rupiah, a remark that leads back to the sum.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import bank_details
from checkout.models import BatchState, Order, ReturnBatch, TransferReturn
from checkout.transfers import returns
from shop import audit
from shop.audit import Actor
from shop.errors import Conflict, NotFound

HEAD = ("bank_code", "bank", "account_number", "account_holder", "amount", "remark")


class NotApproved(Conflict):
    """No second person has looked at it."""

    message = "Another person has to approve this file first."


def banks_of(session: Session, batch: ReturnBatch) -> list[tuple[str, int, int]]:
    """Give the banks a batch goes to, with how many sums and how much."""
    rows = session.execute(
        sa.select(TransferReturn.bank_code, sa.func.count(), sa.func.sum(TransferReturn.amount))
        .where(TransferReturn.batch_id == batch.id)
        .group_by(TransferReturn.bank_code)
        .order_by(TransferReturn.bank_code)
    )
    return [(code, int(count), int(amount)) for code, count, amount in rows]


def rows(session: Session, actor: Actor, batch: ReturnBatch, bank_code: str) -> Sequence[Sequence[str | int]]:
    """Give the rows of one bank's file, and write down that the accounts were read. :raise NotApproved: NotFound:"""
    if batch.state is not BatchState.APPROVED:
        raise NotApproved
    found = session.execute(
        sa.select(TransferReturn, Order.number)
        .outerjoin(Order, Order.id == TransferReturn.order_id)
        .where(TransferReturn.batch_id == batch.id, TransferReturn.bank_code == bank_code)
        .order_by(TransferReturn.id)
    ).all()
    if not found:
        raise NotFound
    audit.record(
        session, actor, "return_batch.read", batch,
        after={"bank": bank_details.bank_name(bank_code), "returns": len(found)},
    )  # fmt: skip
    written = []
    for owed, number in found:
        account = returns.in_clear(owed)
        written.append(
            (
                account.bank_code, bank_details.bank_name(account.bank_code), account.number, account.holder,
                owed.amount, f"KRIYA {number or 'TRANSFER'} {owed.id}",
            )
        )  # fmt: skip
    return written
