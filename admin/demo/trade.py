"""The demonstration's orders: some months of them, with parcels, payments, stock movements and postings that add up."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from admin.demo import people, words
from admin.demo.books import Books
from admin.demo.makers import Atlas
from admin.demo.pieces import Offered
from admin.demo.rows import Rows
from catalog import indonesia
from catalog.models import MovementKind, Regency, StockMovement, Variant
from checkout import links, pricing, rates
from checkout.models import (
    Credit,
    CreditKind,
    Order,
    OrderLine,
    OrderState,
    Payment,
    PaymentState,
    Refund,
    RefundState,
    Reservation,
    ReservationState,
    Shipment,
    ShipmentLine,
    ShipmentState,
)

MONTHS = 5
COURIERS = (("jne", "REG"), ("sicepat", "REG"), ("pos", "REG"), ("jnt", "EZ"))
COMMISSION_BP = 800
CALLED_OFF = "Pembeli membatalkan sebelum dikirim"


@cache
def _postal_code(district_code: str) -> str:
    """Give a postal code that letters to a district may carry."""
    found = indonesia.place(district_code)
    return found.postal_codes[0] if found and found.postal_codes else "10110"


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought, and where it goes."""

    user_id: int | None
    name: str
    email: str
    regency: Regency
    district_code: str


@dataclass(frozen=True, slots=True)
class Bought:
    """So many of one offered variant."""

    piece: Offered
    quantity: int


