"""Live tariffs and tracking: what the aggregators answer is read; what they do wrong harms nobody."""

import copy
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from checkout.app import couriers_of
from checkout.couriers import breaker
from checkout.couriers.biteship import Biteship
from checkout.couriers.port import (
    CourierRates,
    End,
    Exhausted,
    LiveRate,
    NoSuchWaybill,
    RateRequest,
    Refused,
    TrackingState,
    Unreachable,
)
from checkout.couriers.rajaongkir import RajaOngkir
from shop.config import Settings, SettingsError
from tests.checkout.couriers.conftest import COSTS, PRICING, TRACKED, WAYBILL
from tests.servers.aggregator import Aggregator, seconds

PARCEL = RateRequest(
    End("40614", "Ujung Berung"), End("30257", "Seberang Ulu"), 1400, ("jne", "tiki", "ide"),
    length_cm=30, width_cm=30, height_cm=30, value=2_000_000,
)  # fmt: skip


def _raja(server: Aggregator, timeout: float = 2.0) -> RajaOngkir:
    return RajaOngkir("key-of-the-shop", base=server.url + "/api/v1", timeout=timeout)


def _bite(server: Aggregator, timeout: float = 2.0) -> Biteship:
    return Biteship("key-of-the-shop", base=server.url, timeout=timeout)


def test_rajaongkir_gives_the_tariffs_of_the_couriers_asked_for(rajaongkir: Aggregator) -> None:
    rates = _raja(rajaongkir).rates(PARCEL)

    assert [(rate.courier, rate.service, rate.price, rate.min_days, rate.max_days) for rate in rates] == [
        ("tiki", "ECO", 24000, 4, 4),
        ("jne", "REG", 30000, 2, 3),
        ("jne", "JTR<130", 500000, 0, 0),
    ]
    cost = rajaongkir.asked[-1]
    form = parse_qs(cost.body.decode())
    # its ids of the two districts; 30 cm cubed weigh 4.5 kg by volume
    assert (form["origin"], form["destination"], form["weight"]) == (["4817"], ["9"], ["4500"])
    assert form["courier"] == ["jne:tiki:ide"]
    assert cost.headers["key"] == "key-of-the-shop"


def test_biteship_gives_carrying_and_insurance_apart(biteship: Aggregator) -> None:
    rates = _bite(biteship).rates(PARCEL)

    assert rates == [
        LiveRate("ide", "REG", "Reguler", 17000, 1, 1),
        LiveRate("jne", "REG", "Reguler", 18000, 2, 3, insurance=9000),
    ]
    asked = json.loads(biteship.asked[0].body)
    assert asked["couriers"] == "jne,tiki,idexpress"
    assert (asked["origin_postal_code"], asked["courier_insurance"]) == (40614, 2_000_000)


def test_the_same_parcel_is_asked_for_once(rajaongkir: Aggregator) -> None:
    adapter = _raja(rajaongkir)
    first, again = adapter.rates(PARCEL), adapter.rates(PARCEL)
    assert first == again
    assert len(rajaongkir.asked) == 3  # two places, one tariff


def test_rajaongkir_tells_where_a_parcel_is(rajaongkir: Aggregator) -> None:
    found = _raja(rajaongkir).track("jne", "SOCAG00183235715", phone="+62 812-3456-7890")

    assert found.state is TrackingState.DELIVERED
    assert found.receiver == "B"
    assert [point.state for point in found.checkpoints] == [
        TrackingState.IN_TRANSIT, TrackingState.IN_TRANSIT, TrackingState.OUT_FOR_DELIVERY,
        TrackingState.DELIVERED,
    ]  # fmt: skip
    assert found.checkpoints[-1].at.isoformat() == "2025-03-05T13:22:00+07:00"
    asked = parse_qs(urlsplit(rajaongkir.asked[0].path).query)
    assert asked["last_phone_number"] == ["67890"]


