"""Checks of the accounts at gateways: what they must hold, what disputes have taken, what differs from their lines."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import gateway_accounts, gateway_differences, ledger
from checkout.gateway_books import MovementKind
from checkout.gateway_differences import Kind
from checkout.models import (
    Dispute,
    DisputeState,
    GatewayEntry,
    Payment,
    PaymentState,
    Refund,
    RefundState,
)
from shop.db import now

TAKEN = (PaymentState.CAPTURED, PaymentState.REFUND_DUE, PaymentState.REFUNDED)
OPEN = (DisputeState.NEEDS_RESPONSE, DisputeState.UNDER_REVIEW)
BY_HAND = "transfer"


def _names(session: Session) -> list[str]:
    named = sa.union(sa.select(Payment.gateway), sa.select(GatewayEntry.gateway))
    return sorted(set(session.scalars(named)) - {BY_HAND})


def balance(session: Session) -> Iterator[str]:
    """Compare what each gateway must hold, by our rows, with the books."""
    for name in _names(session):
        holds = _captured(session, name) - _returned(session, name) - _disputed(session, name)
        holds += _by_lines(session, name)
        booked = -ledger.balance(session, ledger.at_gateway(name))
        if holds != booked:
            yield f"{name} must hold {holds}, the books say {booked}"


def _captured(session: Session, name: str) -> int:
    query = sa.select(sa.func.sum(Payment.amount)).where(Payment.gateway == name, Payment.state.in_(TAKEN))
    return int(session.scalar(query) or 0)


def _returned(session: Session, name: str) -> int:
    query = sa.select(sa.func.sum(Refund.amount)).join(Payment, Payment.id == Refund.payment_id)
    back = (Payment.gateway == name, Refund.state == RefundState.DONE, Refund.by_hand.is_(False))
    return int(session.scalar(query.where(*back)) or 0)


def _disputed(session: Session, name: str) -> int:
    query = sa.select(sa.func.sum(Dispute.taken)).where(Dispute.gateway == name)
    return int(session.scalar(query) or 0)


def _by_lines(session: Session, name: str) -> int:
    """Give what was booked from the gateway's own lines: fees, payouts, and what finance took into the books."""
    fees = session.scalar(sa.select(sa.func.sum(GatewayEntry.fee_booked)).where(GatewayEntry.gateway == name))
    taken = sa.select(GatewayEntry.amount_sen).where(
        GatewayEntry.gateway == name,
        GatewayEntry.currency == "IDR",
        sa.or_(
            GatewayEntry.kind.in_((MovementKind.PAYOUT, MovementKind.PAYOUT_BACK)),
            GatewayEntry.match_key.like("noted:%"),
        ),
    )
    return sum(gateway_accounts.whole(sen) for sen in session.scalars(taken)) - int(fees or 0)


def disputes_counted(session: Session) -> Iterator[str]:
    """Find payments that say another sum is disputed than their disputes and covered refunds leave."""
    concerned = sa.or_(Payment.disputed != 0, Payment.id.in_(sa.select(Dispute.payment_id)))
    for payment_id, said in session.execute(sa.select(Payment.id, Payment.disputed).where(concerned)):
        counted = session.scalar(
            sa.select(sa.func.sum(Dispute.amount)).where(
                Dispute.payment_id == payment_id,
                Dispute.inquiry.is_(False),
                Dispute.state.in_((*OPEN, DisputeState.LOST)),
            )
        )
        covered = session.scalar(
            sa.select(sa.func.sum(Refund.amount)).where(
                Refund.payment_id == payment_id, Refund.state == RefundState.COVERED
            )
        )
        left = max(0, int(counted or 0) - int(covered or 0))
        if said != left:
            yield f"payment {payment_id} says {said} disputed, its disputes leave {left}"


def disputes_open(session: Session) -> Iterator[str]:
    """Compare what open disputes have taken with the books."""
    taken = sa.select(sa.func.sum(Dispute.taken)).where(Dispute.state.in_(OPEN))
    held = int(session.scalar(taken) or 0)
    booked = -ledger.balance(session, ledger.DISPUTES_OPEN)
    if held != booked:
        yield f"banks hold {held} of open disputes, the books say {booked}"


def lines_named(session: Session) -> Iterator[str]:
    """Find lines of a gateway's account that fit nothing, are a day old, and that nobody has explained."""
    loose = sa.select(GatewayEntry.id).where(GatewayEntry.problem.is_(None), GatewayEntry.match_key.is_(None))
    for entry_id in session.scalars(loose):
        yield f"line {entry_id} is neither matched nor named"
    old = now() - gateway_differences.PATIENCE
    for name in _names(session):
        for one in gateway_differences.of(session, name):
            fresh = one.entry is not None and one.entry.read_at > old
            if not one.note and not fresh and one.kind is not Kind.HELD:
                yield f"{name}: {one.kind} {one.ref}, {one.amount_sen} sen"
