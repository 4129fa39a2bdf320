"""Calling off what was paid and has not left: the buyer asks, workshop and council may, silence is a yes.

Called by the order page, the studio, the desk and the worker. The money goes back through `checkout.credits`.
Rules: domain.md 4.7 (a request that nobody answers within 24 hours is granted).
"""

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import stock
from checkout import change_letters, credits, orders, parcels
from checkout.credits import CreditItem
from checkout.models import (
    CancellationRequest,
    Credit,
    CreditKind,
    Order,
    OrderLine,
    RequestState,
    Shipment,
    ShipmentState,
)
from shop import audit, jobs
from shop.audit import Actor
from shop.db import db, insert, now, transaction
from shop.errors import Conflict, Invalid, NotFound

ANSWER_WITHIN = timedelta(hours=24)


class NotAsked(NotFound):
    """There is no such request, or not for this person."""

    message = "There is no such request."


class AnsweredAlready(Conflict):
    """Somebody was faster."""

    message = "This request has been answered or taken back already."


class AskedAlready(Conflict):
    """One question at a time."""

    message = "You have asked for this already. The workshop will answer."


class TooLate(Conflict):
    """The parcel has left or is called off."""

    message = "This parcel cannot be called off any more: it has left the workshop, or is called off already."


class NothingChosen(Invalid):
    """No piece was named."""

    message = "Please say how many pieces of which kind."


# --- the buyer asks ----------------------------------------------------------------------------------


def open_request(session: Session, shipment_id: int) -> CancellationRequest | None:
    """Give the request of a parcel that waits for its answer."""
    return session.scalar(
        sa.select(CancellationRequest).where(
            CancellationRequest.shipment_id == shipment_id, CancellationRequest.state == RequestState.ASKED
        )
    )


def latest(session: Session, shipment_ids: list[int]) -> dict[int, CancellationRequest]:
    """Give the last request of each parcel that ever had one."""
    rows = session.scalars(
        sa.select(CancellationRequest)
        .where(CancellationRequest.shipment_id.in_(shipment_ids))
        .order_by(CancellationRequest.id)
    )
    return {row.shipment_id: row for row in rows}


def ask(session: Session, actor: Actor, order: Order, parcel: Shipment, reason: str) -> CancellationRequest:
    """Ask the workshop to call a parcel off. :raise TooLate: :raise AskedAlready: :raise credits.ReasonMissing:"""
    if not reason.strip():
        raise credits.ReasonMissing
    order = orders.lock(session, order.id)
    session.refresh(parcel)
    if parcel.state is not ShipmentState.TO_PACK or order.state not in credits.SERVED:
        raise TooLate
    row = insert(session, CancellationRequest).values(
        shipment_id=parcel.id, state=RequestState.ASKED, reason=reason.strip()[:300],
        asked_at=now(), due_at=now() + ANSWER_WITHIN, answer="",
    )  # fmt: skip
    request_id = session.scalar(row.on_conflict_do_nothing().returning(CancellationRequest.id))
    if request_id is None:
        raise AskedAlready
    request = session.get_one(CancellationRequest, request_id)
    _note(session, actor, request, parcel, "cancellation.asked", {"reason": request.reason})
    change_letters.cancellation_asked(session, order, parcel, request)
    return request


def withdraw(session: Session, actor: Actor, request: CancellationRequest) -> None:
    """Take the wish back. :raise AnsweredAlready:"""
    _end(session, actor, request, RequestState.WITHDRAWN)


# --- the answer --------------------------------------------------------------------------------------


def of_workshop(session: Session, workshop_id: int, request_id: int) -> CancellationRequest:
    """Give a workshop a request about one of its parcels. :raise NotAsked:"""
    found = session.scalar(
        sa.select(CancellationRequest)
        .join(Shipment, Shipment.id == CancellationRequest.shipment_id)
        .where(CancellationRequest.id == request_id, Shipment.workshop_id == workshop_id)
    )
    if found is None:
        raise NotAsked
    return found


def grant(session: Session, actor: Actor, request: CancellationRequest, words: str = "") -> Credit:
    """Say yes: the parcel is called off and its money goes back. :raise AnsweredAlready: :raise TooLate:"""
    parcel = session.get_one(Shipment, request.shipment_id)
    orders.lock(session, parcel.order_id)
    _end(session, actor, request, RequestState.GRANTED, words)
    return call_off(session, actor, parcel, request.reason, key=f"request:{request.id}")