@pytest.mark.parametrize(
    ("status", "words", "state"),
    [
        ("ON PROCESS", "RETURN TO SHIPPER", TrackingState.RETURNING),
        ("RETURNED TO SHIPPER", "", TrackingState.RETURNED),
        ("ON PROCESS", "UNDELIVERED, RUMAH KOSONG", TrackingState.HELD),
        ("LOST", "", TrackingState.LOST),
        ("DELIVERED", "", TrackingState.OUT_FOR_DELIVERY),  # while its flag says that it is not
    ],
)
def test_rajaongkirs_words_become_our_states(
    rajaongkir: Aggregator, status: str, words: str, state: TrackingState
) -> None:
    answer = copy.deepcopy(WAYBILL)
    answer["data"] |= {"delivered": False, "delivery_status": {"status": status}}
    answer["data"]["manifest"] = [
        {"manifest_description": words, "manifest_date": "2025-03-06", "manifest_time": "09:00"}
    ]
    rajaongkir.answers["/api/v1/track/waybill"] = answer
    assert _raja(rajaongkir).track("jne", "SOCAG00183235715").state is state


def test_biteship_tells_where_a_parcel_is(biteship: Aggregator) -> None:
    found = _bite(biteship).track("jne", "0123082100003094")
    assert found.state is TrackingState.DELIVERED
    assert [point.state for point in found.checkpoints] == [
        TrackingState.IN_TRANSIT, TrackingState.OUT_FOR_DELIVERY, TrackingState.DELIVERED,
    ]  # fmt: skip
    assert biteship.asked[0].path == "/v1/trackings/0123082100003094/couriers/jne"


def test_a_number_nobody_knows_is_said_to_be_unknown(rajaongkir: Aggregator) -> None:
    rajaongkir.status = 404
    rajaongkir.answers["/api/v1/track/waybill"] = {
        "meta": {"message": "Waybill Not Found", "code": 404, "status": "error"}, "data": None,
    }  # fmt: skip
    adapter = _raja(rajaongkir)
    for _ in range(5):  # and that is no failure of the aggregator
        with pytest.raises(NoSuchWaybill):
            adapter.track("jne", "UNKNOWN-1")


def _both(server: Aggregator, timeout: float) -> list[tuple[str, CourierRates]]:
    return [("rajaongkir", _raja(server, timeout)), ("biteship", _bite(server, timeout))]


@pytest.mark.parametrize("trouble", ["hangs", "drips"])
def test_whoever_hangs_or_drips_is_not_waited_for(aggregator: Aggregator, trouble: str) -> None:
    setattr(aggregator, trouble, 30 if trouble == "hangs" else 0.05)
    for _name, adapter in _both(aggregator, timeout=0.3):
        assert seconds(lambda adapter=adapter: adapter.rates(PARCEL)) < 0.9
        with pytest.raises(Unreachable):
            adapter.track("jne", "SOCAG00183235715")


def test_whoever_keeps_failing_is_left_alone(aggregator: Aggregator) -> None:
    aggregator.status, aggregator.raw = 500, b"<h1>oh</h1>"
    for _name, adapter in _both(aggregator, timeout=1):
        aggregator.asked.clear()
        for _ in range(10):
            with pytest.raises(Unreachable):
                adapter.rates(PARCEL)
        assert len(aggregator.asked) == breaker.FAILURES


def test_one_tries_again_for_all_after_the_pause() -> None:
    time = [0.0]
    fuse = breaker.Breaker(lambda: time[0])
    for _ in range(breaker.FAILURES):
        assert fuse.allows()
        fuse.failed()
    assert not fuse.allows()
    time[0] = breaker.FIRST_PAUSE + 1
    assert [fuse.allows(), fuse.allows()] == [True, False]
    fuse.failed()
    time[0] += breaker.FIRST_PAUSE + 1
    assert not fuse.allows()  # twice as long now
    time[0] += breaker.FIRST_PAUSE
    assert fuse.allows()
    fuse.went_well()
    assert [fuse.allows(), fuse.allows()] == [True, True]


