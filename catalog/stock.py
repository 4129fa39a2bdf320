"""Stock: how many pieces there are, set aside and sold. Every change is one conditional UPDATE and one movement row.

Called by checkout (reserve, release, take, return_) and by the studio (set_on_hand). docs/stock.md has the rules.
Variants are always touched in the order of their ids, so that two orders never wait for each other.
"""

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from catalog import changes
from catalog.models import MADE_TO_ORDER_LIMIT, MovementKind, StockMovement, Variant
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid
from shop.writes import add_once

MOST = 9_999
"""Pieces of one variant that a workshop may count."""
SCARCE = 3
"""So many or fewer are told to buyers by their number."""


class OutOfStock(Conflict):
    """Fewer pieces are free than were asked for."""

    message = "There are not that many left: %(left)s can still be had."

    def __init__(self, variant_id: int, left: int) -> None:
        super().__init__(left=left)
        self.variant_id = variant_id
        self.left = left


class NothingSetAside(Conflict):
    """Pieces were to be released, sold or taken back that are not set aside, or not sold."""

    message = "These pieces are not set aside any more."


class CountRefused(Invalid):
    """A count must be a whole number, within reason."""

    message = "A count is a whole number from 0 to 9.999."


class CountTooLow(Conflict):
    """More pieces are promised to buyers than were counted."""

    message = "%(reserved)s pieces are promised to buyers already; the count cannot be lower."


class CountedMeanwhile(Conflict):
    """The stock has moved since the page was shown."""

    message = "The stock has changed since this page was opened: it is %(on_hand)s now. Please count again."


class NotCounted(Conflict):
    """Made-to-order pieces have no count."""

    message = "This variant is made to order; it has no stock to count."


@dataclass(frozen=True, slots=True)
class _Change:
    """How one piece moves the three numbers, when it is ready and when it is made to order."""

    kind: MovementKind
    ready: tuple[int, int, int]
    made: tuple[int, int, int]


_RESERVE = _Change(MovementKind.RESERVE, (0, 1, 0), (0, 1, 0))
_RELEASE = _Change(MovementKind.RELEASE, (0, -1, 0), (0, -1, 0))
_TAKE = _Change(MovementKind.TAKE, (-1, -1, 1), (0, -1, 1))
_RETURN = _Change(MovementKind.RETURN, (1, 0, -1), (0, 0, -1))


def available(session: Session, variant_ids: Collection[int]) -> dict[int, int]:
    """Give how many of each variant can be bought now; variants that are off sale have 0."""
    if not variant_ids:
        return {}
    rows = session.execute(
        sa.select(Variant.id, Variant.active, Variant.made_to_order, Variant.on_hand - Variant.reserved)
        .where(Variant.id.in_(variant_ids))
    )  # fmt: skip
    return {
        variant_id: (MADE_TO_ORDER_LIMIT if made else free) if active else 0
        for variant_id, active, made, free in rows
    }


def reserve(session: Session, wanted: Mapping[int, int], reference: str) -> None:
    """Set pieces aside for a pending order, all or none.

    :raise OutOfStock: naming the first variant that has not enough; the caller's transaction rolls back.
    """
    turned = set()
    for variant_id, quantity in sorted(wanted.items()):
        moved = _move(session, _RESERVE, variant_id, quantity, reference)
        if moved is None:
            raise OutOfStock(variant_id, max(available(session, [variant_id]).get(variant_id, 0), 0))
        turned |= moved
    _note(session, turned)


def release(session: Session, held: Mapping[int, int], reference: str) -> None:
    """Give pieces back that were set aside and not paid for. :raise NothingSetAside:"""
    _each(session, _RELEASE, held, reference)


def take(session: Session, held: Mapping[int, int], reference: str) -> None:
    """Turn pieces that were set aside into sold ones. :raise NothingSetAside:"""
    _each(session, _TAKE, held, reference)


def return_(session: Session, sold: Mapping[int, int], reference: str) -> None:
    """Put sold pieces back on the shelf, after a refund before sending. :raise NothingSetAside:"""
    _each(session, _RETURN, sold, reference)


def _each(session: Session, change: _Change, pieces: Mapping[int, int], reference: str) -> None:
    turned = set()
    for variant_id, quantity in sorted(pieces.items()):
        moved = _move(session, change, variant_id, quantity, reference)
        if moved is None:
            raise NothingSetAside
        turned |= moved
    _note(session, turned)


def _note(session: Session, product_ids: set[int]) -> None:
    for product_id in product_ids:
        changes.of_product(session, product_id)


