"""Opening a claim: what a buyer's comparison says is not as shown, filled in from the listing as it was bought.

Called by the buyer's pages. Nothing of what was shown comes from the form: it names lines and attributes, and the
words of the listing are read from its rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.photos import Upload
from checkout import orders, parcels
from checkout.claims import as_shown, evidence, finding, letters, states, terms
from checkout.claims.as_shown import ParcelShown
from checkout.claims.carrying import within
from checkout.models import (
    Claim,
    ClaimKind,
    ClaimPoint,
    ClaimState,
    ClaimStepKind,
    Order,
    OrderLine,
    OrderState,
    Remedy,
    Shipment,
    ShipmentState,
    Side,
)
from checkout.models.claim import What
from shop import config
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid

KINDS = {
    What.ARRIVAL: ClaimKind.NEVER_ARRIVED,
    What.QUANTITY: ClaimKind.MISSING,
    What.CONDITION: ClaimKind.DAMAGED,
    What.PACKAGING: ClaimKind.DAMAGED,
}
"""What a difference makes of a claim; every other one is a difference from what was shown."""
SAID_MOST = 500
_ON_THE_WAY = (ShipmentState.SHIPPED, ShipmentState.DELIVERED)
_SERVED = (OrderState.PAID, OrderState.COMPLETED)


class TooEarly(Conflict):
    """The parcel may still be on its way."""

    message = "This parcel may still be on its way. If it has not come by %(day)s, please tell us here."


class TooLate(Conflict):
    """The time to claim is over, or the parcel never left."""

    message = "This parcel cannot be claimed about: it has not left yet, or the time for it is over."


class AlreadyOpen(Conflict):
    """One claim at a time about one parcel."""

    message = "There is a claim about this parcel already."


class NothingDifferent(Invalid):
    """A claim says what is not as shown."""

    message = "Please mark at least one thing that is different, or confirm that everything is as shown."


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a buyer marked: of a line, or (None) of the parcel."""

    order_line_id: int | None
    what: What
    said: str = ""
    pieces: int = 0
    """Pieces that it is about; 0: all of the line in this parcel."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Everything that a buyer says."""

    differences: Sequence[Difference]
    wish: Remedy
    amount: int = 0
    words: str = ""
    uploads: Sequence[Upload] = field(default_factory=tuple)


def open_until(parcel: Shipment) -> datetime | None:
    """Give until when a buyer may claim about a parcel; None while it is on its way, or where nobody may."""
    days = timedelta(days=config.current().claim_days)
    if parcel.state is ShipmentState.RECEIVED and parcel.received_by == "buyer" and parcel.received_at:
        return (parcel.delivered_at or parcel.received_at) + days
    return (
        parcel.delivered_at + days
        if parcel.state is ShipmentState.DELIVERED and parcel.delivered_at
        else None
    )


def may_open(order: Order, parcel: Shipment) -> bool:
    """Say whether a buyer may compare a parcel, and claim."""
    if order.state not in _SERVED:
        return False
    until = open_until(parcel)
    return parcel.state in _ON_THE_WAY or (until is not None and until > now())


def expected(parcel: Shipment) -> datetime | None:
    """Give the day by which a parcel should have arrived."""
    return parcel.shipped_at + timedelta(days=parcel.etd_max_days) if parcel.shipped_at else None


def may_miss(order: Order, parcel: Shipment) -> bool:
    """Say whether a buyer may claim now that a parcel never arrived."""
    due = parcel.delivered_at or expected(parcel)
    on_the_way = parcel.state in _ON_THE_WAY and order.state in _SERVED
    return on_the_way and due is not None and due <= now()


