"""Money of a paid order given back, in part or whole: who bears it, and what becomes of pieces and parcels.

The one way by which money of a sale goes back. Called by the desk, the studio, the buyer's order page, claims and
the worker; the caller checks who may. docs/money.md tells the shares.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import stock
from checkout import ledger, orders, parcel_letters, parcels, refunds
from checkout.invoices import credit_notes
from checkout.models import (
    Credit,
    CreditKind,
    CreditLine,
    Order,
    OrderLine,
    OrderState,
    Payment,
    PaymentState,
    Shipment,
    ShipmentLine,
    ShipmentState,
)
from shop import audit
from shop.audit import Actor
from shop.db import now
from shop.errors import Conflict, Invalid

SERVED = (OrderState.PAID, OrderState.COMPLETED)
UNSENT = (ShipmentState.WAITING, ShipmentState.TO_PACK)
TAKEN = (ShipmentState.SHIPPED, ShipmentState.DELIVERED, ShipmentState.RECEIVED)


class NothingToCredit(Conflict):
    """The order was never paid, or all of it has been given back."""

    message = "There is nothing to give back: it has been given back already, or was never paid."


class TooMuch(Conflict):
    """More than is left of a line or parcel."""

    message = "That is more than is left of this part of the order. Please look at it again."


class CallOff(TooMuch):
    """Nothing would be paid for what is still to be sent."""

    message = "That is all that is left of an order which has not been sent. Please call it off instead."


class NotThere(Conflict):
    """The pieces have left the workshop."""

    message = "These pieces have been sent already, so they cannot be called off."


class ReasonMissing(Invalid):
    """Money is given back for a reason."""

    message = "Please give a reason for the refund."


@dataclass(frozen=True, slots=True)
class CreditItem:
    """What to give back of one order line or one parcel.

    `quantity` pieces of a line stop counting. `amount` is rupiah for the buyer; None is the share of these pieces in
    what is left of the line, or all that is left of a parcel's postage.
    """

    order_line_id: int | None = None
    shipment_id: int | None = None
    quantity: int = 0
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class _Share:
    of: OrderLine | Shipment
    quantity: int
    amount: int
    funded: int
    commission: int
    withheld: int


def give(
    session: Session,
    actor: Actor,
    order: Order,
    items: Sequence[CreditItem],
    *,
    kind: CreditKind,
    reason: str,
    key: str,
    back_to_shelf: bool = False,
    parcel_id: int | None = None,
) -> Credit:
    """Give money of a paid order back, once under its key, and promise the refund.

    `back_to_shelf` calls pieces off that have not been sent (out of the parcel `parcel_id`, or out of any): they go
    on sale again, and a parcel left empty is cancelled with all its postage.

    :raise NothingToCredit: :raise TooMuch: :raise CallOff: :raise NotThere: :raise ReasonMissing:
    """
    order = orders.lock(session, order.id)
    known = session.scalar(sa.select(Credit).where(Credit.key == key))
    if known is not None:
        return known
    if not reason.strip():
        raise ReasonMissing
    payment = _payment(session, order)
    lines = {line.id: line for line in orders.lines_of(session, order.id)}
    sent = {parcel.id: parcel for parcel in parcels.of_order(session, order.id)}
    wanted, pieces = list(items), {}
    if back_to_shelf:
        pieces = _called_off(items, lines)
        from_here = [one for one in sent.values() if parcel_id in (None, one.id)]
        emptied = _take_out(session, actor, items, from_here)
        named = {item.shipment_id for item in items}
        wanted += [CreditItem(shipment_id=parcel_id) for parcel_id in emptied if parcel_id not in named]
    shares = [_share(session, item, lines, sent) for item in wanted]
    if _exhausts(shares, lines.values(), sent.values()):
        if any(parcel.state in UNSENT for parcel in sent.values()):
            raise CallOff
        surplus = payment.surplus
    else:
        surplus = 0
    credit = _write(
        session, actor, order, payment, shares, kind=kind, reason=reason.strip(), key=key, surplus=surplus
    )
    if left_of(order, lines.values(), sent.values()):
        orders.complete_if_received(session, actor, order)
    else:
        orders.move(session, actor, order, OrderState.REFUNDED)
    if pieces:
        stock.return_(session, pieces, order.number)  # last: buyers wait from here to the commit
    return credit


def give_all(session: Session, actor: Actor, order: Order, reason: str, key: str = "") -> Credit:
    """Call a paid order off: all that is left goes back, parcels not sent stay and their pieces go on sale again.

    :raise NothingToCredit: :raise ReasonMissing:
    """
    order = orders.lock(session, order.id)
    if order.state not in SERVED:
        raise NothingToCredit
    if not reason.strip():
        raise ReasonMissing
    payment = _payment(session, order)
    lines = orders.lines_of(session, order.id)
    pieces: dict[int, int] = {}
    sent = parcels.of_order(session, order.id)
    by_id = {line.id: line for line in lines}
    for parcel in sent:
        if parcel.state in UNSENT:
            for inside in parcels.contents(session, parcel.id):
                variant_id = by_id[inside.order_line_id].variant_id
                pieces[variant_id] = pieces.get(variant_id, 0) + inside.quantity
            parcels.move(session, actor, parcel, ShipmentState.CANCELLED)
            parcel_letters.to_workshop(session, order, parcel, "order_called_off", reason=reason.strip())
        elif parcel.state in TAKEN:
            parcel_letters.to_workshop(session, order, parcel, "given_back", reason=reason.strip())
    shares = [
        _share_of_line(session, line, line.kept, line.paid - line.credited)
        for line in lines
        if line.kept or line.paid > line.credited
    ]
    shares += [
        _share_of_parcel(session, parcel, parcel.paid - parcel.credited)
        for parcel in sent
        if parcel.paid > parcel.credited or (parcel.funded and not parcel.paid)
    ]
    credit = _write(
        session, actor, order, payment, shares,
        kind=CreditKind.ORDER, reason=reason.strip(), key=key or f"order:{order.id}", surplus=payment.surplus,
    )  # fmt: skip
    orders.move(session, actor, order, OrderState.REFUNDED)
    if pieces:
        stock.return_(session, pieces, order.number)
    return credit


def left_of(order: Order, lines: Iterable[OrderLine], sent: Iterable[Shipment]) -> int:
    """Give the rupiah of an order that could still be given back, without a surplus."""
    return _left(lines, sent) if order.state in SERVED else 0


def _left(lines: Iterable[OrderLine], sent: Iterable[Shipment]) -> int:
    return sum(line.paid - line.credited for line in lines) + sum(one.paid - one.credited for one in sent)


def _exhausts(shares: Iterable[_Share], lines: Iterable[OrderLine], sent: Iterable[Shipment]) -> bool:
    return sum(share.amount for share in shares) == _left(lines, sent)


def of_order(session: Session, order_id: int) -> list[Credit]:
    """Give the credits of an order, oldest first."""
    return list(session.scalars(sa.select(Credit).where(Credit.order_id == order_id).order_by(Credit.id)))


def _payment(session: Session, order: Order) -> Payment:
    payment = session.scalar(
        sa.select(Payment).where(Payment.order_id == order.id, Payment.state == PaymentState.CAPTURED)
    )
    if order.state not in SERVED or payment is None:
        raise NothingToCredit
    return payment


# --- shares ------------------------------------------------------------------------------------------


def _share(
    session: Session, item: CreditItem, lines: dict[int, OrderLine], sent: dict[int, Shipment]
) -> _Share:
    line = lines.get(item.order_line_id or 0)
    parcel = sent.get(item.shipment_id or 0)
    if line is not None and parcel is None:
        left = line.paid - line.credited
        if not 0 <= item.quantity <= line.kept:
            raise TooMuch
        amount = item.amount
        if amount is None:
            amount = left * item.quantity // line.kept if line.kept else 0
        return _share_of_line(session, line, item.quantity, amount)
    if parcel is not None and line is None:
        left = parcel.paid - parcel.credited
        return _share_of_parcel(session, parcel, left if item.amount is None else item.amount)
    raise TooMuch


def _share_of_line(session: Session, line: OrderLine, quantity: int, amount: int) -> _Share:
    if not 0 <= amount <= line.paid - line.credited:
        raise TooMuch
    if line.paid:
        part, whole = line.credited + amount, line.paid
    else:  # a voucher paid all of it: pieces are the measure
        part, whole = line.returned + quantity, line.quantity
    given = session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(CreditLine.funded), 0),
            sa.func.coalesce(sa.func.sum(CreditLine.commission), 0),
            sa.func.coalesce(sa.func.sum(CreditLine.withheld), 0),
        ).where(CreditLine.order_line_id == line.id)
    ).one()
    funded, commission, withheld = (
        max(0, total * part // whole - int(already))
        for total, already in zip((line.funded, line.commission, line.withheld), given, strict=True)
    )
    # What an earlier rounding took too early is not taken twice; the last credit brings every share to its whole.
    commission = min(commission, amount + funded)
    withheld = min(withheld, amount + funded - commission)
    return _Share(line, quantity, amount, funded, commission, withheld)


def _share_of_parcel(session: Session, parcel: Shipment, amount: int) -> _Share:
    if not 0 <= amount <= parcel.paid - parcel.credited:
        raise TooMuch
    given = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(CreditLine.funded), 0)).where(
            CreditLine.shipment_id == parcel.id
        )
    )
    if not parcel.paid:  # somebody else bore all of it: the parcel itself is the measure, once
        funded = parcel.funded - int(given or 0)
        return _Share(parcel, 1 if funded else 0, 0, funded, 0, 0)
    funded = parcel.funded * (parcel.credited + amount) // parcel.paid - int(given or 0)
    return _Share(parcel, 0, amount, max(0, funded), 0, 0)


def _write(
    session: Session,
    actor: Actor,
    order: Order,
    payment: Payment,
    shares: Sequence[_Share],
    *,
    kind: CreditKind,
    reason: str,
    key: str,
    surplus: int = 0,
) -> Credit:
    shares = [share for share in shares if share.amount or share.quantity]
    if not shares:
        raise NothingToCredit
    amount = sum(share.amount for share in shares) + surplus
    credit = Credit(
        order_id=order.id, key=key, kind=kind, reason=reason[:500], amount=amount, surplus=surplus,
        requested_by_id=actor.user_id, created_at=now(),
    )  # fmt: skip
    session.add(credit)
    session.flush()
    rows = [(_row(credit, share), share.of) for share in shares]
    session.add_all(row for row, _of in rows)
    session.flush()
    ledger.post_credit(session, order, rows)
    ledger.post_surplus_back(session, order, credit.id, surplus)
    audit.record(
        session, actor, "order.credited", order,
        after={"order": order.number, "kind": kind, "amount": amount, "reason": reason},
    )  # fmt: skip
    credit_notes.promise(session, credit)
    if amount:
        refunds.promise(session, actor, payment, order, credit)
    return credit


def _row(credit: Credit, share: _Share) -> CreditLine:
    """Take the workshop's part from what is held for it first, then from what it has earned."""
    of = share.of
    rest = share.amount + share.funded - share.commission - share.withheld
    from_held = min(of.held_left, rest)
    of.held_left -= from_held
    of.credited += share.amount
    row = CreditLine(
        credit_id=credit.id, quantity=share.quantity, amount=share.amount, funded=share.funded,
        commission=share.commission, withheld=share.withheld,
        from_held=from_held, from_workshop=rest - from_held,
    )  # fmt: skip
    if isinstance(of, OrderLine):
        of.returned += share.quantity
        row.order_line_id = of.id
    else:
        row.shipment_id = of.id
    return row


