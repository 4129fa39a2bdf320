"""A visitor's browser without JavaScript, that checks on every page what every page must hold; and a reader of letters.

`Page.get`, `.follow` (a link by its words) and `.press` (a button by its words) do what a person does; forms are
filled in by the names of the fields found on the page, and bring along whatever the page put into them.
"""

import contextvars
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Self, cast
from urllib.parse import urljoin, urlsplit

import sqlalchemy as sa
from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from shop import sessions
from shop.db import db, now, transaction
from shop.models import Mail, User, UserSession
from tests import manners

Fields = dict[str, Any]


class Page:
    """What a visitor sees. Every call gives the page itself, so that calls can be chained."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.path = "/"
        self.response: TestResponse | None = None
        self._soup: BeautifulSoup | None = None

    # --- looking ---------------------------------------------------------------------------------

    @property
    def status(self) -> int:
        """Give the status of the last answer."""
        return self._last().status_code

    @property
    def headers(self) -> Any:
        """Give the headers of the last answer."""
        return self._last().headers

    @property
    def html(self) -> str:
        """Give the source of the last answer."""
        return str(self._last().get_data(as_text=True))

    @property
    def json(self) -> Any:
        """Give the last answer as JSON."""
        return self._last().get_json()

    @property
    def location(self) -> str:
        """Give where the last answer sends the visitor, when that was not followed."""
        return str(self._last().headers.get("Location", ""))

    @property
    def soup(self) -> BeautifulSoup:
        """Give the last page as a tree."""
        if self._soup is None:
            self._soup = BeautifulSoup(self.html, "html.parser")
        return self._soup

    @property
    def text(self) -> str:
        """Give the words of the page's main part (of the whole page where it has none), spaces made single."""
        part = self.soup.find("main") or self.soup
        return " ".join(part.get_text(" ").split())

    @property
    def title(self) -> str:
        """Give the page's only h1."""
        heading = self.soup.find("h1")
        return " ".join(heading.get_text(" ").split()) if heading else ""

    def all(self, selector: str) -> list[Tag]:
        """Give what a CSS selector finds."""
        return list(self.soup.select(selector))

    def one(self, selector: str) -> Tag:
        """Give the only thing that a CSS selector finds."""
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} × {selector} on {self.path}\n{self.text[:2000]}"
        return found[0]

    def has_link(self, words: str) -> bool:
        """Say whether there is a link with these words."""
        return any(words == _words(link) for link in self.all("a[href]"))

    # --- going -----------------------------------------------------------------------------------

    def get(self, path: str, *, follow: bool = True, fragment: bool = False, **options: Any) -> Self:
        """Open an address. `options` go to Werkzeug's client (`headers`, `query_string` …)."""
        return self._open("GET", path, follow, fragment, **options)

    def post(
        self,
        path: str,
        data: Fields | None = None,
        *,
        follow: bool = True,
        fragment: bool = False,
        **options: Any,
    ) -> Self:
        """Send a form that is not on the page, with a true token: what a script or a stale page would send."""
        filled = {"csrf_token": self.csrf_token()} | (data or {})
        return self._open("POST", path, follow, fragment, data=filled, **options)

    def follow(self, words: str) -> Self:
        """Follow the link with these words."""
        links = [link for link in self.all("a[href]") if words == _words(link)]
        targets = {str(link["href"]) for link in links}
        assert len(targets) == 1, f"{len(targets)} links “{words}” on {self.path}\n{self.text[:2000]}"
        return self.get(urljoin(self.path, targets.pop()))

    def press(self, words: str, /, *, within: Any = "", follow: Any = True, **values: Any) -> Self:
        """Fill in the form that has the button with these words, and press it.

        `within` is a selector for a part of the page, where several forms have such a button. `None` empties a
        field or unticks a box; a file is a pair `(BytesIO, name)`.
        """
        forms = [
            (form, button)
            for form in self.all(f"{within} form".strip())
            for button in form.select("button, input[type=submit]")
            if words == (_words(button) or button.get("value"))
        ]
        assert len(forms) == 1, f"{len(forms)} forms with “{words}” on {self.path}\n{self.text[:2000]}"
        return self.submit(*forms[0], follow=follow, **values)

    def submit(self, form: Tag, button: Tag | None = None, *, follow: Any = True, **values: Any) -> Self:
        """Send a form of this page as its fields stand, but for the values given."""
        data = self._filled(form, button, values)
        target = urljoin(self.path, str((button.get("formaction") if button else "") or form["action"]))
        if str(form.get("method", "get")).lower() == "get":
            return self._open("GET", target, follow, fragment=False, query_string=data)
        return self._open("POST", target, follow, fragment=False, data=data)

    def csrf_token(self) -> str:
        """Give a token of this visitor's session, from the page or from the sign-in page."""
        field = self.soup.select_one("input[name=csrf_token]") if self.response else None
        if field is None:
            other = Page(self.app)
            other.client = self.client
            field = other.get("/account/forgot").one("main input[name=csrf_token]")
        return str(field["value"])

    def sign_in(self, user: User) -> Self:
        """Be signed in, without the way over the sign-in page."""
        token = secrets.token_urlsafe(32)
        with transaction() as session:
            moment = now()
            session.add(
                UserSession(
                    token_hash=sessions.token_hash(token),
                    user_id=user.id,
                    created_at=moment,
                    expires_at=moment + timedelta(days=1),
                )
            )

        def write_cookie() -> None:
            with self.client.session_transaction() as cookie:
                cookie.clear()
                cookie["_user_id"] = token
                cookie["_fresh"] = True
                cookie.permanent = True

        contextvars.Context().run(write_cookie)
        return self

    # --- inside ----------------------------------------------------------------------------------

    def _last(self) -> TestResponse:
        assert self.response is not None, "open a page first"
        return self.response

    def _open(self, method: str, path: str, follow: bool, fragment: bool, **options: Any) -> Self:
        if db.session.registry.has():
            assert not db.session.info.get("writing"), "a page is opened inside a transaction of the test"
            db.session.rollback()  # the test sees what the page will have written
        # A request context would take over an application context that is there already, and its `g`.
        self.response = contextvars.Context().run(self._request, method, path, options)
        self._soup = None
        self.path = path if method == "GET" or self.status >= 400 else self.path
        if self.status in {301, 302, 303, 307, 308}:
            target = urljoin(path, self.location)
            here = urlsplit(target).netloc in {"", urlsplit(self.app.config["KRIYA"].base_url).netloc}
            if follow and here:
                return self._open("GET", target, follow, fragment)
            return self
        manners.check(
            self.response, path, self.soup if self.response.mimetype == "text/html" else None, fragment
        )
        return self

    def _request(self, method: str, path: str, options: dict[str, Any]) -> TestResponse:
        base_url = self.app.config["KRIYA"].base_url
        response = self.client.open(path, method=method, base_url=base_url, buffered=True, **options)
        response.close()
        return response

    def _filled(self, form: Tag, button: Tag | None, values: Fields) -> MultiDict[str, Any]:
        data: MultiDict[str, Any] = MultiDict(_present(form))
        names = {str(field["name"]) for field in form.select("[name]")}
        for name, value in values.items():
            assert name in names, f"no field “{name}” in the form on {self.path}, only {sorted(names)}"
            if value is None:
                data.poplist(name)
            elif isinstance(value, list):
                data.setlist(name, value)
            else:
                data[name] = value if isinstance(value, tuple) else str(value)
        if button is not None and button.get("name"):
            data[str(button["name"])] = str(button.get("value", ""))
        return data


