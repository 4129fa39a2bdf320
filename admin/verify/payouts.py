"""Checks of payouts: each earning once, within what was earned, by two people, after 72 hours, and in the books."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from checkout import ledger, payees
from checkout.models import Account, BankAccount, Payout, PayoutItem, PayoutState, Transfer
from checkout.payouts import BOOKED, UNDONE


def _account_of() -> Any:
    workshop = sa.literal("workshop:").concat(sa.cast(Payout.workshop_id, sa.String))
    council = sa.literal("council:").concat(sa.cast(Payout.council_id, sa.String))
    return sa.case((Payout.workshop_id.is_not(None), workshop), else_=council)


def amounts_are_their_earnings(session: Session) -> Iterator[str]:
    """Find payouts whose amount is not what the movements of their payee's account make that they pay."""
    into, out = aliased(Account), aliased(Account)
    mine = _account_of()
    amount = sa.case((into.code == mine, Transfer.amount), (out.code == mine, -Transfer.amount), else_=None)
    rows = session.execute(
        sa.select(
            Payout.id, Payout.amount, sa.func.coalesce(sa.func.sum(amount), 0),
            sa.func.count(PayoutItem.id) - sa.func.count(amount),
        )
        .outerjoin(PayoutItem, PayoutItem.payout_id == Payout.id)
        .outerjoin(Transfer, Transfer.id == PayoutItem.transfer_id)
        .outerjoin(into, into.id == Transfer.to_account_id)
        .outerjoin(out, out.id == Transfer.from_account_id)
        .group_by(Payout.id, Payout.amount)
    )  # fmt: skip
    for payout_id, said, earned, strange in rows:
        if strange:
            yield f"payout {payout_id} pays {strange} movements of somebody else's account"
        elif said != earned:
            yield f"payout {payout_id}: {said}, its earnings are {earned}"


def an_earning_once(session: Session) -> Iterator[str]:
    """Find earnings in more than one payout that counts, and items that count though their payout was undone."""
    counts = (
        sa.select(PayoutItem.transfer_id, sa.func.count())
        .where(PayoutItem.freed_at.is_(None))
        .group_by(PayoutItem.transfer_id)
        .having(sa.func.count() > 1)
    )
    for transfer_id, count in session.execute(counts):
        yield f"transfer {transfer_id} is in {count} payouts"
    undone = Payout.state.in_(UNDONE)
    wrong = (
        sa.select(Payout.id, Payout.state)
        .join(PayoutItem, PayoutItem.payout_id == Payout.id)
        .where(undone != PayoutItem.freed_at.is_not(None))
        .distinct()
    )
    for payout_id, state in session.execute(wrong):
        yield f"payout {payout_id} is {state}, its earnings say otherwise"


def within_what_was_earned(session: Session) -> Iterator[str]:
    """Find payees of whom more was paid out than they had earned less what was taken back."""
    due = session.scalar(sa.select(Account.id).where(Account.code == ledger.PAYOUTS_DUE))
    sums: dict[str, list[int]] = {}
    for side, other, sign in (
        (Transfer.to_account_id, Transfer.from_account_id, 1),
        (Transfer.from_account_id, Transfer.to_account_id, -1),
    ):
        paid_out = sa.func.sum(sa.case((other == due, Transfer.amount), else_=0))
        rows = session.execute(
            sa.select(Account.code, sa.func.sum(Transfer.amount), paid_out)
            .join(Account, Account.id == side)
            .where(sa.or_(Account.code.like("workshop:%"), Account.code.like("council:%")))
            .group_by(Account.code)
        )
        for code, amount, to_payouts in rows:
            kept = sums.setdefault(code, [0, 0])
            kept[0] += sign * int(amount - to_payouts)
            kept[1] += sign * int(to_payouts)
    booked = _booked(session)
    for code, (earned, net) in sorted(sums.items()):
        if -net != booked.get(code, 0):
            yield f"{code}: payouts of {booked.get(code, 0)}, the books moved {-net}"
        ever = earned + _taken_back_since(session, code)
        if -net > ever:
            yield f"{code}: paid out {-net}, earned {ever}"


def _booked(session: Session) -> dict[str, int]:
    rows = session.execute(
        sa.select(Payout.workshop_id, Payout.council_id, sa.func.sum(Payout.amount))
        .where(Payout.state.in_(BOOKED))
        .group_by(Payout.workshop_id, Payout.council_id)
    )
    return {payees.Payee(one, other).account: int(amount) for one, other, amount in rows}


def _taken_back_since(session: Session, code: str) -> int:
    """Give what was taken back and no payout has worked off yet: it came after the money was paid out."""
    account = sa.select(Account.id).where(Account.code == code).scalar_subquery()
    due = session.scalar(sa.select(Account.id).where(Account.code == ledger.PAYOUTS_DUE)) or 0
    paid = sa.exists().where(PayoutItem.transfer_id == Transfer.id, PayoutItem.freed_at.is_(None))
    query = sa.select(sa.func.sum(Transfer.amount)).where(
        Transfer.from_account_id == account, Transfer.to_account_id != due, ~paid
    )
    return int(session.scalar(query) or 0)


def by_two_people(session: Session) -> Iterator[str]:
    """Find payouts approved by who proposed them or entered their account, or before the account was 72 hours old."""
    statement = sa.select(Payout, BankAccount).join(BankAccount, BankAccount.id == Payout.bank_account_id)
    for payout, account in session.execute(statement.where(Payout.approved_at.is_not(None))):
        if payout.approved_by_id in {payout.proposed_by_id, account.created_by_id}:
            yield f"payout {payout.id}: the same person twice"
        if payout.approved_at is not None and payout.approved_at < account.holds_until:
            yield f"payout {payout.id}: approved before its account had ripened"
        if (payout.workshop_id, payout.council_id) != (account.workshop_id, account.council_id):
            yield f"payout {payout.id} goes to somebody else's account"


def are_in_the_books(session: Session) -> Iterator[str]:
    """Find payouts whose postings are not those of their state."""
    keys = {
        "payout": (*BOOKED, PayoutState.FAILED, PayoutState.RETURNED),
        "payout-sent": (PayoutState.SENT, PayoutState.RETURNED),
        "payout-returned": (PayoutState.RETURNED,),
        "payout-back": (PayoutState.FAILED, PayoutState.RETURNED),
    }
    for name, states in keys.items():
        key = sa.literal(f"{name}:").concat(sa.cast(Payout.id, sa.String))
        statement = sa.select(Payout.id, Payout.state, Payout.amount, Transfer.amount, Payout.approved_at)
        for payout_id, state, amount, posted, approved_at in session.execute(
            statement.outerjoin(Transfer, Transfer.key == key)
        ):
            due = state in states
            if state is PayoutState.CANCELLED and name in {"payout", "payout-back"}:
                due = approved_at is not None
            if (posted or 0) != (amount if due else 0):
                yield f"payout {payout_id} is {state}: {name} {posted or 0}"
