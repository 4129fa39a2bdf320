"""What every public page of the catalogue has: its number in a list, its address in both languages, its caching."""

import re
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog import slugs
from catalog.browsing import NoSuchPage
from shop import config, kept_pages
from shop.i18n import DEFAULT_LOCALE, LOCALES, current_locale
from shop.views.pages import cacheable


@dataclass(frozen=True, slots=True)
class ShareImage:
    """The picture, 1200 × 630, that other sites show of a page."""

    url: str
    alt: str


def number() -> int:
    """Give the page number of the address. :raise NoSuchPage: when it is none."""
    typed = request.args.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", typed):
        raise NoSuchPage
    return int(typed)


def absolute(path: str, locale: str | None = None) -> str:
    """Give the full address of a path under KRIYA_BASE_URL; with `locale`, of a path without its language."""
    parts = urlsplit(config.current().base_url)
    prefix = "" if locale in {None, DEFAULT_LOCALE} else f"/{locale}"
    return f"{parts.scheme}://{parts.netloc}{prefix}{path}"


def show(
    template: str,
    status: int = 200,
    *,
    canonical: str | None = None,
    share_image: ShareImage | None = None,
    **context: Any,
) -> Response:
    """Render a page that is the same for everyone, with its addresses in both languages.

    `canonical` is the page that this one is another view of, where it is one; `share_image` what other sites show
    of it.
    """
    page = request.args.get("page", "1")
    query = f"?page={page}" if page != "1" else ""
    alternates = {} if canonical else {locale: absolute(request.path + query, locale) for locale in LOCALES}
    if alternates:
        alternates["x-default"] = alternates[DEFAULT_LOCALE]
    html = render_template(
        template,
        canonical=canonical or absolute(request.script_root + request.path + query),
        alternates=alternates,
        share_image=share_image or _house_image(),
        **context,
    )
    kept_pages.keep()
    return cacheable(Response(html, status, mimetype="text/html"), 0)


def _house_image() -> ShareImage:
    file = f"img/share-{current_locale()}.jpg"
    words = _("Kriya: Indonesian craft, made by hand and vouched for by the craft council of its region")
    return ShareImage(absolute(current_app.extensions["kriya.assets"].url(file)), words)


def public_address(endpoint: str, **values: Any) -> str:
    """Give the full public address of a page in the language of this one."""
    return absolute(url_for(endpoint, **values))


def moved(renamed: slugs.Renamed) -> Response:
    """Lead from a former address to the present one, which is asked again each time: a name may come back."""
    values = dict(request.view_args or {}) | request.args.to_dict(flat=False) | {"slug": renamed.slug}
    answer = redirect(url_for(request.endpoint or "home.show", **values), 301)
    answer.headers["Cache-Control"] = "public, no-cache"
    return cast(Response, answer)
