"""RajaOngkir (Komerce, API V2) behind the port: https://rajaongkir.com/docs (shapes: domain.md 5.5).

Tariffs are asked for between its own destination ids, which are looked up by postal code and kept for a day.
Quotas are per day (100 free); a 429 names when to come back.
"""

import re
import time
from typing import Any

from checkout.couriers import reading
from checkout.couriers.kept import Kept
from checkout.couriers.port import (
    Checkpoint,
    End,
    LiveRate,
    NoSuchWaybill,
    RateRequest,
    Refused,
    Tracking,
    TrackingState,
)
from checkout.couriers.wire import Answer, Wire

BASE = "https://rajaongkir.komerce.id/api/v1"
COURIERS = {"jne", "sicepat", "ide", "sap", "ninja", "jnt", "tiki", "wahana", "pos", "sentral", "lion", "rex"}
"""Codes it knows; they are those of couriers.csv (the page 3 PL Availability of its documentation)."""
RATES_KEPT, PLACES_KEPT = 900.0, 86_400.0
_RETURNED = re.compile(
    r"\b(returned to (shipper|sender)|retur(n)? (selesai|complete)|dikembalikan ke pengirim)"
)
_RETURNING = re.compile(r"\b(return|returned|returning|retur|dikembalikan)\b")
_OUT = re.compile(
    r"(with delivery courier|out for delivery|dibawa (oleh )?kurir|(sedang )?(di)?antar(kan)? )"
)
_HELD = re.compile(
    r"\b(undelivered|failed|gagal|on hold|tidak (ada orang|dikenal)|rumah kosong|bad address)\b"
)
_LOST = re.compile(r"\b(lost|hilang)\b")


class RajaOngkir:
    """The aggregator of Komerce."""

    name = "RajaOngkir"

    def __init__(self, key: str, *, base: str = "", timeout: float = 2.0) -> None:
        self._wire = Wire(base or BASE, {"key": key}, timeout)
        self._rates: Kept[RateRequest, tuple[LiveRate, ...]] = Kept(
            seconds=RATES_KEPT, size=512, clock=time.monotonic
        )
        self._places: Kept[End, str] = Kept(seconds=PLACES_KEPT, size=2048, clock=time.monotonic)

    def rates(self, request: RateRequest) -> list[LiveRate]:
        """Give what couriers ask, the cheapest first. :raise Unreachable: :raise Refused:"""
        asked = [code for code in request.couriers if code in COURIERS]
        if not asked:
            return []
        known = self._rates.get(request)
        if known is None:
            deadline = self._wire.deadline()
            form = {
                "origin": self._place(request.origin, deadline),
                "destination": self._place(request.destination, deadline),
                "weight": str(_weight(request)),
                "courier": ":".join(asked),
                "price": "lowest",
            }
            path = "/calculate/domestic-cost"
            answer = self._wire.ask("POST", path, deadline=deadline, form=form)
            rows = self._data(answer, path, nothing_is=())
            found = sorted((rate for row in reading.objects(rows) if (rate := _rate(row, asked))), key=_price)
            if rows and not found:  # rows came, and none could be read
                raise self._wire.nonsense(path)
            known = self._rates.keep(request, tuple(found))
        return list(known)

    def track(self, courier: str, tracking_number: str, *, phone: str = "") -> Tracking:
        """Tell where a parcel is. :raise NoSuchWaybill: :raise Unreachable: :raise Refused:"""
        if courier not in COURIERS:
            raise NoSuchWaybill
        path = "/track/waybill"
        query = {"awb": tracking_number, "courier": courier}
        digits = re.sub(r"\D", "", phone)[-5:]
        if digits:
            query["last_phone_number"] = digits
        answer = self._wire.ask("POST", path, deadline=self._wire.deadline(), query=query)
        if answer.status in {400, 404, 422}:
            raise NoSuchWaybill
        data = self._data(answer, path, nothing_is=None)
        if data is None:
            raise NoSuchWaybill
        if not isinstance(data, dict) or not _about(data, tracking_number):
            raise self._wire.nonsense(path)
        return _tracking(data)

    def _place(self, end: End, deadline: float) -> str:
        """Give the id of a postal code, of the right district where it has several. :raise Refused:"""
        known = self._places.get(end)
        if known is not None:
            return known
        path = "/destination/domestic-destination"
        query = {"search": end.postal_code, "limit": "50", "offset": "0"}
        rows = self._data(self._wire.ask("GET", path, deadline=deadline, query=query), path, nothing_is=())
        same = [row for row in reading.objects(rows) if reading.text(row.get("zip_code")) == end.postal_code]
        same.sort(
            key=lambda row: reading.text(row.get("district_name")).casefold() != end.district.casefold()
        )
        ids = [reading.text(row.get("id"), 20) for row in same]
        found = next((one for one in ids if one.isascii() and one.isdigit()), "")
        if not found:
            raise Refused
        return self._places.keep(end, found)

    def _data(self, answer: Answer, path: str, *, nothing_is: Any) -> Any:
        """Give the data of an answer: its `meta` says whether it is one. 404 means that there is none."""
        code = reading.part(answer.data.get("meta")).get("code", answer.status)
        if answer.status == 404 or code == 404:
            return nothing_is
        if answer.status >= 400 or (isinstance(code, int) and code >= 400):
            raise Refused
        if "data" not in answer.data:
            raise self._wire.nonsense(path)
        return answer.data["data"] if answer.data["data"] is not None else nothing_is


