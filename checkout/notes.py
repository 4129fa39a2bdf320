"""Notes on an order: between buyer, workshop and council, or among councils. Called by their three pages."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import change_letters
from checkout.models import Order, OrderNote, Party
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid

MOST = 60
"""Notes of one order: it is a word between people, not a chat."""


class Empty(Invalid):
    """Nothing was written."""

    message = "Please write a few words."


class TooMany(Conflict):
    """More notes than an order needs."""

    message = "There are too many notes on this order. Please telephone."


def write(
    session: Session,
    actor: Actor,
    order: Order,
    party: Party,
    text: str,
    *,
    workshop_id: int | None = None,
    internal: bool = False,
    scope: str = "",
) -> OrderNote:
    """Add a note; whoever it is for gets it by letter. Needs the order's lock. :raise Empty: :raise TooMany:

    What is already the last note of the order, from the same hand to the same workshop, was only sent twice.
    """
    if not text.strip():
        raise Empty
    query = sa.select(OrderNote).where(OrderNote.order_id == order.id).order_by(OrderNote.id.desc())
    last = session.scalars(query.limit(1)).first()
    written = (party, actor.user_id, workshop_id, internal, text.strip()[:1000])
    if last is not None and written == (
        last.party, last.author_id, last.workshop_id, last.internal, last.text,
    ):  # fmt: skip
        return last
    known = session.scalar(
        sa.select(sa.func.count()).select_from(OrderNote).where(OrderNote.order_id == order.id)
    )
    if int(known or 0) >= MOST:
        raise TooMany
    note = OrderNote(
        order_id=order.id, workshop_id=workshop_id, party=party, author_id=actor.user_id,
        internal=internal, text=text.strip()[:1000], at=now(),
    )  # fmt: skip
    session.add(note)
    session.flush()
    # The words stay in their row, which can be erased; the trail says that there is one.
    audit.record(session, actor, "order.note", order, after={"note": note.id, "party": party}, scope=scope)
    if not internal:
        change_letters.note_written(session, order, note)
    return note


def for_buyer(session: Session, order: Order) -> list[OrderNote]:
    """Give what the buyer may read, oldest first."""
    return _of(session, order, ~OrderNote.internal)


def for_workshop(session: Session, order: Order, workshop_id: int) -> list[OrderNote]:
    """Give what one workshop may read, oldest first."""
    return _of(session, order, ~OrderNote.internal, OrderNote.workshop_id == workshop_id)


def for_council(session: Session, order: Order, workshop_ids: Iterable[int]) -> list[OrderNote]:
    """Give what councils of these workshops may read, oldest first."""
    mine = sa.or_(OrderNote.workshop_id.in_(list(workshop_ids)), OrderNote.workshop_id.is_(None))
    return _of(session, order, mine)


def _of(session: Session, order: Order, *conditions: sa.ColumnElement[bool]) -> list[OrderNote]:
    query = sa.select(OrderNote).where(OrderNote.order_id == order.id, *conditions)
    return list(session.scalars(query.order_by(OrderNote.id)))
