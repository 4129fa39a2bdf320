"""The books: double entry, append-only. Called by settling, refunds and receipts; read by studio, desk and verify.

A transfer takes from one account and gives to another, so all balances together are always zero. What the
gateway holds for us stands *below* zero on `gateway:stripe`, because we owe it on to somebody:

    gateway:stripe   minus what the gateway holds: captured, not yet sent back or paid out
    held:12          goods of workshop 12, until the buyer has received the parcel
    postage:12       postage of workshop 12's parcels, until received
    workshop:12      what workshop 12 has earned and may be paid out
    council:3        commission of council 3
    refunds:due      promised back to buyers, not yet sent by the gateway
"""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from checkout.models import Account, Order, OrderLine, Payment, Refund, Shipment, Transfer
from shop.db import insert, now

GATEWAY = "gateway:stripe"
REFUNDS_DUE = "refunds:due"


def held(workshop_id: int) -> str:
    """Name the account of a workshop's goods that the buyer has not received yet."""
    return f"held:{workshop_id}"


def postage(workshop_id: int) -> str:
    """Name the account of a workshop's postage that is not released yet."""
    return f"postage:{workshop_id}"


def workshop(workshop_id: int) -> str:
    """Name the account of what a workshop has earned."""
    return f"workshop:{workshop_id}"


def council(council_id: int) -> str:
    """Name the account of a council's commission."""
    return f"council:{council_id}"


@dataclass(frozen=True, slots=True)
class Posting:
    """One transfer to be written: rupiah from one account to another, once under its key."""

    key: str
    from_code: str
    to_code: str
    amount: int
    memo: str = ""
    reverses_id: int | None = None


def post(session: Session, postings: Iterable[Posting], order_id: int | None = None) -> int:
    """Write transfers that are not written yet; give how many were. Amounts of zero are left out.

    :raise ValueError: for an amount below zero.
    """
    wanted = [posting for posting in postings if posting.amount]
    if any(posting.amount < 0 for posting in wanted):
        raise ValueError("a transfer moves a positive amount; turn the accounts round instead")
    ids = _account_ids(session, {code for p in wanted for code in (p.from_code, p.to_code)})
    moment, written = now(), 0
    for posting in wanted:
        row = insert(session, Transfer).values(
            key=posting.key,
            from_account_id=ids[posting.from_code],
            to_account_id=ids[posting.to_code],
            amount=posting.amount,
            currency="IDR",
            order_id=order_id,
            reverses_id=posting.reverses_id,
            memo=posting.memo,
            at=moment,
        )
        written += session.scalar(row.on_conflict_do_nothing().returning(Transfer.id)) is not None
    return written


def _account_ids(session: Session, codes: set[str]) -> dict[str, int]:
    query = sa.select(Account.code, Account.id).where(Account.code.in_(codes))
    known = dict(session.execute(query).all())
    missing = sorted(codes - known.keys())  # in one order, so that two writers cannot wait for each other
    if missing:
        rows = [{"code": code, "currency": "IDR", "created_at": now()} for code in missing]
        session.execute(insert(session, Account).values(rows).on_conflict_do_nothing())
        known = dict(session.execute(query).all())
    return known


# --- what happens in the shop ------------------------------------------------------------------------


def post_sale(
    session: Session, order: Order, lines: Iterable[OrderLine], parcels: Iterable[Shipment]
) -> None:
    """Split a captured payment: goods to each workshop, commission to each council, postage to each parcel."""
    postings = []
    for line in lines:
        earning = line.total - line.commission
        postings += [
            Posting(f"sale:{line.id}", GATEWAY, held(line.workshop_id), earning, order.number),
            Posting(
                f"commission:{line.id}", GATEWAY, council(line.council_id), line.commission, order.number
            ),
        ]
    postings += [
        Posting(f"postage:{parcel.id}", GATEWAY, postage(parcel.workshop_id), parcel.fee, order.number)
        for parcel in parcels
    ]
    post(session, postings, order.id)


