"""The buyer's order page: calling a parcel off, the address, notes, links; nobody else's order, nothing forged."""

from checkout import links
from checkout.models import ShipmentState
from tests import make, make_catalog, make_checkout
from tests.fake_gateway import FakeGateway
from tests.pages import Mailbox, Page


def test_a_guest_asks_to_call_a_parcel_off_and_thinks_better_of_it(page: Page, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    page.get(make_checkout.link(order))

    page.press("Minta pembatalan", reason="Salah ukuran.")
    assert "tanpa jawaban dianggap setuju" in page.text
    assert "Minta pembatalan" not in page.text
    page.press("Tetap kirim paket ini")

    assert "Baik: paket dikirim seperti semula." in page.text
    assert "Permintaan pembatalan ditarik." in page.text
    assert [one.state for one in make_checkout.parcels(order.id)] == [ShipmentState.TO_PACK]


def test_a_guest_puts_the_address_right_and_loses_nothing_typed(page: Page, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    page.get(make_checkout.link(order)).follow("Perbaiki alamat")

    page.press("Simpan alamat", street="Jalan Baru 1", phone="bukan nomor")
    assert page.status == 422
    assert page.one("input[name=street]")["value"] == "Jalan Baru 1"
    page.press("Simpan alamat", phone="0812 3456 7890")

    assert make_checkout.fresh(order.id).street == "Jalan Baru 1"
    assert "Jalan Baru 1" in page.text


def test_another_regency_is_refused_with_what_to_do(page: Page, bank: FakeGateway) -> None:
    order = make_checkout.paid()
    page.get(make_checkout.link(order)).follow("Perbaiki alamat")

    page.press("Simpan alamat", postal_code="30111", place_q="Ilir Barat, Palembang")
    found = page.all("select[name=district_code] option")
    page.press("Simpan alamat", district_code=found[1]["value"] if len(found) > 1 else found[0]["value"])

    assert page.status == 422
    assert make_checkout.fresh(order.id).postal_code == "38225"


def test_a_note_reaches_the_workshop_with_its_words(page: Page, bank: FakeGateway, mailbox: Mailbox) -> None:
    shop = make_catalog.workshop()
    order = make_checkout.paid((make_catalog.piece(shop), 1))
    page.get(make_checkout.link(order))

    page.press("Kirim catatan", text="Tolong bungkus kado <b>.")

    assert "Tolong bungkus kado <b>." in page.text
    assert "Tolong bungkus kado" in (mailbox.latest(make_catalog.member(shop).email).text or "")


def test_closed_links_open_nothing_and_the_new_one_goes_to_the_buyer(
    page: Page, bank: FakeGateway, mailbox: Mailbox
) -> None:
    order = make_checkout.paid()
    old = make_checkout.link(order)

    page.get(old).press("Tutup semua tautan ke pesanan ini")

    assert page.get(old).status == 404
    assert order.number in page.get(mailbox.link("budi@contoh.id", "/orders/")).text


def test_nobody_changes_an_order_of_somebody_else(page: Page, bank: FakeGateway) -> None:
    order = make_checkout.paid(user=make.user())
    other = make_checkout.paid()
    page.sign_in(make.user("Orang lain"))
    (parcel,) = make_checkout.parcels(order.id)
    (not_theirs,) = make_checkout.parcels(order.id)
    acts = (f"shipments/{parcel.id}/call-off", f"shipments/{parcel.id}/keep", "address", "notes", "links")

    for act in acts:
        for key in ("", "x", links.key_of(other)):
            page.post(f"/orders/{order.number}/{act}", data={"key": key, "reason": "Coba.", "text": "Coba."})
            assert page.status == 404, act
    for act in ("call-off", "keep"):
        page.post(
            f"/orders/{other.number}/shipments/{not_theirs.id}/{act}",
            data={"key": links.key_of(other), "reason": "Coba."},
        )
        assert page.status == 404, act

    assert {one.state for one in make_checkout.parcels(order.id)} == {ShipmentState.TO_PACK}
    assert make_checkout.fresh(order.id).street == "Jalan Suprapto 12"
