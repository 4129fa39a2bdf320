"""What every public page of the catalogue has: its number in a list, its address in both languages, its caching."""

import re
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Response, redirect, render_template, request, url_for

from catalog import slugs
from catalog.browsing import NoSuchPage
from shop import config, kept_pages
from shop.i18n import DEFAULT_LOCALE, LOCALES
from shop.views.pages import cacheable


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


def show(template: str, **context: Any) -> Response:
    """Render a page that is the same for everyone, with its addresses in both languages."""
    page = request.args.get("page", "1")
    query = f"?page={page}" if page != "1" else ""
    alternates = {locale: absolute(request.path + query, locale) for locale in LOCALES}
    html = render_template(
        template,
        canonical=absolute(request.script_root + request.path + query),
        alternates=alternates | {"x-default": alternates[DEFAULT_LOCALE]},
        **context,
    )
    kept_pages.keep()
    return cacheable(Response(html, mimetype="text/html"), 0)


def public_address(endpoint: str, **values: Any) -> str:
    """Give the full public address of a page in the language of this one."""
    return absolute(url_for(endpoint, **values))


def moved(renamed: slugs.Renamed) -> Response:
    """Lead from a former address to the present one, which is asked again each time: a name may come back."""
    values = dict(request.view_args or {}) | request.args.to_dict(flat=False) | {"slug": renamed.slug}
    answer = redirect(url_for(request.endpoint or "home.show", **values), 301)
    answer.headers["Cache-Control"] = "public, no-cache"
    return cast(Response, answer)
