"""The demonstration's postage: a gallery, services, boxes, a day of the region, free postage of three kinds."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from catalog import artisans, councils
from checkout import closed_days, courier_rules, free_postage, packing, pick_up
from checkout.models import ClosedKind
from checkout.pick_up import Counter
from checkout.pricing import Packing
from shop.audit import Actor
from shop.i18n import WIB

ACTOR = Actor.system("demo")
NEAR = (0, 1, 2, 3)
GALLERY = Counter(
    cutoff_hour=14,
    pick_up=True,
    gallery="Galeri Peraga Bengkulu",
    address="Jalan Contoh 1, Kota Bengkulu",
    hours_id="Senin sampai Jumat, 09.00-15.00",
    hours_en="Monday to Friday, 9:00-15:00",
)


def load(session: Session, users: dict[str, int], moment: datetime) -> None:
    """Let Bengkulu's council settle how its workshops send; let three bear postage."""
    bengkulu, today = councils.by_code(session, "17"), moment.astimezone(WIB).date()
    courier_rules.load(session)
    closed_days.load(session)
    pick_up.settle(session, ACTOR, bengkulu, GALLERY)
    packing.settle(session, ACTOR, bengkulu, {"ceramics": Packing(800, 10), "wood": Packing(300, 0)})
    closed_days.add(
        session, ACTOR, bengkulu, first_on=today + timedelta(days=40), last_on=today + timedelta(days=41),
        kind=ClosedKind.HOLIDAY, name_id="Pameran Peraga di Bengkulu", name_en="Demonstration fair in Bengkulu",
    )  # fmt: skip
    free_postage.add(
        session, ACTOR, council=bengkulu, from_amount=1_000_000, zones=NEAR, most=30_000, first_on=today
    )
    free_postage.add(session, ACTOR, from_amount=5_000_000, zones=range(7), most=50_000, first_on=today)
    workshop = artisans.of_user(session, users["perajin"])
    if workshop is not None:
        free_postage.add(session, ACTOR, workshop=workshop, from_amount=750_000, zones=(0, 1), first_on=today)
