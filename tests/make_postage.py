"""Postage as tests need it: services of a council, its gallery, rules of free postage."""

import sqlalchemy as sa

from catalog.models import Council, Product, Variant
from checkout import free_postage, pick_up, rates
from checkout.models import CourierService, FreePostageRule
from checkout.pick_up import Counter
from checkout.pricing import Bracket, Choice
from shop.db import now
from shop.i18n import WIB
from tests.make import ACTOR, writing

GALLERY = Counter(
    cutoff_hour=24, pick_up=True, gallery="Galeri Bengkulu", address="Jalan Soekarno Hatta 3, Bengkulu",
    hours_id="Senin-Jumat 09.00-15.00", hours_en="Monday-Friday 9-15",
)  # fmt: skip
PICK_UP = Choice("pickup")


def council(code: str = "17") -> Council:
    """Give a council by its code, in the session of the moment."""
    with writing() as session:
        return session.scalars(sa.select(Council).where(Council.code == code)).one()


def service(key: str = "jne-YES", *, price: int = 60_000, code: str = "17", **rules: int | None) -> None:
    """Let a council offer a courier's service at one price everywhere."""
    with writing() as session:
        here = session.scalars(sa.select(Council).where(Council.code == code)).one()
        table = [Bracket(zone, 50_000, price, 1, 1) for zone in range(7)]
        rates.replace(session, ACTOR, here, table, key)
        mine = CourierService.id == session.scalar(
            sa.select(sa.func.max(CourierService.id)).where(CourierService.council_id == here.id)
        )
        session.execute(sa.update(CourierService).where(mine).values(**({"active": True} | rules)))


def gallery(code: str = "17") -> None:
    """Let parcels of a council's workshops be picked up."""
    with writing() as session:
        here = session.scalars(sa.select(Council).where(Council.code == code)).one()
        pick_up.settle(session, ACTOR, here, GALLERY)


def free(*, code: str | None = None, from_amount: int = 0, most: int = 0) -> FreePostageRule:
    """Let a council, or the marketplace, bear postage."""
    with writing() as session:
        here = session.scalars(sa.select(Council).where(Council.code == code)).one() if code else None
        return free_postage.add(
            session, ACTOR, council=here, from_amount=from_amount, zones=range(7), most=most,
            first_on=now().astimezone(WIB).date(),
        )  # fmt: skip


def weighs(piece: Product, grams: int) -> None:
    """Let a piece weigh so much, packed."""
    with writing() as session:
        session.execute(sa.update(Variant).where(Variant.product_id == piece.id).values(weight_g=grams))
