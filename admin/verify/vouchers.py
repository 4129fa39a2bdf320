"""Checks of vouchers (O7): within their limits, given back once, and worth what they took off."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import vouchers
from checkout.models import (
    Order,
    OrderLine,
    Shipment,
    Voucher,
    VoucherKind,
    VoucherRedemption,
    VoucherUse,
)
from checkout.orders import DEAD


def counted(session: Session) -> Iterator[str]:
    """Find vouchers that count other uses than orders used them, in all or of one person, or more than they may."""
    row = VoucherRedemption
    open_ones = sa.select(row.voucher_id, sa.func.count().label("used")).where(row.given_back_at.is_(None))
    in_all = open_ones.group_by(row.voucher_id).subquery()
    found = sa.func.coalesce(in_all.c.used, 0)
    statement = (
        sa.select(Voucher.code, Voucher.used, found, Voucher.limit_total)
        .outerjoin(in_all, in_all.c.voucher_id == Voucher.id)
        .where(sa.or_(Voucher.used != found, found > Voucher.limit_total))
    )
    for code, said, orders, limit in session.execute(statement):
        yield f"voucher {code}: counts {said}, used by {orders} orders, limit {limit}"
    by_person = open_ones.add_columns(row.person).group_by(row.voucher_id, row.person).subquery()
    mine = sa.func.coalesce(by_person.c.used, 0)
    persons = (
        sa.select(Voucher.code, VoucherUse.id, VoucherUse.used, mine)
        .join(Voucher, Voucher.id == VoucherUse.voucher_id)
        .outerjoin(
            by_person,
            sa.and_(
                by_person.c.voucher_id == VoucherUse.voucher_id, by_person.c.person == VoucherUse.person
            ),
        )
        .where(VoucherUse.used != mine)
    )  # fmt: skip
    for code, use_id, said, orders in session.execute(persons):
        yield f"voucher {code}, person {use_id}: counts {said}, used by {orders} orders"


def given_back(session: Session) -> Iterator[str]:
    """Find vouchers still used by orders that died, and vouchers given back by orders that live."""
    statement = (
        sa.select(Order.number, Order.state, VoucherRedemption.given_back_at)
        .join(Order, Order.id == VoucherRedemption.order_id)
        .where(Order.state.in_(DEAD) == VoucherRedemption.given_back_at.is_(None))
    )
    for number, state, moment in session.execute(statement):
        yield f"order {number} is {state}, its voucher is {'used' if moment is None else 'given back'}"


def worth_what_they_took(session: Session) -> Iterator[str]:
    """Find orders whose discounts are not what their voucher took off, or are borne by somebody else."""
    lines = (
        sa.select(OrderLine.order_id, sa.func.sum(OrderLine.discount).label("off"))
        .group_by(OrderLine.order_id)
        .subquery()
    )
    kind = Voucher.kind == VoucherKind.POSTAGE
    taken = sa.case((kind, 0), else_=sa.func.coalesce(VoucherRedemption.amount, 0))
    statement = (
        sa.select(Order.number, lines.c.off, VoucherRedemption.amount)
        .join(lines, lines.c.order_id == Order.id)
        .outerjoin(VoucherRedemption, VoucherRedemption.order_id == Order.id)
        .outerjoin(Voucher, Voucher.id == VoucherRedemption.voucher_id)
        .where(lines.c.off != taken)
    )
    for number, off, amount in session.execute(statement):
        yield f"order {number}: {off} off its lines, its voucher took {amount}"
    used = (
        sa.select(Voucher, Order.number, OrderLine.funded_by, sa.func.coalesce(Shipment.discount, 0))
        .join(VoucherRedemption, VoucherRedemption.voucher_id == Voucher.id)
        .join(Order, Order.id == VoucherRedemption.order_id)
        .outerjoin(OrderLine, sa.and_(OrderLine.order_id == Order.id, OrderLine.discount > 0))
        .outerjoin(Shipment, sa.and_(Shipment.order_id == Order.id, kind, Shipment.discount > 0))
        .distinct()
    )
    for voucher, number, by_line, off_postage in session.execute(used):
        bears = vouchers.payer(voucher)
        if by_line not in (None, bears):
            yield f"order {number}: voucher {voucher.code} is borne by {by_line or 'the workshop'}"
        if voucher.kind is VoucherKind.POSTAGE and not off_postage:
            yield f"order {number}: voucher {voucher.code} took no postage off"
