"""The whole way of a piece, by people in a real browser: from an artisan's phone, through the council, to the
buyer's parcel and the council's books. Web, worker and payments sandbox run as in a shop.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.models import Product
from shop.models import Role
from tests import make, make_catalog
from tests.journeys import accounts, artisan, curator, visitor
from tests.journeys.conftest import OpenedShop
from tests.journeys.running import RunningShop
from tests.journeys.windows import PHONE, Window, rupiah, until

TITLE = "Selendang besurek bunga rafflesia"
CHANGED = "Selendang besurek rafflesia dan burung kuau"
PRICE, CHEAPER, LANTUNG = 350_000, 325_000, 275_000
WORKSHOP, NEIGHBOUR = "Sanggar Kenanga Biru", "Bengkel Kulit Lantung"
ALTS = ["Selendang terlipat di atas meja kayu", "Tepi kain dari dekat", "Selendang dengan penggaris"]
Draw = Callable[[int], list[Path]]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]


def neighbours_piece() -> Product:
    """Make the piece of a second workshop, in another regency of Bengkulu, of another craft."""
    owner = make.user("Pak Lantung", email="lantung@contoh.id")
    workshop = make_catalog.workshop(owner, name=NEIGHBOUR, regency="17.08", craft_slug="kain-lantung")
    return make_catalog.piece(
        workshop, title="Tas kulit lantung", craft_id=workshop.craft_id, price=LANTUNG, regency_code="17.08"
    )


def curators_come(first: Window, second: Window, shop: RunningShop) -> None:
    """Let two people sign up, and the operator make curators of Bengkulu of them."""
    for window, name in ((first, "kurator"), (second, "juri")):
        accounts.sign_up(window, f"Ibu {name.title()}", f"{name}@contoh.id")
        granted = shop.flask("accounts", "grant", f"{name}@contoh.id", Role.CURATOR, "--council", "17")
        assert granted.returncode == 0, granted.stderr


def artisan_sends_a_piece(window: Window, files: list[Path]) -> None:
    """Sign up with a phone, describe the workshop, write about the first piece, and send it."""
    accounts.sign_up(window, "Kenanga", "kenanga@contoh.id")
    artisan.open_workshop(window, WORKSHOP, "Bu Kenanga", "Kami bertiga menulis besurek sejak nenek.")
    artisan.write_listing(window, TITLE)
    artisan.send_photographs(window, files, ALTS)
    artisan.set_terms(window, price="350.000", on_hand="4")
    artisan.submit(window)


def curators_approve(window: Window, second: Window, title: str) -> None:
    """Find the piece, see it as a buyer would, mark it each alone; then see the other's marks, and approve."""
    curator.find_in_queue(window, title)
    seen = curator.see_as_a_buyer(window)
    assert title in seen
    assert WORKSHOP in seen
    curator.hand_in(window, "444444444")
    assert "What the judges found" not in window.text
    curator.find_in_queue(second, title)
    curator.hand_in(second, "445444444")
    window.page.reload()
    assert "What the judges found" in window.text
    assert "Ibu Juri" in window.text
    curator.decide(window, "pass", "Tulisan cantingnya halus dan ceritanya utuh.")


def visitor_buys_both(window: Window, neighbour: Product) -> str:
    """Find both pieces, pay for them as a guest, and give the signed address of the order."""
    visitor.find(window, "rafflesia besurek", TITLE)
    assert rupiah(PRICE) in window.text
    visitor.put_in_cart(window)
    window.open(f"/products/{neighbour.slug}")
    visitor.put_in_cart(window)
    assert WORKSHOP in window.text
    assert NEIGHBOUR in window.text
    visitor.fill_in_address(window)
    visitor.pay(window)
    letter = accounts.letter(window, visitor.ADDRESS["email"], "sudah dibayar")
    assert TITLE in letter
    return accounts.link(letter, "/orders/")


