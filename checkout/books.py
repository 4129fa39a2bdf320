"""Reading the books: balances of many accounts, one account's movements page by page, and the same from an export.

Asked by the pages of finance, statements and `flask books`.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from checkout import ledger
from checkout.models import Account, Order, Transfer
from shop.errors import NotFound

GROUPS = (
    ("gateway", "bank", "disputes"),
    ("held", "postage"),
    ("workshop",),
    ("council",),
    ("marketplace", "rounding"),
    ("tax",),
    ("refunds", "payouts"),
)
"""Kinds of accounts as the trial balance shows them, by the first part of their code; what is left comes last."""


class NoSuchAccount(NotFound):
    """There is no such account in the books."""

    message = "There is no such account in the books."


def balances(session: Session, codes: Collection[str]) -> dict[str, int]:
    """Give the balances of the accounts with these codes that exist, in rupiah."""
    ids = dict(session.execute(sa.select(Account.id, Account.code).where(Account.code.in_(codes))).all())
    found = dict.fromkeys(ids.values(), 0)
    for side, sign in ((Transfer.to_account_id, 1), (Transfer.from_account_id, -1)):
        query = sa.select(side, sa.func.sum(Transfer.amount)).where(side.in_(list(ids))).group_by(side)
        for account_id, amount in session.execute(query):
            found[ids[account_id]] += sign * int(amount)
    return found


def kind_of(code: str) -> str:
    """Give the kind of an account: the first part of its code."""
    return code.partition(":")[0]


def grouped(balance: dict[str, int]) -> list[tuple[tuple[str, ...], list[tuple[str, int]]]]:
    """Give the accounts of a trial balance in their groups, by number within a group."""
    groups = []
    for kinds in GROUPS:
        rows = [(code, amount) for code, amount in balance.items() if kind_of(code) in kinds]
        groups.append((kinds, sorted(rows, key=lambda row: _by_number(row[0]))))
    known = {kind for kinds in GROUPS for kind in kinds}
    rest = sorted((code, amount) for code, amount in balance.items() if kind_of(code) not in known)
    groups.append((("other",), rest))
    return [(kinds, rows) for kinds, rows in groups if rows]


def _by_number(code: str) -> tuple[str, int, str]:
    kind, _, rest = code.partition(":")
    return kind, int(rest) if rest.isascii() and rest.isdigit() else 0, rest


@dataclass(frozen=True, slots=True)
class Movement:
    """One transfer as one of its accounts sees it: what came is above zero."""

    id: int
    key: str
    at: datetime
    other: str
    """The account on the other side."""
    order_number: str
    memo: str
    amount: int
    balance: int
    """What the account holds after it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an account's movements, the latest first."""

    movements: list[Movement]
    count: int
    balance: int
    """Of the account now."""


def movements(session: Session, code: str, *, page: int = 1, size: int = 100) -> Page:
    """Give a page of an account's movements with the balance after each. :raise NoSuchAccount:"""
    account_id = _id_of(session, code)
    now_there = ledger.balance(session, code)
    of_account = sa.or_(Transfer.to_account_id == account_id, Transfer.from_account_id == account_id)
    count = session.scalar(sa.select(sa.func.count()).select_from(Transfer).where(of_account)) or 0
    newer = _signed(account_id).order_by(Transfer.id.desc()).limit((page - 1) * size).subquery()
    after = (
        now_there - int(session.scalar(sa.select(sa.func.sum(newer.c.amount))) or 0)
        if page > 1
        else now_there
    )
    rows = session.execute(
        _shown(account_id).order_by(Transfer.id.desc()).offset((page - 1) * size).limit(size)
    )
    found = []
    for row in rows:
        found.append(
            Movement(row.id, row.key, row.at, row.other, row.number or "", row.memo, row.amount, after)
        )
        after -= row.amount
    return Page(found, int(count), now_there)


def every_movement(session: Session, code: str) -> Iterator[Movement]:
    """Give all movements of an account, oldest first, for a file. :raise NoSuchAccount:"""
    account_id, balance = _id_of(session, code), 0
    for row in session.execute(_shown(account_id).order_by(Transfer.id).execution_options(yield_per=1_000)):
        balance += row.amount
        yield Movement(row.id, row.key, row.at, row.other, row.number or "", row.memo, row.amount, balance)


def _id_of(session: Session, code: str) -> int:
    account_id = session.scalar(sa.select(Account.id).where(Account.code == code))
    if account_id is None:
        raise NoSuchAccount
    return account_id


def _amount(account_id: int) -> sa.Label[int]:
    sign = sa.case((Transfer.to_account_id == account_id, 1), else_=-1)
    return (Transfer.amount * sign).label("amount")


def _signed(account_id: int) -> sa.Select[int, int]:
    mine = sa.or_(Transfer.to_account_id == account_id, Transfer.from_account_id == account_id)
    return sa.select(Transfer.id, _amount(account_id)).where(mine)


def _shown(account_id: int) -> sa.Select[Any]:
    into, out = aliased(Account), aliased(Account)
    return (
        _signed(account_id)
        .join(into, into.id == Transfer.to_account_id)
        .join(out, out.id == Transfer.from_account_id)
        .outerjoin(Order, Order.id == Transfer.order_id)
        .with_only_columns(
            Transfer.id, Transfer.key, Transfer.at, Transfer.memo, Order.number, _amount(account_id),
            sa.case((into.id == account_id, out.code), else_=into.code).label("other"),
        )
    )  # fmt: skip


def replay(folder: Path) -> dict[str, int]:
    """Give the balance of every account from the files of `flask export`, without the database.

    :raise ValueError: for a transfer that moves nothing, or between accounts that are not in the export.
    """
    codes = {row["id"]: row["code"] for row in _rows(folder / "accounts.jsonl")}
    found = dict.fromkeys(codes.values(), 0)
    for row in _rows(folder / "transfers.jsonl"):
        giver, taker = codes.get(row["from_account_id"]), codes.get(row["to_account_id"])
        if giver is None or taker is None or giver == taker or row["amount"] <= 0:
            raise ValueError(f"transfer {row['id']} is none")
        found[giver] -= row["amount"]
        found[taker] += row["amount"]
    return found


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
