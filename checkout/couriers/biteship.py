"""Biteship behind the port: https://biteship.com/en/docs/api (shapes: domain.md 5.5).

Tariffs are asked for between postal codes. Parcels are tracked by their courier's own number (public tracking).
"""

import re
import time
from typing import Any
from urllib.parse import quote

from checkout.couriers import reading
from checkout.couriers.kept import Kept
from checkout.couriers.port import (
    Checkpoint,
    LiveRate,
    NoSuchWaybill,
    RateRequest,
    Refused,
    Tracking,
    TrackingState,
)
from checkout.couriers.wire import Wire

BASE = "https://api.biteship.com"
CODES = {
    code: code for code in ("jne", "jnt", "sicepat", "pos", "tiki", "anteraja", "ninja", "lion", "sap")
} | {"ide": "idexpress"}
"""Our codes (couriers.csv) and its own."""
RATES_KEPT = 900.0
STATES = {
    "confirmed": TrackingState.ACCEPTED,
    "scheduled": TrackingState.ACCEPTED,
    "allocated": TrackingState.ACCEPTED,
    "pickingup": TrackingState.ACCEPTED,
    "picked": TrackingState.IN_TRANSIT,
    "intransit": TrackingState.IN_TRANSIT,
    "droppingoff": TrackingState.OUT_FOR_DELIVERY,
    "delivered": TrackingState.DELIVERED,
    "onhold": TrackingState.HELD,
    "rejected": TrackingState.HELD,
    "cancelled": TrackingState.HELD,
    "couriernotfound": TrackingState.HELD,
    "returnintransit": TrackingState.RETURNING,
    "returned": TrackingState.RETURNED,
    "disposed": TrackingState.LOST,
}
"""Its states without case and underscores: its pages write both `dropping_off` and `droppingOff`."""


class Biteship:
    """The aggregator Biteship."""

    name = "Biteship"

    def __init__(self, key: str, *, base: str = "", timeout: float = 2.0) -> None:
        self._wire = Wire(base or BASE, {"authorization": key}, timeout)
        self._rates: Kept[RateRequest, tuple[LiveRate, ...]] = Kept(
            seconds=RATES_KEPT, size=512, clock=time.monotonic
        )

    def rates(self, request: RateRequest) -> list[LiveRate]:
        """Give what couriers ask, the cheapest first. :raise Unreachable: :raise Refused:"""
        asked = {CODES[code]: code for code in request.couriers if code in CODES}
        if not asked:
            return []
        known = self._rates.get(request)
        if known is None:
            path = "/v1/rates/couriers"
            answer = self._wire.ask(
                "POST", path, deadline=self._wire.deadline(), body=_question(request, ",".join(asked))
            )
            if answer.status >= 400 or answer.data.get("success") is False:
                raise Refused
            rows = answer.data.get("pricing")
            if not isinstance(rows, list):
                raise self._wire.nonsense(path)
            found = [rate for row in reading.objects(rows) if (rate := _rate(row, asked))]
            if rows and not found:
                raise self._wire.nonsense(path)
            found.sort(key=lambda rate: (rate.price, rate.courier, rate.service))
            known = self._rates.keep(request, tuple(found))
        return list(known)

    def track(self, courier: str, tracking_number: str, *, phone: str = "") -> Tracking:
        """Tell where a parcel is; it asks for no phone number. :raise NoSuchWaybill: Unreachable: Refused:"""
        if courier not in CODES:
            raise NoSuchWaybill
        path = f"/v1/trackings/{quote(tracking_number, safe='')}/couriers/{CODES[courier]}"
        answer = self._wire.ask("GET", path, deadline=self._wire.deadline())
        if answer.status >= 400 or answer.data.get("success") is False:
            raise NoSuchWaybill
        named = reading.text(answer.data.get("waybill_id"))
        state = _state(answer.data.get("status"))
        if state is None or (named and named.upper() != tracking_number.upper()):
            raise self._wire.nonsense("/v1/trackings")
        points = [point for row in reading.objects(answer.data.get("history")) if (point := _checkpoint(row))]
        return reading.tracking(state, points)


def _question(request: RateRequest, couriers: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "name": "Kriya",
        "value": request.value,
        "quantity": 1,
        "weight": max(request.weight_g, 1),
    }
    if request.length_cm and request.width_cm and request.height_cm:
        item |= {"length": request.length_cm, "width": request.width_cm, "height": request.height_cm}
    question: dict[str, Any] = {
        "origin_postal_code": _postal(request.origin.postal_code),
        "destination_postal_code": _postal(request.destination.postal_code),
        "couriers": couriers,
        "items": [item],
    }
    if request.value:
        question["courier_insurance"] = request.value
    return question


def _postal(code: str) -> int:
    """Give a postal code as the number it wants. :raise Refused: when it is none."""
    if not re.fullmatch(r"[1-9][0-9]{4}", code, re.ASCII):
        raise Refused
    return int(code)


def _rate(row: dict[str, Any], asked: dict[str, str]) -> LiveRate | None:
    courier = asked.get(reading.text(row.get("courier_code") or row.get("company"), 20).lower())
    service = reading.text(row.get("courier_service_code") or row.get("type"), 40).upper()
    price, carrying = reading.rupiah(row.get("price")), reading.rupiah(row.get("shipping_fee"))
    insured = reading.rupiah(row.get("insurance_fee")) if row.get("available_for_insurance") is True else None
    if carrying is None and price is not None:
        carrying = price - (insured or 0)  # the price is said with the insurance that was asked for
    if courier is None or not service or not carrying or carrying < 0:
        return None
    if reading.text(row.get("currency")) not in {"", "IDR"}:
        return None
    first, last = reading.days(row.get("shipment_duration_range"), row.get("shipment_duration_unit"))
    if not last:
        first, last = reading.days(row.get("duration"))
    name = reading.text(row.get("courier_service_name")) or service
    return LiveRate(courier, service, name, carrying, first, last, insured or None)


def _state(said: Any) -> TrackingState | None:
    return STATES.get(reading.text(said).replace("_", "").replace(" ", "").lower())


def _checkpoint(row: dict[str, Any]) -> Checkpoint | None:
    at, state = reading.moment(row.get("updated_at")), _state(row.get("status"))
    if at is None or state is None:
        return None
    return Checkpoint(at, state, reading.text(row.get("note")))
