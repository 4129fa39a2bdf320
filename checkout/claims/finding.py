"""Finding claims: of a parcel, of an order, of a workshop, of councils. Whose claim it is not, finds none.

Called by the buyer's pages, the studio and the desk; each gets its own rows and no others.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalog.models import Picture
from checkout.models import (
    Claim,
    ClaimParcel,
    ClaimParcelState,
    ClaimPhoto,
    ClaimPoint,
    ClaimState,
    ClaimStep,
    Order,
    OrderLine,
)
from checkout.models.claim import CLOSED, Way
from shop.errors import NotFound
from shop.models import User

S = ClaimState
TABS: dict[str, tuple[ClaimState, ...]] = {
    "answer": (S.OPENED,),
    "under_way": (S.ANSWERED, S.COUNCIL, S.DECIDED, S.APPEALED),
    "carry_out": (S.AGREED, S.FINAL),
    "closed": CLOSED,
}
"""The tabs of the workshop's list."""
DESK_TABS: dict[str, tuple[ClaimState, ...]] = {
    "decide": (S.COUNCIL, S.APPEALED),
    "between": (S.OPENED, S.ANSWERED),
    "carry_out": (S.DECIDED, S.AGREED, S.FINAL),
    "closed": CLOSED,
}
"""The tabs of the council's list."""


class NoSuchClaim(NotFound):
    """There is no such claim, or not for this person."""

    message = "There is no such claim."


def of_order(session: Session, order: Order, claim_id: int) -> Claim:
    """Give a claim of an order that its reader may see. :raise NoSuchClaim:"""
    return _one(session, Claim.id == claim_id, Claim.order_id == order.id)


def of_workshop(session: Session, workshop_id: int, claim_id: int) -> Claim:
    """Give a workshop a claim about one of its parcels. :raise NoSuchClaim:"""
    return _one(session, Claim.id == claim_id, Claim.workshop_id == workshop_id)


def of_councils(session: Session, council_ids: Collection[int], claim_id: int) -> Claim:
    """Give an officer a claim of the councils in their scope. :raise NoSuchClaim:"""
    return _one(session, Claim.id == claim_id, Claim.council_id.in_(council_ids))


