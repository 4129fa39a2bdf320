"""Sending at the desk: services and their rules, sheets, the calendar, the gallery, boxes, free postage; and whose they are."""

import io

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from catalog.models import Council
from checkout import closed_days, courier_rules, packing, payments, pick_up, rate_sheets, rates
from checkout.models import ClosedDay, FreePostageRule
from checkout.pricing import Bracket, Choice, Service
from shop.db import db, now, transaction
from tests import make_catalog, make_checkout, make_postage
from tests.fake_gateway import FakeGateway
from tests.pages import Page

RATES = "/desk/shipping-rates"
YEAR = now().year + 1


def council(code: str = "17") -> Council:
    db.session.rollback()
    return db.session.scalars(sa.select(Council).where(Council.code == code)).one()


def offered(code: str = "17") -> dict[str, Service]:
    here = council(code)
    return {one.key: one for one in rates.offered(db.session(), [here.id])[here.id]}


def test_a_service_is_added_looked_at_and_taken_into_use(officer: Page) -> None:
    officer.get(RATES).follow("Tambah layanan").press("Tambahkan", new="jne-JTR")
    assert "belum ditawarkan" in officer.text
    assert "jne-JTR" not in offered()

    officer.get(f"{RATES}?service=jne-JTR").press("Simpan tarif ini", **{"price-3-10000": "90.000"})
    officer.get(f"{RATES}/rules?service=jne-JTR")
    officer.press(
        "Simpan aturan", active="y", min_weight_g="10.000", insurance_bp="20", insurance_from="5000000"
    )

    cargo = offered()["jne-JTR"]
    assert (cargo.divisor, cargo.min_weight_g, cargo.insurance.bp) == (4000, 10_000, 20)
    assert cargo.insurance.compulsory_from == 5_000_000
    assert "jne-JTR" not in offered("16")
    assert "Layanan kurir ditambahkan" in officer.get("/desk/history").text

    officer.get(f"{RATES}?service=jne-JTR").press("Lepaskan")
    assert set(offered()) == {"regular"}


def test_rules_that_cannot_be_true_come_back_and_the_last_service_stays(officer: Page) -> None:
    officer.get(f"{RATES}/rules").press("Simpan aturan", divisor="enam", tolerance_g="1000", active="y")
    assert officer.status == 422
    assert officer.one("#divisor")["value"] == "enam"
    assert len(officer.all(".field-wrong")) == 2

    form = officer.get(f"{RATES}/rules").one("main form")
    officer.get(f"{RATES}/rules")
    sent = {
        str(one["name"]): str(one.get("value", ""))
        for one in form.select("input[name]")
        if one["name"] != "active"
    }
    assert officer.post(f"{RATES}/rules", sent).status == 409  # nothing else is offered

    officer.post(f"{RATES}/rules", sent | {"active": "y", "tolerance_g": "0"})
    assert offered()["regular"].tolerance_g == 0
    assert (
        officer.post(f"{RATES}/rules", sent | {"active": "y", "tolerance_g": "5"}).status == 409
    )  # an old page


def test_tables_go_out_as_csv_and_come_back(officer: Page) -> None:
    officer.get(f"{RATES}/sheet.csv", fragment=True)
    text = officer.html
    assert text.startswith("\ufeffservice,zone,up_to_grams,price,days_min,days_max")

    changed = text.replace("regular,0,1000,10000,1,2", "regular,0,1000,11000,1,2")
    officer.post(f"{RATES}/sheet", {"council": "17", "file": (io.BytesIO(changed.encode()), "tarif.csv")})

    assert rates.rates_for(db.session(), council())[0].price == 11_000
    officer.get(f"{RATES}/sheet").press("Pasang tabel ini", text=changed.replace(",", ";"))
    assert "Tidak ada yang berubah" in officer.text or "sudah berlaku" in officer.text


