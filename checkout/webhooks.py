"""The gateway's messages: kept once, then handled by a job. A message is a doorbell; the object itself decides."""

import logging
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import disputes, gateway, payments, refunds
from checkout.gateway import Event, Topic
from checkout.models import Payment, Refund, RefundState, WebhookEvent
from shop import jobs
from shop.db import db, now, read
from shop.urgency import Priority
from shop.writes import add_once

log = logging.getLogger(__name__)


def receive(session: Session, sender: str, event: Event) -> bool:
    """Keep a verified message and promise its handling; False when it was there already."""
    new_id = add_once(
        session, WebhookEvent, event_id=event.id, type=event.type, object_ref=event.object_ref,
        payload=event.payload, received_at=now(),
    )  # fmt: skip
    if new_id is None:
        return False
    jobs.enqueue(
        session,
        handle,
        inbox_id=new_id,
        kind=event.type,
        ref=event.object_ref,
        payment_id=event.payment_id,
        refund_id=event.refund_id,
        sender=sender,
    )
    return True


_EVENTS: Any = WebhookEvent.__table__
_OF_ID = sa.select(WebhookEvent.type, WebhookEvent.object_ref).where(
    WebhookEvent.id == sa.bindparam("inbox_id")
)
_HANDLED = (
    sa.update(_EVENTS).where(_EVENTS.c.id == sa.bindparam("inbox")).values(handled_at=sa.bindparam("moment"))
)


@jobs.job(own_transactions=True, priority=Priority.MONEY)
def handle(
    inbox_id: int,
    payment_id: int | None = None,
    refund_id: int | None = None,
    sender: str = gateway.STRIPE,
    kind: str = "",
    ref: str = "",
) -> Callable[[Session], None] | None:
    """Ask about the object that a message is about. Kinds that mean nothing to us are only marked as read.

    Jobs that were promised before they carried the message's `kind` and `ref` read them from the inbox.
    """
    if not kind:
        event = read(db.session(), _OF_ID, {"inbox_id": inbox_id}).one()
        kind, ref = event.type, event.object_ref
        db.session.rollback()
    try:
        _ask(sender, gateway.of(sender).topic(kind), ref, payment_id, refund_id)
    except gateway.Refused:  # it shows us no such object; the reconciler asks about everything that is ours
        log.warning("a message about something that the gateway does not show", extra={"event": inbox_id})

    def read_it(session: Session) -> None:
        session.connection().execute(_HANDLED, {"inbox": inbox_id, "moment": now()})

    return read_it


def _ask(sender: str, topic: Topic, ref: str, payment_id: int | None, refund_id: int | None) -> None:
    """Ring at the door of whatever the message is about."""
    if topic is Topic.PAGE:
        payments.settle_session(ref, payment_id, sender)
    elif topic is Topic.PAYMENT and payment_id is not None:
        _settle_known(payment_id)
    elif topic is Topic.REFUND and refund_id is not None:
        refunds.send(refund_id)
    elif topic is Topic.DISPUTE:
        disputes.look(sender, ref)


def _settle_known(payment_id: int) -> None:
    """Settle a payment and look after its refunds."""
    if db.session.get(Payment, payment_id) is None:
        return
    due = list(
        db.session.scalars(
            sa.select(Refund.id).where(Refund.payment_id == payment_id, Refund.state == RefundState.DUE)
        )
    )
    payments.settle(payment_id)
    for refund_id in due:
        refunds.send(refund_id)