def open_claim(session: Session, actor: Actor, order: Order, parcel: Shipment, said: Complaint) -> Claim:
    """Open a claim about a parcel; its money stays where it is until the claim ends.

    :raise TooEarly: :raise TooLate: :raise AlreadyOpen: :raise NothingDifferent:
    :raise checkout.claims.terms.TermsRefused: or AmountRefused, for what is wished.
    """
    order = orders.lock(session, order.id)
    session.refresh(parcel)
    kind = kind_of(said.differences)
    _check_time(order, parcel, kind)
    if finding.open_of_parcel(session, parcel.id) is not None:
        raise AlreadyOpen
    points = _points(session, order, parcel, said.differences)
    if kind is not ClaimKind.NEVER_ARRIVED and parcel.state is ShipmentState.SHIPPED:
        parcels.move(session, actor, parcel, ShipmentState.DELIVERED, delivered_at=now())
    claim = _write(session, actor, order, parcel, kind, said, points)
    wish = terms.check(session, claim, terms.Terms(said.wish, said.amount))
    if wish.remedy is Remedy.NOTHING:
        raise terms.TermsRefused
    claim.wish, claim.wish_amount = wish.remedy, wish.amount
    session.flush()
    for upload in said.uploads:
        evidence.add(session, actor, claim, Side.BUYER, upload)
    states.step(
        session, claim, actor, Side.BUYER, ClaimStepKind.OPENED, claim.words,
        remedy=wish.remedy, amount=wish.amount,
    )  # fmt: skip
    states.record(
        session, actor, "claim.opened", claim, before={},
        after={"state": claim.state, "kind": kind, "order": order.number, "remedy": wish.remedy},
    )  # fmt: skip
    letters.tell(session, claim, order, "opened", Side.BUYER, Side.WORKSHOP)
    return claim


def kind_of(differences: Sequence[Difference]) -> ClaimKind:
    """Give what a claim with these differences is about. :raise NothingDifferent:"""
    kinds = {KINDS.get(one.what, ClaimKind.DIFFERENT) for one in differences}
    if not kinds:
        raise NothingDifferent
    return next(kind for kind in ClaimKind if kind in kinds)


def _check_time(order: Order, parcel: Shipment, kind: ClaimKind) -> None:
    if not may_open(order, parcel):
        raise TooLate
    if kind is ClaimKind.NEVER_ARRIVED and not may_miss(order, parcel):
        due = expected(parcel)
        if parcel.state is ShipmentState.RECEIVED or due is None:
            raise TooLate
        raise TooEarly(day=f"{due:%d.%m.%Y}")


def _points(
    session: Session, order: Order, parcel: Shipment, differences: Sequence[Difference]
) -> list[ClaimPoint]:
    """Fill in what was shown, from the rows. :raise NothingDifferent: for a line that is not in this parcel."""
    shown = as_shown.of_parcel(session, parcel, order.created_at, lambda *_place: "", "id")
    inside = {one.line.id: one.pieces for one in shown.lines}
    found: dict[tuple[int | None, What], ClaimPoint] = {}
    for one in differences:
        fact = _fact(shown, one)
        travelled = inside.get(one.order_line_id or 0, 0)
        pieces = min(one.pieces, travelled) or travelled
        found[one.order_line_id, one.what] = ClaimPoint(
            order_line_id=one.order_line_id, what=one.what, shown=fact[:1000],
            said=terms.words(one.said)[:SAID_MOST], pieces=pieces,
        )  # fmt: skip
    return list(found.values())


def _fact(shown: ParcelShown, one: Difference) -> str:
    of_parcel = one.what in (What.PACKAGING, What.ARRIVAL)
    fact = shown.fact(one.order_line_id, one.what)
    if fact is None or of_parcel != (one.order_line_id is None):
        raise NothingDifferent
    return fact.shown


def _write(
    session: Session,
    actor: Actor,
    order: Order,
    parcel: Shipment,
    kind: ClaimKind,
    said: Complaint,
    points: Sequence[ClaimPoint],
) -> Claim:
    council_id = session.scalars(
        sa.select(OrderLine.council_id)
        .where(OrderLine.order_id == order.id, OrderLine.workshop_id == parcel.workshop_id)
        .limit(1)
    ).one()
    claim = Claim(
        order_id=order.id, shipment_id=parcel.id, workshop_id=parcel.workshop_id, council_id=council_id,
        kind=kind, state=ClaimState.OPENED, words=terms.words(said.words), wish=said.wish,
        due_at=within(config.current().claim_answer_days), opened_at=now(), opened_by_id=actor.user_id,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(claim)
            session.flush()
    except IntegrityError as error:  # the unique index of open claims decides
        raise AlreadyOpen from error
    for point in points:
        point.claim_id = claim.id
        session.add(point)
    session.flush()
    return claim