def test_faults_of_a_sheet_name_their_rows_and_nothing_is_lost(officer: Page) -> None:
    head = ",".join(rate_sheets.COLUMNS)
    wrong = f"{head}\nregular,0,1000,9000,1,2\njne-OKE,0,1000,1,1,1\nregular,9,1000,1,1,1\n\nregular,0,1000,1_000,1,2\nregular,0\nregular,1,1000,5,3,2\nregular,0,1000,9000,1,2\n"

    officer.get(f"{RATES}/sheet").press("Pasang tabel ini", text=wrong)

    assert officer.status == 422
    found = [item.get_text() for item in officer.all(".error-summary li")]
    assert [words.split(":")[0] for words in found] == [f"Baris {row}" for row in (3, 4, 6, 7, 8, 9)]
    assert officer.one("textarea").get_text().strip() == wrong.strip()
    assert rates.rows_of(db.session(), council().id) == []
    for text in ("", "a,b\n1,2", head, "\x00", '"', "\ufeff" + head + "\n" + "x" * 5_000):
        assert officer.post(f"{RATES}/sheet", {"council": "17", "text": text}).status == 422


ROWS = st.builds(
    Bracket,
    st.integers(0, 6),
    st.integers(1, 1_000_000),
    st.integers(0, 10**8),
    st.integers(0, 40),
    st.integers(40, 90),
)


@settings(max_examples=50)
@given(
    st.lists(ROWS, min_size=1, max_size=30, unique_by=lambda row: (row.zone, row.max_weight_g)),
    st.sampled_from(",;"),
)
def test_what_is_written_is_read_again(table: list[Bracket], between: str) -> None:
    rows = [rate_sheets.COLUMNS, *rate_sheets.rows_of([Service("jne-REG", table=table)])]
    text = "\r\n".join(between.join(str(cell) for cell in row) for row in rows)

    found = rate_sheets.read("\ufeff" + text, {"jne-REG"})

    assert (found.tables, found.faults) == ({"jne-REG": table}, [])


def test_the_calendar_is_kept_by_councils_and_the_national_one_holds_for_all(
    officer: Page, admin: Page
) -> None:
    admin.get("/desk/sending/calendar?council=nasional").press(
        "Masukkan ke kalender",
        first_on=f"{YEAR}-03-10",
        last_on=f"{YEAR}-03-14",
        kind="couriers",
        name_id="Lebaran",
    )
    officer.get("/desk/sending/calendar").press(
        "Masukkan ke kalender", first_on=f"{YEAR}-03-02", name_id="Tabut"
    )
    assert "Tabut" in officer.text
    assert "belum diverifikasi" in officer.text
    row = db.session.scalars(sa.select(ClosedDay).where(ClosedDay.name_id == "Tabut")).one()
    officer.press("Sudah saya lihat", source=f"SK Wali Kota 12/{YEAR}")
    db.session.rollback()
    assert closed_days.of_id(db.session(), council(), row.id).verified

    officer.get("/desk/sending/calendar").press(
        "Masukkan ke kalender", first_on=f"{YEAR}-03-02", last_on=f"{YEAR}-01-01", name_id="Salah"
    )
    assert (officer.status, officer.one("#name_id")["value"]) == (422, "Salah")
    lebaran = db.session.scalars(sa.select(ClosedDay.id).where(ClosedDay.name_id == "Lebaran")).one()
    assert officer.post(f"/desk/sending/calendar/{lebaran}/remove", {"council": "17"}).status == 404
    officer.get("/desk/sending/calendar").press("Keluarkan dari kalender")
    assert db.session.scalar(sa.select(sa.func.count(ClosedDay.id)).where(ClosedDay.name_id == "Tabut")) == 0


