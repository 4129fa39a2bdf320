"""The search as somebody with bad intentions uses it: a plain answer below 500, quickly, whatever is typed."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from catalog.search.query import FACETS
from tests import make_search
from tests.pages import Page

SECONDS = 1.5
"""For one answer on a busy machine; most take a hundredth."""

TEXTS = [
    "", " ", "\t\n", "*" * 500, "a" * 10_000, "batik " * 2_000, "ab" * 5_000 + " " + "cd" * 5_000, "é" * 10_000, "あ" * 10_000,
    " ".join(f"kata{chr(97 + n % 26)}xyzq" for n in range(500)), "Z\u0335\u0321\u0322" * 2_000, "\u0301" * 5_000,
    "title:(batik AND", '"batik', "batik AND OR NOT", "batik~2^9", "batik*", "?*?*", "[1 TO 2]", "{!func}", "(((((((", ")" * 200,
    "price:>0", "+batik -songket", "\\", "\\\\\\", "/.*/", "batik\\u0000", "&&||!", "f_craft:x", "body:=batik", "=batik", "batik_tulis",
    "\x00", "bat\x00ik", "\x01\x02batik", "\x7f", "\ud800", "a\udfffb", "\ufffe\uffff", "\ufeffbatik", "\u202ebatik", "\u2066\u2069x",
    "مرحبا", "שלום עולם", "\u202b" * 300 + "batik", "😀", "👩‍👩‍👧‍👦" * 100, "ﷺ" * 500, "ǅ", "ß", "İ", "ﬁ", "½", "٣٤", "1e999",
    "' OR 1=1 --", '"; DROP TABLE products; --', "<script>alert(1)</script>", "{{ 7*7 }}", "${jndi:ldap://x}", "%00", "%", "_", "%25%25",
    "../../etc/passwd", "file:///etc/passwd", "\r\nSet-Cookie: a=b", "javascript:alert(1)", "id", "dan", "the of and", "x", "aa",
]  # fmt: skip
VALUES = [
    "no-such",
    "",
    "\x00",
    "\ud800",
    "' OR 1=1",
    "<b>",
    "9" * 400,
    "-1",
    "17' --",
    "../..",
    "😀",
    "\u202e",
    ["a"] * 3_000,
    [""] * 50,
]
PAGES = [
    "0",
    "-1",
    "1e3",
    "1_0",
    "٣",
    "10",
    "1000000000",
    "9" * 30,
    "9" * 5_000,
    "x",
    "",
    "\x00",
    "1.5",
    " 1",
    "NaN",
]
PRICES = [
    "-1",
    "1e9",
    "9" * 12,
    "9" * 13,
    "9" * 400,
    "murah",
    "Rp",
    "0",
    "1_000",
    "٣",
    "\x00",
    "0x10",
    "1.2.3",
]


@pytest.fixture
def shop(session: Session, run_jobs: Callable[[], int]) -> None:
    """Give a shop with a few pieces on the wall and one secret."""
    make_search.listed("Kain besurek biru", title_en="Blue besurek", technique="tulis")
    make_search.listed("Cincin perak", title_en="Silver ring", craft="perak-kotagede", materials=["Perak"])
    run_jobs()


def _questions() -> Iterator[dict[str, Any]]:
    """Give every nasty query string."""
    yield from ({"q": text} for text in TEXTS)
    yield from ({facet: value} for facet in FACETS for value in VALUES)
    yield from ({"q": "kain", "page": page} for page in PAGES)
    yield from (
        {"price_min": low, "price_max": high} for low, high in zip(PRICES, reversed(PRICES), strict=True)
    )
    yield {"sort": "drop table"}
    yield {"sort": ["a"] * 500, "q": ["b"] * 500, "page": ["1"] * 500}
    yield {f"x{number}": "y" for number in range(900)}
    yield {facet: [f"{facet}{number}" for number in range(60)] for facet in FACETS} | {
        "q": "kain xyzzy perakk"
    }
    yield {"q": "kain", "__proto__": "x", "q[]": "a", "craft[$ne]": "b"}


@pytest.mark.parametrize("address", ["/en/search", "/suggest"])
def test_whatever_is_asked_gets_a_plain_answer_quickly(page: Page, shop: None, address: str) -> None:
    page.get(address)  # the first answer of a process loads what all others use
    slow = []
    for query in _questions():
        sendable = {name: _sendable(value) for name, value in query.items()}
        started = time.monotonic()
        answer = page.client.get(address, query_string=sendable)
        taken = time.monotonic() - started

        assert answer.status_code < 500, str(query)[:200]
        assert "<script>alert" not in answer.text
        assert ">49<" not in answer.text
        if taken > SECONDS:
            slow.append(f"{taken:.2f} s: {str(query)[:100]}")
    assert not slow, "\n".join(slow)


def _sendable(value: Any) -> Any:
    """Encode half characters as a careless client would: as the bytes they would have had."""
    if isinstance(value, list):
        return [_sendable(one) for one in value]
    return (
        value.encode("utf-8", "surrogatepass") if any("\ud800" <= one <= "\udfff" for one in value) else value
    )


def test_half_characters_and_broken_bytes_in_the_address_do_no_harm(page: Page, shop: None) -> None:
    for raw in ("%ED%A0%80", "%ff%fe", "%c3%28batik", "%", "%zz", "a%00b", "%F0%9F%98", "%2e%2e%2f", "+%2B+"):
        for way in (
            f"/search?q={raw}",
            f"/search?craft={raw}&province={raw}",
            f"/suggest?q={raw}aa",
            f"/search?{raw}={raw}",
        ):
            assert page.get(way).status < 500, way
