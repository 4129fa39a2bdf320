"""The demonstration's vouchers in every state, and a cart in which things have changed since they were put in."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans, councils, products
from catalog.models import ListingVariant, Product, Variant, Workshop
from checkout import carts, voucher_book
from checkout.carts import Owner
from checkout.models import VoucherKind
from checkout.voucher_book import Giver, Plan
from shop.audit import Actor
from shop.i18n import WIB

ACTOR = Actor.system("demo")
PERCENT, AMOUNT, POSTAGE = VoucherKind.PERCENT, VoucherKind.AMOUNT, VoucherKind.POSTAGE


def load(session: Session, users: dict[str, int], moment: datetime) -> None:
    """Let councils, the marketplace and a workshop give vouchers, and fill the demonstration buyer's cart."""
    today = moment.astimezone(WIB).replace(hour=0, minute=0, second=0, microsecond=0)
    bengkulu = Giver(council_id=councils.by_code(session, "17").id)
    workshop = artisans.of_user(session, users["perajin"])
    plans: list[tuple[Giver, Plan]] = [
        (bengkulu, _plan("BATIK10", "Pekan Batik Besurek", PERCENT, today - timedelta(days=5), 45,
                         percent=10, cap=100_000, min_goods=200_000, limit_total=200, limit_each=1)),
        (bengkulu, _plan("PAMERAN15", "Pameran Festival Tabut", PERCENT, today - timedelta(days=60), 14,
                         percent=15, limit_total=100)),
        (Giver(), _plan("ONGKIR25", "Ongkos kirim ke seluruh Nusantara", POSTAGE, today - timedelta(days=20), None,
                        cap=25_000, min_goods=300_000, limit_total=500, limit_each=2)),
        (Giver(), _plan("HARIIBU", "Hari Ibu", AMOUNT, today + timedelta(days=20), 5,
                        amount=50_000, min_goods=400_000, limit_each=1)),
    ]  # fmt: skip
    if workshop is not None:
        mine = Giver(workshop_id=workshop.id)
        plans.append(
            (mine, _plan("KEMBALI25", "Untuk yang kembali", AMOUNT, today - timedelta(days=9), None,
                         amount=25_000, min_goods=250_000, limit_each=1))
        )  # fmt: skip
    made = [voucher_book.make(session, ACTOR, giver, plan) for giver, plan in plans]
    voucher_book.pause(session, ACTOR, made[2])
    _fill(session, users["pembeli"], workshop, moment)


def _plan(
    code: str, name: str, kind: VoucherKind, first: datetime, days: int | None, **terms: int | None
) -> Plan:
    ends = None if days is None else first + timedelta(days=days, seconds=-1)
    return Plan(code=code, name=name, kind=kind, starts_at=first, ends_at=ends, **terms)  # type: ignore[arg-type]


def _fill(session: Session, user_id: int, workshop: Workshop | None, moment: datetime) -> None:
    """Put pieces into the buyer's cart: one dearer than it was, one cheaper, one kept for later, a gift among them."""
    cart = carts.current(session, Owner(user_id=user_id))
    mine = _buyable(session, None if workshop is None else Product.workshop_id == workshop.id, 2)
    other = None if workshop is None else Product.workshop_id != workshop.id
    others = [*_buyable(session, other, 2), *_buyable(session, Product.one_of_a_kind.is_(True), 1)]
    lines = [carts.add_line(session, cart, variant_id, 1) for variant_id in dict.fromkeys([*mine, *others])]
    for line, change in zip(lines, (-20_000, 15_000), strict=False):
        line.price_seen = max(line.price_seen + change, 1_000)
    if len(lines) > 2:
        carts.save_for_later(session, cart, lines[2].id)
    if workshop is not None and mine:
        carts.set_gift(session, cart, workshop.id, "Selamat ulang tahun, Ibu. Dari kami bertiga.")
    carts.set_voucher(session, cart, "BATIK10")
    cart.updated_at = moment


def _buyable(session: Session, condition: sa.ColumnElement[bool] | None, count: int) -> list[int]:
    """Give a few variants that can be put into a cart now."""
    query = (
        products.live()
        .join(ListingVariant, ListingVariant.listing_id == Product.live_listing_id)
        .join(Variant, Variant.id == ListingVariant.variant_id)
        .where(Variant.active)
        .with_only_columns(Variant.id)
        .order_by(Variant.id)
        .limit(40)
    )
    found = session.scalars(query if condition is None else query.where(condition)).all()
    offers = products.offers(session, found, "id")
    fitting = [one for one in found if one in offers and not offers[one].paused and offers[one].available > 0]
    return fitting[:count]
