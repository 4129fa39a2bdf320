"""Buyers over HTTP: visitors with a cookie jar who fill the cart, check out and pay, as browsers do."""

import re
import threading
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import requests

HIDDEN = re.compile(r'name="(csrf_token|form_key|seen_total)"[^>]*value="([^"]*)"')
WAIT = 240
"""Seconds; machines of tests are busy, how fast it is is a matter for bench/."""
ADDRESS = {
    "email": "pembeli@example.com",
    "name": "Pembeli Peraga",
    "phone": "081234567890",
    "street": "Jalan Melati 5",
    "village": "",
    "postal_code": "30126",
    "district_code": "16.71.01",
    "place_q": "",
    "note": "",
}


@dataclass
class Attempt:
    """What became of one buyer's try."""

    status: int = 0
    outcome: str = ""
    """`to_payment`, `refused`, or what else the shop answered."""
    seconds: float = 0.0
    session_id: str = ""


class Buyer:
    """One visitor."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        # An idle connection may be closed while the others get ready.
        self.http.headers["Connection"] = "close"

    def add(self, variant_id: int, quantity: int = 1) -> requests.Response:
        """Put something into the cart."""
        return self.http.post(
            f"{self.url}/cart/lines",
            data={"variant_id": variant_id, "quantity": quantity},
            headers={"Origin": self.url, "Sec-Fetch-Site": "same-origin"},
            allow_redirects=False,
            timeout=WAIT,
        )

    def fill_in(self, **changes: str) -> dict[str, str]:
        """Open the checkout page and give the form as a buyer would send it who needs to see no total."""
        page = self.http.get(f"{self.url}/checkout", timeout=WAIT)
        hidden = {name: value for name, value in HIDDEN.findall(page.text) if value}
        return {**ADDRESS, **hidden, **changes}

    def pay(self, form: dict[str, str]) -> requests.Response:
        """Press *Pay*."""
        return self.http.post(f"{self.url}/checkout", data=form, allow_redirects=False, timeout=WAIT)

    def attempt(self, form: dict[str, str]) -> Attempt:
        """Press *Pay* and say what became of it."""
        answer = self.pay(form)
        found = Attempt(status=answer.status_code, seconds=answer.elapsed.total_seconds())
        target = answer.headers.get("Location", "")
        match = re.search(r"cs_test_[A-Za-z0-9]+", target)
        if answer.status_code == 303 and match:
            found.outcome, found.session_id = "to_payment", match.group(0)
        elif answer.status_code in {409, 422, 302, 303}:
            found.outcome = "refused"
        else:
            found.outcome = answer.text[:200]
        return found


def all_at_once(tries: list[tuple[Buyer, dict[str, str]]]) -> list[Attempt]:
    """Let every buyer press *Pay* at the same moment."""
    gate = threading.Barrier(len(tries))
    found: list[Attempt] = [Attempt() for _ in tries]

    def press(place: int) -> None:
        buyer, form = tries[place]
        gate.wait()
        try:
            found[place] = buyer.attempt(form)
        except requests.RequestException as error:
            found[place].outcome = repr(error)

    threads = [threading.Thread(target=press, args=(place,)) for place in range(len(tries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def key_of(address: str) -> str:
    """Give the signed key in the address of an order's page."""
    return parse_qs(urlsplit(address).query).get("key", [""])[0]
