"""What every public page of the catalogue has: its number in a list, its address in both languages, its caching."""

import re
from typing import Any, cast

from flask import Response, redirect, render_template, request, url_for

from catalog import slugs
from catalog.browsing import NoSuchPage
from shop import kept_pages, rendering
from shop.views import shared
from shop.views.pages import cacheable
from shop.views.shared import ShareImage, absolute

__all__ = ["ShareImage", "absolute", "moved", "number", "public_address", "show"]


def number() -> int:
    """Give the page number of the address. :raise NoSuchPage: when it is none."""
    typed = request.args.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", typed):
        raise NoSuchPage
    return int(typed)


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
    of it. Only a list, the `page` of the context, has pages: elsewhere a number in the address means nothing.
    """
    listed = context.get("page")
    query = f"?page={listed.number}" if listed and listed.number > 1 else ""
    html = render_template(
        template,
        **shared.addresses(query, canonical=canonical, share_image=share_image),
        **context,
    )
    kept_pages.keep()
    return cacheable(Response(html, status, mimetype="text/html"), 0)


def public_address(endpoint: str, **values: Any) -> str:
    """Give the full public address of a page in the language of this one."""
    return absolute(rendering.address(endpoint, **values))


def moved(renamed: slugs.Renamed) -> Response:
    """Lead from a former address to the present one, which is asked again each time: a name may come back."""
    values = dict(request.view_args or {}) | request.args.to_dict(flat=False) | {"slug": renamed.slug}
    answer = redirect(url_for(request.endpoint or "home.show", **values), 301)
    answer.headers["Cache-Control"] = "public, no-cache"
    return cast(Response, answer)
