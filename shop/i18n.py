"""Two languages: which one a page is in, where its texts come from, and how figures and dates are written.

Indonesian stands at the root of the address, English under `/en`. A WSGI layer moves that prefix to SCRIPT_NAME,
so every `url_for` keeps the language by itself. English texts are the msgids; the Indonesian ones are the
hand-written `shop/translations/id/*.po`, merged and compiled in memory when the application starts.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, Request, current_app, has_request_context, request
from flask_babel import Babel, Domain

from shop import config, money

LOCALES = ("id", "en")
DEFAULT_LOCALE = "id"
CATALOGUES = Path(__file__).parent / "translations"
WIB = ZoneInfo("Asia/Jakarta")
"""Western Indonesian time: what pages show until a viewer's zone is known."""


class LocalePrefix:
    """WSGI layer: `/en/…` is the same page in English."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        """Move the language prefix from PATH_INFO to SCRIPT_NAME."""
        path = environ.get("PATH_INFO", "")
        if path == "/en" or path.startswith("/en/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
            environ["kriya.locale"] = "en"
        return self.app(environ, start_response)


class Catalogues(Domain):
    """Texts from the .po files of a language, merged in memory."""

    def get_translations(self) -> NullTranslations:
        """Give the texts of the language of this request."""
        return translations(current_locale())


@cache
def translations(locale: str) -> NullTranslations:
    """Give the texts of a language, loaded once."""
    return load(locale)


def load(locale: str) -> NullTranslations:
    """Merge and compile the catalogues of one language; the first file (by name) that has a text gives it."""
    merged = Catalog(locale=locale)
    if locale == "id":  # one form for every number; Babel does not know, and would take English's two
        merged.mime_headers = [("Plural-Forms", "nplurals=1; plural=0;")]
    for path in sorted((CATALOGUES / locale).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=locale):
                if message.id and message.string and message.id not in merged:
                    merged.add(message.id, message.string)
    buffer = BytesIO()
    write_mo(buffer, merged)
    buffer.seek(0)
    return Translations(buffer)


this_request = cast(Callable[[], Request], request._get_current_object)  # type: ignore[attr-defined]  # noqa: SLF001
"""What `request` stands for; to ask it a hundred times for a page takes a fifth as long as to ask the proxy."""


def current_locale() -> str:
    """Give the language of this page: `id` or `en`."""
    try:
        locale: str = this_request().environ.get("kriya.locale", DEFAULT_LOCALE)
    except RuntimeError:  # outside a request
        return DEFAULT_LOCALE
    return locale


def switch_url(locale: str) -> str:
    """Give the address of this page in another language, with its query."""
    path = quote(request.path if locale == DEFAULT_LOCALE else "/en" + request.path, safe="/:@!$&'()*+,;=~")
    query = request.query_string.decode("utf-8", "replace")
    return f"{path}?{query}" if query else path


def script_name(locale: str) -> str:
    """Give what stands before the paths of a language: `/en`, or nothing."""
    return "" if locale == DEFAULT_LOCALE else f"/{locale}"


@contextmanager
def in_locale(locale: str) -> Iterator[None]:
    """Give jobs and mail a request context, so that texts and addresses fit the reader; one that fits is kept."""
    environ = {"kriya.locale": locale, "SCRIPT_NAME": script_name(locale)}
    if has_request_context() and all(request.environ.get(name, "") == environ[name] for name in environ):
        yield
        return
    with current_app.test_request_context("/", base_url=config.current().base_url, environ_overrides=environ):
        yield


def localised(row: Any, field: str = "name") -> str:
    """Give a reference row's text in the language of the page (`name_id` or `name_en`)."""
    english = current_locale() == "en"
    text = getattr(row, f"{field}_en" if english else f"{field}_id", "")
    return cast(str, text or getattr(row, f"{field}_id"))


def write_date(value: date | datetime, locale: str = "") -> str:
    """Write a day, in the language of this page or another: `21 November 2026`."""
    if isinstance(value, datetime):
        value = value.astimezone(WIB).date()
    return _date(value, locale or current_locale())


@lru_cache(maxsize=4_096)
def _date(value: date, locale: str) -> str:
    return format_date(value, "d MMMM y", locale=locale)


def write_days(first: date, last: date) -> str:
    """Write days from one to another, saying month and year once: `22–23 November 2026`, `30 November – 2 December 2026`."""
    if first == last:
        return write_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{write_date(last)}"
    if first.year == last.year:
        return f"{write_date(first).removesuffix(str(first.year)).strip()} – {write_date(last)}"
    return f"{write_date(first)} – {write_date(last)}"


def write_month(value: date) -> str:
    """Write a month: `November 2026`."""
    return format_date(value, "MMMM y", locale=current_locale())


def write_datetime(value: datetime) -> str:
    """Write a moment in western Indonesian time: `21 November 2026, 14.05 WIB`."""
    local = value.astimezone(WIB)
    separator = ":" if current_locale() == "en" else "."
    return f"{write_date(local.date())}, {local:%H}{separator}{local:%M} WIB"


def write_number(value: float) -> str:
    """Write a number with the separators of the language."""
    return _number(value, current_locale())


@lru_cache(maxsize=4_096)
def _number(value: float, locale: str) -> str:
    return format_decimal(value, locale=locale)


def init_app(app: Flask) -> None:
    """Attach languages, text functions and filters to the application."""
    babel = Babel()
    babel.init_app(app, locale_selector=current_locale)
    babel.domain_instance = Catalogues()
    app.wsgi_app = LocalePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.jinja_env.filters.update(
        rupiah=money.rupiah,
        date=write_date,
        datetime=write_datetime,
        month=write_month,
        number=write_number,
        name=localised,
        localised=localised,
    )
    app.jinja_env.globals.update(current_locale=current_locale, day_range=write_days, switch_url=switch_url)
