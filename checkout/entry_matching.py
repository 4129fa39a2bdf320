"""What of ours a line of a gateway's account is: found by the gateway's references, each of ours once.

Called by `checkout.gateway_accounts`.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.gateway_books import MovementKind
from checkout.models import (
    Dispute,
    EntryProblem,
    GatewayEntry,
    Order,
    Payment,
    PaymentState,
    Refund,
    RefundState,
    Transfer,
)

CAPTURED = (PaymentState.CAPTURED, PaymentState.REFUND_DUE, PaymentState.REFUNDED)
OWN = {
    MovementKind.FEE: "fee",
    MovementKind.PAYOUT: "payout",
    MovementKind.PAYOUT_BACK: "payout",
}
"""What needs no counterpart: it is booked from the line itself."""


def open_lines(name: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Select a gateway's lines that fit nothing of ours so far."""
    return GatewayEntry.gateway == name, GatewayEntry.problem.is_not(None)


def match(session: Session, entry: GatewayEntry) -> None:
    """Say what a line is, or what is wrong with it."""
    key, problem = _of_ours(session, entry)
    if entry.currency != "IDR":
        problem = EntryProblem.CURRENCY
    if problem is not EntryProblem.UNKNOWN and key and key != entry.match_key:
        taken = sa.select(GatewayEntry.id).where(GatewayEntry.match_key == key, GatewayEntry.id != entry.id)
        if session.scalar(taken) is not None:
            key, problem = None, EntryProblem.TWICE
    entry.match_key, entry.problem = (key if problem in {None, EntryProblem.NOT_BOOKED} else None), problem
    session.flush()


def _of_ours(session: Session, entry: GatewayEntry) -> tuple[str | None, EntryProblem | None]:
    if entry.kind in OWN:
        return f"{OWN[entry.kind]}:{entry.ref}", None
    if entry.kind is MovementKind.CHARGE:
        return _payment(session, entry)
    if entry.kind in {MovementKind.REFUND, MovementKind.REFUND_BACK}:
        return _refund(session, entry)
    if entry.kind in {MovementKind.DISPUTE, MovementKind.DISPUTE_BACK}:
        return _dispute(session, entry)
    return None, EntryProblem.UNKNOWN


def _payment(session: Session, entry: GatewayEntry) -> tuple[str | None, EntryProblem | None]:
    payment = _payment_of(session, entry)
    if payment is None:
        return None, EntryProblem.UNKNOWN
    key = f"payment:{payment.id}"
    if entry.amount_sen != payment.amount * 100:
        return key, EntryProblem.AMOUNT
    return key, None if payment.state in CAPTURED else EntryProblem.NOT_BOOKED


def _payment_of(session: Session, entry: GatewayEntry) -> Payment | None:
    if not entry.intent_ref:
        return None
    query = sa.select(Payment).where(Payment.gateway == entry.gateway, Payment.intent_ref == entry.intent_ref)
    return session.scalar(query)


def _refund(session: Session, entry: GatewayEntry) -> tuple[str | None, EntryProblem | None]:
    refund = session.scalar(sa.select(Refund).where(Refund.gateway_ref == entry.source_ref))
    if refund is None:
        return None, EntryProblem.UNKNOWN
    back = entry.kind is MovementKind.REFUND_BACK
    key = f"refund-back:{refund.id}" if back else f"refund:{refund.id}"
    if entry.amount_sen != refund.amount * (100 if back else -100):
        return key, EntryProblem.AMOUNT
    # One that failed before it was taken as done is in the books neither on its way out nor back: that fits.
    fits = refund.state is RefundState.FAILED or (refund.state is RefundState.DONE and not back)
    return key, None if fits else EntryProblem.NOT_BOOKED


def _dispute(session: Session, entry: GatewayEntry) -> tuple[str | None, EntryProblem | None]:
    known = sa.select(Dispute.id).where(Dispute.gateway == entry.gateway, Dispute.ref == entry.source_ref)
    if session.scalar(known) is None:
        return None, EntryProblem.UNKNOWN
    key = f"dispute:{entry.ref}"
    booked = session.scalar(sa.select(Transfer.amount).where(Transfer.key == key))
    if booked is None:
        return key, EntryProblem.NOT_BOOKED
    return key, None if booked * 100 == abs(entry.amount_sen) else EntryProblem.AMOUNT


# --- what we have not heard of -----------------------------------------------------------------------


def unheard_payments(session: Session, entry: GatewayEntry) -> list[int]:
    """Give the payments that a charge may be of, and that are not taken in: the gateway has to be asked."""
    if entry.kind is not MovementKind.CHARGE or not entry.order_number:
        return []
    query = (
        sa.select(Payment.id)
        .join(Order, Order.id == Payment.order_id)
        .where(Order.number == entry.order_number, Payment.gateway == entry.gateway)
        .where(Payment.state.not_in(CAPTURED))
    )
    return list(session.scalars(query))


def unheard_refunds(session: Session, entry: GatewayEntry) -> list[int]:
    """Give the refund that has left or has come back, and whose news have not reached us."""
    if entry.kind not in {MovementKind.REFUND, MovementKind.REFUND_BACK}:
        return []
    waits = (RefundState.DUE,) if entry.kind is MovementKind.REFUND else (RefundState.DUE, RefundState.DONE)
    payment = sa.select(Payment.id).where(
        Payment.gateway == entry.gateway, Payment.intent_ref == entry.intent_ref
    )
    mine = sa.or_(Refund.gateway_ref == entry.source_ref, Refund.payment_id.in_(payment))
    return list(session.scalars(sa.select(Refund.id).where(mine, Refund.state.in_(waits))))
