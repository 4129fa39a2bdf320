"""Parcels that arrived and claims about them, for tests. Each one is committed."""

from datetime import timedelta

import sqlalchemy as sa

from catalog import photos
from catalog.models import Product
from checkout.claims import answers, evidence, finding, opening
from checkout.claims.opening import Complaint, Difference
from checkout.claims.terms import Terms
from checkout.models import Claim, ClaimParcel, Order, OrderLine, Remedy, Shipment, Side
from checkout.models.claim import What
from shop.audit import Actor
from shop.db import db, now
from shop.models import User
from tests import make_catalog, make_checkout
from tests.make import writing

BUYER, MAKER = Actor(label="visitor"), Actor(label="Perajin")


def arrived(*wanted: tuple[Product, int], user: User | None = None) -> tuple[Order, Shipment]:
    """Make a paid order whose (first) parcel has been sent."""
    order = make_checkout.paid(*wanted, user=user)
    return make_checkout.fresh(order.id), make_checkout.sent(order)[0]


def line_of(order: Order) -> OrderLine:
    """Give the first line of an order as it is now."""
    db.session.rollback()
    query = sa.select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id).limit(1)
    return db.session.scalars(query).one()


def opened(
    *wanted: tuple[Product, int],
    what: What = What.MEASURES,
    said: str = "180 x 55 cm",
    wish: Remedy = Remedy.REFUND,
    amount: int = 0,
    pieces: int = 0,
    user: User | None = None,
) -> Claim:
    """Make a claim about a parcel that arrived and is not as shown."""
    order, parcel = arrived(*wanted, user=user)
    return claim_about(order, parcel, what=what, said=said, wish=wish, amount=amount, pieces=pieces)


def claim_about(
    order: Order,
    parcel: Shipment,
    *,
    what: What = What.MEASURES,
    said: str = "180 x 55 cm",
    wish: Remedy = Remedy.REFUND,
    amount: int = 0,
    pieces: int = 0,
) -> Claim:
    """Open a claim about a parcel."""
    of_parcel = what in (What.ARRIVAL, What.PACKAGING)
    line_id = None if of_parcel else line_of(order).id
    difference = Difference(line_id, what, said, pieces)
    with writing() as session:
        return opening.open_claim(
            session, BUYER, session.get_one(Order, order.id), session.get_one(Shipment, parcel.id),
            Complaint([difference], wish, amount, "Tidak seperti di halaman."),
        )  # fmt: skip


def proposed(claim: Claim, remedy: Remedy, amount: int = 0, payer: str = "") -> Claim:
    """Let the workshop propose something else."""
    with writing() as session:
        here = session.get_one(Claim, claim.id)
        answers.propose(
            session, MAKER, here, Terms(remedy, amount, payer), "Mohon maaf, ini usul kami.", turn=here.turn
        )
    return fresh(claim)


def disputed(claim: Claim) -> Claim:
    """Let the workshop say that it was as shown."""
    with writing() as session:
        here = session.get_one(Claim, claim.id)
        answers.dispute(session, MAKER, here, "Ukurannya sesuai saat dikirim.", [], turn=here.turn)
    return fresh(claim)


def at_council(claim: Claim | None = None) -> Claim:
    """Bring a claim before the council."""
    claim = disputed(claim or opened())
    with writing() as session:
        here = session.get_one(Claim, claim.id)
        answers.refuse_offer(session, BUYER, here, "Tidak setuju.", turn=here.turn)
    return fresh(claim)


def overdue(claim: Claim) -> None:
    """Let the time of whoever has to act be over."""
    with writing() as session:
        past = now() - timedelta(minutes=1)
        session.execute(sa.update(Claim).where(Claim.id == claim.id).values(due_at=past))


def long_ago(parcel: Shipment, days: int = 30) -> None:
    """Let a parcel have been sent so many days ago."""
    with writing() as session:
        values = {"shipped_at": now() - timedelta(days=days)}
        session.execute(sa.update(Shipment).where(Shipment.id == parcel.id).values(**values))


def fresh(claim: Claim) -> Claim:
    """Give a claim as it is in the database now."""
    claim_id = claim.id
    db.session.rollback()
    return db.session.get_one(Claim, claim_id, populate_existing=True)


def parcels(claim: Claim) -> dict[str, ClaimParcel]:
    """Give the parcels of a claim as they are now."""
    db.session.rollback()
    return finding.parcels_of(db.session(), claim.id)


def turn(claim: Claim) -> int:
    """Give the turn of a claim now."""
    return fresh(claim).turn


def carried_out(order: Order) -> Claim:
    """Send a paid order, claim with a photograph, and let the workshop give a part of the money back."""
    parcel = make_checkout.sent(order)[0]
    claim = claim_about(order, parcel, wish=Remedy.PART, amount=25_000)
    upload = photos.receive(make_catalog.photograph(950))
    with writing() as session:
        here = session.get_one(Claim, claim.id)
        evidence.add(session, BUYER, here, Side.BUYER, upload)
        answers.accept_wish(session, MAKER, here, "", turn=here.turn)
    return fresh(claim)
