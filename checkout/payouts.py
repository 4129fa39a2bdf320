"""Payouts: proposed by one person or the weekly job, approved by another, put into a bank file, sent, or undone.

The money leaves a payee's account when a payout is approved and stands on `payouts:due` until the bank has sent it. Every
move is one conditional UPDATE, its postings and its audit row; the payee's account is locked first, so that two runs
come one after the other. docs/payouts.md tells the way.
"""

import logging
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import bank_details, earnings, ledger, payees, payout_letters
from checkout.ledger import PAYOUTS_DUE, Posting
from checkout.models import BankAccount, Payout, PayoutBatch, PayoutItem, PayoutState, Transfer
from checkout.payees import Payee
from shop import audit
from shop.audit import Actor
from shop.db import insert, now
from shop.errors import Conflict, Forbidden, Invalid, NotFound
from shop.texts import mark

log = logging.getLogger(__name__)

MOVES: dict[PayoutState, frozenset[PayoutState]] = {
    PayoutState.PROPOSED: frozenset({PayoutState.APPROVED, PayoutState.CANCELLED}),
    PayoutState.APPROVED: frozenset({PayoutState.EXPORTED, PayoutState.CANCELLED}),
    PayoutState.EXPORTED: frozenset({PayoutState.SENT, PayoutState.FAILED}),
    PayoutState.SENT: frozenset({PayoutState.RETURNED}),
    PayoutState.FAILED: frozenset(),
    PayoutState.RETURNED: frozenset(),
    PayoutState.CANCELLED: frozenset(),
}
"""The allowed moves; docs/payouts.md says who makes them."""
UNDONE = (PayoutState.FAILED, PayoutState.RETURNED, PayoutState.CANCELLED)
BOOKED = (PayoutState.APPROVED, PayoutState.EXPORTED, PayoutState.SENT)
"""The money has left the payee's account."""
ROWS = 500
"""Items written by one statement."""


class NoSuchPayout(NotFound):
    """There is no such payout, or not for this person."""

    message = "There is no such payout."


class Moved(Conflict):
    """The payout is not in a state that allows this."""

    message = "This payout has changed in the meantime. Please look at it again."


class NothingToPay(Conflict):
    """There is too little, or something is in the way."""

    message = "There is nothing to pay out: %(reason)s"


class SamePerson(Forbidden):
    """Who proposed a payout does not approve it."""

    message = "Somebody else has to approve what you have proposed."


class OwnDetails(Forbidden):
    """Who wrote the bank details does not approve the payout to them."""

    message = "You have entered these bank details; somebody else has to approve the payout to them."


class Held(Conflict):
    """Something has come up since the payout was proposed."""

    message = "This payout cannot go on now: %(reason)s"


class ReasonMissing(Invalid):
    """Undoing a payout needs a reason."""

    message = "Please say why, in a few words."


DETAILS_CHANGED = mark("The bank details have changed since.")
ORDER_HELD = mark("Money of one of its orders is held now.")
TAKEN_BACK = mark("Money was taken back since; cancel it and propose a new one.")


def number(payout: Payout) -> str:
    """Give what a payout is called: on screen, in letters and in the bank file."""
    return f"PO{payout.id:07}"


# --- proposing ---------------------------------------------------------------------------------------


def propose(session: Session, actor: Actor, payee: Payee) -> Payout:
    """Propose to pay out all that a payee may have now. :raise NothingToPay:"""
    earnings.lock(session, payee)
    found = earnings.of(session, payee)
    if not found.ready or found.account is None:
        raise NothingToPay(reason=why_not(found))
    payout = Payout(
        **payee.columns,
        amount=found.payable,
        bank_account_id=found.account.id,
        proposed_by_id=actor.user_id,
        proposed_at=now(),
    )
    session.add(payout)
    session.flush()
    _take(session, payout, [movement.transfer_id for movement in found.movements])
    _record(session, actor, payout, "payout.proposed", None)
    return payout


def why_not(found: earnings.Earnings) -> str:
    """Give the first reason, as an English msgid, why nothing can be proposed."""
    if found.in_the_way:
        return found.in_the_way[0].reason
    return earnings.OWED if found.balance < 0 else earnings.TOO_LITTLE


