"""A visitor who signed in nowhere and follows every link: what the whole public shop says."""

import contextvars
import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from shop.db import db

HOST = "http://localhost"
LINK = re.compile(r'(?:href|src|action|data-[a-z]+)="([^"]+)"|<(?:loc|link)>([^<]+)</')
NOT_PAGES = ("/static/", "/assets/", "/media/")
TOKEN = re.compile(r'(name="(?:csrf_token|form_key)" value=)"[^"]*"')
STARTS = (
    "/",
    "/en/",
    "/sitemap.xml",
    "/feeds/products.xml",
    "/en/feeds/products.xml",
    "/robots.txt",
    "/me",
    "/cart",
    "/demo/outbox",
)


class Crawler:
    """An anonymous visitor with a notebook."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def get(self, path: str) -> TestResponse:
        """Ask for an address, without following where it leads."""
        if db.session.registry.has():
            db.session.rollback()
        return contextvars.Context().run(self.client.get, path, base_url=HOST, buffered=True)

    def says(self, path: str) -> str:
        """Give everything an address answers, headers included, in lower case, with entities read."""
        answer = self.get(path)
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers if name != "X-Request-ID")
        body = answer.get_data().decode("utf-8", "replace")
        return unescape(f"{answer.status}\n{headers}\n\n{body}").casefold()

    def everything(self) -> dict[str, str]:
        """Follow every link of the shop in both languages, and give what each page says, by address."""
        seen, waiting, pages = set(STARTS), deque(STARTS), {}
        while waiting:
            path = waiting.popleft()
            answer = self.get(path)
            text = answer.get_data(as_text=True)
            # A token and the number of a request differ each time; nothing else may.
            pages[path] = TOKEN.sub("", text).replace(answer.headers["X-Request-ID"], "")
            for found in links(path, text, answer.headers.get("Location", "")):
                if found not in seen and _is_followed(found):
                    seen.add(found)
                    waiting.append(found)
        return pages


def _is_followed(address: str) -> bool:
    """Leave out files, and narrowings of a narrowed search: there is no end to them."""
    return not address.startswith(NOT_PAGES) and address.count("&") < 2


def links(path: str, text: str, location: str) -> set[str]:
    """Give every address of this shop that an answer names."""
    named = [unescape(first or second) for first, second in LINK.findall(text)]
    found = set()
    for address in [*named, location]:
        parts = urlsplit(urljoin(HOST + path, address.strip()))
        if address and " " not in address and parts.netloc == urlsplit(HOST).netloc:
            found.add(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found