def workshops_send_their_parcels(mine: Window, theirs: Window) -> None:
    """Let each workshop see its own parcel, and nothing of the other's, and hand it to a courier."""
    for window, own, foreign, courier, tracking in (
        (mine, TITLE, "Tas kulit lantung", "jne:REG", "JNE2026070001"),
        (theirs, "Tas kulit lantung", TITLE, "jne:YES", "JNE2026070002"),
    ):
        words = artisan.ship(window, own, courier, tracking)
        assert "Jalan Melati 5" in words
        assert foreign not in words + window.open("/studio/parcels").text
        assert foreign not in window.open("/studio/earnings").text


def buyer_receives(window: Window, order: str) -> None:
    """See both parcels under way by the letter's link, without an account, and confirm them."""
    window.open(order)
    for workshop, tracking in ((WORKSHOP, "JNE2026070001"), (NEIGHBOUR, "JNE2026070002")):
        assert tracking in visitor.parcel(window, workshop)
        visitor.confirm_receipt(window, workshop)
        assert "Diterima" in visitor.parcel(window, workshop)
    assert window.page.get_by_role("button", name="Paket ini sudah saya terima").count() == 0
    refused = window.context.request.get(order.partition("?")[0], max_redirects=0)
    assert refused.status != 200, "an order opens without its key"


def council_sees_both_sales(window: Window) -> None:
    """Read the sales by maker, craft and region."""
    for by, first, second in (
        ("workshop", WORKSHOP, NEIGHBOUR),
        ("craft", "Besurek batik", "Lantung bark cloth"),
        ("regency", "Bengkulu", "Kepahiang"),
    ):
        words = curator.sales(window, by)
        for part in (first, second, rupiah(PRICE), rupiah(LANTUNG), rupiah(PRICE + LANTUNG)):
            assert part in words, f"{part} is not in sales by {by}: {words}"


def artisan_edits_the_live_page(window: Window, buyer: Window) -> None:
    """Change words (waits for the council) and price and stock (hold at once)."""
    artisan.open_piece(window, TITLE)
    live = window.one("link", "Lihat halaman yang tampil").get_attribute("href") or ""
    window.press("Sunting halaman")
    window.open(window.page.url + "/words") if window.title != "Tulisan" else None
    window.press("Simpan", title=CHANGED)
    artisan.open_piece(window, CHANGED)
    window.follow("Karya ini").press("Simpan", price="325.000", on_hand="1")

    buyer.open(live)
    assert buyer.title == TITLE
    assert rupiah(CHEAPER) in buyer.text
    assert "Siap kirim, tinggal 1" in buyer.text
    window.open(window.page.url.partition("/variants")[0] + "/check")
    assert "Yang berbeda dari halaman yang tampil" in window.text
    artisan.submit(window)
    assert buyer.open(live).title == TITLE


def verify(shop: RunningShop) -> None:
    """Let the shop recompute every promise."""
    verified = shop.flask("verify", "--json")
    assert verified.returncode == 0, verified.stdout[-3000:] + verified.stderr[-2000:]
    assert json.loads(verified.stdout)["ok"] is True


def test_a_piece_goes_from_a_phone_to_a_buyer_and_into_the_councils_books(
    opened_shop: OpenedShop, photographs: Draw
) -> None:
    neighbour = neighbours_piece()
    with opened_shop() as (shop, opens):
        phone, desk, second = opens("artisan", width=PHONE), opens("curator"), opens("second curator")
        buyer, other = opens("buyer", width=PHONE), opens("neighbour", width=PHONE)

        curators_come(desk, second, shop)
        artisan_sends_a_piece(phone, photographs(3))
        curators_approve(desk, second, TITLE)
        order = visitor_buys_both(buyer, neighbour)
        accounts.sign_in(other, "lantung@contoh.id", make.PASSWORD)
        workshops_send_their_parcels(phone, other)
        buyer_receives(buyer, order)
        council_sees_both_sales(desk)

        artisan_edits_the_live_page(phone, buyer)
        curator.find_in_queue(desk, CHANGED)
        desk.press("Put it on sale")  # a few words: one curator, the differences alone
        live = buyer.page.url
        until(lambda: buyer.open(live).title == CHANGED, "the approved words")
        verify(shop)
