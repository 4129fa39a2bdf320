"""New bank details: the old ones are replaced, payouts wait 72 hours, open ones are called off, everybody is told.

Called by the studio and the desk, after the person has shown the password again.
"""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from checkout import bank_details, payees, payout_letters, payouts
from checkout.bank_details import Details
from checkout.models import BankAccount
from checkout.payees import Payee
from shop import audit, config, sealing
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict
from shop.texts import mark

CALLED_OFF = mark("The bank details were changed.")


class Unchanged(Conflict):
    """These details hold already."""

    message = "These are the bank details that hold already."


class ChangedElsewhere(Conflict):
    """Somebody else was faster."""

    message = "Somebody has changed the bank details just now. Please look at them again."


def change(session: Session, actor: Actor, payee: Payee, details: Details) -> BankAccount:
    """Keep new bank details of a payee. :raise Unchanged: :raise ChangedElsewhere:"""
    whose = payees.named(session, payee)
    before = bank_details.current(session, payee)
    mark = sealing.fingerprint(f"{details.bank_code}|{details.number}")
    if before is not None and (before.fingerprint, before.holder) == (mark, details.holder):
        raise Unchanged
    moment = now()
    if before is not None:
        _replace(session, before)
    account = BankAccount(
        **payee.columns,
        bank_code=details.bank_code,
        sealed_number=sealing.seal(details.number, bank_details.about(payee)),
        last_digits=details.number[-4:],
        holder=details.holder,
        fingerprint=mark,
        created_by_id=actor.user_id,
        created_at=moment,
        holds_until=moment + timedelta(hours=config.current().payout_hold_hours),
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:  # the partial unique index: one that holds per payee
        raise ChangedElsewhere from error
    audit.record(
        session, actor, "bank_account.changed", account,
        before=_shown(before), after=_shown(account), scope=whose.council.code,
    )  # fmt: skip
    payouts.call_off(session, actor, payee, CALLED_OFF)
    payout_letters.details_changed(session, account, whose.name)
    return account


def _replace(session: Session, before: BankAccount) -> None:
    replaced = session.execute(
        sa.update(BankAccount)
        .where(BankAccount.id == before.id, BankAccount.replaced_at.is_(None))
        .values(replaced_at=now())
        .returning(BankAccount.id)
    )
    if replaced.scalar() is None:
        raise ChangedElsewhere


def _shown(account: BankAccount | None) -> dict[str, str]:
    if account is None:
        return {}
    return {
        "bank": bank_details.bank_name(account.bank_code),
        "account": bank_details.masked(account),
        "holder": account.holder,
    }
