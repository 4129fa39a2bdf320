"""A piece that is not good enough yet: tasks, answers, a better version with its differences, and a pass."""

import pytest

from tests import make, make_catalog
from tests.journeys import accounts, artisan, curator, visitor
from tests.journeys.conftest import OpenedShop
from tests.journeys.windows import PHONE

TITLE = "Tas kulit lantung bertali rotan"
TASK = "Mutu bahan, teknik dan penyelesaian"
BETTER = " Tali rotannya sekarang dijahit dua kali dan ujungnya dibakar, sehingga tidak lepas."
ANSWER = "Jahitan tali kami ulangi di semua tas."

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


def test_a_coached_piece_is_improved_sent_again_with_its_differences_and_passes(
    opened_shop: OpenedShop,
) -> None:
    owner = make.user("Pak Lantung", email="lantung@contoh.id")
    workshop = make_catalog.workshop(owner, name="Bengkel Kulit Lantung", craft_slug="kain-lantung")
    make_catalog.submitted(make_catalog.draft(workshop, title=TITLE, craft_id=workshop.craft_id))
    judges = [make_catalog.curator("17", name) for name in ("Kurator", "Juri kedua")]

    with opened_shop() as (shop, opens):
        phone, desk, second = opens("artisan", width=PHONE), opens("curator"), opens("second curator")
        for window, judge in ((desk, judges[0]), (second, judges[1])):
            accounts.sign_in(window, judge.email, make.PASSWORD)
            curator.find_in_queue(window, TITLE)
            curator.hand_in(window, "424444444", **{"note-workmanship": "Tali lepas setelah ditarik."})
        desk.page.reload()
        curator.decide(desk, "coaching", "Bahannya baik; talinya belum kuat.")

        accounts.sign_in(phone, owner.email, make.PASSWORD)
        assert "Bahannya baik" in accounts.letter(phone, owner.email, TITLE)
        artisan.open_piece(phone, TITLE)
        artisan.answer_task(phone, TASK, ANSWER)
        assert phone.field("title").input_value() == TITLE
        phone.press("Simpan dan lanjut ke foto", story=make_catalog.STORY + BETTER)
        artisan.open_piece(phone, TITLE)
        artisan.submit(phone)

        curator.find_in_queue(desk, TITLE)
        assert "try 2" in desk.text
        assert ANSWER in desk.text
        assert "dijahit dua kali" in desk.page.locator(".diff ins").inner_text()
        assert "Bahannya baik" in desk.text
        curator.hand_in(desk, "444444444")
        curator.find_in_queue(second, TITLE)
        curator.hand_in(second, "444444444")
        desk.page.reload()
        curator.decide(desk, "pass", "Talinya kuat sekarang.")

        buyer = opens("buyer", width=PHONE)
        visitor.find(buyer, "lantung rotan", TITLE)
        assert "dijahit dua kali" in buyer.text
        verified = shop.flask("verify", "--json")
        assert verified.returncode == 0, verified.stdout[-3000:]