def _take(session: Session, payout: Payout, transfer_ids: Sequence[int]) -> None:
    """Bind movements to a payout; the partial unique index refuses what another one has. :raise Moved:"""
    taken = 0
    for start in range(0, len(transfer_ids), ROWS):
        rows = [
            {"payout_id": payout.id, "transfer_id": transfer_id}
            for transfer_id in transfer_ids[start : start + ROWS]
        ]
        written = insert(session, PayoutItem).values(rows).on_conflict_do_nothing().returning(PayoutItem.id)
        taken += len(session.scalars(written).all())
    if taken < len(transfer_ids):
        raise Moved


# --- approving ---------------------------------------------------------------------------------------


def approve(session: Session, actor: Actor, payout: Payout) -> None:
    """Approve a payout that another person or the weekly job has proposed, and set the money aside.

    :raise SamePerson: :raise OwnDetails: :raise Held: :raise Moved:
    """
    payee = payees.of(payout)
    earnings.lock(session, payee)
    session.refresh(payout)
    account = session.get_one(BankAccount, payout.bank_account_id)
    if actor.user_id is None or actor.user_id == payout.proposed_by_id:
        raise SamePerson
    if actor.user_id == account.created_by_id:
        raise OwnDetails
    _refuse_held(session, payee, payout, account)
    _move(session, actor, payout, PayoutState.APPROVED, approved_by_id=actor.user_id, approved_at=now())
    _post(session, Posting(f"payout:{payout.id}", payee.account, PAYOUTS_DUE, payout.amount, number(payout)))


def _refuse_held(session: Session, payee: Payee, payout: Payout, account: BankAccount) -> None:
    found = earnings.of(session, payee)
    if account.replaced_at is not None:
        raise Held(reason=DETAILS_CHANGED)
    if found.in_the_way:
        raise Held(reason=found.in_the_way[0].reason)
    held = {hold.order_id for hold in found.holds if hold.order_id is not None}
    mine = sa.select(Transfer.order_id).join(PayoutItem, PayoutItem.transfer_id == Transfer.id)
    if held and held & set(session.scalars(mine.where(PayoutItem.payout_id == payout.id))):
        raise Held(reason=ORDER_HELD)
    if payout.state is PayoutState.PROPOSED and found.payable < 0:
        raise Held(reason=TAKEN_BACK)


# --- the bank file -----------------------------------------------------------------------------------


def export(
    session: Session, actor: Actor, payouts: Iterable[Payout]
) -> tuple[list[PayoutBatch], list[Payout]]:
    """Put approved payouts into bank files, one per bank; give the files, and the payouts that are held."""
    by_bank: dict[str, list[Payout]] = {}
    held = []
    for payout in sorted(payouts, key=lambda one: (payees.of(one).account, one.id)):
        payee = payees.of(payout)
        earnings.lock(session, payee)
        session.refresh(payout)
        account = session.get_one(BankAccount, payout.bank_account_id)
        try:
            if payout.state is not PayoutState.APPROVED:
                raise Moved
            _refuse_held(session, payee, payout, account)
        except Conflict:
            held.append(payout)
            continue
        by_bank.setdefault(account.bank_code, []).append(payout)
    return [_batch(session, actor, code, found) for code, found in sorted(by_bank.items())], held


def _batch(session: Session, actor: Actor, bank_code: str, payouts: list[Payout]) -> PayoutBatch:
    amount = sum(payout.amount for payout in payouts)
    batch = PayoutBatch(
        bank_code=bank_code, payouts=len(payouts), amount=amount,
        created_by_id=actor.user_id, created_at=now(),
    )  # fmt: skip
    session.add(batch)
    after = {"bank": bank_details.bank_name(bank_code), "amount": amount, "payouts": len(payouts)}
    audit.record(session, actor, "payout_batch.written", batch, after=after)
    for payout in payouts:
        _move(session, actor, payout, PayoutState.EXPORTED, batch_id=batch.id)
    return batch


# --- what the bank did -------------------------------------------------------------------------------