def test_a_used_up_quota_is_left_alone_until_the_time_it_named(rajaongkir: Aggregator) -> None:
    rajaongkir.status, rajaongkir.headers = 429, {"Retry-After": "3600"}
    adapter = _raja(rajaongkir)
    for _ in range(4):
        with pytest.raises(Exhausted):
            adapter.rates(PARCEL)
    assert len(rajaongkir.asked) == 1


LIES: list[Any] = [
    b"not json at all",
    b"[" * 100_000,
    b"[1, 2]",
    b"null",
    b'{"meta": {"code": 200}}',
    b'{"meta": {"code": 200}, "data": [{"code": "jne", "service": "REG", "cost": -5}]}',
    b'{"success": true, "pricing": [{"courier_code": "jne", "courier_service_code": "reg", "price": "1e9"}]}',
    b"x" * (600 * 1024),
]


@pytest.mark.parametrize("lie", LIES, ids=range(len(LIES)))
def test_nonsense_is_never_a_tariff(aggregator: Aggregator, lie: bytes) -> None:
    aggregator.raw = lie
    for _name, adapter in _both(aggregator, timeout=2):
        with pytest.raises((Unreachable, Refused)):
            adapter.rates(PARCEL)


def test_a_lying_row_is_left_out_and_the_others_hold(rajaongkir: Aggregator, biteship: Aggregator) -> None:
    lies = [
        {"code": "jne", "service": "YES", "cost": 0},
        {"code": "jne", "service": "YES", "cost": 10**12},
        {"code": "dhl", "service": "AIR", "cost": 5000},
        {"code": ["jne"], "service": {"a": 1}, "cost": True},
        None,
        "REG",
    ]
    rajaongkir.answers |= {
        "/api/v1/destination/domestic-destination": {"meta": {"code": 200}, "data": _places()},
        "/api/v1/calculate/domestic-cost": {"meta": {"code": 200}, "data": [*COSTS["data"], *lies]},
        "/v1/rates/couriers": PRICING | {"pricing": [*PRICING["pricing"], *lies, {"price": 1, "type": "x"}]},
    }
    assert len(_raja(rajaongkir).rates(PARCEL)) == 3
    assert len(_bite(biteship).rates(PARCEL)) == 2


def _places() -> list[dict[str, Any]]:
    return [{"id": 1, "zip_code": "40614"}, {"id": 2, "zip_code": "30257"}]


def test_the_story_of_another_parcel_is_not_told(rajaongkir: Aggregator, biteship: Aggregator) -> None:
    rajaongkir.answers = {"/api/v1/track/waybill": WAYBILL, "/v1/trackings/": TRACKED}
    with pytest.raises(Unreachable):
        _raja(rajaongkir).track("jne", "ANOTHER-NUMBER")
    with pytest.raises(Unreachable):
        _bite(biteship).track("jne", "ANOTHER-NUMBER")


def test_a_key_is_sent_to_one_address_only(aggregator: Aggregator) -> None:
    aggregator.status, aggregator.headers = 302, {"Location": aggregator.url + "/elsewhere"}
    with pytest.raises(Unreachable):
        _bite(aggregator).rates(PARCEL)
    assert [asked.path for asked in aggregator.asked] == ["/v1/rates/couriers"]


def test_a_wrong_key_is_said_and_not_tried_again_and_again(aggregator: Aggregator) -> None:
    aggregator.status = 401
    with pytest.raises(Refused):
        _bite(aggregator).rates(PARCEL)


def test_the_shop_asks_the_aggregator_whose_key_is_set(app: Flask) -> None:
    demo = {"KRIYA_DEMO": "1"}
    assert couriers_of(Settings.from_env(demo)) is None
    assert isinstance(
        couriers_of(Settings.from_env(demo | {"KRIYA_BITESHIP_KEY": "biteship_live"})), Biteship
    )
    assert isinstance(couriers_of(Settings.from_env(demo | {"KRIYA_RAJAONGKIR_KEY": "komerce"})), RajaOngkir)
    with pytest.raises(SettingsError):
        Settings.from_env(demo | {"KRIYA_RAJAONGKIR_KEY": "komerce", "KRIYA_BITESHIP_KEY": "biteship_live"})