def test_a_gallery_needs_an_address_and_hands_parcels_over(officer: Page, bank: FakeGateway) -> None:
    officer.get("/desk/sending").press("Simpan pengaturan ini", pick_up="y", gallery="Galeri")
    assert officer.status == 422
    officer.press("Simpan pengaturan ini", pick_up="y", address="Jalan 1", hours_id="Senin", cutoff_hour="14")
    held = pick_up.of_council(db.session(), council().id)
    assert (held.pick_up, held.cutoff_hour, held.gallery) == (True, 14, "Galeri")

    piece = make_catalog.piece()
    order = make_checkout.order((piece, 1), choices={piece.workshop_id: Choice("pickup")})
    found, ref = make_checkout.opened(order)
    make_checkout.fake().pay(ref)
    payments.settle(make_checkout.payment_of(found.id).id)
    officer.get("/desk/sending").press("Sudah di sini")
    officer.get("/desk/sending").press("Sudah diserahkan")
    assert make_checkout.parcels(found.id)[0].state == "delivered"
    assert "Tidak ada yang menunggu" in officer.get("/desk/sending").text


def test_boxes_are_settled_by_family(officer: Page) -> None:
    officer.get("/desk/sending").press("Simpan kemasan", **{"grams-ceramics": "800", "percent-ceramics": "x"})
    assert officer.status == 422
    assert officer.one("#grams-ceramics")["value"] == "800"
    officer.press("Simpan kemasan", **{"percent-ceramics": "10", "grams-": "100"})

    rules = packing.rules_of(db.session(), [council().id])[council().id]
    assert (rules["ceramics"].grams, rules["ceramics"].percent, rules[""].grams) == (800, 10, 100)


def test_free_postage_is_given_and_ended_by_whose_it_is(officer: Page, admin: Page) -> None:
    officer.get("/desk/sending/free-postage").press("Berlakukan", from_amount="500.000", zones="0")
    assert officer.status == 200, officer.text
    rule = db.session.scalars(sa.select(FreePostageRule)).one()
    assert (rule.council_id, rule.from_amount, rule.zones) == (council().id, 500_000, [0])
    officer.get("/desk/sending/free-postage").press("Berlakukan", from_amount="banyak")
    assert officer.status == 422

    assert admin.post(f"/desk/sending/free-postage/{rule.id}/end", {"council": "nasional"}).status == 404
    officer.get("/desk/sending/free-postage").press("Akhiri")
    assert officer.post(f"/desk/sending/free-postage/{rule.id}/end", {"council": "17"}).status == 404
    admin.get("/desk/sending/free-postage?council=nasional").press(
        "Berlakukan", from_amount="1000000", zones="1"
    )
    last = db.session.scalars(sa.select(FreePostageRule).order_by(FreePostageRule.id.desc()).limit(1)).one()
    assert (last.council_id, last.workshop_id, last.from_amount) == (None, None, 1_000_000)


def test_curators_read_and_neighbours_do_not_reach(curator: Page, officer: Page) -> None:
    for address in (
        RATES,
        f"{RATES}/rules",
        "/desk/sending",
        "/desk/sending/calendar",
        "/desk/sending/free-postage",
    ):
        assert curator.get(address).status == 200
        assert not curator.all("main form[method=post] button"), address
        assert officer.get(f"{address}?council=16").status == 404
    for address in ("/rules", "/sheet", "/new-service"):
        assert curator.post(RATES + address, {"council": "17"}).status == 403
        assert officer.post(RATES + address, {"council": "16"}).status == 404
    for address in ("", "/boxes", "/calendar", "/free-postage"):
        assert curator.post("/desk/sending" + address, {"council": "17"}).status == 403
        assert officer.post("/desk/sending" + address, {"council": "nasional"}).status == 404
    assert officer.get(f"{RATES}?service=jne-OKE").status == 404
    assert officer.post("/desk/sending/parcels/999/ready", {"council": "17"}).status == 404


def test_the_services_of_a_new_shop_are_loaded_once(session: Session) -> None:
    with transaction() as writing:
        assert courier_rules.load(writing) > 0
        assert courier_rules.load(writing) == 0

    keys = set(offered())
    assert keys == {one.key for one in courier_rules.national()}
    make_postage.service("jne-YES", price=5_000)
    assert len(offered()) == len(keys)


@pytest.mark.parametrize("key", ["jne-XX", "merpati-REG", "", "regular"])
def test_what_no_courier_has_cannot_be_added(officer: Page, key: str) -> None:
    assert officer.post(f"{RATES}/new-service", {"council": "17", "new": key}).status == 422
