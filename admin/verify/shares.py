"""Checks of shares: what each order line, parcel and credit says it is worth, against the transfers of the books."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import ledger
from checkout.models import (
    Account,
    Credit,
    CreditLine,
    Order,
    OrderLine,
    OrderState,
    Payment,
    PaymentState,
    Shipment,
    Transfer,
)
from shop import money

SERVED = (OrderState.PAID, OrderState.COMPLETED, OrderState.REFUNDED)
TAKEN = (PaymentState.CAPTURED, PaymentState.REFUND_DUE, PaymentState.REFUNDED)
OWED = ("held:", "postage:", "refunds:due", "payouts:due", "tax:")
"""Accounts that hold what is somebody's for certain: never below zero."""


def adds_up(session: Session) -> Iterator[str]:
    """Find what makes the books not add up to zero, and accounts that hold less than nothing of others' money."""
    balances = ledger.trial_balance(session)
    if sum(balances.values()):
        yield f"all balances together are {sum(balances.values())}"
    for code, amount in balances.items():
        if amount < 0 and code.startswith(OWED):
            yield f"{code} holds {amount}"


def held_is_in_the_lines(session: Session) -> Iterator[str]:
    """Compare what lines and parcels say is held with the accounts of their workshops."""
    balances = ledger.trial_balance(session)
    for prefix, model in (("held:", OrderLine), ("postage:", Shipment)):
        rows = session.execute(
            sa.select(model.workshop_id, sa.func.sum(model.held_left))
            .join(Order, Order.id == model.order_id)
            .group_by(model.workshop_id)
        )
        said = {f"{prefix}{workshop_id}": int(amount) for workshop_id, amount in rows}
        booked = {code: amount for code, amount in balances.items() if code.startswith(prefix)}
        for code in sorted(said.keys() | booked.keys()):
            if said.get(code, 0) != booked.get(code, 0):
                yield f"{code}: {said.get(code, 0)} by its lines, {booked.get(code, 0)} in the books"


def split_is_the_payment(session: Session) -> Iterator[str]:
    """Compare the shares of each served order with the payment that was captured for it, to the rupiah."""
    shares = _sums(("sale:%", "postage:%", "surplus:%"))
    booked = sa.func.coalesce(shares.c.amount, 0)
    fits = sa.exists().where(Payment.order_id == Order.id, Payment.state.in_(TAKEN), Payment.amount == booked)
    statement = (
        sa.select(Order.number, Order.total, booked)
        .outerjoin(shares, shares.c.order_id == Order.id)
        .where(Order.state.in_(SERVED), ~fits)
    )
    for number, total, posted in session.execute(statement):
        yield f"order {number} of {total}: its shares are {posted}, which no payment of it brought"


def _sums(keys: tuple[str, ...]) -> sa.Subquery:
    """Sum an order's transfers with keys of these shapes."""
    return (
        sa.select(Transfer.order_id, sa.func.sum(Transfer.amount).label("amount"))
        .where(sa.or_(*(Transfer.key.like(key) for key in keys)))
        .group_by(Transfer.order_id)
        .subquery()
    )


def shares_are_posted(session: Session) -> Iterator[str]:
    """Compare what a served order's lines and parcels say with the postings of their kind."""
    kinds: tuple[tuple[str, Any, type[OrderLine | Shipment]], ...] = (
        ("sale:%", OrderLine.total - OrderLine.discount, OrderLine),
        ("funding:%", OrderLine.funded, OrderLine),
        ("commission:%", OrderLine.commission, OrderLine),
        ("withheld:%", OrderLine.withheld, OrderLine),
        ("postage:%", Shipment.fee + Shipment.insurance - Shipment.discount, Shipment),
        ("postage-funding:%", Shipment.funded, Shipment),
    )
    for key, said, model in kinds:
        expected = (
            sa.select(model.order_id, sa.func.sum(said).label("amount")).group_by(model.order_id).subquery()
        )
        posted = _sums((key,))
        amount = sa.func.coalesce(posted.c.amount, 0)
        statement = (
            sa.select(Order.number, expected.c.amount, amount)
            .join(expected, expected.c.order_id == Order.id)
            .outerjoin(posted, posted.c.order_id == Order.id)
            .where(Order.state.in_(SERVED), expected.c.amount != amount)
        )
        for number, wanted, booked in session.execute(statement):
            yield f"order {number}: {key[:-2]} {wanted} by its rows, {booked} in the books"