_VARIANTS: Any = Variant.__table__
_SO_MANY = sa.bindparam("so_many", type_=sa.Integer)
_SET_ASIDE = _VARIANTS.c.reserved >= _SO_MANY
_THERE = {
    MovementKind.RESERVE: sa.and_(
        _VARIANTS.c.active,
        sa.or_(
            sa.and_(_VARIANTS.c.made_to_order, _SO_MANY <= MADE_TO_ORDER_LIMIT),
            sa.and_(~_VARIANTS.c.made_to_order, _VARIANTS.c.on_hand - _VARIANTS.c.reserved >= _SO_MANY),
        ),
    ),
    MovementKind.RELEASE: _SET_ASIDE,
    MovementKind.TAKE: _SET_ASIDE,
    MovementKind.RETURN: _VARIANTS.c.sold >= _SO_MANY,
}
"""What must hold of a variant for so many of its pieces to move."""


@functools.cache
def _moving(change: _Change) -> Any:
    """Write the one statement of a change: the numbers move where the condition holds, and nowhere else."""
    on_hand, reserved, sold = change.ready
    column = _VARIANTS.c
    return (
        sa.update(_VARIANTS)
        .where(column.id == sa.bindparam("variant_id"), _THERE[change.kind])
        .values(
            on_hand=column.on_hand
            + sa.case((column.made_to_order, change.made[0] * _SO_MANY), else_=on_hand * _SO_MANY),
            reserved=column.reserved + reserved * _SO_MANY,
            sold=column.sold + sold * _SO_MANY,
        )
        .returning(column.product_id, column.made_to_order, column.on_hand - column.reserved)
    )


def _move(
    session: Session, change: _Change, variant_id: int, quantity: int, reference: str
) -> set[int] | None:
    """Change the numbers of one variant if its pieces are there, and write the movement down.

    Gives None if they are not, else the product if its pages now say something else.
    """
    if quantity <= 0:
        raise ValueError("a quantity is positive")
    session.flush()
    values = {"variant_id": variant_id, "so_many": quantity}
    moved = session.connection().execute(_moving(change), values).one_or_none()
    if moved is None:
        return None
    product_id, made_to_order, free = moved
    steps = change.made if made_to_order else change.ready
    write_down(session, variant_id, change.kind, [step * quantity for step in steps], reference, "")
    held = session.identity_map.get(identity_key(Variant, variant_id))
    if held is not None:
        session.expire(held)
    freed = (steps[0] - steps[1]) * quantity
    turned = not made_to_order and _said(free) != _said(free - freed)
    return {product_id} if turned else set()


def _said(free: int) -> int:
    """Give what a page says of so many free pieces: none, the last few by their number, or enough."""
    return min(max(free, 0), SCARCE + 1)


def write_down(
    session: Session, variant_id: int, kind: MovementKind, steps: list[int], reference: str, label: str
) -> None:
    """Write one movement down: signed changes of on hand, reserved and sold."""
    add_once(
        session, StockMovement, variant_id=variant_id, kind=kind, on_hand=steps[0], reserved=steps[1],
        sold=steps[2], reference=reference, actor_label=label[:120], at=now(),
    )  # fmt: skip


def write_off(session: Session, actor: Actor, pieces: Mapping[int, int], reference: str) -> None:
    """Take pieces off the shelf that are broken or not there after all. :raise NothingSetAside:"""
    for variant_id, quantity in sorted(pieces.items()):
        left = session.execute(
            sa.update(Variant)
            .where(Variant.id == variant_id, Variant.on_hand - Variant.reserved >= quantity)
            .values(on_hand=Variant.on_hand - quantity)
            .returning(Variant.product_id, Variant.on_hand)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if left is None:
            raise NothingSetAside
        product_id, on_hand = left
        variant = session.get_one(Variant, variant_id)
        session.refresh(variant)
        write_down(session, variant_id, MovementKind.COUNT, [-quantity, 0, 0], reference, actor.label)
        audit.record(
            session, actor, "stock.counted", variant,
            before={"on_hand": on_hand + quantity}, after={"on_hand": on_hand},
        )  # fmt: skip
        changes.of_product(session, product_id)


def set_on_hand(
    session: Session, actor: Actor, variant_id: int, count: int, *, seen: int | None = None
) -> None:
    """Set how many unsold pieces the workshop has counted, those promised to buyers included.

    :param seen: what the page showed; when stock has moved since, nothing is changed.
    :raise CountRefused: CountTooLow: CountedMeanwhile: NotCounted:
    """
    if not 0 <= count <= MOST:
        raise CountRefused
    query = sa.select(Variant).where(Variant.id == variant_id).with_for_update()
    variant = session.scalars(query, execution_options={"populate_existing": True}).one()
    before = variant.on_hand
    if variant.made_to_order and count:
        raise NotCounted
    if seen is not None and seen != before:
        raise CountedMeanwhile(on_hand=before)
    if count < variant.reserved and not variant.made_to_order:
        raise CountTooLow(reserved=variant.reserved)
    if count == before:
        return
    variant.on_hand = count
    session.flush()
    write_down(session, variant_id, MovementKind.COUNT, [count - before, 0, 0], "", actor.label)
    audit.record(
        session, actor, "stock.counted", variant, before={"on_hand": before}, after={"on_hand": count}
    )
    changes.of_product(session, variant.product_id)
