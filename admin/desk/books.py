"""The books for finance: the trial balance, which is always zero, each account's transfers, and both as CSV."""

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa
from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from admin import paging, sheets
from admin.desk import scope
from catalog.models import Council, Workshop
from checkout import books, ledger
from shop import authz
from shop.db import db
from shop.i18n import WIB

blueprint = Blueprint("desk_books", __name__, url_prefix="/desk/books")
authz.guard(blueprint, roles=scope.PAYERS)
PAGE = 100
FIRST = 20
"""Accounts of a group that the first page shows."""


class Group(NamedTuple):
    """Accounts of one kind in the trial balance."""

    kind: str
    heading: str
    rows: list[tuple[str, int]]
    sum: int
    """Of all its accounts, also of those that this page does not show."""
    accounts: int


class OfAllCouncils(books.NoSuchAccount):
    """The books are one for all councils: only who keeps all of them may look."""

    message = "The books are kept by the national finance desk."


@blueprint.before_request
def _of_all_councils() -> None:
    """The books are one for all councils: who keeps one council's money reads its statements."""
    if not scope.bookkeepers():
        raise OfAllCouncils


def names(session: Session, codes: list[str]) -> dict[str, str]:
    """Give what accounts are called: those of workshops and councils by their owners' names."""
    numbers: dict[str, set[int]] = {}
    for code in codes:
        kind, _, rest = code.partition(":")
        if rest.isdigit():
            numbers.setdefault("council" if kind == "council" else "workshop", set()).add(int(rest))
    found: dict[tuple[str, int], str] = {}
    for kind, model in (("workshop", Workshop), ("council", Council)):
        query = sa.select(model.id, model.name).where(model.id.in_(numbers.get(kind, ())))
        found |= {(kind, row.id): row.name for row in session.execute(query)}
    own = own_names()
    return {code: own[code] for code in codes if code in own} | {
        code: found.get(
            ("council" if code.startswith("council:") else "workshop", int(code.partition(":")[2])), ""
        )
        for code in codes
        if code.partition(":")[2].isdigit()
    }


def own_names() -> dict[str, str]:
    """Name the accounts that are nobody else's (`checkout.ledger` says what stands on each)."""
    return {
        "gateway:stripe": gettext("Balance at the payment service"),
        "bank": gettext("Our bank account"),
        "marketplace": gettext("Fees, vouchers and lost disputes"),
        "tax:pph22": gettext("Income tax kept back (PPh 22)"),
        "rounding": gettext("Codes of transfers, and remainders"),
        "refunds:due": gettext("Promised to buyers, not sent yet"),
        "disputes:open": gettext("Kept by banks until a dispute is decided"),
        "payouts:due": gettext("Payouts approved, not sent yet"),
        "transfers:open": gettext("Transfers that belong to no order yet"),
    }


def group_names() -> dict[str, str]:
    """Name the groups of the trial balance by the first kind in each."""
    return {
        "gateway": gettext("What others hold for us (below zero)"),
        "held": gettext("Held until buyers have accepted"),
        "workshop": gettext("Earned by workshops"),
        "council": gettext("Commission of councils"),
        "marketplace": gettext("The marketplace's own"),
        "tax": gettext("Tax to be paid on"),
        "refunds": gettext("On its way"),
        "other": gettext("Other accounts"),
    }


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show the accounts in their groups with the sum of each, and that they add up to zero; one group by pages."""
    session, asked = db.session(), request.args.get("group", "")
    balance = ledger.trial_balance(session)
    found = [(kinds[0], rows) for kinds, rows in books.grouped(balance)]
    chosen = [one for one in found if one[0] == asked]
    number = paging.number() if chosen else 1
    size, start = (PAGE, (number - 1) * PAGE) if chosen else (FIRST, 0)
    groups = [
        Group(
            kind,
            group_names()[kind],
            rows[start : start + size],
            sum(amount for _code, amount in rows),
            len(rows),
        )
        for kind, rows in chosen or found
    ]
    codes = [code for group in groups for code, _amount in group.rows]
    return render_template(
        "desk/books.html",
        groups=groups, names=names(session, codes), total=sum(balance.values()), chosen=bool(chosen),
        number=number, pages=paging.pages(groups[0].accounts, PAGE) if chosen else 1,
    )  # fmt: skip


@blueprint.get("/trial-balance.csv")
def csv() -> Response:
    """Give the trial balance as CSV."""
    session = db.session()
    balance = ledger.trial_balance(session)
    named = names(session, list(balance))
    rows: list[list[str | int]] = [[code, named.get(code, ""), amount] for code, amount in balance.items()]
    rows.append([gettext("Together"), "", sum(balance.values())])
    head = [gettext("Account"), gettext("Name"), gettext("Balance")]
    return _file("kriya-trial-balance.csv", sheets.csv_text(head, rows))


@blueprint.get("/<account>")
def show(account: str) -> ResponseReturnValue:
    """Show an account's transfers, the latest first."""
    session, number = db.session(), paging.number()
    page = books.movements(session, account[:60], page=number, size=PAGE)
    codes = [account, *{movement.other for movement in page.movements}]
    return render_template(
        "desk/account.html",
        account=account, page=page, names=names(session, codes), number=number,
        pages=paging.pages(page.count, PAGE),
    )  # fmt: skip


@blueprint.get("/<account>/transfers.csv")
def transfers(account: str) -> Response:
    """Give all transfers of an account as CSV, oldest first."""
    head = [gettext("Number"), gettext("Moment"), gettext("Entry"), gettext("Other account"), gettext("Order"),
            gettext("Note"), gettext("Amount"), gettext("Balance")]  # fmt: skip
    rows: Iterator[list[str | int]] = (
        [one.id, f"{one.at.astimezone(WIB):%Y-%m-%d %H:%M:%S}", one.key, one.other, one.order_number, one.memo,
         one.amount, one.balance]
        for one in books.every_movement(db.session(), account[:60])
    )  # fmt: skip
    return _file(f"kriya-{account.replace(':', '-')}.csv", sheets.csv_text(head, rows))


def _file(name: str, text: str) -> Response:
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