def post_release(session: Session, order: Order, parcel: Shipment, lines: Iterable[OrderLine]) -> None:
    """Let a workshop have what a received parcel earned."""
    mine = workshop(parcel.workshop_id)
    postings = [
        Posting(
            f"release:{line.id}", held(line.workshop_id), mine, line.total - line.commission, order.number
        )
        for line in lines
        if line.workshop_id == parcel.workshop_id
    ]
    fee = Posting(f"release-postage:{parcel.id}", postage(parcel.workshop_id), mine, parcel.fee, order.number)
    post(session, [*postings, fee], order.id)


def post_unserved(session: Session, payment: Payment, number: str) -> None:
    """Book a captured payment that no order takes: all of it goes back."""
    post(
        session,
        [Posting(f"unserved:{payment.id}", GATEWAY, REFUNDS_DUE, payment.amount, number)],
        payment.order_id,
    )


def reverse_order(session: Session, order: Order) -> int:
    """Turn round every share of an order's sale, newest first; give the rupiah now due to the buyer."""
    reversal = aliased(Transfer)
    source, target = aliased(Account), aliased(Account)
    rows = session.execute(
        sa.select(Transfer.id, source.code, target.code, Transfer.amount)
        .join(source, source.id == Transfer.from_account_id)
        .join(target, target.id == Transfer.to_account_id)
        .outerjoin(reversal, reversal.reverses_id == Transfer.id)
        .where(
            Transfer.order_id == order.id,
            Transfer.reverses_id.is_(None),
            reversal.id.is_(None),
            source.code != REFUNDS_DUE,
            target.code != REFUNDS_DUE,
        )
        .order_by(Transfer.id.desc())
    ).all()
    post(
        session,
        [
            Posting(
                f"reverse:{transfer_id}",
                to_code,
                REFUNDS_DUE if from_code == GATEWAY else from_code,
                amount,
                order.number,
                transfer_id,
            )
            for transfer_id, from_code, to_code, amount in rows
        ],
        order.id,
    )
    return sum(amount for _id, from_code, _to, amount in rows if from_code == GATEWAY)


def post_refund(session: Session, refund: Refund, order: Order) -> None:
    """Book that the gateway has sent the money back."""
    post(
        session,
        [Posting(f"refund:{refund.id}", REFUNDS_DUE, GATEWAY, refund.amount, order.number)],
        order.id,
    )


# --- reading -----------------------------------------------------------------------------------------


def trial_balance(session: Session) -> dict[str, int]:
    """Give the balance of every account by its code, in rupiah; they add up to zero."""
    moves = sa.union_all(
        sa.select(Transfer.to_account_id.label("account_id"), Transfer.amount.label("amount")),
        sa.select(Transfer.from_account_id, -Transfer.amount),
    ).subquery()
    rows = session.execute(
        sa.select(Account.code, sa.func.coalesce(sa.func.sum(moves.c.amount), 0))
        .outerjoin(moves, moves.c.account_id == Account.id)
        .group_by(Account.code)
        .order_by(Account.code)
    )
    return {code: int(amount) for code, amount in rows}


def balance(session: Session, code: str) -> int:
    """Give the balance of one account in rupiah; 0 for one that was never used."""
    account_id = session.scalar(sa.select(Account.id).where(Account.code == code))
    if account_id is None:
        return 0
    into = sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0)).where(
        Transfer.to_account_id == account_id
    )
    out_of = sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0)).where(
        Transfer.from_account_id == account_id
    )
    return int(session.scalar(into) or 0) - int(session.scalar(out_of) or 0)


@dataclass(frozen=True, slots=True)
class WorkshopBalance:
    """Where a workshop's money stands, in rupiah."""

    earned: int
    """Received by buyers: may be paid out."""
    held: int
    """Goods on their way."""
    postage: int
    """Postage of parcels on their way."""


def of_workshop(session: Session, workshop_id: int) -> WorkshopBalance:
    """Give what a workshop has earned and what is still to come."""
    return WorkshopBalance(
        earned=balance(session, workshop(workshop_id)),
        held=balance(session, held(workshop_id)),
        postage=balance(session, postage(workshop_id)),
    )
