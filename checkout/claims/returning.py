"""The parcels of a remedy: sent back, come back, sent out, arrived; and what is not as it should be on the way.

Called by the buyer's pages, the studio and `deadlines`. The way back is paid by whom the terms name: where it is the
workshop, it orders the courier, and the buyer pays nothing.
"""

import re

from sqlalchemy.orm import Session

from checkout import shipping
from checkout.claims import answers, carrying, finding, letters, states, terms
from checkout.claims.carrying import within
from checkout.models import (
    Claim,
    ClaimParcel,
    ClaimParcelState,
    ClaimState,
    ClaimStepKind,
    Order,
    Remedy,
    Side,
)
from checkout.models.claim import Way
from shop import config
from shop.audit import Actor
from shop.db import now
from shop.errors import Invalid

P = ClaimParcelState
_CARRIED_OUT = (ClaimState.AGREED, ClaimState.FINAL)


class CourierMissing(Invalid):
    """A parcel goes with a courier of the list."""

    message = "Please choose a courier."


def sends_back(claim: Claim) -> Side:
    """Say who hands the way back to a courier: whoever pays for it."""
    return Side.WORKSHOP if claim.payer == "workshop" else Side.BUYER


def send(
    session: Session,
    actor: Actor,
    claim: Claim,
    side: Side,
    way: Way,
    courier: str,
    tracking: str,
    *,
    turn: int,
) -> None:
    """Hand a parcel of a claim to a courier: back by whoever pays for it, out by the workshop.

    :raise CourierMissing: :raise checkout.shipping.BadTracking: :raise states.ClaimMoved:
    """
    order = states.hold_still(session, claim, turn)
    mine = sends_back(claim) if way is Way.BACK else Side.WORKSHOP
    parcel = _parcel(session, claim, way, P.DUE)
    if side is not mine:
        raise states.ClaimMoved
    if courier not in {one.code for one in shipping.couriers()}:
        raise CourierMissing
    number = re.sub(r"\s", "", tracking).upper()
    if not shipping.TRACKING.fullmatch(number):
        raise shipping.BadTracking
    parcel.state, parcel.courier, parcel.tracking_number, parcel.sent_at = P.SENT, courier, number, now()
    states.postpone(session, claim, within(config.current().claim_arrive_days))
    kind = ClaimStepKind.SENT_BACK if way is Way.BACK else ClaimStepKind.SENT_OUT
    words = f"{shipping.courier_label(courier, '')}, {number}"
    states.step(session, claim, actor, side, kind, words)
    after: dict[str, object] = {"courier": courier, "tracking_number": number}
    states.record(session, actor, f"claim.{kind}", claim, before={}, after=after)
    letters.tell(session, claim, order, kind, Side.BUYER if side is Side.WORKSHOP else Side.WORKSHOP)


def came_back(session: Session, actor: Actor, claim: Claim, side: Side, *, turn: int, shelf: bool) -> None:
    """Note that the pieces are back at the workshop, whole and on sale again if it says so; the remedy goes on.

    :raise states.ClaimMoved:
    """
    order = states.hold_still(session, claim, turn)
    parcels = finding.parcels_of(session, claim.id)
    parcel = parcels.get(Way.BACK)
    if claim.state not in _CARRIED_OUT or parcel is None or parcel.state not in (P.DUE, P.SENT):
        raise states.ClaimMoved
    parcel.state, parcel.arrived_at = P.ARRIVED, now()
    session.flush()
    states.step(session, claim, actor, side, ClaimStepKind.CAME_BACK)
    states.record(session, actor, "claim.came_back", claim, before={}, after={"on_shelf": shelf})
    if shelf and claim.remedy is not Remedy.REPAIR:
        carrying.on_shelf(session, claim, order)
    carrying.next_parcel(session, actor, claim, order)


def arrived(session: Session, actor: Actor, claim: Claim, side: Side, *, turn: int) -> None:
    """Note that what the workshop sent has arrived as it should: the claim is done. :raise states.ClaimMoved:"""
    order = states.hold_still(session, claim, turn)
    parcel = _parcel(session, claim, Way.OUT, P.SENT)
    parcel.state, parcel.arrived_at = P.ARRIVED, now()
    session.flush()
    states.step(session, claim, actor, side, ClaimStepKind.ARRIVED)
    states.record(session, actor, "claim.arrived", claim, before={}, after={})
    carrying.finish(session, actor, claim, order)


def contest(session: Session, actor: Actor, claim: Claim, side: Side, words: str, *, turn: int) -> None:
    """Bring what was sent before the council: it is not as it left, or wrong again, or has not come.

    :raise states.ClaimMoved: :raise terms.WordsMissing:
    """
    order = states.hold_still(session, claim, turn)
    if not may_contest(session, claim, side):
        raise states.ClaimMoved
    said = terms.words(words, needed=True)
    carrying.give_up_pieces(session, claim, order)
    answers.to_council(session, actor, claim, order, side, ClaimStepKind.CONTESTED, said)


def may_contest(session: Session, claim: Claim, side: Side) -> bool:
    """Say whether a side may bring what the other sent before the council."""
    if claim.state not in _CARRIED_OUT:
        return False
    parcel = finding.parcels_of(session, claim.id).get(Way.BACK if side is Side.WORKSHOP else Way.OUT)
    return parcel is not None and parcel.state is P.SENT


def _parcel(session: Session, claim: Claim, way: Way, state: ClaimParcelState) -> ClaimParcel:
    parcel = finding.parcels_of(session, claim.id).get(way)
    if claim.state not in _CARRIED_OUT or parcel is None or parcel.state is not state:
        raise states.ClaimMoved
    return parcel


def time_over(session: Session, actor: Actor, claim: Claim, order: Order) -> None:
    """Do what holds when the time of a parcel of a claim is over. Needs `hold_still`.

    Not sent back by the buyer: the claim lapses. No courier ordered by the workshop, or nothing sent out: the money.
    Sent and no word: it has arrived.
    """
    parcels = finding.parcels_of(session, claim.id)
    back, out = parcels.get(Way.BACK), parcels.get(Way.OUT)
    if out is not None and out.state is P.SENT:
        arrived(session, actor, claim, Side.SHOP, turn=claim.turn)
    elif out is not None and out.state is P.DUE:
        carrying.turn_to_money(session, actor, claim, order)
    elif back is not None and back.state is P.SENT:
        came_back(session, actor, claim, Side.SHOP, turn=claim.turn, shelf=False)
    elif back is not None and back.state is P.DUE and sends_back(claim) is Side.BUYER:
        carrying.end(session, actor, claim, ClaimState.LAPSED, Side.SHOP)
        letters.tell(session, claim, order, "lapsed", Side.BUYER, Side.WORKSHOP)
    elif back is not None and back.state is P.DUE:
        carrying.turn_to_money(session, actor, claim, order)
