"""The demonstration's account at the payment service: a line for all that moved there, payouts, and a few disputes.

Everything has been paid out to our bank, so that the account fits the payments sandbox, which begins empty.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout import disputes, gateway, gateway_accounts, gateway_differences, ledger
from checkout.gateway_books import DisputeStatus, GatewayDispute, Movement, MovementKind
from checkout.models import (
    GatewayCheck,
    GatewayEntry,
    Order,
    OrderState,
    Payment,
    PaymentState,
    Refund,
    RefundState,
)

NAME = gateway.STRIPE
TAKEN = (PaymentState.CAPTURED, PaymentState.REFUND_DUE, PaymentState.REFUNDED)
ENDS = (
    (DisputeStatus.NEEDS_RESPONSE, "product_not_received"),
    (DisputeStatus.LOST, "fraudulent"),
    (DisputeStatus.WON, "product_unacceptable"),
)
DISPUTE_FEE = 15_000_000
"""Sen that the service keeps for a dispute, whoever wins."""


def load(session: Session, moment: datetime) -> None:
    """Let banks ask for the money of a few orders, read the whole account, and compare it with the books."""
    asked = list(_disputes(session, moment))
    lines = [*_charges(session), *_refunds(session), *asked]
    lines.sort(key=lambda line: line[1].at)
    held = sum(line.net for _key, line in lines)
    if held:
        paid_out = _line("payout", MovementKind.PAYOUT, -held, 0, moment - timedelta(hours=2))
        lines.append((f"payout:{paid_out.ref}", paid_out))
    gateway_accounts.keep(session, NAME, [line for _key, line in lines])
    for key, line in lines:
        session.execute(
            sa.update(GatewayEntry)
            .where(GatewayEntry.gateway == NAME, GatewayEntry.ref == line.ref)
            .values(match_key=key, problem=None, read_at=moment - timedelta(hours=1))
        )
    session.add(
        GatewayCheck(
            gateway=NAME, at=moment - timedelta(hours=1), entries=len(lines), held_sen=0,
            listed_sen=gateway_differences.listed(session, NAME),
            booked=-ledger.balance(session, ledger.at_gateway(NAME)), differences=0,
        )
    )  # fmt: skip
    session.flush()


def _line(name: str, kind: MovementKind, amount: int, fee: int, at: datetime, **more: str) -> Movement:
    return Movement(
        ref=f"demo_line_{name}", kind=kind, type=str(kind), amount=amount, fee=fee, currency="IDR",
        at=at, available_on=at + timedelta(days=7), **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _charges(session: Session) -> Iterator[tuple[str, Movement]]:
    query = (
        sa.select(Payment, Order.number)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.gateway == NAME, Payment.state.in_(TAKEN))
    )
    for payment, number in session.execute(query):
        amount = payment.amount * 100
        fee = (amount * 29 + 500) // 1000 + 200_000
        yield (
            f"payment:{payment.id}",
            _line(
                f"payment_{payment.id}", MovementKind.CHARGE, amount, fee, payment.captured_at or payment.created_at,
                intent_ref=payment.intent_ref or "", order_number=number, source_ref=f"demo_charge_{number}",
            ),
        )  # fmt: skip


def _refunds(session: Session) -> Iterator[tuple[str, Movement]]:
    query = sa.select(Refund).join(Payment, Payment.id == Refund.payment_id)
    for refund in session.scalars(query.where(Payment.gateway == NAME, Refund.state == RefundState.DONE)):
        yield (
            f"refund:{refund.id}",
            _line(
                f"refund_{refund.id}", MovementKind.REFUND, -refund.amount * 100, 0, refund.done_at or refund.created_at,
                source_ref=refund.gateway_ref or "",
            ),
        )  # fmt: skip


def _disputes(session: Session, moment: datetime) -> Iterator[tuple[str, Movement]]:
    """Let banks ask for the money of orders that have arrived, and decide about some."""
    arrived = (
        sa.select(Payment)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.gateway == NAME, Payment.state == PaymentState.CAPTURED, Payment.refunded == 0)
        .where(Order.state == OrderState.COMPLETED)
        .order_by(Order.total, Order.id)
    )
    chosen = session.scalars(arrived.limit(len(ENDS))).all()
    for number, (payment, (status, reason)) in enumerate(zip(chosen, ENDS, strict=False), start=1):
        at, sen = moment - timedelta(days=number * 4), payment.amount * 100
        ref, taken, back = f"demo_dispute_{number}", f"dispute_{number}_taken", f"dispute_{number}_back"
        lines = [_line(taken, MovementKind.DISPUTE, -sen, DISPUTE_FEE, at, source_ref=ref)]
        if status is DisputeStatus.WON:
            lines.append(
                _line(back, MovementKind.DISPUTE_BACK, sen, 0, at + timedelta(days=3), source_ref=ref)
            )
        disputes.apply(
            session, payment.id, NAME,
            GatewayDispute(
                ref=ref, intent_ref=payment.intent_ref or "", status=status, inquiry=False,
                amount=payment.amount, currency="IDR", reason=reason, opened_at=at,
                due_by=at + timedelta(days=10), moved=tuple((line.ref, line.amount) for line in lines),
                answered=False, live=False,
            ),
        )  # fmt: skip
        yield from ((f"dispute:{line.ref}", line) for line in lines)
