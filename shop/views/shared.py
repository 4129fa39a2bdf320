"""What a public page says of itself to search engines and other sites: its addresses in both languages, and a picture."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from flask_babel import gettext as _

from shop import config
from shop.i18n import DEFAULT_LOCALE, LOCALES, current_locale


@dataclass(frozen=True, slots=True)
class ShareImage:
    """The picture, 1200 × 630, that other sites show of a page."""

    url: str
    alt: str


def absolute(path: str, locale: str | None = None) -> str:
    """Give the full address of a path under KRIYA_BASE_URL; with `locale`, of a path without its language."""
    parts = urlsplit(config.current().base_url)
    prefix = "" if locale in {None, DEFAULT_LOCALE} else f"/{locale}"
    return f"{parts.scheme}://{parts.netloc}{prefix}{path}"


def addresses(
    query: str = "", *, canonical: str | None = None, share_image: ShareImage | None = None
) -> dict[str, Any]:
    """Give what base.html says of this page; `query` is the part of the query (`?…`) that makes it another page.

    `canonical` is the page that this one is another view of, where it is one.
    """
    alternates = {} if canonical else {locale: absolute(request.path + query, locale) for locale in LOCALES}
    if alternates:
        alternates["x-default"] = alternates[DEFAULT_LOCALE]
    return {
        "canonical": canonical or absolute(request.script_root + request.path + query),
        "alternates": alternates,
        "share_image": share_image or _house_image(),
    }


def _house_image() -> ShareImage:
    file = f"img/share-{current_locale()}.jpg"
    words = _("Kriya: Indonesian craft, made by hand and vouched for by the craft council of its region")
    return ShareImage(absolute(current_app.extensions["kriya.assets"].url(file)), words)
