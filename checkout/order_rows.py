"""The rows of a new order: what the buyer saw, frozen into the order, its lines and its parcels. Called by `placing`."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from catalog import indonesia
from catalog.cards import Offer
from checkout import commissions, links
from checkout.buyers import Buyer
from checkout.discounts import Discount
from checkout.models import Order, OrderLine, OrderState, Shipment, ShipmentLine
from checkout.pricing import Parcel, Quote
from checkout.tax import collecting
from shop import config
from shop.db import now
from shop.writes import add_object_once, add_objects, add_rows


def insert(
    session: Session, form_key: str, buyer: Buyer, quote: Quote, discount: Discount | None
) -> Order | None:
    """Write the order unless the form has one; the unique key decides."""
    moment, off = now(), discount.total if discount else 0
    place_found = indonesia.place(buyer.district_code)
    values = {
        "number": links.new_number(moment),
        "form_key": form_key,
        "access_key": links.new_access_key(),
        "user_id": buyer.user_id,
        "locale": buyer.locale,
        "state": OrderState.PENDING,
        "email": buyer.email,
        "name": buyer.name,
        "phone": buyer.phone,
        "street": buyer.street,
        "village": buyer.village,
        "district_code": buyer.district_code,
        "postal_code": buyer.postal_code,
        "place": place_found.label if place_found else buyer.district_code,
        "note": buyer.note,
        "goods_total": quote.goods_total,
        "shipping_total": quote.shipping_total,
        "discount_total": off + quote.postage_discount,
        "total": quote.total - off,
        "currency": "IDR",
        "created_at": moment,
        "expires_at": moment + timedelta(minutes=config.current().payment_minutes),
    }
    placed: Order | None = add_object_once(session, Order, **values)
    return placed


def write(
    session: Session,
    order: Order,
    offers: Mapping[int, Offer],
    quote: Quote,
    discount: Discount | None,
    gifts: Mapping[int, str],
) -> tuple[list[OrderLine], list[Shipment]]:
    """Copy what the buyer saw into the order's lines, open a parcel per workshop."""
    made = [(_lines(order, parcel, offers), _shipment(order, parcel)) for parcel in quote.parcels]
    for lines, sent in made:
        sent.gift_message = gifts.get(sent.workshop_id, "")
        _take_off(discount, lines, sent)
    crafts = {variant_id: offer.craft_id for variant_id, offer in offers.items()}
    bought = [line for lines, _sent in made for line in lines]
    commissions.freeze(session, bought, crafts)
    collecting.fill(session, bought, order.created_at)
    parcels = [sent for _lines_of, sent in made]
    add_objects(session, bought)
    add_objects(session, parcels)
    inside = [(sent.id, line.id, line.quantity) for lines, sent in made for line in lines]
    columns = ("shipment_id", "order_line_id", "quantity")
    add_rows(session, ShipmentLine, (dict(zip(columns, row, strict=True)) for row in inside))
    return bought, parcels


def _lines(order: Order, parcel: Parcel, offers: Mapping[int, Offer]) -> list[OrderLine]:
    return [
        OrderLine(
            order_id=order.id,
            workshop_id=parcel.workshop_id,
            variant_id=line.variant_id,
            listing_id=offers[line.variant_id].listing_id,
            council_id=line.council_id,
            title=offers[line.variant_id].title,
            variant_name=offers[line.variant_id].variant_name,
            workshop_name=offers[line.variant_id].workshop_name,
            technique=offers[line.variant_id].technique,
            picture_id=offers[line.variant_id].picture_id,
            unit_price=line.unit_price,
            quantity=line.quantity,
            total=line.total,
            made_to_order=offers[line.variant_id].made_to_order,
            lead_days=offers[line.variant_id].lead_days,
        )
        for line in parcel.lines
    ]


def _take_off(discount: Discount | None, lines: Iterable[OrderLine], parcel: Shipment) -> None:
    """Freeze each one's share of a discount, and who bears it, in lines and parcel."""
    if discount is None:
        return
    for line in lines:
        off = discount.of_line(line.variant_id)
        line.discount, line.funded = off, discount.funded(off)
        line.funded_by = discount.funded_by if off else ""
    off = discount.of_parcel(parcel.workshop_id)
    if off:
        parcel.discount, parcel.funded = off, discount.funded(off)
        parcel.funded_by = discount.funded_by


def _shipment(order: Order, parcel: Parcel) -> Shipment:
    rate, chosen = parcel.rate, parcel.chosen
    if rate is None or chosen is None:
        raise ValueError("a parcel without a rate is not ordered")
    return Shipment(
        order_id=order.id,
        workshop_id=parcel.workshop_id,
        zone=parcel.zone,
        weight_g=parcel.weight_g,
        fee=parcel.fee,
        insurance=parcel.insurance,
        discount=parcel.discount,
        funded=parcel.funded,
        funded_by=parcel.funded_by,
        promised_courier=chosen.service.courier,
        promised_service=chosen.service.code,
        pick_up=chosen.pick_up,
        live_rate=chosen.live,
        etd_min_days=rate.etd_min_days,
        etd_max_days=rate.etd_max_days,
        created_at=now(),
    )
