"""What every answer carries, and how errors are told."""

import json
import logging
import re
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask

from shop import logs, web
from tests import make, shops
from tests.pages import Page

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Give the shop as it runs for real: not a demonstration, behind TLS, with limits."""
    folder = tmp_path_factory.mktemp("strict")
    chosen = shops.settings(
        f"sqlite:///{folder / 'kriya.sqlite'}",
        folder,
        demo=False,
        base_url="https://kriya.example.id",
        smtp_url="smtp://127.0.0.1:9",
        stripe_api_base="",
    )
    return shops.build(chosen)


def test_every_kind_of_answer_is_hardened(page: Page) -> None:
    for path in (
        "/healthz",
        "/account/sign-in",
        "/nothing-here",
        "/media/public/nothing.webp",
        "/static/css/base.css",
    ):
        page.get(path)
        for name, value in HEADERS.items():
            assert page.headers[name] == value, path
        policy = page.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "object-src 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


def test_behind_tls_cookies_and_transport_are_strict(strict: Flask) -> None:
    client = strict.test_client()

    # An address of its own: another test uses up what one visitor may ask.
    visitor = {"REMOTE_ADDR": "203.0.113.9"}
    response = client.get("/account/sign-in", base_url="https://kriya.example.id", environ_base=visitor)

    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-kriya=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie
    assert "https://checkout.stripe.com" in response.headers["Content-Security-Policy"]


def test_a_host_that_is_not_ours_is_refused(strict: Flask) -> None:
    client = strict.test_client()

    assert client.get("/healthz", base_url="https://evil.example").status_code == 400
    assert client.get("/healthz", base_url="https://kriya.example.id").status_code == 200


def test_too_many_tries_from_one_address_are_slowed_down(strict: Flask) -> None:
    client = strict.test_client()
    statuses = [
        client.get("/account/forgot", base_url="https://kriya.example.id").status_code for _ in range(31)
    ]

    assert set(statuses[:25]) == {200}
    assert statuses[-1] == 429
    # robots count together with the product feed, the dearest answer there is
    asked = [client.get("/robots.txt", base_url="https://kriya.example.id").status_code for _ in range(61)]
    assert asked == [200] * 60 + [429]


@pytest.mark.parametrize("path", ["/offline", "/site.webmanifest", "/about", "/robots.txt"])
def test_nothing_new_is_said_of_the_page_that_was_sent(page: Page, path: str) -> None:
    sent = page.client.get(path, headers={"Accept-Encoding": "gzip"})
    again = page.client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": sent.headers["ETag"]})

    assert again.status_code == 304
    assert [again.headers[name] for name in ("ETag", "Cache-Control")] == [
        sent.headers[name] for name in ("ETag", "Cache-Control")
    ]


def test_every_answer_has_a_request_id_and_takes_a_given_one(page: Page) -> None:
    page.get("/healthz")
    assert re.fullmatch(r"[0-9a-f]{16}", page.headers["X-Request-ID"])

    page.get("/healthz", headers={"X-Request-ID": "from-the-proxy-1"})
    assert page.headers["X-Request-ID"] == "from-the-proxy-1"

    page.get("/healthz", headers={"X-Request-ID": "<script>"})
    assert page.headers["X-Request-ID"] != "<script>"


def test_an_error_is_told_in_the_language_with_its_number(page: Page) -> None:
    assert page.get("/nothing-here").status == 404
    assert page.headers["Cache-Control"] == "no-store"
    page.get("/en/nothing-here")
    assert page.status == 404
    assert page.headers["X-Request-ID"]


def test_a_script_is_told_as_json(page: Page) -> None:
    page.get("/nothing-here", headers={"Accept": "application/json"})

    assert page.status == 404
    assert set(page.json) == {"error", "request_id"}


@pytest.mark.parametrize(
    "path", ["/account/sign-up", "/account/sign-in", "/account/forgot", "/account/sign-out"]
)
def test_a_form_without_its_token_is_refused(page: Page, path: str) -> None:
    assert page.post(path, {"csrf_token": ""}).status == 400
    assert page.post(path, {"csrf_token": "forged"}).status == 400


def test_somebody_elses_token_is_refused(app: Flask, page: Page) -> None:
    token = Page(app).csrf_token()

    assert page.post("/account/forgot", {"csrf_token": token, "email": "sari@contoh.id"}).status == 400


def test_a_wrong_method_and_a_body_too_large_are_refused(page: Page) -> None:
    assert page.get("/account/sign-out").status == 405
    assert page.headers["Allow"]
    page.post("/account/forgot", {"email": "x" * (web.BODY_LIMIT + 1)})
    assert page.status == 413


@pytest.mark.parametrize(
    "query", ["?next=%00", "?next=%ED%A0%80", "?page=1_0", "?" + "a=b&" * 500, "?%", "?next=" + "a" * 5000]
)
def test_strange_addresses_never_break_a_page(page: Page, query: str) -> None:
    assert page.get("/account/sign-in" + query).status < 500
    assert page.get("/demo/outbox" + query).status < 500


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_form_that_no_database_could_keep_is_refused_on_both(app: Flask, page: Page, database: str) -> None:
    person = make.user()

    assert page.post("/account/sign-in", {"email": f"{person.email}\x00", "password": "x"}).status == 422
    page.sign_in(person)
    assert page.post("/studio/workshop", {"province": "17\x00"}).status in {400, 422}


@pytest.mark.parametrize(
    "path", ["/%00", "/account/confirm/%00", "/account/reset/" + "x" * 4000, "/media/public/%ED%A0%80.webp"]
)
def test_strange_paths_never_break_a_page(page: Page, path: str) -> None:
    assert page.get(path).status < 500


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/", "/"),
        ("/account/", "/account/"),
        ("/search?q=kain", "/search?q=kain"),
        ("/en/cart", "/en/cart"),
        (None, "/fallback"),
        ("", "/fallback"),
        ("//evil.example", "/fallback"),
        ("////evil", "/fallback"),
        ("https:evil", "/fallback"),
        ("https:///evil", "/fallback"),
        ("/\\evil", "/fallback"),
        ("/a\\evil", "/fallback"),
        ("/\tevil", "/fallback"),
        ("/a\r\nSet-Cookie: x", "/fallback"),
        ("javascript:alert(1)", "/fallback"),
    ],
)
def test_only_a_plain_path_of_this_shop_is_gone_to(target: str | None, safe: str) -> None:
    assert web.safe_next(target, "/fallback") == safe


def test_log_lines_are_json_with_the_request_id_and_nothing_personal(strict: Flask) -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        strict.test_client().get(
            "/nothing-here?email=sari@contoh.id",
            base_url="https://kriya.example.id",
            headers={"X-Request-ID": "trace-me-1"},
        )
    finally:
        root.removeHandler(handler)
        root.setLevel(logging.ERROR)

    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    line = next(line for line in lines if line["event"] == "request")
    assert (line["request_id"], line["status"], line["path"]) == ("trace-me-1", 404, "/nothing-here")
    assert "contoh.id" not in written.getvalue()


def test_the_stylesheet_is_kept_for_ever_under_its_digest(page: Page) -> None:
    page.get("/account/sign-in")
    address = str(page.one("link[rel=stylesheet]")["href"])

    page.get(address)

    assert page.status == 200
    assert "immutable" in page.headers["Cache-Control"]
    assert "--nila" in page.html
    assert Path("static/css/tokens.css").exists()
