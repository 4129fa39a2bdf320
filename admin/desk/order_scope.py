"""Which orders an officer may see and change: those with goods of the own councils."""

from typing import NamedTuple

import sqlalchemy as sa

from admin.desk import scope
from catalog.models import Council
from checkout import orders
from checkout.models import Order, OrderLine
from checkout.orders import NoSuchOrder
from shop.db import db
from shop.models import Role

REFUNDERS = (Role.COUNCIL_ADMIN, Role.FINANCE, Role.ADMIN)


class Mine(NamedTuple):
    """An order, the councils of the person it touches, and whether those are all it touches."""

    order: Order
    councils: list[Council]
    whole: bool


def mine(number: str, *roles: Role) -> Mine:
    """Give an order with goods of the region. :raise NoSuchOrder:"""
    order = orders.by_number(db.session(), number[:20].upper())
    touched = _councils_of(order)
    allowed = [council for council in touched if scope.covers(council, *roles)]
    if not allowed:
        raise NoSuchOrder
    return Mine(order, allowed, len(allowed) == len(touched))


def _councils_of(order: Order) -> list[Council]:
    touched = sa.select(OrderLine.council_id).where(OrderLine.order_id == order.id)
    return list(db.session.scalars(sa.select(Council).where(Council.id.in_(touched))))
