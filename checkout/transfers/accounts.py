"""The marketplace's bank accounts that buyers send money to: rows, proposed by one person, approved by another.

Read by checkout (none active: no transfers are offered) and by the instructions; written by the desk's finance.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import bank_details
from checkout.models import ReceivingAccount, SettingState
from checkout.transfers import proposals
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, NotFound


class NoSuchAccount(NotFound):
    """There is no such account."""


class KnownAccount(Conflict):
    """The account is there already."""

    message = "This account is there already."


def active(session: Session) -> list[ReceivingAccount]:
    """Give the accounts that buyers may choose, oldest first."""
    holds = ReceivingAccount.state == SettingState.ACTIVE
    return list(session.scalars(sa.select(ReceivingAccount).where(holds).order_by(ReceivingAccount.id)))


def every(session: Session) -> list[ReceivingAccount]:
    """Give all accounts there ever were, the newest first: statements of closed ones may still come."""
    return list(session.scalars(sa.select(ReceivingAccount).order_by(ReceivingAccount.id.desc())))


def one(session: Session, account_id: int) -> ReceivingAccount:
    """Give an account. :raise NoSuchAccount:"""
    found = session.get(ReceivingAccount, account_id)
    if found is None:
        raise NoSuchAccount
    return found


def propose(session: Session, actor: Actor, bank_code: str, number: str, holder: str) -> ReceivingAccount:
    """Propose an account. :raise KnownAccount: :raise bank_details.BadNumber: and the like."""
    who = proposals.person(actor)
    details = bank_details.checked(bank_code, number, holder)
    same = sa.select(ReceivingAccount.id).where(
        ReceivingAccount.bank_code == details.bank_code,
        ReceivingAccount.number == details.number,
        ReceivingAccount.state != SettingState.CLOSED,
    )
    if session.scalar(same) is not None:
        raise KnownAccount
    account = ReceivingAccount(
        bank_code=details.bank_code,
        number=details.number,
        holder=details.holder,
        proposed_by_id=who,
        created_at=now(),
    )
    session.add(account)
    audit.record(
        session, actor, "receiving_account.proposed", account,
        after={"bank": bank_details.bank_name(account.bank_code), "account": account.number, "holder": account.holder},
    )  # fmt: skip
    return account


def approve(session: Session, actor: Actor, account: ReceivingAccount) -> None:
    """Let buyers use an account that somebody else has proposed."""
    proposals.approve(session, actor, account, "receiving_account.approved")


def close(session: Session, actor: Actor, account: ReceivingAccount) -> None:
    """Offer an account no more; open orders may still be paid to it, and its statements are still taken."""
    proposals.close(session, actor, account, "receiving_account.closed")


def label(account: ReceivingAccount) -> str:
    """Name an account: bank and number."""
    return f"{bank_details.bank_name(account.bank_code)} {account.number}"
