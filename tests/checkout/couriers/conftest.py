"""What the aggregators' documentation shows as answers (domain.md 5.5), with names of nobody."""

from typing import Any

import pytest

from tests.servers.aggregator import Aggregator, aggregator

__all__ = ["aggregator"]

META = {"message": "Success", "code": 200, "status": "success"}

PLACES = {
    "meta": META,
    "data": [
        {"id": 4816, "label": "-, BANDUNG, BANDUNG, JAWA BARAT, 40614", "province_name": "JAWA BARAT",
         "city_name": "BANDUNG", "district_name": "ARCAMANIK", "subdistrict_name": "-", "zip_code": "40614"},
        {"id": 4817, "label": "…", "province_name": "JAWA BARAT", "city_name": "BANDUNG",
         "district_name": "UJUNG BERUNG", "subdistrict_name": "PASANGGRAHAN", "zip_code": "40614"},
        {"id": 9, "label": "…", "city_name": "PALEMBANG", "district_name": "SEBERANG ULU",
         "zip_code": "30257"},
    ],
}  # fmt: skip
COSTS = {
    "meta": META,
    "data": [
        {"name": "Jalur Nugraha Ekakurir (JNE)", "code": "jne", "service": "REG",
         "description": "Layanan Reguler", "cost": 30000, "etd": "2-3 day"},
        {"name": "Citra Van Titipan Kilat (TIKI)", "code": "tiki", "service": "ECO",
         "description": "Economy Service", "cost": 24000, "etd": "4 day"},
        {"name": "Jalur Nugraha Ekakurir (JNE)", "code": "jne", "service": "JTR<130",
         "description": "JNE Trucking", "cost": 500000, "etd": ""},
    ],
}  # fmt: skip
WAYBILL: dict[str, Any] = {
    "meta": META,
    "data": {
        "delivered": True,
        "summary": {"courier_code": "jne", "waybill_number": "SOCAG00183235715", "service_code": "OKE",
                    "waybill_date": "2025-03-03", "status": "DELIVERED"},
        "details": {"waybill_number": "SOCAG00183235715", "weight": "1", "shippper_name": "A"},
        "delivery_status": {"status": "DELIVERED", "pod_receiver": "B", "pod_date": "2025-03-05",
                            "pod_time": "13:22"},
        "manifest": [
            {"manifest_code": "3", "manifest_description": "Received On Destination",
             "manifest_date": "2025-03-05", "manifest_time": "08:57", "city_name": "PALEMBANG"},
            {"manifest_code": "1", "manifest_description": "Manifested", "manifest_date": "2025-03-04",
             "manifest_time": "03:41", "city_name": "SOLO"},
            {"manifest_code": "4", "manifest_description": "WITH DELIVERY COURIER [PALEMBANG]",
             "manifest_date": "05-03-2025", "manifest_time": "10:01:30", "city_name": "PALEMBANG"},
        ],
    },
}  # fmt: skip
PRICING: dict[str, Any] = {
    "success": True, "object": "courier_pricing", "message": "Success to retrieve courier pricing",
    "code": 20001003,
    "pricing": [
        {"available_for_cash_on_delivery": True, "available_for_insurance": True, "company": "jne",
         "courier_name": "JNE", "courier_code": "jne", "courier_service_name": "Reguler",
         "courier_service_code": "reg", "currency": "IDR", "description": "Layanan reguler",
         "duration": "2 - 3 days", "shipment_duration_range": "2 - 3", "shipment_duration_unit": "days",
         "service_type": "standard", "shipping_type": "parcel", "shipping_fee": 18000, "insurance_fee": 9000,
         "price": 27000, "type": "reg"},
        {"available_for_insurance": False, "company": "idexpress", "courier_name": "IDexpress",
         "courier_code": "idexpress", "courier_service_name": "Reguler", "courier_service_code": "reg",
         "shipment_duration_range": "6 - 8", "shipment_duration_unit": "hours", "price": 17000, "type": "reg"},
    ],
}  # fmt: skip
TRACKED: dict[str, Any] = {
    "success": True, "messsage": "Successfully get tracking info", "object": "tracking",
    "id": "6051861741a37414e6637fab", "waybill_id": "0123082100003094",
    "courier": {"company": "jne", "driver_name": None, "driver_phone": None},
    "destination": {"contact_name": "C", "address": "…"},
    "history": [
        {"note": "Item has been picked and ready to be shipped.", "updated_at": "2025-03-16T23:43:00+07:00",
         "status": "picked"},
        {"note": "Item is on the way to customer.", "updated_at": "2025-03-17T09:29:00+07:00",
         "status": "dropping_off"},
        {"note": "Item has been delivered.", "updated_at": "2025-03-17T11:15:00+07:00",
         "status": "delivered"},
    ],
    "link": "-", "order_id": None, "status": "delivered",
}  # fmt: skip


@pytest.fixture
def rajaongkir(aggregator: Aggregator) -> Aggregator:
    """Let the aggregator answer as RajaOngkir's documentation shows."""
    aggregator.answers = {
        "/api/v1/destination/domestic-destination": PLACES,
        "/api/v1/calculate/domestic-cost": COSTS,
        "/api/v1/track/waybill": WAYBILL,
    }
    return aggregator


@pytest.fixture
def biteship(aggregator: Aggregator) -> Aggregator:
    """Let the aggregator answer as Biteship's documentation shows."""
    aggregator.answers = {"/v1/rates/couriers": PRICING, "/v1/trackings/": TRACKED}
    return aggregator
