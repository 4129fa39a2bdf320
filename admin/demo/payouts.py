"""The demonstration's rules of commission, bank details, and payouts in every state."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog.models import Council, Workshop, WorkshopMember
from checkout import bank_changes, bank_details, ledger, payees, payout_holds, payouts
from checkout.models import BankAccount, CommissionRule, Payout, PayoutState
from checkout.payees import Payee
from shop.audit import Actor
from shop.i18n import WIB
from shop.models import User

DEMO = Actor.system("demo")
BANKS = (("014", 10), ("002", 15), ("008", 13), ("009", 10))
"""Banks and the digits of their account numbers."""
PAID = 9
"""Workshops that have said where their money goes; the last one only today."""
WAYS = ("sent", "sent", "returned", "failed", "exported", "approved", "proposed", "proposed")
"""How far each of their payouts has come."""


def load(session: Session, users: dict[str, int], moment: datetime) -> None:
    """Let councils settle their commission, and take payouts of some workshops and a council through every state."""
    proposer, approver = (
        Actor.of(session.get_one(User, users[name])) for name in ("keuangan", "keuangan.kedua")
    )
    _rules(session, users, moment)
    ready = [_details(session, payee, place, moment) for place, payee in enumerate(_payees(session, users))]
    for payee, way in zip(ready, WAYS, strict=False):
        try:
            payout = payouts.propose(session, proposer, payee)
        except payouts.NothingToPay:  # too little was sold
            continue
        if way != PayoutState.PROPOSED:
            _go_on(session, proposer, approver, payout, way)
    if len(ready) > 2:
        payout_holds.place(session, proposer, ready[1], "Alamat bengkel sedang diperiksa.")
    session.flush()


def _payees(session: Session, users: dict[str, int]) -> list[Payee]:
    """Give workshops with something earned, the one of the demonstration's artisan first, and its council."""
    mine = set(
        session.scalars(
            sa.select(WorkshopMember.workshop_id).where(WorkshopMember.user_id == users["perajin"])
        )
    )
    balances = ledger.trial_balance(session)
    rich = sorted(
        session.scalars(sa.select(Workshop)).all(),
        key=lambda one: (one.id not in mine, -balances.get(ledger.workshop(one.id), 0), one.id),
    )
    council = session.scalar(sa.select(Council.id).where(Council.code == "17"))
    first = [Payee(workshop_id=workshop.id) for workshop in rich[:PAID]]
    return [first[0], Payee(council_id=council), *first[1:]] if council and first else first


def _details(session: Session, payee: Payee, place: int, moment: datetime) -> Payee:
    """Say where a payee's money goes, some weeks ago; the last one has done so only now."""
    bank, digits = BANKS[place % len(BANKS)]
    number = f"{7_000_000 + place * 1_371:0{digits}}"
    people = payees.people(session, payee)
    actor = Actor.of(people[0]) if people else DEMO
    holder = payees.named(session, payee).name
    account = bank_changes.change(session, actor, payee, bank_details.checked(bank, number, holder))
    if place < PAID:
        session.execute(
            sa.update(BankAccount)
            .where(BankAccount.id == account.id)
            .values(created_at=moment - timedelta(days=40), holds_until=moment - timedelta(days=37))
        )
        session.expire(account)
    return payee


def _go_on(session: Session, proposer: Actor, approver: Actor, payout: Payout, way: str) -> None:
    payouts.approve(session, approver, payout)
    if way == PayoutState.APPROVED:
        return
    payouts.export(session, proposer, [payout])
    if way in {PayoutState.SENT, PayoutState.RETURNED}:
        payouts.mark_sent(session, proposer, payout, f"PERAGA-{payout.id:04}")
    if way == PayoutState.RETURNED:
        payouts.mark_returned(session, proposer, payout, "Nama pemilik rekening berbeda.")
    if way == PayoutState.FAILED:
        payouts.mark_failed(session, proposer, payout, "Bank tujuan sedang tidak melayani.")


def _rules(session: Session, users: dict[str, int], moment: datetime) -> None:
    """Write what Bengkulu's council keeps of a sale: a rule that is over, one that holds, one that is planned."""
    council = session.scalar(sa.select(Council).where(Council.code == "17"))
    if council is None:
        return
    today = moment.astimezone(WIB).date()
    settled = {"council_id": council.id, "created_by_id": users["pengurus"], "created_at": moment}
    session.add_all(
        [
            CommissionRule(
                **settled, bp=1000, first_on=today - timedelta(days=500), last_on=today - timedelta(days=261),
                reason="Rapat pengurus tahun lalu", ended_by_id=users["pengurus"], ended_at=moment,
            ),
            CommissionRule(
                **settled, bp=800, first_on=today - timedelta(days=260), reason="Rapat pengurus, disamakan nasional"
            ),
            CommissionRule(
                **settled, bp=600, first_on=today + timedelta(days=30), last_on=today + timedelta(days=60),
                reason="Bulan kriya Bengkulu",
            ),
        ]
    )  # fmt: skip