def _words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def _present(form: Tag) -> Iterator[tuple[str, str]]:
    """Give the fields of a form as a browser would send them untouched."""
    for field in form.select("input[name], select[name], textarea[name]"):
        name, kind = str(field["name"]), str(field.get("type", "text"))
        if field.has_attr("disabled") or kind in {"submit", "button", "image", "file", "reset"}:
            continue
        if field.name == "textarea":
            yield name, field.get_text().removeprefix("\n")
        elif field.name == "select":
            options = field.select("option")
            chosen = [option for option in options if option.has_attr("selected")]
            if not chosen and not field.has_attr("multiple"):
                chosen = options[:1]
            for option in chosen:
                yield name, str(option.get("value", option.get_text()))
        elif kind in {"checkbox", "radio"}:
            if field.has_attr("checked"):
                yield name, str(field.get("value", "on"))
        else:
            yield name, str(field.get("value", ""))


class Mailbox:
    """The letters that the shop has sent, oldest first."""

    def __init__(self, run_jobs: Callable[[], int]) -> None:
        self._run_jobs = run_jobs

    def all(self) -> list[Mail]:
        """Give every letter, after the worker has sent what is due."""
        self._run_jobs()
        return list(db.session.scalars(sa.select(Mail).order_by(Mail.id)))

    def to(self, address: str) -> list[Mail]:
        """Give the letters to one address."""
        return [letter for letter in self.all() if letter.to == address]

    def latest(self, address: str) -> Mail:
        """Give the last letter to one address."""
        letters = self.to(address)
        assert letters, f"no letter to {address}"
        return letters[-1]

    def link(self, address: str, containing: str) -> str:
        """Give the path of the link with this part in the last letter to one address."""
        letter = self.latest(address)
        links = [url for url in re.findall(r"https?://\S+", letter.text or "") if containing in url]
        assert links, f"no link with {containing} in:\n{letter.text}"
        assert links[0] in cast(str, letter.html).replace("&amp;", "&"), (
            "the link stands only in the plain text"
        )
        parts = urlsplit(links[0])
        return str(parts.path + (f"?{parts.query}" if parts.query else ""))
