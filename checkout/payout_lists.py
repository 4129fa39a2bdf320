"""Lists of payouts, as pages show them: of one payee, of the desk, of one state. Read-only."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.models import Council, Workshop
from checkout import payees
from checkout.models import Payout, PayoutItem, PayoutState, Transfer
from checkout.payees import Payee
from checkout.payouts import NoSuchPayout

OPEN = (PayoutState.PROPOSED, PayoutState.APPROVED, PayoutState.EXPORTED)


@dataclass(frozen=True, slots=True)
class Row:
    """One payout with whom it is for."""

    payout: Payout
    name: str
    council: Council


def _whole() -> sa.Select[Payout, str, Council]:
    return (
        sa.select(Payout, sa.func.coalesce(Workshop.name, Council.name), Council)
        .outerjoin(Workshop, Workshop.id == Payout.workshop_id)
        .join(Council, Council.id == sa.func.coalesce(Payout.council_id, Workshop.council_id))
        .options(
            joinedload(Payout.bank_account),
            joinedload(Payout.proposed_by),
            joinedload(Payout.approved_by),
            joinedload(Payout.batch),
        )
    )


def page_of(
    session: Session,
    scope: sa.ColumnElement[bool],
    states: Collection[PayoutState] = (),
    *,
    page: int = 1,
    size: int = 40,
) -> tuple[list[Row], int]:
    """Give a page of the payouts of these councils (a condition on Council), the latest first, and their number."""
    query = _whole().where(scope)
    if states:
        query = query.where(Payout.state.in_(states))
    ids = query.with_only_columns(Payout.id).subquery()
    count = session.scalar(sa.select(sa.func.count()).select_from(ids)) or 0
    found = session.execute(query.order_by(Payout.id.desc()).offset((page - 1) * size).limit(size))
    return [Row(*row) for row in found], int(count)


def counts(session: Session, scope: sa.ColumnElement[bool]) -> dict[PayoutState, tuple[int, int]]:
    """Give how many payouts stand in each state, and their sum in rupiah."""
    query = (
        sa.select(Payout.state, sa.func.count(), sa.func.sum(Payout.amount))
        .outerjoin(Workshop, Workshop.id == Payout.workshop_id)
        .join(Council, Council.id == sa.func.coalesce(Payout.council_id, Workshop.council_id))
        .where(scope)
        .group_by(Payout.state)
    )
    return {state: (count, int(amount)) for state, count, amount in session.execute(query)}


def of_payee(session: Session, payee: Payee, *, page: int = 1, size: int = 20) -> tuple[list[Payout], int]:
    """Give a page of a payee's payouts, the latest first, and how many there are. Cancelled ones are not shown."""
    mine = sa.and_(payee.owns(Payout), Payout.state != PayoutState.CANCELLED)
    count = session.scalar(sa.select(sa.func.count()).select_from(Payout).where(mine)) or 0
    query = sa.select(Payout).options(joinedload(Payout.bank_account)).where(mine)
    found = session.scalars(query.order_by(Payout.id.desc()).offset((page - 1) * size).limit(size))
    return list(found), int(count)


def one(session: Session, scope: sa.ColumnElement[bool], payout_id: int) -> Row:
    """Give a payout of these councils. :raise NoSuchPayout:"""
    row = session.execute(_whole().where(scope, Payout.id == payout_id)).one_or_none()
    if row is None:
        raise NoSuchPayout
    return Row(*row)


def several(session: Session, scope: sa.ColumnElement[bool], ids: Collection[int]) -> list[Payout]:
    """Give the payouts of these councils that have these ids, in the order of their ids."""
    found = session.execute(_whole().where(scope, Payout.id.in_(ids)).order_by(Payout.id))
    return [row[0] for row in found]


@dataclass(frozen=True, slots=True)
class Part:
    """One movement that a payout pays: what was taken back is below zero."""

    transfer: Transfer
    amount: int
    order_number: str


def parts(session: Session, row: Row, *, page: int = 1, size: int = 100) -> tuple[list[Part], int]:
    """Give a page of the movements that a payout pays (or paid, before it was undone), and how many there are."""
    account = payees.of(row.payout).account
    query = (
        sa.select(Transfer)
        .options(joinedload(Transfer.to_account), joinedload(Transfer.order))
        .join(PayoutItem, PayoutItem.transfer_id == Transfer.id)
        .where(PayoutItem.payout_id == row.payout.id)
    )
    count = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    found = session.scalars(query.order_by(Transfer.id).offset((page - 1) * size).limit(size))
    return [
        Part(
            one,
            one.amount if one.to_account.code == account else -one.amount,
            one.order.number if one.order else "",
        )
        for one in found
    ], int(count)
