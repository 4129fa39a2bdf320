"""Input that no honest person types, and a visitor who sends it everywhere and notes what breaks."""

import contextvars
import json
import re
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import quote

from bs4 import BeautifulSoup, Tag
from flask import Flask

from shop.db import db
from tests.pages import Page

SLOW = 15
"""Seconds; on a quiet machine every answer takes well under one."""
WORDS = (
    "", " ", "x", "0", "-1", "1e9", "1_0", "٣", "１", "1000000000", "9" * 30, "1.5", "NaN", "true", "null",
    "a" * 10_000, "😀" * 300, "\u202e\u2066abc", "e\u0301" * 50, "\r\nX-Evil: 1", "\t\n", "\x07\x1b[31m", "\ufffe\uffff", "\x00",
    "<script>alert(1)</script>", "{{7*7}}%(x)s%s", "' OR 1=1 --", "../../etc/passwd", "=1+1", "http://evil.example/",
    "//evil.example", "2026-02-31", "0000-00-00", "9999-12-31", "1,2,3", "[]", "id", "%", "_",
)  # fmt: skip
RAW = (
    "%00",
    "%ff%fe",
    "%c3%28",
    "%ED%A0%80",
    "%F4%90%80%80",
    "%",
    "%zz",
    "%u0041",
    "+%2B%20",
    "a%0d%0ab",
    "%2e%2e%2f",
)
"""Bytes of an address or form that are no text, or hardly."""
SLUGS = (
    "x", "-", "--", "-0", "UPPER", "a" * 5_000, "%00", "%ff", "%ED%A0%80", "..%2f..%2fetc", "%2e%2e", "😀", "a%20b", "en",
    "1", "9" * 40, "%25", "%3Cscript%3E", "KRY-260101-AAAAAA",
)  # fmt: skip
NUMBERS = ("0", "1", "-1", "1_0", "٣", "1.0", "9" * 19, "9" * 40)
QUERIES = (
    "q", "craft", "province", "regency", "technique", "material", "price_min", "price_max", "ready", "sort", "page", "tab",
    "kind", "by", "from", "to", "key", "next", "about", "postal_code", "ids", "removed", "quantity", "state", "number",
    "month", "council", "alt", "v", "session_id",
)  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = (
    {"Accept-Language": "x" * 8_000}, {"Accept-Language": ";q=,,,*;q=9"}, {"Accept": "text/html;q=oops, */*;q=-1"},
    {"Accept": "application/json"}, {"Cookie": "kriya=garbage; _user_id=1; cart=\xff\xfe"}, {"Cookie": "kriya=" + "a" * 3_000},
    {"Cookie": "kriya=eyJ1IjoxfQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb; kriya_cart=;;;=;"}, {"X-Request-ID": "<script>"},
    {"If-None-Match": '"' + "x" * 2_000}, {"If-None-Match": "W/*, \xff"}, {"If-Modified-Since": "the day after tomorrow"},
    {"Range": "bytes=9-1,-,x"}, {"Referer": "javascript:alert(1)"}, {"Origin": "null"}, {"User-Agent": ""},
    {"X-Forwarded-For": "1.2.3.4, evil", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"},
    {"Host": "evil.example"}, {"Host": "localhost:99999"}, {"Host": "local host"}, {"Sec-Fetch-Site": "\xff"},
    {"Stripe-Signature": "t=x,v1="}, {"Content-Type": "multipart/form-data"}, {"Content-Type": "text/html; charset=utf-99"},
    {"Authorization": "Basic \xff"}, {"HX-Request": "true"},
)  # fmt: skip
BODIES = (
    (b"", "application/x-www-form-urlencoded"), (b"\xff\xfe&&&=&a", "application/x-www-form-urlencoded"),
    (b"{", "application/json"), (b"[" * 50_000, "application/json"), (b"a=1" * 90_000, "application/x-www-form-urlencoded"),
    (b"&".join(b"f%d=1" % n for n in range(2_000)), "application/x-www-form-urlencoded"),
    (b"--b\r\nbroken", "multipart/form-data; boundary=b"), (b"x", "multipart/form-data"), (b"x", "\xff/\xfe"),
)  # fmt: skip
FILES = (
    (b"", "a.jpg"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.jpg"), (b"\xff\xd8\xff\xe0" + b"\0" * 500, "../../a.jpg"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\1\0\0\x08\x06\0\0\0", "\x00.png"), (b"RIFF\xff\xff\xff\xffWEBPVP8X", "😀.webp"),
    (b"%PDF-1.7", "a" * 300), (b"\xff\xd8\xff" + b"x" * 300_000, "large.jpg"),
)  # fmt: skip
SAYS_WHAT_IS_MISSING = "/readyz"
"""Answers 503 as long as the shop cannot take orders: that is what it is for."""
LAST = ("withdraw", "discard", "remove", "cancel", "sign-out", "state", "reset", "rest", "decide")
"""Parts of addresses that end something: they come last."""


class Mischief:
    """A visitor who sends nonsense, signed in or not."""

    def __init__(self, app: Flask, page: Page) -> None:
        self.app = app
        self.page = page
        self.token = page.csrf_token()
        self.faults: list[str] = []
        self.asked = 0

    def send(self, method: str, path: str, **options: Any) -> str:
        """Send one request; note an answer of 500 or more, a raised error, or a long wait. Give the page."""
        if db.session.registry.has():
            db.session.rollback()
        self.asked += 1
        told = f"{method} {path[:150]} {str(options)[:250]}"
        started = time.monotonic()
        try:
            answer = contextvars.Context().run(self._open, method, path, options)
        except Exception as error:  # noqa: BLE001 - every fault is wanted, not the first
            self.faults.append(f"{told}: {error!r}"[:600])
            return ""
        if answer.status_code >= 500 and not path.startswith(SAYS_WHAT_IS_MISSING):
            self.faults.append(f"{told}: {answer.status}")
        if (seconds := time.monotonic() - started) > SLOW:
            self.faults.append(f"{told}: {seconds:.0f} s")
        return str(answer.get_data(as_text=True)) if answer.mimetype == "text/html" else ""

    def _open(self, method: str, path: str, options: dict[str, Any]) -> Any:
        base_url = self.app.config["KRIYA"].base_url
        headers = options.get("headers") or {}
        if "Host" in headers:
            options = options | {"environ_overrides": {"HTTP_HOST": headers["Host"]}}
        response = self.page.client.open(path, method=method, base_url=base_url, buffered=True, **options)
        response.close()
        return response

    def post(self, path: str, fields: dict[str, Any]) -> None:
        """Send a form with a true token."""
        self.send("POST", path, data={"csrf_token": self.token} | fields)

    def post_raw(self, path: str, names: list[str], raw: str) -> None:
        """Send a form whose bytes are no text."""
        body = "&".join([f"csrf_token={quote(self.token)}", *(f"{quote(name)}={raw}" for name in names)])
        self.send("POST", path, data=body.encode("latin-1"), content_type="application/x-www-form-urlencoded")


# --- where to send it ----------------------------------------------------------------------------------


def routes(app: Flask) -> list[dict[str, Any]]:
    """Give every route, those that end something last."""
    found: list[dict[str, Any]] = json.loads(app.test_cli_runner().invoke(args=["routes", "--json"]).output)
    return sorted(found, key=lambda route: route["path"].endswith(LAST))


def is_for(route: dict[str, Any], roles: set[str]) -> bool:
    """Say whether a route is for these: `public`, roles, or `signed in` for everybody with an account."""
    wanted = {"public"} if route["public"] else set(route["roles"]) or {"signed in"}
    return bool(wanted & roles)


def strange_paths(path: str) -> Iterator[str]:
    """Fill a route in with strange values, one kind at a time."""
    if "<" not in path:
        yield path
        return
    values = (*SLUGS, *NUMBERS)
    texts, numbers = r"<(?!int)[^>]*>", r"<int:[^>]*>"
    filled = (re.sub(numbers, v if v in NUMBERS else "1", re.sub(texts, v, path)) for v in values)
    yield from dict.fromkeys(filled)  # where a route takes numbers only, most are alike


def real_path(path: str, known: dict[str, str]) -> str:
    """Fill a route in with what exists."""
    return re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", lambda found: known.get(found[1], "1"), path)


def forms(html: str) -> list[tuple[str, dict[str, Any], list[str]]]:
    """Give the forms of a page that change something: address, fields as they stand, names of files."""
    found = []
    for form in BeautifulSoup(html, "html.parser").select("form"):
        if str(form.get("method", "get")).lower() != "post":
            continue
        fields = {str(field["name"]): _value(field) for field in form.select("[name]")}
        sent = [str(field["name"]) for field in form.select("input[type=file]")]
        targets = {
            str(form["action"]),
            *(str(button["formaction"]) for button in form.select("[formaction]")),
        }
        found += [
            (target, {k: v for k, v in fields.items() if k not in sent}, sent) for target in sorted(targets)
        ]
    return sorted(found, key=lambda one: one[0].endswith(LAST))


def _value(field: Tag) -> str:
    if field.name == "textarea":
        return field.get_text()
    if field.name == "select":
        option = field.select_one("option[selected]") or field.select_one("option[value]:not([value=''])")
        return str(option.get("value", "")) if option else ""
    return str(field.get("value", ""))


def files() -> list[tuple[BytesIO, str]]:
    """Give files that are no photographs."""
    return [(BytesIO(data), name) for data, name in FILES]
