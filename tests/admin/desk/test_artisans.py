"""The region's workshops: found by words, suspended with a reason, readmitted."""

from collections.abc import Callable

from catalog import photos
from catalog.models import Workshop, WorkshopState
from shop.db import db
from tests import make_catalog
from tests.pages import Page


def test_workshops_are_found_by_a_part_of_what_they_are(curator: Page) -> None:
    make_catalog.workshop(name="Sanggar 100% Melur")
    make_catalog.workshop(name="Rumah Kulit_Kayu", craft_slug="kain-lantung", regency="17.01")

    assert "1 bengkel" in curator.get("/desk/artisans?q=melur").text
    assert "1 bengkel" in curator.get("/desk/artisans?q=LANTUNG").text
    assert "1 bengkel" in curator.get("/desk/artisans?q=100%25").text
    assert "0 bengkel" in curator.get("/desk/artisans?q=%25%25").text
    assert "2 bengkel" in curator.get("/desk/artisans").text


def test_a_suspended_workshop_leaves_every_public_page_and_comes_back(
    officer: Page, page: Page, run_jobs: Callable[[], int]
) -> None:
    shop = make_catalog.workshop(name="Sanggar Melur")
    product = make_catalog.piece(shop, title="Selendang senja")
    run_jobs()
    files = make_catalog.public_files(product.live_listing_id or 0)
    public = (f"/products/{product.slug}", f"/artisans/{shop.slug}")
    assert [page.get(way).status for way in public] == [200, 200]

    officer.get(f"/desk/artisans/{shop.id}").press("Bekukan", reason="")
    assert officer.status == 422
    officer.press("Bekukan", reason="Barang pabrik di antara karyanya.")
    run_jobs()
    photos.sweep()

    assert all(page.get(way).status in {404, 410} for way in public)
    assert "Selendang senja" not in page.get("/search?q=senja").text
    assert "Selendang senja" not in page.get("/").text
    assert not any(map(make_catalog.exists, files))
    assert "Barang pabrik" in officer.get("/desk/history").text

    officer.get(f"/desk/artisans/{shop.id}").press("Buka kembali", reason="Sudah dibersihkan.")
    run_jobs()
    photos.sweep()
    assert [page.get(way).status for way in public] == [200, 200]
    assert all(map(make_catalog.exists, files))


def test_of_two_officers_the_second_is_told(officer: Page, admin: Page) -> None:
    shop = make_catalog.workshop()
    admin.get(f"/desk/artisans/{shop.id}")
    officer.get(f"/desk/artisans/{shop.id}").press("Bekukan", reason="Aduan.")

    admin.press("Bekukan", reason="Aduan yang sama.")

    assert admin.status == 409
    assert admin.one("#reason")["value"] == "Aduan yang sama."


def test_curators_and_neighbours_do_not_suspend(curator: Page, neighbour: Page) -> None:
    shop = make_catalog.workshop()

    assert not curator.get(f"/desk/artisans/{shop.id}").all("main form")
    wish = {"do": "suspend", "reason": "Ingin."}
    assert curator.post(f"/desk/artisans/{shop.id}/state", wish).status == 403
    assert neighbour.post(f"/desk/artisans/{shop.id}/state", wish).status == 403
    db.session.rollback()
    assert db.session.get_one(Workshop, shop.id).state is WorkshopState.ACTIVE


def test_a_piece_never_sent_is_not_on_the_councils_page_of_its_workshop(curator: Page) -> None:
    shop = make_catalog.workshop()
    make_catalog.submitted(make_catalog.draft(shop, title="Sudah dikirim"))
    make_catalog.draft(shop, title="Masih rahasia", photo_count=0)

    curator.get(f"/desk/artisans/{shop.id}")

    assert "Sudah dikirim" in curator.text
    assert "Masih rahasia" not in curator.html
