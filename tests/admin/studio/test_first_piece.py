"""The way of an artisan, without JavaScript: open a workshop, write, photograph, price, send."""

from collections.abc import Callable
from io import BytesIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import artisans
from catalog.curation import queue
from catalog.models import Listing, Workshop
from shop.db import db
from shop.models import Role, User
from tests import make, make_catalog
from tests.pages import Page

Browser = Callable[[User], Page]


def file(seed: int) -> tuple[BytesIO, str]:
    return BytesIO(make_catalog.photograph(seed)), f"DCIM_{seed}.JPG"


def describe_workshop(page: Page) -> None:
    """Choose place by place, as without JavaScript."""
    craft = make_catalog.craft().id
    page.get("/studio/workshop")
    page.press("Tampilkan kabupaten/kota dan kriyanya", name="Sanggar Kenanga", province="17")
    page.press("Tampilkan kecamatannya", regency="17.71")
    page.press(
        "Buka bengkel", maker_name="Bu Kenanga", district="17.71.02", craft=craft, village="Anggut",
        postal_code="38225", about="Kami bertiga, sejak nenek.",
    )  # fmt: skip


def test_any_person_may_open_a_workshop_and_so_becomes_an_artisan(
    signed_in: Browser, session: Session
) -> None:
    person = make.user("Kenanga")
    page = signed_in(person)

    page.get("/studio/")
    assert page.title == "Buka bengkel"
    describe_workshop(page)

    assert page.title == "Hari ini"
    assert "Langkah pertama" in page.text
    mine = artisans.of_user(session, person.id)
    assert mine is not None
    assert (mine.name, mine.district_code, mine.council.code) == ("Sanggar Kenanga", "17.71.02", "17")
    assert db.session.get_one(User, person.id).holds(Role.ARTISAN)


def test_what_was_typed_survives_every_step_of_choosing_a_place(signed_in: Browser) -> None:
    page = signed_in(make.user("Melati")).get("/studio/workshop")

    page.press(
        "Tampilkan kabupaten/kota dan kriyanya",
        name="Sanggar Melati",
        about="Baris satu\nBaris dua",
        province="17",
    )

    assert page.one("[name=name]")["value"] == "Sanggar Melati"
    assert page.one("textarea[name=about]").get_text().strip() == "Baris satu\nBaris dua"
    assert page.one("select[name=craft] optgroup:first-of-type")["label"] == "Bengkulu"
    assert page.all('select[name=regency] option[value="17.71"]')

    page.press("Buka bengkel", regency="17.71")
    assert page.status == 422
    assert page.one("[name=name]")["value"] == "Sanggar Melati"
    assert page.all(".error-summary a[href='#craft']")


def test_a_place_of_another_province_is_not_kept(artisan: Page) -> None:
    artisan.get("/studio/workshop")
    artisan.press("Tampilkan kabupaten/kota dan kriyanya", province="16")

    assert not artisan.all("select[name=regency] option[selected][value='17.71']")
    artisan.press("Simpan")
    assert artisan.status == 422


def test_the_script_of_the_form_gets_the_same_places(artisan: Page) -> None:
    found = artisan.get("/studio/workshop/places?province=17").json

    assert ["17.71", "Kota Bengkulu"] in found["regencies"]
    assert found["crafts"][0][0] == "Bengkulu"
    assert artisan.get("/studio/workshop/places?regency=17.71").json["districts"]
    assert artisan.get("/studio/workshop/places?province='x").json["regencies"] == []


def test_a_piece_goes_from_the_phone_to_the_council(signed_in: Browser, session: Session) -> None:
    page = signed_in(make.user("Kenanga"))
    describe_workshop(page)

    page.get("/studio/listings/new").press("Mulai", title="Selendang besurek kenanga", kind="several")
    assert page.title == "Tulisan"
    page.press(
        "Simpan dan lanjut ke foto", story=make_catalog.STORY, technique="tulis",
        materials="katun, pewarna alam,", measures="200 x 55 cm", care="Cuci dengan tangan.",
    )  # fmt: skip
    assert page.title == "Foto"
    for seed in (91, 92, 93):
        page.press("Kirim foto", photos=file(seed))
    names = [str(field["name"]) for field in page.all(".photo-item input")]
    assert len(names) == 3
    page.press("Simpan dan lanjut ke varian", **dict.fromkeys(names, "Selendang di atas meja"))
    page.follow("Isi harga dan kemasan").press(
        "Simpan", price="350.000", on_hand="4", weight_g="400", length_cm="30", width_cm="25", height_cm="5"
    )
    page.follow("Periksa dan kirim") if page.title != "Periksa dan kirim" else None
    assert "Semuanya sudah lengkap" in page.text
    page.press("Kirim ke dewan", declared="y")

    assert "Di dewan" in page.text
    waiting = queue.of_person(session, make_catalog.curator("17"))
    assert [one.title for one in queue.named(session, waiting).values()] == ["Selendang besurek kenanga"]
    listing = session.scalars(sa.select(Listing).where(Listing.id.is_not(None))).one()
    assert listing.materials == ["katun", "pewarna alam"]


def test_what_is_missing_is_said_in_words_and_nothing_is_sent(artisan: Page) -> None:
    artisan.get("/studio/listings/new").press("Mulai", title="Kain tanpa kisah")
    listing_page = artisan.path.removesuffix("/words")

    artisan.get(f"{listing_page}/check").press("Kirim ke dewan", declared="y")

    assert artisan.status == 422
    for words in ("Masih kurang", "tiga foto", "varian"):
        assert words in artisan.text
    assert "Rancangan" in artisan.get(listing_page).text


def test_a_piece_is_sent_only_with_the_declaration(artisan: Page, shop: Workshop) -> None:
    listing = make_catalog.draft(shop)

    artisan.get(f"/studio/listings/{listing.product_id}/check").press("Kirim ke dewan")

    assert artisan.status == 422
    assert artisan.all("#declared[aria-invalid=true]")
    assert db.session.get_one(Listing, listing.id).state == "draft"


def test_a_workshop_rests_and_sells_again(artisan: Page, shop: Workshop, page: Page) -> None:
    piece = make_catalog.piece(shop)
    slug = piece.slug

    artisan.get("/studio/workshop").press("Istirahatkan bengkel")
    assert "Tidak dijual" in page.get(f"/products/{slug}").text or not page.all("form.buy")

    artisan.get("/studio/workshop").press("Buka bengkel kembali")
    assert page.get(f"/products/{slug}").all("form.buy")


def test_two_windows_of_the_workshop_page_do_not_overwrite_each_other(
    shop: Workshop, signed_in: Browser, session: Session
) -> None:
    owner = make_catalog.member(shop)
    first, second = (signed_in(owner).get("/studio/workshop") for _ in range(2))

    first.press("Simpan", village="Sukamerindu")
    second.press("Simpan", village="Anggut")

    assert second.status == 409
    assert second.one("[name=village]")["value"] == "Anggut"
    session.rollback()
    assert session.get_one(Workshop, shop.id).village == "Sukamerindu"
    second.press("Simpan")
    session.rollback()
    assert session.get_one(Workshop, shop.id).village == "Anggut"
