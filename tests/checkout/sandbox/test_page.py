"""The payment page as a buyer meets it, without JavaScript; and that strange requests are answered."""

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

import html5lib
import pytest
import stripe

from tests.checkout.sandbox.conftest import order
from tests.checkout.sandbox.running import Sandbox


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return


BROWSER = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay())


@dataclass
class Seen:
    status: int
    text: str
    headers: Any


def visit(
    url: str, data: bytes | None = None, method: str | None = None, headers: dict[str, str] | None = None
) -> Seen:
    request = urllib.request.Request(url, data, headers or {}, method=method)
    try:
        with BROWSER.open(request, timeout=10) as answer:
            return Seen(answer.status, answer.read().decode(), answer.headers)
    except urllib.error.HTTPError as answer:
        with answer:
            return Seen(answer.code, answer.read().decode(), answer.headers)


def opened(client: stripe.StripeClient, **more: Any) -> str:
    url = client.v1.checkout.sessions.create(order(**more)).url
    assert url is not None
    return url


def test_the_page_says_what_is_paid_and_that_it_is_not_real(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    seen = visit(opened(client))

    assert seen.status == 200
    html5lib.HTMLParser(strict=True).parse(seen.text)
    assert '<html lang="id">' in seen.text
    for words in ("Tidak ada uang sungguhan", "Kain tenun cual", "Rp\xa01.652.000", "2 × Rp\xa0185.000"):
        assert words in seen.text
    assert seen.text.count("<h1>") == 1
    policy = seen.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "form-action 'self' http://127.0.0.1:9" in policy
    assert not re.search(r"<script|style=|\son\w+=", seen.text)


def test_the_page_speaks_english_when_the_session_does(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    assert "No real money moves" in visit(opened(client, locale="en")).text
    automatic = opened(client, locale="auto")
    assert "No real money moves" in visit(automatic, headers={"Accept-Language": "en-GB,en"}).text
    assert "Tidak ada uang" in visit(automatic).text


def test_paying_leads_back_to_the_shop_and_never_twice(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    url = opened(client)

    paid = visit(url + "/card", b"")
    assert paid.status == 303
    assert paid.headers["Location"] == "http://127.0.0.1:9/thanks?session=" + url.rpartition("/")[2]
    again = visit(url + "/card", b"")
    assert (again.status, again.headers["Location"]) == (303, urllib.parse.urlsplit(url).path)
    assert "sudah dibayar" in visit(url).text
    intent = client.v1.checkout.sessions.retrieve(url.rpartition("/")[2]).payment_intent
    assert len(client.v1.charges.list({"payment_intent": str(intent)}).data) == 1


def test_a_declined_card_can_try_again(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    url = opened(client)

    assert visit(url + "/decline", b"").status == 303
    assert 'role="alert"' in visit(url).text
    assert "Kartu Anda ditolak" in visit(url).text


def test_the_bank_asks_first(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    url = opened(client)

    asked = visit(url + "/challenge", b"")
    assert asked.headers["Location"].endswith("/challenge")
    assert "Bank peragaan bertanya" in visit(url + "/challenge").text
    visit(url + "/refuse", b"")
    assert "Bank tidak menyetujui" in visit(url).text
    visit(url + "/challenge", b"")
    assert visit(url + "/approve", b"").status == 303
    assert client.v1.checkout.sessions.retrieve(url.rpartition("/")[2]).payment_status == "paid"


def test_a_transfer_is_awaited_and_may_be_lost(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    url = opened(client)

    assert visit(url + "/transfer", b"").status == 303
    assert "Menunggu transfer" in visit(url).text
    sandbox.settle(url.rpartition("/")[2], succeeds=False)
    assert "tidak tiba" in visit(url).text


def test_only_the_ways_the_shop_allows_are_offered(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    seen = visit(opened(client, allowed_payment_method_types=["card"]))

    assert "Bayar dengan kartu" in seen.text
    assert "transfer bank" not in seen.text


def test_an_expired_page_says_so(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    url = opened(client)
    sandbox.expire(url.rpartition("/")[2])

    seen = visit(url)
    assert seen.status == 410
    assert "http://127.0.0.1:9/orders/KR-1" in seen.text
    assert visit(url + "/card", b"").status == 303


def test_names_from_the_shop_cannot_draw_on_the_page(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    url = opened(
        client, client_reference_id="<script>alert(1)</script>", success_url="http://a.example/;default-src"
    )

    seen = visit(url)
    assert "<script" not in seen.text
    assert "form-action 'self' http://127.0.0.1:9 http://a.example" in seen.headers["Content-Security-Policy"]


def test_the_list_shows_payments_and_what_became_of_their_messages(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.pay(client.v1.checkout.sessions.create(order(client_reference_id="KR-77")).id)
    sandbox.wait_until_delivered()

    seen = visit(sandbox.url + "/")
    html5lib.HTMLParser(strict=True).parse(seen.text)
    assert "KR-77" in seen.text
    assert "checkout.session.completed" in seen.text
    assert "diterima toko" in seen.text


KEY = {"Authorization": "Bearer sk_test_kriya_sandbox"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/checkout/sessions/%00", None),
        ("GET", "/v1/checkout/sessions/" + "x" * 3000, None),
        ("GET", "/v1/charges?limit=0", None),
        ("GET", "/v1/charges?limit=1_0", None),
        ("GET", "/v1/charges?limit=%D9%A1", None),
        ("GET", "/v1/charges?created[gte]=x", None),
        ("GET", "/v1/charges?created[gte][gt]=1", None),
        ("GET", "/v1/charges?expand[]=nothing", None),
        ("GET", "/v1/charges?starting_after=ch_0", None),
        ("GET", "/v1/charges?[]=1&a[b=2", None),
        ("GET", "/v1/charges?a[b][c][d][e][f][g][h][i][j]=2", None),
        ("GET", "/v1/nothing", None),
        ("DELETE", "/v1/refunds", None),
        ("POST", "/v1/refunds", b"amount=1"),
        ("POST", "/v1/refunds", b"charge=%ff%fe&payment_intent[x]=1"),
        ("POST", "/v1/refunds", b"charge[]=a&charge=b"),
        ("POST", "/v1/checkout/sessions", b"mode=payment&line_items=1&success_url=http%3A%2F%2F%5B"),
        ("POST", "/v1/checkout/sessions", b"mode=payment&line_items[x]=1&success_url=http%3A%2F%2Fa"),
        ("POST", "/v1/checkout/sessions", b"mode=payment&line_items[0][quantity]=9999999999999999999"),
        ("POST", "/_sandbox/faults", b"{}"),
        ("POST", "/_sandbox/settings", b"[]"),
        ("GET", "/pay/nothing", None),
        ("POST", "/pay/nothing/card", b""),
    ],
)
def test_strange_requests_are_answered_below_500(
    sandbox: Sandbox, method: str, path: str, body: bytes | None
) -> None:
    seen = visit(sandbox.url + path, body, method, KEY)

    assert 400 <= seen.status < 500
    if path.startswith("/v1"):
        assert '"error"' in seen.text
        assert seen.headers["Request-Id"].startswith("req_")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain"])
def test_a_page_of_another_site_cannot_drive_the_control_api(sandbox: Sandbox, kind: str) -> None:
    seen = visit(sandbox.url + "/_sandbox/faults", b'{"kind": "drop"}', "POST", {"Content-Type": kind})

    assert seen.status == 400
