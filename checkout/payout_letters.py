"""Letters about payouts and bank details, to everybody of a workshop or to the officers of a council."""

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from checkout import bank_details, payees
from checkout.models import BankAccount, Payout
from shop import config, i18n, mail


def details_changed(session: Session, account: BankAccount, name: str) -> None:
    """Tell everybody of a payee, at once, that its money goes elsewhere from now on."""
    _to_people(session, account, "bank_details_changed", f"bank-details:{account.id}", account, name)


def sent(session: Session, payout: Payout, number: str) -> None:
    """Tell a payee that money is on its way."""
    account = session.get_one(BankAccount, payout.bank_account_id)
    _to_people(
        session, payout, "payout_sent", f"payout-sent:{payout.id}", account,
        number=number, amount=payout.amount,
    )  # fmt: skip


def undone(session: Session, payout: Payout, number: str) -> None:
    """Tell a payee that money did not arrive, why, and that it is theirs still."""
    account = session.get_one(BankAccount, payout.bank_account_id)
    _to_people(
        session, payout, "payout_undone", f"payout-undone:{payout.id}", account,
        number=number, amount=payout.amount, reason=payout.reason,
    )  # fmt: skip


def _to_people(
    session: Session,
    about: BankAccount | Payout,
    template: str,
    key: str,
    account: BankAccount,
    name: str = "",
    **more: Any,
) -> None:
    payee = payees.of(about)
    for person in payees.people(session, payee):
        with i18n.in_locale(person.locale):
            until = i18n.write_datetime(account.holds_until)
        mail.queue(
            session,
            to=person.email,
            template=template,
            locale=person.locale,
            key=f"{key}:{person.id}",
            context={
                "name": person.name,
                "payee": name or payees.named(session, payee).name,
                "bank": bank_details.bank_name(account.bank_code),
                "account": bank_details.masked(account),
                "until": until,
                "link": _address(payee, person.locale),
            }
            | more,
        )


def _address(payee: payees.Payee, locale: str) -> str:
    parts = urlsplit(config.current().base_url)
    path = "/studio/bank" if payee.workshop_id else "/desk/bank-details"
    return f"{parts.scheme}://{parts.netloc}{'/en' if locale == 'en' else ''}{path}"
