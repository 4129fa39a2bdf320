"""Using a voucher once for an order, and giving it back once when the order dies. The database decides.

Called by `checkout.placing` (`redeem`) and `checkout.orders` (`give_back`, `take_again`), after the order's row and
before its stock. Two counters stand behind the limits, each moved by one conditional statement: `vouchers.used` and,
per person, `voucher_uses.used`; `flask verify` compares them with the redemptions that were not given back.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.discounts import Discount
from checkout.models import Order, Voucher, VoucherRedemption, VoucherUse
from checkout.vouchers import Changed, Person, UsedByYou, UsedUp, VoucherRefused, person_key
from shop import audit
from shop.audit import Actor
from shop.db import insert, now


def redeem(session: Session, actor: Actor, order: Order, discount: Discount, person: Person) -> None:
    """Use a voucher for an order that has just been written; the database decides within its limits.

    Whoever uses the same voucher waits from here to the commit. :raise VoucherRefused: when another was faster.
    """
    key = person_key(session, person)
    _take(session, discount.voucher_id, key, edits=discount.edits)
    redemption = VoucherRedemption(
        voucher_id=discount.voucher_id,
        order_id=order.id,
        person=key,
        amount=discount.total,
        redeemed_at=now(),
    )
    session.add(redemption)
    audit.record(
        session,
        actor,
        "voucher.redeemed",
        redemption,
        after={"number": order.number, "code": discount.code, "amount": discount.total},
    )


def _take(session: Session, voucher_id: int, person: str, edits: int | None = None) -> None:
    """Count one use, in all and for the person, if both limits allow it. :raise VoucherRefused:"""
    moment = now()
    free = sa.or_(Voucher.limit_total.is_(None), Voucher.used < Voucher.limit_total)
    wanted = sa.update(Voucher).where(Voucher.id == voucher_id, free)
    if edits is not None:  # with the terms that were reckoned with, on a day it holds
        wanted = wanted.where(
            Voucher.edits == edits,
            Voucher.paused_at.is_(None),
            sa.or_(Voucher.ends_at.is_(None), Voucher.ends_at > moment),
        )
    took = session.execute(
        wanted.values(used=Voucher.used + 1)
        .returning(Voucher.limit_each)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if took is None:
        raise _why(session, voucher_id)
    mine = insert(session, VoucherUse).values(voucher_id=voucher_id, person=person, used=1)
    within = VoucherUse.used < took.limit_each if took.limit_each is not None else None
    counted = session.scalar(
        mine.on_conflict_do_update(
            index_elements=["voucher_id", "person"], set_={"used": VoucherUse.used + 1}, where=within
        ).returning(VoucherUse.id)
    )
    if counted is None:
        raise UsedByYou(code=session.get_one(Voucher, voucher_id).code)


def _why(session: Session, voucher_id: int) -> VoucherRefused:
    voucher = session.get_one(Voucher, voucher_id, populate_existing=True)
    if voucher.limit_total is not None and voucher.used >= voucher.limit_total:
        return UsedUp(code=voucher.code)
    return Changed(code=voucher.code)


def give_back(session: Session, actor: Actor, order: Order) -> bool:
    """Let a voucher be used again whose order died; only the run that turns the redemption over counts it back."""
    row = VoucherRedemption
    turned = session.execute(
        sa.update(row)
        .where(row.order_id == order.id, row.given_back_at.is_(None))
        .values(given_back_at=now())
        .returning(row.id, row.voucher_id, row.person)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if turned is None:
        return False
    for table, mine in (
        (Voucher, Voucher.id == turned.voucher_id),
        (VoucherUse, sa.and_(VoucherUse.voucher_id == turned.voucher_id, VoucherUse.person == turned.person)),
    ):
        session.execute(
            sa.update(table)
            .where(mine)
            .values(used=table.used - 1)
            .execution_options(synchronize_session=False)
        )
    _record_turn(session, actor, order, turned.id, "voucher.given_back")
    return True


def take_again(session: Session, actor: Actor, order: Order) -> None:
    """Use the voucher of an order once more that had lapsed and was paid late; an order without one needs none.

    Days and pauses do not count: it was ordered in time. :raise VoucherRefused: when its limits forbid it.
    """
    row = VoucherRedemption
    given = session.scalar(sa.select(row).where(row.order_id == order.id, row.given_back_at.is_not(None)))
    if given is None:
        return
    _take(session, given.voucher_id, given.person)
    session.execute(
        sa.update(row)
        .where(row.id == given.id)
        .values(given_back_at=None)
        .execution_options(synchronize_session=False)
    )
    _record_turn(session, actor, order, given.id, "voucher.taken_again")


def _record_turn(session: Session, actor: Actor, order: Order, redemption_id: int, action: str) -> None:
    redemption = session.get_one(VoucherRedemption, redemption_id, populate_existing=True)
    code = session.scalar(sa.select(Voucher.code).where(Voucher.id == redemption.voucher_id))
    audit.record(session, actor, action, redemption, after={"number": order.number, "code": code})


def of_order(session: Session, order_id: int) -> tuple[str, str] | None:
    """Give code and name of the voucher that an order was placed with."""
    row = session.execute(
        sa.select(Voucher.code, Voucher.name)
        .join(VoucherRedemption, VoucherRedemption.voucher_id == Voucher.id)
        .where(VoucherRedemption.order_id == order_id)
    ).one_or_none()
    return None if row is None else (row.code, row.name)