def _weight(request: RateRequest) -> int:
    """Give grams: it takes no box, so the volumetric weight of air (cm³ / 6000) is worked out here."""
    volumetric = request.length_cm * request.width_cm * request.height_cm * 1000 // 6000
    return max(request.weight_g, volumetric, 1)


def _price(rate: LiveRate) -> tuple[int, str, str]:
    return rate.price, rate.courier, rate.service


def _rate(row: dict[str, Any], asked: list[str]) -> LiveRate | None:
    courier, service = reading.text(row.get("code"), 20).lower(), reading.text(row.get("service"), 40).upper()
    price = reading.rupiah(row.get("cost"))
    if courier not in asked or not service or not price:
        return None
    first, last = reading.days(row.get("etd"))
    name = reading.text(row.get("description")) or service
    return LiveRate(courier, service, name, price, first, last)


def _about(data: dict[str, Any], tracking_number: str) -> bool:
    """Say whether the answer speaks of the parcel that was asked for."""
    named = reading.text(reading.part(data.get("summary")).get("waybill_number"))
    return not named or named.upper() == tracking_number.upper()


def _tracking(data: dict[str, Any]) -> Tracking:
    ended = reading.part(data.get("delivery_status"))
    said = reading.text(ended.get("status")) or reading.text(reading.part(data.get("summary")).get("status"))
    points = [point for row in reading.objects(data.get("manifest")) if (point := _checkpoint(row))]
    at = reading.day_and_time(ended.get("pod_date"), ended.get("pod_time"))
    state = _state(said)
    if state is TrackingState.DELIVERED:
        # The flag and the words have to agree: a parcel said to be there starts the buyer's time.
        if data.get("delivered") is not True:
            state = TrackingState.OUT_FOR_DELIVERY
    elif state in {TrackingState.IN_TRANSIT, TrackingState.ACCEPTED} and points:
        state = max(points, key=lambda point: point.at).state
    return reading.tracking(state, points, receiver=reading.text(ended.get("pod_receiver"), 80), at=at)


def _checkpoint(row: dict[str, Any]) -> Checkpoint | None:
    at = reading.day_and_time(row.get("manifest_date"), row.get("manifest_time"))
    if at is None:
        return None
    words = reading.text(row.get("manifest_description"))
    state = _state(words)
    # Words of the manifest alone never say that a parcel has arrived: `received on destination` is a depot.
    if state is TrackingState.DELIVERED:
        state = TrackingState.IN_TRANSIT
    return Checkpoint(at, state, words, reading.text(row.get("city_name"), 80))


def _state(said: str) -> TrackingState:
    words = said.lower()
    if _RETURNED.search(words) or words == "returned":
        return TrackingState.RETURNED
    for shape, state in (
        (_RETURNING, TrackingState.RETURNING),
        (_LOST, TrackingState.LOST),
        (_HELD, TrackingState.HELD),
        (_OUT, TrackingState.OUT_FOR_DELIVERY),
    ):
        if shape.search(words):
            return state
    if words.startswith("delivered"):
        return TrackingState.DELIVERED
    return TrackingState.IN_TRANSIT
