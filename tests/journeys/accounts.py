"""Accounts and letters, as people come by them: signing up, reading the letter, signing in."""

import re
from urllib.parse import urlsplit

from tests.journeys.windows import Window, until

PASSWORD = "besurek tujuh lembar malam"


def sign_up(window: Window, name: str, email: str) -> None:
    """Make an account, press the link of the letter, and sign in."""
    window.open("/account/sign-up").press("Buat akun ini", name=name, email=email, password=PASSWORD)
    assert window.title == "Silakan periksa email Anda"
    window.open(link(letter(window, email, "alamat"), "/account/confirm/"))
    window.press("Konfirmasi alamat saya")
    assert window.title == "Masuk"
    sign_in(window, email)


def sign_in(window: Window, email: str, password: str = PASSWORD) -> None:
    """Sign in with address and password."""
    window.open("/account/sign-in").press("Masuk", email=email, password=password)
    assert window.title != "Masuk", window.text


def letter(window: Window, to: str, about: str) -> str:
    """Give the words of the newest letter to an address whose subject has these words, once it is there."""

    def written() -> str | None:
        window.open("/demo/outbox")
        rows = window.page.locator("main tbody tr").filter(has_text=to)
        subject = rows.get_by_role("link", name=re.compile(re.escape(about), re.IGNORECASE))
        return str(subject.first.get_attribute("href")) if subject.count() else None

    window.open(until(written, f"a letter to {to} about {about}"))
    return str(window.page.locator(".letter-text").inner_text())


def link(words: str, containing: str) -> str:
    """Give path and query of the first link of a letter that has this part."""
    found = next(address for address in re.findall(r"https?://\S+", words) if containing in address)
    parts = urlsplit(str(found))
    return parts.path + (f"?{parts.query}" if parts.query else "")