# --- pieces and parcels ------------------------------------------------------------------------------


def _called_off(items: Sequence[CreditItem], lines: dict[int, OrderLine]) -> dict[int, int]:
    """Give how many pieces of each variant go on sale again."""
    pieces: dict[int, int] = {}
    for item in items:
        line = lines.get(item.order_line_id or 0)
        if line is not None and item.quantity:
            pieces[line.variant_id] = pieces.get(line.variant_id, 0) + item.quantity
    return pieces


def _take_out(
    session: Session, actor: Actor, items: Sequence[CreditItem], sent: Iterable[Shipment]
) -> list[int]:
    """Take called-off pieces out of the parcels that have not left; give the parcels left empty, cancelled now."""
    emptied = []
    wanted = {item.order_line_id: item.quantity for item in items if item.order_line_id and item.quantity}
    for parcel in sent:
        if parcel.state not in UNSENT:
            continue
        contents = parcels.contents(session, parcel.id)
        taken = {inside: min(inside.quantity, wanted.get(inside.order_line_id, 0)) for inside in contents}
        for inside, quantity in taken.items():
            if quantity:
                wanted[inside.order_line_id] -= quantity
        if contents and all(inside.quantity == quantity for inside, quantity in taken.items()):
            parcels.move(
                session, actor, parcel, ShipmentState.CANCELLED
            )  # keeps what was in it, for its history
            emptied.append(parcel.id)
            continue
        for inside, quantity in taken.items():
            _lessen(session, inside, quantity)
    if any(wanted.values()):
        raise NotThere
    return emptied


def _lessen(session: Session, inside: ShipmentLine, quantity: int) -> None:
    if quantity == inside.quantity:
        session.delete(inside)
    else:
        inside.quantity -= quantity
    session.flush()
