"""A guest whose browser runs no JavaScript searches, buys from two workshops, pays, and follows the order."""

import pytest

from tests import make_catalog
from tests.journeys import accounts, visitor
from tests.journeys.conftest import OpenedShop
from tests.journeys.windows import LAPTOP

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


def test_a_guest_without_scripts_buys_from_two_workshops(opened_shop: OpenedShop) -> None:
    titles = ("Selendang besurek hitam", "Taplak besurek merah")
    for title in titles:
        make_catalog.piece(title=title)

    with opened_shop() as (shop, opens):
        buyer = opens("buyer", width=LAPTOP, scripts=False)
        for title in titles:
            visitor.find(buyer, title.partition(" ")[2], title)
            visitor.put_in_cart(buyer)
        visitor.fill_in_address_without_scripts(buyer)
        visitor.pay(buyer)

        letter = accounts.letter(buyer, visitor.ADDRESS["email"], "sudah dibayar")
        buyer.open(accounts.link(letter, "/orders/"))
        assert buyer.page.locator("section.order-parcel").count() == 2
        for title in titles:
            assert title in buyer.text
        assert shop.flask("verify", "--json").returncode == 0
