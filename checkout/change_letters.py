"""Letters about changes of an order after it was paid: to the buyer and to everybody of the workshop.

Called in the transaction of what they tell. What each says stands in templates/mail/_order_change.txt, by kind.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from catalog import artisans
from catalog.models import Workshop
from checkout import links
from checkout.models import (
    CancellationRequest,
    Credit,
    Order,
    OrderLine,
    OrderNote,
    Party,
    Shipment,
    ShipmentState,
)
from shop import i18n, mail, web
from shop.db import now

EMPTY: dict[str, Any] = {"pieces": [], "reason": "", "text": "", "party": "", "amount": 0, "until": ""}
"""What a letter of one kind has and another has not."""


def cancellation_asked(
    session: Session, order: Order, parcel: Shipment, request: CancellationRequest
) -> None:
    """Ask the workshop whether a parcel may be called off."""
    _to_workshop(
        session, order, parcel.workshop_id, "asked", f"{request.id}",
        reason=request.reason, until=request.due_at, shipment_id=parcel.id,
    )  # fmt: skip


def cancellation_refused(
    session: Session, order: Order, parcel: Shipment, request: CancellationRequest
) -> None:
    """Tell the buyer that the parcel comes after all, and why."""
    _to_buyer(session, order, parcel.workshop_id, "refused", f"{request.id}", reason=request.answer)


def pieces_called_off(
    session: Session, order: Order, lines: Iterable[OrderLine], wanted: Mapping[int, int], credit: Credit
) -> None:
    """Tell buyer and workshop what is not sent, and the buyer what goes back."""
    found = list(lines)
    pieces = [f"{wanted[line.id]} × {line.title}" for line in found]
    workshop_id = found[0].workshop_id
    values: dict[str, Any] = {"pieces": pieces, "reason": credit.reason, "amount": credit.amount}
    _to_buyer(session, order, workshop_id, "called_off", f"{credit.id}", **values)
    _to_workshop(session, order, workshop_id, "called_off", f"{credit.id}", **values)


def parcel_split(session: Session, order: Order, parcel: Shipment, later: Iterable[OrderLine]) -> None:
    """Tell the buyer that some pieces follow in a second parcel."""
    pieces = [line.title for line in later]
    _to_buyer(session, order, parcel.workshop_id, "split", f"{parcel.id}:{len(pieces)}", pieces=pieces)


def address_corrected(session: Session, order: Order, parcels: Iterable[Shipment]) -> None:
    """Tell every workshop that packs to print the label anew, and the buyer that it was done."""
    key = f"{order.id}:{now().isoformat()}"
    for workshop_id in sorted({one.workshop_id for one in parcels if one.state is ShipmentState.TO_PACK}):
        _to_workshop(session, order, workshop_id, "address", key)
    _to_buyer(session, order, None, "address", key)


def new_link(session: Session, order: Order) -> None:
    """Send the buyer the new way to the order after the old ones were closed."""
    _to_buyer(session, order, None, "link", f"{order.id}:{now().isoformat()}")


def note_written(session: Session, order: Order, note: OrderNote) -> None:
    """Bring a note to the others it is for."""
    values: dict[str, Any] = {"party": note.party, "text": note.text}
    if note.party is not Party.BUYER:
        _to_buyer(session, order, note.workshop_id, "note", f"{note.id}", **values)
    if note.party is not Party.WORKSHOP and note.workshop_id is not None:
        _to_workshop(session, order, note.workshop_id, "note", f"{note.id}", **values)


def _to_buyer(
    session: Session, order: Order, workshop_id: int | None, kind: str, key: str, **context: Any
) -> None:
    workshop = session.get(Workshop, workshop_id) if workshop_id else None
    known = EMPTY | {
        "kind": kind, "name": order.name, "number": order.number, "link": links.link(order),
        "workshop": (workshop.live_name or workshop.name) if workshop else "",
    }  # fmt: skip
    mail.queue(
        session, to=order.email, template="order_change_buyer", locale=order.locale,
        key=f"order-change-buyer:{kind}:{key}", context=known | context,
    )  # fmt: skip


def _to_workshop(
    session: Session,
    order: Order,
    workshop_id: int,
    kind: str,
    key: str,
    *,
    shipment_id: int | None = None,
    until: datetime | None = None,
    **context: Any,
) -> None:
    for person in artisans.members(session, workshop_id):
        with i18n.in_locale(person.locale):
            written = {"until": i18n.write_datetime(until)} if until else {}
            address = (
                web.absolute_url("studio_parcels.show", shipment_id=shipment_id)
                if shipment_id
                else web.absolute_url("studio_parcels.index")
            )
        known = EMPTY | {"kind": kind, "name": person.name, "number": order.number, "link": address}
        mail.queue(
            session, to=person.email, template="order_change_workshop", locale=person.locale,
            key=f"order-change-workshop:{kind}:{key}:{person.id}", context=known | written | context,
        )  # fmt: skip
