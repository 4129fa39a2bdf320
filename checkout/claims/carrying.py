"""Carrying out what was agreed or decided: money back, pieces set aside, parcels of the remedy, the end of a claim.

Called by `answers`, `arbitration`, `returning` and `deadlines`, inside their transaction, with the order taken first.
The money goes through `checkout.credits` under the claim's own key, so that it goes once.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from catalog import stock
from checkout import credits, orders, shipping
from checkout.claims import finding, letters, states, terms
from checkout.claims.fidelity import count_again
from checkout.models import (
    Claim,
    ClaimKind,
    ClaimParcel,
    ClaimParcelState,
    ClaimState,
    ClaimStepKind,
    CreditKind,
    Order,
    OrderLine,
    Remedy,
    Shipment,
    ShipmentState,
    Side,
)
from checkout.models.claim import Way
from shop import config
from shop.audit import Actor
from shop.db import now
from shop.texts import mark

AGREED, DECIDED = mark("Agreed in a claim"), mark("Decided in a claim")
"""Why money goes back (msgids), as letters and credit notes say it."""
_OPEN_PARCEL = (ShipmentState.SHIPPED, ShipmentState.DELIVERED)
_SERVED = ("paid", "completed")


def within(days: int) -> datetime:
    """Give the moment that is so many days from now."""
    return now() + timedelta(days=days)


def begin(session: Session, actor: Actor, claim: Claim, order: Order) -> None:
    """Do what was agreed or decided, as far as it can be done now; what has to be sent first waits for it.

    :raise catalog.stock.OutOfStock: when there is no piece to put in the place of another.
    """
    if claim.remedy in (None, Remedy.NOTHING):
        finish(session, actor, claim, order)
        return
    if claim.remedy is Remedy.PART or (claim.remedy is Remedy.REFUND and not claim.comes_back):
        pay_back(session, actor, claim, order)
        return
    if claim.remedy is Remedy.REPLACEMENT:
        _set_aside(session, claim, order)
    if claim.comes_back:
        _add(session, claim, Way.BACK)
    else:
        _add(session, claim, Way.OUT)
    states.postpone(session, claim, within(config.current().claim_send_days))


def _add(session: Session, claim: Claim, way: Way) -> None:
    """Ask for a parcel; one of an earlier agreement about the same claim begins anew."""
    earlier = finding.parcels_of(session, claim.id).get(way)
    parcel = earlier or ClaimParcel(claim_id=claim.id, way=way)
    parcel.state, parcel.courier, parcel.tracking_number = ClaimParcelState.DUE, "", ""
    parcel.sent_at = parcel.arrived_at = None
    session.add(parcel)
    session.flush()


def pieces_of(session: Session, claim: Claim) -> dict[int, int]:
    """Give how many pieces of each variant a claim is about."""
    found: dict[int, int] = {}
    for line_id, pieces in terms.asked(session, claim).items():
        variant_id = session.get_one(OrderLine, line_id).variant_id
        found[variant_id] = found.get(variant_id, 0) + pieces
    return found


def _set_aside(session: Session, claim: Claim, order: Order) -> None:
    """Take the pieces that go out in place of the first ones off the shelf, with their movements of stock."""
    pieces = pieces_of(session, claim)
    stock.reserve(session, pieces, order.number)
    stock.take(session, pieces, order.number)


def on_shelf(session: Session, claim: Claim, order: Order) -> None:
    """Put the pieces of a claim on sale again: they came back whole, or were set aside and never left."""
    stock.return_(session, pieces_of(session, claim), order.number)


def give_up_pieces(session: Session, claim: Claim, order: Order) -> None:
    """Put what was set aside for a replacement on sale again, unless it has left."""
    out = finding.parcels_of(session, claim.id).get(Way.OUT)
    agreed = claim.state in (ClaimState.AGREED, ClaimState.FINAL)
    left = out is not None and out.state in (ClaimParcelState.SENT, ClaimParcelState.ARRIVED)
    if claim.remedy is Remedy.REPLACEMENT and agreed and not left:
        on_shelf(session, claim, order)


def next_parcel(session: Session, actor: Actor, claim: Claim, order: Order) -> None:
    """Go on when the pieces are back at the workshop: the money, or the parcel out."""
    if claim.remedy is Remedy.REFUND:
        pay_back(session, actor, claim, order)
        return
    _add(session, claim, Way.OUT)
    states.postpone(session, claim, within(config.current().claim_send_days))


def turn_to_money(session: Session, actor: Actor, claim: Claim, order: Order) -> None:
    """Give the money of the pieces back where the workshop has not carried out what it owes."""
    give_up_pieces(session, claim, order)
    for parcel in finding.parcels_of(session, claim.id).values():
        if parcel.state is ClaimParcelState.DUE:
            parcel.state = ClaimParcelState.DROPPED
    before: dict[str, object] = {"remedy": claim.remedy}
    claim.remedy, claim.amount, claim.payer = Remedy.REFUND, 0, ""
    session.flush()
    states.record(session, actor, "claim.turned", claim, before=before, after={"remedy": claim.remedy})
    states.step(session, claim, actor, Side.SHOP, ClaimStepKind.TURNED, remedy=Remedy.REFUND)
    pay_back(session, actor, claim, order)


def pay_back(session: Session, actor: Actor, claim: Claim, order: Order) -> None:
    """Give the money of a claim back, once, and end the claim. What is given back already is not given twice."""
    wanted = terms.items(session, claim)
    if order.state in _SERVED and wanted:
        reason = DECIDED if claim.decided_at else AGREED
        credit = credits.give(
            session, actor, order, wanted, kind=_kind(claim), reason=reason, key=f"claim:{claim.id}"
        )
        claim.credit_id = credit.id
        session.flush()
    finish(session, actor, claim, order)


def _kind(claim: Claim) -> CreditKind:
    if claim.remedy is Remedy.PART:
        return CreditKind.ALLOWANCE
    lost = claim.kind in (ClaimKind.NEVER_ARRIVED, ClaimKind.MISSING)
    return CreditKind.LOST if lost else CreditKind.RETURNED


def finish(session: Session, actor: Actor, claim: Claim, order: Order) -> None:
    """End a claim that was carried out; the workshop gets what is left of the parcel's money."""
    upheld = claim.remedy not in (None, Remedy.NOTHING)
    states.move(session, actor, claim, ClaimState.DONE, upheld=upheld)
    states.step(session, claim, actor, Side.SHOP, ClaimStepKind.DONE)
    parcel = session.get_one(Shipment, claim.shipment_id)
    session.refresh(parcel)
    if parcel.state in _OPEN_PARCEL:
        shipping.confirm_received(session, actor, parcel, by="claim")
    letters.tell(session, claim, order, "done", Side.BUYER, Side.WORKSHOP)
    count_again(session, claim.workshop_id)


def end(session: Session, actor: Actor, claim: Claim, to: ClaimState, side: Side, words: str = "") -> None:
    """End a claim without a remedy: given up, or out of time. The parcel's own time runs on."""
    kind = ClaimStepKind.WITHDRAWN if to is ClaimState.WITHDRAWN else ClaimStepKind.LAPSED
    give_up_pieces(session, claim, orders.lock(session, claim.order_id))
    states.move(session, actor, claim, to)
    states.step(session, claim, actor, side, kind, words)
    count_again(session, claim.workshop_id)
