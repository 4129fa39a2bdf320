"""The bank file: one CSV per bank, a row per payout, as docs/payouts.md describes it.

Only here are account numbers opened in numbers; whoever takes a file is written down in the audit trail.
"""

import csv
import io

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from checkout import bank_details, payouts
from checkout.models import Payout, PayoutBatch
from shop import audit
from shop.audit import Actor
from shop.errors import NotFound

COLUMNS = (
    "payout", "bank_code", "bank_name", "account_number", "account_name", "amount", "currency", "remark",
)  # fmt: skip


class NoSuchFile(NotFound):
    """There is no such bank file, or not for this person."""

    message = "There is no such bank file."


def get(session: Session, batch_id: int) -> PayoutBatch:
    """Give a bank file. :raise NoSuchFile:"""
    batch = session.get(PayoutBatch, batch_id)
    if batch is None:
        raise NoSuchFile
    return batch


def payouts_of(session: Session, batch: PayoutBatch) -> list[Payout]:
    """Give the payouts of a file with their accounts, in the order of their numbers."""
    query = (
        sa.select(Payout)
        .options(joinedload(Payout.bank_account))
        .where(Payout.batch_id == batch.id)
        .order_by(Payout.id)
    )
    return list(session.scalars(query))


def name(batch: PayoutBatch) -> str:
    """Give what a file is called."""
    return f"kriya-payouts-{batch.bank_code}-{batch.id:05}.csv"


def write(session: Session, actor: Actor, batch: PayoutBatch) -> str:
    """Write the file, and write down who has taken it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    found = payouts_of(session, batch)
    for payout in found:
        account = payout.bank_account
        number = payouts.number(payout)
        writer.writerow(
            (number, account.bank_code, bank_details.bank_name(account.bank_code),
             bank_details.in_clear(account), account.holder, payout.amount, "IDR", f"KRIYA {number}")
        )  # fmt: skip
    after = {"bank": bank_details.bank_name(batch.bank_code), "payouts": len(found), "amount": batch.amount}
    audit.record(session, actor, "payout_batch.read", batch, after=after)
    return buffer.getvalue()


def latest(session: Session, size: int = 10) -> list[PayoutBatch]:
    """Give the latest bank files."""
    query = sa.select(PayoutBatch).options(joinedload(PayoutBatch.created_by))
    return list(session.scalars(query.order_by(PayoutBatch.id.desc()).limit(size)))