def refuse(session: Session, actor: Actor, request: CancellationRequest, words: str) -> None:
    """Say no, with the reason. :raise AnsweredAlready: :raise credits.ReasonMissing:"""
    if not words.strip():
        raise credits.ReasonMissing
    parcel = session.get_one(Shipment, request.shipment_id)
    order = orders.lock(session, parcel.order_id)
    _end(session, actor, request, RequestState.REFUSED, words)
    change_letters.cancellation_refused(session, order, parcel, request)


@jobs.periodic(every=300)
def grant_unanswered(limit: int = 100) -> int:
    """Say yes for workshops that did not answer in time; give how often."""
    late = (
        sa.select(CancellationRequest.id)
        .where(CancellationRequest.state == RequestState.ASKED, CancellationRequest.due_at <= now())
        .order_by(CancellationRequest.due_at)
        .limit(limit)
    )
    due = list(db.session.scalars(late))
    db.session.rollback()
    count = 0
    for request_id in due:
        with transaction() as session:
            request = session.get_one(CancellationRequest, request_id)
            try:
                grant(session, Actor.system("worker"), request)
                count += 1
            except AnsweredAlready:
                continue
    return count


def _end(
    session: Session, actor: Actor, request: CancellationRequest, to: RequestState, words: str = ""
) -> None:
    ended = session.execute(
        sa.update(CancellationRequest)
        .where(CancellationRequest.id == request.id, CancellationRequest.state == RequestState.ASKED)
        .values(state=to, answer=words.strip()[:300], answered_at=now(), answered_by_id=actor.user_id)
        .returning(CancellationRequest.id)
    )
    if ended.scalar() is None:
        raise AnsweredAlready
    session.refresh(request)
    parcel = session.get_one(Shipment, request.shipment_id)
    _note(session, actor, request, parcel, f"cancellation.{to}", {"answer": request.answer})


def _note(
    session: Session,
    actor: Actor,
    request: CancellationRequest,
    parcel: Shipment,
    action: str,
    after: dict[str, str],
) -> None:
    scope = parcels.scope_of(session, parcel)
    audit.record(session, actor, action, parcel, after={"request": request.id, **after}, scope=scope)


# --- calling off -------------------------------------------------------------------------------------


def call_off(session: Session, actor: Actor, parcel: Shipment, reason: str, *, key: str) -> Credit:
    """Call a whole parcel off that has not left. :raise TooLate: :raise credits.ReasonMissing:"""
    inside = parcels.contents(session, parcel.id)
    return call_off_pieces(
        session, actor, parcel, {one.order_line_id: one.quantity for one in inside}, reason, key=key
    )


def call_off_pieces(
    session: Session,
    actor: Actor,
    parcel: Shipment,
    pieces: Mapping[int, int],
    reason: str,
    *,
    key: str,
    on_sale: bool = True,
) -> Credit:
    """Call pieces of a parcel off, by order line; the buyer gets their money back and a letter.

    `on_sale` False: the pieces are not there or not good, and stay off the shelf.

    :raise TooLate: :raise NothingChosen: :raise credits.ReasonMissing: :raise credits.TooMuch:
    """
    order = orders.lock(session, parcel.order_id)
    known = session.scalar(sa.select(Credit).where(Credit.key == key))
    if known is not None:
        return known
    session.refresh(parcel)
    if parcel.state is not ShipmentState.TO_PACK:
        raise TooLate
    wanted = {line_id: quantity for line_id, quantity in pieces.items() if quantity}
    if not wanted:
        raise NothingChosen
    inside = {one.order_line_id: one.quantity for one in parcels.contents(session, parcel.id)}
    if any(quantity > inside.get(line_id, 0) for line_id, quantity in wanted.items()):
        raise credits.TooMuch
    items = [CreditItem(order_line_id=line_id, quantity=quantity) for line_id, quantity in wanted.items()]
    credit = credits.give(
        session, actor, order, items,
        kind=CreditKind.CANCELLED, reason=reason, key=key, back_to_shelf=True, parcel_id=parcel.id,
    )  # fmt: skip
    lines = {line.id: line for line in orders.lines_of(session, order.id)}
    change_letters.pieces_called_off(session, order, [lines[one] for one in wanted], wanted, credit)
    if not on_sale:
        stock.write_off(session, actor, _counted(lines, wanted), order.number)
    return credit


def _counted(lines: Mapping[int, OrderLine], wanted: Mapping[int, int]) -> dict[int, int]:
    """Give the pieces per variant that stand on a shelf."""
    found: dict[int, int] = {}
    for line_id, quantity in wanted.items():
        line = lines[line_id]
        if not line.made_to_order:
            found[line.variant_id] = found.get(line.variant_id, 0) + quantity
    return found
