"""Each parcel's service is the buyer's choice, by name and never by price; what was promised stays with the parcel."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from checkout.models import Order, Shipment
from shop.db import db
from tests import make_catalog, make_checkout, make_postage
from tests.fake_gateway import FakeGateway
from tests.pages import Page

ADDRESS = {
    "name": "Budi Santoso", "email": "budi@contoh.id", "phone": "0812 3456 7890", "street": "Jalan Suprapto 12",
    "postal_code": "38222", "district_code": "17.71.07",
}  # fmt: skip


@pytest.fixture
def buyer(page: Page, bank: FakeGateway) -> Page:
    """Give a visitor on the checkout page, whose parcel can go by two services."""
    make_postage.service("jne-YES", price=60_000, insurance_bp=20, insurance_fixed=5_000)
    piece = make_catalog.piece(on_hand=3)
    page.post("/cart/lines", {"variant_id": make_catalog.variant_of(piece).id, "quantity": 1})
    page.get("/checkout")
    return press(page, "Cari kecamatan")


def press(page: Page, words: str, *, follow: bool = True, **values: object) -> Page:
    names = {field.get("name") for field in page.all("form.checkout [name]")}
    typed = {name: value for name, value in (ADDRESS | values).items() if name in names}
    return page.press(words, within="main", follow=follow, **typed)


def pay(page: Page, **values: object) -> Page:
    return page.submit(
        page.one("form.checkout"), page.one("#summary button:not([formaction])"), follow=False, **values
    )


def again(page: Page, chosen: dict[str, str]) -> Page:
    return page.submit(page.one("form.checkout"), page.all("#summary button[formaction]")[0], **chosen)


def field(page: Page) -> str:
    return str(page.all("#summary input[type=radio]")[0]["name"])


def parcel() -> Shipment:
    db.session.rollback()
    return db.session.scalars(sa.select(Shipment)).one()


def orders() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Order)) or 0


def test_the_cheapest_is_chosen_already_and_another_is_a_press_away(buyer: Page) -> None:
    assert buyer.one("#summary input[checked]")["value"] == "regular"
    assert "Rp\N{NO-BREAK SPACE}360.000" in buyer.html

    again(buyer, {field(buyer): "jne-YES"})

    assert buyer.one("#summary input[checked]")["value"] == "jne-YES"
    assert "Rp\N{NO-BREAK SPACE}410.000" in buyer.html
    pay(buyer)
    promised = parcel()
    assert (promised.promised_courier, promised.promised_service, promised.fee) == ("jne", "YES", 60_000)
    assert (promised.etd_min_days, promised.etd_max_days) == (1, 1)


def test_insurance_is_the_buyer_s_choice_and_part_of_the_total(buyer: Page, session: Session) -> None:
    again(buyer, {field(buyer): "jne-YES"})
    again(buyer, {field(buyer).replace("service", "insured"): "y"})

    pay(buyer)

    sent = parcel()
    order = session.get_one(Order, sent.order_id)
    assert sent.insurance == 5_700
    assert (order.shipping_total, order.total) == (65_700, order.goods_total + 65_700)


@pytest.mark.parametrize("value", ["jne-OKE", "1", "0", "regular'--", "pickup", "", "x" * 5_000, "٣"])
def test_a_service_that_is_not_offered_here_orders_nothing(buyer: Page, value: str) -> None:
    pay(buyer, **{field(buyer): value})

    assert (buyer.status, orders()) == ((422, 0) if value else (303, 1))


def test_the_form_cannot_say_what_a_service_costs_nor_speak_of_other_parcels(buyer: Page) -> None:
    form = {str(one["name"]): str(one.get("value", "")) for one in buyer.all("form.checkout input[name]")}
    wanted = (
        form | ADDRESS | {field(buyer): "regular", "fee": "1", "shipping_total": "1", "discount": "99999"}
    )
    assert buyer.post("/checkout", wanted | {"service-999": "regular"}).status == 422
    buyer.post("/checkout", wanted)
    assert parcel().fee == 10_000


def test_free_postage_shows_who_bears_it_and_is_kept_with_the_parcel(buyer: Page, session: Session) -> None:
    make_postage.free(code="17", from_amount=100_000)
    press(buyer, "Hitung ulang")
    assert "ditanggung dewan" in buyer.text

    pay(buyer)

    sent = parcel()
    order = session.get_one(Order, sent.order_id)
    assert (sent.fee, sent.discount, sent.funded) == (10_000, 10_000, 10_000)
    assert sent.funded_by.startswith("council:")
    assert (order.discount_total, order.total) == (10_000, order.goods_total)


def test_where_nobody_goes_the_page_says_what_to_do_next(buyer: Page) -> None:
    heavy = make_catalog.piece()
    make_postage.weighs(heavy, 60_000)
    buyer.post("/cart/lines", {"variant_id": make_catalog.variant_of(heavy).id, "quantity": 1})
    buyer.get("/checkout")
    press(buyer, "Cari kecamatan")

    assert "paling banyak 50 kg" in buyer.text
    assert buyer.all("#summary a[href='/cart']")
    make_postage.gallery()
    press(buyer, "Cari kecamatan")
    assert "Galeri Bengkulu" in buyer.text
    again(buyer, {str(buyer.all("#summary input[type=radio]")[-1]["name"]): "pickup"})
    pay(buyer)
    db.session.rollback()
    sent = db.session.scalars(sa.select(Shipment).order_by(Shipment.id)).all()
    assert [(one.pick_up, one.fee) for one in sent] == [(False, 10_000), (True, 0)]


def test_a_parcel_without_a_choice_goes_the_cheapest_way(bank: FakeGateway) -> None:
    make_postage.service("jne-YES", price=4_000)

    placed = make_checkout.order()

    assert make_checkout.parcels(placed.id)[0].promised_courier == "jne"
