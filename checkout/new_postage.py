"""What the parcels of an order cost to another regency, reckoned anew when its buyer puts the address right.

Called by `addresses`. By the service that was paid for and what is still in the parcels: what an aggregator answered
before the transaction began (`live_rates`), else the councils' tables. The money stays as it was: where it is dearer
the address is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from catalog import products
from checkout import live_rates, orders, parcels, quotes
from checkout.couriers.port import RateRequest
from checkout.live_rates import Answers, Way
from checkout.models import Order, Shipment, ShipmentState
from checkout.pricing import Choice, Line, NoSuchOption, Parcel
from shop.errors import Invalid
from shop.money import rupiah


class Dearer(Invalid):
    """The postage that was paid is not enough."""

    message = "Postage to this address costs %(more)s more than you have paid. Please call the order off and order again."


class NoWay(Invalid):
    """The service does not go there, or nobody knows any more what the parcel weighs."""

    message = "The courier service that you have paid for does not carry a parcel there. Please call the order off and order again."


@dataclass(frozen=True, slots=True)
class Move:
    """The parcels of one workshop, and how they go to the new place."""

    sent: tuple[Shipment, ...]
    there: Parcel


def requests(session: Session, order: Order, way: Way) -> list[RateRequest]:
    """Give what to ask an aggregator about the parcels on another way. :raise NoWay: :raise quotes.NoSuchPlace:"""
    return [
        request
        for sent in _to_send(session, order)
        for request in live_rates.requests(session, _inside(session, order, sent), way).values()
    ]


def reckon(session: Session, order: Order, way: Way, live: Answers) -> list[Move]:
    """Give how every parcel that is to be sent goes another way, for no more than was paid.

    :raise Dearer: :raise NoWay: :raise quotes.NoSuchPlace:
    """
    moves = [_move(session, order, sent, way, live) for sent in _to_send(session, order)]
    more = sum(max(_costs(one.there) - _paid(one.sent), 0) for one in moves)
    if more:
        raise Dearer(more=rupiah(more))
    return moves


def _to_send(session: Session, order: Order) -> list[list[Shipment]]:
    """Give the parcels that a courier takes, by workshop."""
    by_workshop: dict[int, list[Shipment]] = {}
    for one in parcels.of_order(session, order.id):
        if one.state is not ShipmentState.CANCELLED and not one.pick_up:
            by_workshop.setdefault(one.workshop_id, []).append(one)
    return list(by_workshop.values())


def _inside(session: Session, order: Order, sent: Sequence[Shipment]) -> list[Line]:
    """Give what is in parcels, at the prices that were paid. :raise NoWay: when nobody knows what a piece weighs."""
    bought = {line.id: line for line in orders.lines_of(session, order.id)}
    wanted: dict[int, int] = {}
    prices: dict[int, int] = {}
    for inside in (one for parcel in sent for one in parcels.contents(session, parcel.id)):
        line = bought[inside.order_line_id]
        wanted[line.variant_id] = wanted.get(line.variant_id, 0) + inside.quantity
        prices[line.variant_id] = line.unit_price
    offers = products.offers(session, list(wanted), order.locale)
    if not wanted or offers.keys() != wanted.keys():
        raise NoWay
    return [
        replace(line, unit_price=prices[line.variant_id]) for line in quotes.lines_of(session, wanted, offers)
    ]


def _move(session: Session, order: Order, sent: Sequence[Shipment], way: Way, live: Answers) -> Move:
    lines, first = _inside(session, order, sent), sent[0]
    choice = Choice(f"{first.promised_courier}-{first.promised_service}", bool(first.insurance))
    choices = {first.workshop_id: choice} if first.promised_courier else {}
    try:
        quote = live_rates.quote(session, lines, way, choices, live)
    except NoSuchOption as error:
        raise NoWay from error
    there = quote.parcels[0]
    if there.rate is None or there.chosen is None or there.chosen.pick_up:
        raise NoWay
    return Move(tuple(sent), there)


def _costs(there: Parcel) -> int:
    return there.fee + there.insurance


def _paid(sent: Sequence[Shipment]) -> int:
    return sum(one.fee + one.insurance for one in sent)


def apply(moves: Sequence[Move]) -> None:
    """Write down zone and days of the way to the new place; what was paid stays."""
    for move in moves:
        for one in move.sent:
            one.zone = move.there.zone
            if move.there.rate is not None:
                one.etd_min_days, one.etd_max_days = (
                    move.there.rate.etd_min_days,
                    move.there.rate.etd_max_days,
                )