def _one(session: Session, *conditions: sa.ColumnElement[bool]) -> Claim:
    found = session.scalar(
        sa.select(Claim)
        .where(*conditions)
        .options(
            joinedload(Claim.order),
            joinedload(Claim.shipment),
            joinedload(Claim.workshop),
            joinedload(Claim.council),
            joinedload(Claim.credit),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NoSuchClaim
    return found


def by_parcel(session: Session, order_id: int) -> dict[int, list[Claim]]:
    """Give the claims of an order by parcel, the latest first."""
    found: dict[int, list[Claim]] = {}
    for claim in session.scalars(
        sa.select(Claim).where(Claim.order_id == order_id).order_by(Claim.id.desc())
    ):
        found.setdefault(claim.shipment_id, []).append(claim)
    return found


def open_of_parcel(session: Session, shipment_id: int) -> Claim | None:
    """Give the open claim about a parcel."""
    return session.scalar(
        sa.select(Claim).where(Claim.shipment_id == shipment_id, Claim.state.not_in(CLOSED))
    )


# --- lists -------------------------------------------------------------------------------------------


def counts(
    session: Session, condition: sa.ColumnElement[bool], tabs: dict[str, tuple[ClaimState, ...]]
) -> dict[str, int]:
    """Give how many claims there are on each tab."""
    rows = session.execute(sa.select(Claim.state, sa.func.count()).where(condition).group_by(Claim.state))
    by_state: dict[ClaimState, int] = dict(rows.all())
    return {name: sum(by_state.get(state, 0) for state in states) for name, states in tabs.items()}


def page(
    session: Session,
    condition: sa.ColumnElement[bool],
    states: Collection[ClaimState],
    *,
    number: int,
    size: int,
) -> list[Claim]:
    """Give one page of a list: the most urgent first, what is closed by when it was."""
    query = (
        sa.select(Claim)
        .where(condition, Claim.state.in_(states))
        .order_by(Claim.closed_at.desc(), Claim.due_at, Claim.id)
        .offset((number - 1) * size)
        .limit(size)
        .options(joinedload(Claim.order), joinedload(Claim.workshop))
    )
    return list(session.scalars(query))


def waiting(session: Session, workshop_id: int) -> int:
    """Give how many claims wait for a workshop: to be answered, or for a parcel that it sends or expects."""
    mine = sa.or_(
        sa.and_(ClaimParcel.way == Way.OUT, ClaimParcel.state == ClaimParcelState.DUE),
        sa.and_(
            ClaimParcel.way == Way.BACK,
            sa.or_(
                ClaimParcel.state == ClaimParcelState.SENT,
                sa.and_(ClaimParcel.state == ClaimParcelState.DUE, Claim.payer == "workshop"),
            ),
        ),
    )
    to_send = sa.exists().where(ClaimParcel.claim_id == Claim.id, mine)
    query = sa.select(sa.func.count()).where(
        Claim.workshop_id == workshop_id,
        sa.or_(Claim.state == S.OPENED, sa.and_(Claim.state.in_((S.AGREED, S.FINAL)), to_send)),
    )
    return session.scalar(query) or 0


# --- what belongs to a claim -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that belongs to a claim."""

    claim: Claim
    points: list[ClaimPoint]
    lines: dict[int, OrderLine]
    """The order lines that it is about, by id."""
    steps: list[ClaimStep]
    photos: list[ClaimPhoto]
    parcels: dict[str, ClaimParcel]
    """The parcels that the remedy needs, by `back` and `out`."""
    names: dict[int, str]
    """Who did the steps, by id."""


def whole(session: Session, claim: Claim) -> Whole:
    """Give a claim with what was said, shown and done."""
    points = points_of(session, claim.id)
    mine = {point.order_line_id for point in points if point.order_line_id}
    lines = {line.id: line for line in session.scalars(sa.select(OrderLine).where(OrderLine.id.in_(mine)))}
    steps = list(
        session.scalars(sa.select(ClaimStep).where(ClaimStep.claim_id == claim.id).order_by(ClaimStep.id))
    )
    people = {step.by_id for step in steps if step.by_id}
    names = dict(session.execute(sa.select(User.id, User.name).where(User.id.in_(people))).all())
    return Whole(
        claim=claim,
        points=points,
        lines=lines,
        steps=steps,
        photos=photos_of(session, claim.id),
        parcels=parcels_of(session, claim.id),
        names=names,
    )


def points_of(session: Session, claim_id: int) -> list[ClaimPoint]:
    """Give what a claim says is not as shown, in the order of the comparison."""
    return list(
        session.scalars(sa.select(ClaimPoint).where(ClaimPoint.claim_id == claim_id).order_by(ClaimPoint.id))
    )


def photos_of(session: Session, claim_id: int) -> list[ClaimPhoto]:
    """Give the photographs of a claim with their pictures, in the order in which they came."""
    query = (
        sa.select(ClaimPhoto)
        .where(ClaimPhoto.claim_id == claim_id)
        .order_by(ClaimPhoto.id)
        .options(joinedload(ClaimPhoto.picture))
    )
    return list(session.scalars(query))


def parcels_of(session: Session, claim_id: int) -> dict[str, ClaimParcel]:
    """Give the parcels that a claim's remedy needs, by `back` and `out`."""
    rows = session.scalars(sa.select(ClaimParcel).where(ClaimParcel.claim_id == claim_id))
    return {row.way.value: row for row in rows}


def picture(session: Session, claim: Claim, picture_id: int) -> Picture:
    """Give a photograph of a claim to somebody who may see the claim. :raise NoSuchClaim:"""
    found: Picture | None = session.scalar(
        sa.select(Picture)
        .join(ClaimPhoto, ClaimPhoto.picture_id == Picture.id)
        .where(ClaimPhoto.claim_id == claim.id, Picture.id == picture_id)
    )
    if found is None:
        raise NoSuchClaim
    return found


def titles(session: Session, claim_ids: Collection[int]) -> dict[int, str]:
    """Give for lists the title of the first piece that each claim is about."""
    rows: Any = session.execute(
        sa.select(ClaimPoint.claim_id, OrderLine.title)
        .join(OrderLine, OrderLine.id == ClaimPoint.order_line_id)
        .where(ClaimPoint.claim_id.in_(claim_ids))
        .order_by(ClaimPoint.id.desc())
    )
    return dict(rows.all())