def mark_sent(session: Session, actor: Actor, payout: Payout, reference: str = "") -> None:
    """Write down that the bank has sent a payout, and tell the payee. :raise Moved:"""
    _lock(session, payout)
    _move(session, actor, payout, PayoutState.SENT, sent_at=now(), bank_reference=reference[:60])
    _post(
        session,
        Posting(f"payout-sent:{payout.id}", PAYOUTS_DUE, ledger.BANK, payout.amount, number(payout)),
    )
    payout_letters.sent(session, payout, number(payout))


def mark_failed(session: Session, actor: Actor, payout: Payout, reason: str) -> None:
    """Write down that the bank refused a payout: the money is the payee's again. :raise Moved: :raise ReasonMissing:"""
    _undo(session, actor, payout, PayoutState.FAILED, reason)
    payout_letters.undone(session, payout, number(payout))


def mark_returned(session: Session, actor: Actor, payout: Payout, reason: str) -> None:
    """Write down that a payout came back: the money is the payee's again. :raise Moved: :raise ReasonMissing:"""
    _undo(session, actor, payout, PayoutState.RETURNED, reason)
    payout_letters.undone(session, payout, number(payout))


def cancel(session: Session, actor: Actor, payout: Payout, reason: str) -> None:
    """Take back a payout that is in no bank file yet. :raise Moved: :raise ReasonMissing:"""
    _undo(session, actor, payout, PayoutState.CANCELLED, reason)


def call_off(session: Session, actor: Actor, payee: Payee, reason: str) -> int:
    """Cancel every payout of a payee that is in no bank file yet, as when its bank details change; give how many."""
    earnings.lock(session, payee)
    waiting = sa.select(Payout).where(
        payee.owns(Payout), Payout.state.in_((PayoutState.PROPOSED, PayoutState.APPROVED))
    )
    found = list(session.scalars(waiting.order_by(Payout.id)))
    for payout in found:
        cancel(session, actor, payout, reason)
    return len(found)


def _undo(session: Session, actor: Actor, payout: Payout, to: PayoutState, reason: str) -> None:
    words = " ".join(reason.split())[:300]
    if not words:
        raise ReasonMissing
    _lock(session, payout)
    before = payout.state
    _move(session, actor, payout, to, closed_at=now(), reason=words)
    if before is PayoutState.SENT:
        _post(session, _back(session, payout, "payout-returned", "payout-sent", ledger.BANK, PAYOUTS_DUE))
    if before in BOOKED:
        account = payees.of(payout).account
        _post(session, _back(session, payout, "payout-back", "payout", PAYOUTS_DUE, account))
    session.execute(
        sa.update(PayoutItem)
        .where(PayoutItem.payout_id == payout.id, PayoutItem.freed_at.is_(None))
        .values(freed_at=now())
    )


def _back(
    session: Session, payout: Payout, key: str, reversed_key: str, from_code: str, to_code: str
) -> Posting:
    first = session.scalar(sa.select(Transfer.id).where(Transfer.key == f"{reversed_key}:{payout.id}"))
    return Posting(f"{key}:{payout.id}", from_code, to_code, payout.amount, number(payout), first)


# --- inside ------------------------------------------------------------------------------------------


def _lock(session: Session, payout: Payout) -> None:
    earnings.lock(session, payees.of(payout))
    session.refresh(payout)


def _move(session: Session, actor: Actor, payout: Payout, to: PayoutState, **values: object) -> None:
    before = payout.state
    if to not in MOVES[before]:
        raise Moved
    moved = session.execute(
        sa.update(Payout)
        .where(Payout.id == payout.id, Payout.state == before)
        .values(state=to, **values)
        .returning(Payout.id)
    )
    if moved.scalar() is None:
        raise Moved
    session.refresh(payout)
    _record(session, actor, payout, f"payout.{to}", before)


def _record(session: Session, actor: Actor, payout: Payout, action: str, before: PayoutState | None) -> None:
    whose = payees.named(session, payees.of(payout))
    after = {"state": payout.state, "number": number(payout), "name": whose.name, "amount": payout.amount}
    audit.record(
        session, actor, action, payout,
        before={"state": before} if before else {},
        after=after | ({"reason": payout.reason} if payout.reason else {}),
        scope=whose.council.code,
    )  # fmt: skip


def _post(session: Session, posting: Posting) -> None:
    if ledger.post(session, [posting]) != 1:
        raise Moved  # its key is taken: somebody else has booked it