def credits_are_counted(session: Session) -> Iterator[str]:
    """Compare what was credited on lines and parcels with the credits, and those with their refunds due."""
    for column, said, counted, model in (
        (CreditLine.order_line_id, OrderLine.credited, CreditLine.amount, OrderLine),
        (CreditLine.order_line_id, OrderLine.returned, CreditLine.quantity, OrderLine),
        (CreditLine.shipment_id, Shipment.credited, CreditLine.amount, Shipment),
    ):
        given = sa.select(column.label("row_id"), sa.func.sum(counted).label("amount")).group_by(column)
        found = given.where(column.is_not(None)).subquery()
        amount = sa.func.coalesce(found.c.amount, 0)
        statement = (
            sa.select(model.id, said, amount)
            .outerjoin(found, found.c.row_id == model.id)
            .where(said != amount)
        )
        for row_id, kept, booked in session.execute(statement):
            yield f"{model.__tablename__} {row_id}: says {kept}, its credits {booked}"
    lines = (
        sa.select(CreditLine.credit_id, sa.func.sum(CreditLine.amount).label("amount"))
        .group_by(CreditLine.credit_id)
        .subquery()
    )
    total = sa.func.coalesce(lines.c.amount, 0) + Credit.surplus
    statement = (
        sa.select(Credit.id, Credit.amount, total)
        .outerjoin(lines, lines.c.credit_id == Credit.id)
        .where(Credit.amount != total)
    )
    for credit_id, amount, sum_of in session.execute(statement):
        yield f"credit {credit_id}: {amount}, its lines are {sum_of}"


def credits_are_posted(session: Session) -> Iterator[str]:
    """Compare what credits took from whom with their postings."""
    names = {"held": CreditLine.from_held, "workshop": CreditLine.from_workshop, "withheld": CreditLine.withheld,
             "funding": CreditLine.funded, "commission": CreditLine.commission}  # fmt: skip
    for name, column in names.items():
        key = sa.literal("credit:").concat(sa.cast(CreditLine.id, sa.String)).concat(f":{name}")
        amount = sa.func.coalesce(Transfer.amount, 0)
        statement = (
            sa.select(CreditLine.id, column, amount)
            .outerjoin(Transfer, Transfer.key == key)
            .where(column != amount)
        )
        for line_id, said, booked in session.execute(statement):
            yield f"credit line {line_id}: {name} {said}, in the books {booked}"


def commission_is_its_rate(session: Session) -> Iterator[str]:
    """Find order lines whose frozen commission is not the share that their frozen rate makes."""
    rows = session.execute(
        sa.select(
            OrderLine.id, OrderLine.total, OrderLine.discount, OrderLine.funded, OrderLine.commission_bp,
            OrderLine.commission,
        )
    )  # fmt: skip
    for line_id, total, discount, funded, bp, commission in rows:
        right = money.share(total - discount + funded, bp)
        if commission != right:
            yield f"line {line_id}: commission {commission}, {bp} basis points make {right}"


def sponsors_are_accounts(session: Session) -> Iterator[str]:
    """Find discounts that somebody else bears, without an account of the books that bears them."""
    for model in (OrderLine, Shipment):
        known = sa.exists().where(Account.code == model.funded_by)
        named = sa.or_(model.funded_by.like("council:%"), model.funded_by == ledger.MARKETPLACE)
        bears = (
            sa.select(model.id)
            .join(Order, Order.id == model.order_id)
            .where(model.funded > 0, Order.state.in_(SERVED), sa.or_(~known, ~named))
        )
        for row_id in session.scalars(bears):
            yield f"{model.__tablename__} {row_id}: nobody bears its discount"
