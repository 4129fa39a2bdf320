"""The letters of a bank transfer: how to send it, reminder, received, something is missing, where it goes back to.

Each is promised in the transaction that causes it; the words stand in templates/mail/. Orders that were not paid in
time get `letters.expired`, which says it in the words of a transfer.
"""

from typing import Any

from sqlalchemy.orm import Session

from checkout import bank_details, links
from checkout.models import Order, ReceivingAccount, StatementLine, TransferReturn, TransferWait
from shop import i18n, mail


def waiting(session: Session, order: Order, wait: TransferWait, account: ReceivingAccount) -> None:
    """Write where to send the money, how much exactly, and until when."""
    _to_buyer(session, order, "transfer_waiting", f"transfer-waiting:{wait.id}", **_how(order, wait, account))


def reminder(session: Session, order: Order, wait: TransferWait, account: ReceivingAccount) -> None:
    """Say that there are hours left."""
    _to_buyer(
        session, order, "transfer_reminder", f"transfer-reminder:{wait.id}", **_how(order, wait, account)
    )


def received(session: Session, order: Order, wait: TransferWait, lines: list[StatementLine]) -> None:
    """Say what has arrived, and what becomes of the surplus."""
    _to_buyer(
        session, order, "transfer_received", f"transfer-received:{wait.id}",
        received=sum(line.amount for line in lines), days=_days(order, lines),
        surplus=max(sum(line.amount for line in lines) - wait.excess - order.total, 0),
        allowance=wait.allowance, excess=wait.excess,
    )  # fmt: skip


def rest(session: Session, order: Order, wait: TransferWait, line: StatementLine, missing: int) -> None:
    """Say what has arrived and what is still missing."""
    account = session.get_one(ReceivingAccount, wait.account_id)
    _to_buyer(
        session, order, "transfer_rest", f"transfer-rest:{line.id}",
        received=line.amount, **_how(order, wait, account) | {"amount": missing},
    )  # fmt: skip


def answered(session: Session, order: Order, proof_id: int, answer: str) -> None:
    """Give finance's answer to a proof."""
    _to_buyer(session, order, "transfer_answered", f"transfer-answered:{proof_id}", answer=answer)


def where_to(session: Session, order: Order, owed: TransferReturn) -> None:
    """Ask the buyer for the account that money goes back to; once more each time the bank refuses it."""
    _to_buyer(
        session, order, "transfer_where_to", f"transfer-where-to:{owed.id}:{owed.failures}",
        endpoint="transfers.account", amount=owed.amount, problem=owed.problem,
    )  # fmt: skip


def sent_back(session: Session, order: Order, owed: TransferReturn) -> None:
    """Say that money which was no payment is on its way back; refunds of payments have their own letter."""
    _to_buyer(
        session, order, "transfer_sent_back", f"transfer-sent-back:{owed.id}",
        amount=owed.amount, bank=bank_details.bank_name(owed.bank_code), digits=owed.last_digits,
    )  # fmt: skip


def _how(order: Order, wait: TransferWait, account: ReceivingAccount) -> dict[str, Any]:
    with i18n.in_locale(order.locale):
        until = i18n.write_datetime(order.expires_at)
    return {
        "bank": bank_details.bank_name(account.bank_code),
        "account": account.number,
        "holder": account.holder,
        "amount": wait.due or wait.amount,
        "code": wait.code,
        "until": until,
    }


def _days(order: Order, lines: list[StatementLine]) -> str:
    with i18n.in_locale(order.locale):
        return ", ".join(i18n.write_date(line.booked_on) for line in lines)


def _to_buyer(
    session: Session, order: Order, template: str, key: str, endpoint: str = "transfers.show", **context: Any
) -> None:
    known = {"name": order.name, "number": order.number, "link": links.link(order, endpoint)}
    mail.queue(
        session, to=order.email, template=template, locale=order.locale, key=key, context=known | context
    )