class Market:
    """Places orders one after another, oldest first."""

    def __init__(self, rows: Rows, atlas: Atlas, chance: Random, moment: datetime, buyer_id: int) -> None:
        self.rows = rows
        self.atlas = atlas
        self.chance = chance
        self.moment = moment
        self.buyer_id = buyer_id
        self.books = Books(rows)
        self.terms = pricing.plain(rates.national_table())
        self.home = 0
        """The council of the demonstration's artisan, at whose gallery parcels can be picked up."""

    def trade(self, offered: list[Offered], count: int) -> None:
        """Place `count` orders over the last months, more of them lately."""
        left = {piece.variant_id: piece.on_hand for piece in offered}
        # The workshop of the demonstration's artisan always has parcels to pack.
        self.home = offered[0].maker.place.council_id
        first = [piece for piece in offered if piece.maker.owner_id == offered[0].maker.owner_id]
        ages = sorted((MONTHS * 30 * self.chance.random() ** 1.4 for _ in range(count)), reverse=True)
        for number, age in enumerate(ages):
            at = self.moment - timedelta(days=age, minutes=self.chance.randint(5, 400))
            basket = self._basket(offered, first, left, at)
            if basket:
                self._order(number, at, basket)

    def _basket(
        self, offered: list[Offered], first: list[Offered], left: dict[int, int], at: datetime
    ) -> list[Bought]:
        wanted: dict[int, Bought] = {}
        lately = at > self.moment - timedelta(days=3)
        for _ in range(self.chance.choice((1, 1, 1, 2, 2, 3))):
            piece = self.chance.choice(first if lately and self.chance.random() < 0.35 else offered)
            if piece.since > at or piece.variant_id in wanted:
                continue
            quantity = 1 if piece.price > 400_000 or piece.unique else self.chance.choice((1, 1, 2))
            # Every variant keeps a piece for the visitor, but for those that exist once.
            floor = 0 if piece.unique and self.chance.random() < 0.3 else 1
            if not piece.made_to_order and left[piece.variant_id] - quantity < floor:
                continue
            left[piece.variant_id] -= 0 if piece.made_to_order else quantity
            wanted[piece.variant_id] = Bought(piece, quantity)
        return list(wanted.values())

    def _buyer(self) -> Buyer:
        regency = self.chance.choice(list(self.atlas.regencies.values()))
        district = self.atlas.districts[regency.code]
        if self.chance.random() < 0.08:
            return Buyer(self.buyer_id, "Pembeli Peraga", people.address("pembeli"), regency, district)
        plant = self.chance.choice(words.NATURE)
        return Buyer(None, f"Pembeli {plant}", people.address(f"pembeli.{plant.lower()}"), regency, district)

    # --- one order ---------------------------------------------------------------------------------------

    def _order(self, number: int, at: datetime, basket: list[Bought]) -> None:
        buyer = self._buyer()
        quote = self._quote(basket, buyer, pick_up=number % 3 == 1)
        if not quote.complete:  # furniture is too heavy for the table; nobody could have ordered it
            return
        age = self.moment - at
        refunded = number % 37 == 5 and age > timedelta(days=6)
        state = self._state(age, refunded)
        paid_at = at + timedelta(minutes=self.chance.randint(2, 25))
        order_number = links.new_number(at)
        order_id = self.rows.add(
            Order,
            number=order_number,
            form_key=f"demo-{order_number}",
            access_key=links.new_access_key(),
            user_id=buyer.user_id,
            locale="id",
            state=state,
            email=buyer.email,
            name=buyer.name,
            phone="+628120000000",
            street=f"Jalan {self.chance.choice(words.NATURE)} {self.chance.randint(1, 120)}",
            village="",
            district_code=buyer.district_code,
            postal_code=_postal_code(buyer.district_code),
            place=f"{buyer.regency.name}, {buyer.regency.province.name_id}",
            note="",
            goods_total=quote.goods_total,
            shipping_total=quote.shipping_total,
            total=quote.total,
            currency="IDR",
            created_at=at,
            expires_at=at + timedelta(hours=1),
            paid_at=paid_at,
            closed_at=None if state is OrderState.PAID else min(paid_at + timedelta(days=9), self.moment),
        )
        lines = [self._line(order_id, order_number, bought, at, paid_at, refunded) for bought in basket]
        credit_id = self._credit(order_id, quote.total, paid_at) if refunded else None
        for parcel in quote.parcels:
            self._parcel(order_id, order_number, parcel, lines, paid_at, age, credit_id)
        self._pay(order_id, order_number, quote.total, at, paid_at, credit_id)

    def _state(self, age: timedelta, refunded: bool) -> OrderState:
        if refunded:
            return OrderState.REFUNDED
        return OrderState.COMPLETED if age > timedelta(days=11) else OrderState.PAID

    def _quote(self, basket: list[Bought], buyer: Buyer, *, pick_up: bool) -> pricing.Quote:
        lines = [
            pricing.Line(
                variant_id=bought.piece.variant_id,
                workshop_id=bought.piece.maker.workshop_id,
                council_id=bought.piece.maker.place.council_id,
                origin=_place(bought.piece.maker.place.regency),
                unit_price=bought.piece.price,
                quantity=bought.quantity,
                weight_g=bought.piece.weight_g,
                length_cm=bought.piece.size[0],
                width_cm=bought.piece.size[1],
                height_cm=bought.piece.size[2],
            )
            for bought in basket
        ]
        terms = {line.council_id: self.terms for line in lines}
        choices = {}
        if pick_up and self.home in terms:
            terms[self.home] = replace(self.terms, pick_up=True)
            fetched = pricing.Choice(pricing.PICK_UP)
            choices = {line.workshop_id: fetched for line in lines if line.council_id == self.home}
        return pricing.quote(lines, _place(buyer.regency), terms, choices)

    def _line(
        self, order_id: int, number: str, bought: Bought, at: datetime, paid_at: datetime, refunded: bool
    ) -> dict[str, Any]:
        piece, quantity = bought.piece, bought.quantity
        total = piece.price * quantity
        values: dict[str, Any] = {
            "order_id": order_id,
            "workshop_id": piece.maker.workshop_id,
            "variant_id": piece.variant_id,
            "listing_id": piece.listing_id,
            "council_id": piece.maker.place.council_id,
            "title": piece.title,
            "variant_name": piece.variant_name,
            "workshop_name": piece.maker.name,
            "technique": piece.technique,
            "unit_price": piece.price,
            "quantity": quantity,
            "total": total,
            "commission_bp": COMMISSION_BP,
            "commission": pricing.commission(total, COMMISSION_BP),
            "made_to_order": piece.made_to_order,
            "lead_days": piece.lead_days,
        }
        line_id = self.rows.add(OrderLine, **values)
        self.rows.add(
            Reservation,
            order_id=order_id,
            variant_id=piece.variant_id,
            quantity=quantity,
            state=ReservationState.TAKEN,
            created_at=at,
            ended_at=paid_at,
        )
        self._move(piece, number, MovementKind.RESERVE, 0, quantity, 0, at)
        taken = 0 if piece.made_to_order else -quantity
        self._move(piece, number, MovementKind.TAKE, taken, -quantity, quantity, paid_at)
        if refunded:
            self._move(piece, number, MovementKind.RETURN, -taken, 0, -quantity, paid_at + timedelta(days=1))
        return values | {"id": line_id}

    def _move(
        self,
        piece: Offered,
        number: str,
        kind: MovementKind,
        on_hand: int,
        reserved: int,
        sold: int,
        at: datetime,
    ) -> None:
        variant = self.rows.get(Variant, piece.variant_id)
        variant["on_hand"] += on_hand
        variant["reserved"] += reserved
        variant["sold"] += sold
        self.rows.add(
            StockMovement, variant_id=piece.variant_id, kind=kind, on_hand=on_hand, reserved=reserved,
            sold=sold, reference=number, actor_label="system:demo", at=at,
        )  # fmt: skip

    def _parcel(
        self,
        order_id: int,
        number: str,
        parcel: pricing.Parcel,
        lines: list[dict[str, Any]],
        paid_at: datetime,
        age: timedelta,
        credit_id: int | None,
    ) -> None:
        rate, chosen = parcel.rate, parcel.chosen
        if rate is None or chosen is None:
            raise ValueError("the national table carries all of these")
        shipped_at = paid_at + timedelta(hours=self.chance.randint(5, 40))
        received_at = shipped_at + timedelta(days=rate.etd_max_days)
        state = ShipmentState.TO_PACK
        if credit_id is not None:
            state = ShipmentState.CANCELLED
        elif age > timedelta(days=11):
            state, received_at = ShipmentState.RECEIVED, min(received_at, paid_at + timedelta(days=9))
        elif age > timedelta(days=3):
            state = ShipmentState.SHIPPED
        gone = state in {ShipmentState.SHIPPED, ShipmentState.RECEIVED}
        courier, service = self.chance.choice(COURIERS)
        tracked = f"PERAGA{self.chance.randint(10**8, 10**9 - 1)}" if gone else ""
        if not gone or chosen.pick_up:
            courier = service = tracked = ""
        shipment_id = self.rows.add(
            Shipment,
            order_id=order_id, workshop_id=parcel.workshop_id, state=state, zone=parcel.zone,
            weight_g=parcel.weight_g, fee=parcel.fee,
            etd_min_days=rate.etd_min_days, etd_max_days=rate.etd_max_days,
            ship_by=paid_at + timedelta(days=3),
            promised_service=chosen.service.code, pick_up=chosen.pick_up,
            courier=courier, service=service, tracking_number=tracked,
            shipped_at=shipped_at if gone else None,
            received_at=received_at if state is ShipmentState.RECEIVED else None,
            received_by="buyer" if state is ShipmentState.RECEIVED else "",
            created_at=paid_at,
        )  # fmt: skip
        mine = [line for line in lines if line["workshop_id"] == parcel.workshop_id]
        for line in mine:
            self.rows.add(
                ShipmentLine, shipment_id=shipment_id, order_line_id=line["id"], quantity=line["quantity"]
            )
        self.books.sale(order_id, number, shipment_id, parcel, mine, paid_at)
        if state is ShipmentState.RECEIVED:
            self.books.release(order_id, number, shipment_id, parcel, mine, received_at)
        elif credit_id is not None:
            self._give_back(order_id, number, credit_id, shipment_id, parcel, mine, paid_at)
        else:
            self.rows.get(Shipment, shipment_id)["held_left"] = parcel.fee
            for line in mine:
                self.rows.get(OrderLine, line["id"])["held_left"] = line["total"] - line["commission"]

    def _give_back(
        self,
        order_id: int,
        number: str,
        credit_id: int,
        shipment_id: int,
        parcel: pricing.Parcel,
        lines: list[dict[str, Any]],
        paid_at: datetime,
    ) -> None:
        self.books.credit(
            order_id, number, credit_id, shipment_id, parcel, lines, paid_at + timedelta(days=1)
        )
        self.rows.get(Shipment, shipment_id)["credited"] = parcel.fee
        for line in lines:
            self.rows.get(OrderLine, line["id"]).update(credited=line["total"], returned=line["quantity"])

    def _credit(self, order_id: int, total: int, paid_at: datetime) -> int:
        return self.rows.add(
            Credit, order_id=order_id, key=f"order:{order_id}", kind=CreditKind.ORDER, reason=CALLED_OFF,
            amount=total, surplus=0, created_at=paid_at + timedelta(days=1),
        )  # fmt: skip

    def _pay(
        self, order_id: int, number: str, total: int, at: datetime, paid_at: datetime, credit_id: int | None
    ) -> None:
        refunded = credit_id is not None
        payment_id = self.rows.add(
            Payment,
            order_id=order_id,
            gateway="stripe",
            state=PaymentState.REFUNDED if refunded else PaymentState.CAPTURED,
            amount=total,
            currency="IDR",
            session_ref=f"demo_session_{number}",
            intent_ref=f"demo_intent_{number}",
            refunded=total if refunded else 0,
            created_at=at,
            captured_at=paid_at,
        )
        if not refunded:
            return
        back_at = paid_at + timedelta(days=1)
        refund_id = self.rows.add(
            Refund,
            payment_id=payment_id,
            credit_id=credit_id,
            key=f"credit:{credit_id}",
            amount=total,
            reason=CALLED_OFF,
            state=RefundState.DONE,
            gateway_ref=f"demo_refund_{number}",
            created_at=back_at,
            done_at=back_at,
        )
        self.books.refund(order_id, number, refund_id, total, back_at)


def _place(regency: Regency) -> pricing.Place:
    return pricing.Place(regency.code, regency.province_code, regency.province.island_group, regency.remote)
