"""What somebody does who never signed in: looks, searches, buys, follows the parcels; in Indonesian."""

from tests.journeys.windows import Window, until

ADDRESS = {
    "name": "Pembeli Peraga",
    "email": "pembeli@example.com",
    "phone": "0812 3456 7890",
    "street": "Jalan Melati 5, RT 2/RW 1",
}
POSTAL_CODE, DISTRICT = "38221", "17.71.07"
"""A postal code of three districts: the buyer has to choose."""


def search(window: Window, words: str) -> None:
    """Write into the search field of the home page and press Enter."""
    window.open("/")
    window.page.locator("#site-q").fill(words)
    with window.page.expect_navigation():
        window.page.locator("#site-q").press("Enter")


def find(window: Window, words: str, title: str) -> None:
    """Search until a piece is found, seconds after its approval, and open it."""
    search(window, words)

    def listed() -> bool:
        window.page.reload()
        return window.page.locator("main").get_by_role("link", name=title, exact=True).count() > 0

    until(listed, f"{title} is not found by “{words}”", pause=1)
    window.follow(title)
    assert window.title == title


def put_in_cart(window: Window) -> None:
    """Press the product page's button."""
    window.press("Masukkan Keranjang")
    assert window.title == "Keranjang"


def fill_in_address(window: Window) -> None:
    """Fill in the checkout page; district and postage come by themselves."""
    window.open("/cart").follow("Lanjut ke pembayaran")
    window.write(**ADDRESS)
    window.field("postal_code").press_sequentially(POSTAL_CODE)
    district = window.page.locator(f'select[name=district_code] option[value="{DISTRICT}"]')
    district.wait_for(state="attached")
    window.write(district_code=DISTRICT)
    window.page.locator(".sums-total").wait_for()


def fill_in_address_without_scripts(window: Window) -> None:
    """Fill in the checkout page step by step, by its own buttons."""
    window.open("/cart").follow("Lanjut ke pembayaran")
    window.press("Cari kecamatan", postal_code=POSTAL_CODE, **ADDRESS)
    assert window.field("street").input_value() == ADDRESS["street"]
    window.press("Hitung ongkir", district_code=DISTRICT)


def total(window: Window) -> str:
    """Give the total that a page shows."""
    return " ".join(window.page.locator(".sums-total dd").inner_text().split())


def pay(window: Window) -> None:
    """Press *Pay*, pay by card on the gateway's own page, and come back to a confirmed order."""
    due = total(window)
    button = window.page.locator("#summary button.button-primary")
    assert " ".join(button.inner_text().split()) == f"Bayar {due}"
    with window.page.expect_navigation(url="**/pay/**"):
        button.click()
    assert due in window.text
    with window.page.expect_navigation(url="**/thanks**"):
        window.one("button", "Bayar dengan kartu").click()
    thanked = window.page.get_by_role("heading", name="Terima kasih, pesanan Anda sudah dibayar")
    thanked.wait_for()
    assert total(window) == due


def parcel(window: Window, workshop: str) -> str:
    """Give the words about the parcel of one workshop on the order page."""
    section = window.page.locator("section.order-parcel").filter(has_text=workshop)
    return " ".join(section.inner_text().split())


def confirm_receipt(window: Window, workshop: str) -> None:
    """Say that the parcel of one workshop has come."""
    section = window.page.locator("section.order-parcel").filter(has_text=workshop)
    with window.page.expect_navigation():
        section.get_by_role("button", name="Paket ini sudah saya terima").click()
