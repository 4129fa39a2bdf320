"""What lets a phone keep the shop beside its other apps: manifest, icons, and the page for when there is no connection."""

import hashlib
import json
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop import app_icon, authz, i18n
from shop.views.pages import cacheable
from shop.web import STATIC, YEAR, Assets

blueprint = Blueprint("installing", __name__)
authz.guard(blueprint, public=True, cacheable=True)
blueprint.add_app_template_global(app_icon.address, "app_icon")

HOUR = 3600
OFFLINE = ("/offline", "/en/offline")
FILES = (
    "vendor/fonts/plus-jakarta-sans-latin-wght-normal.woff2",
    "vendor/fonts/fraunces-latin-opsz-normal.woff2",
    "img/favicon.svg",
    "img/woven/plaiting.svg",
    "js/install.js",
)
"""What the page without a connection is made of, besides the stylesheet."""


@blueprint.get("/site.webmanifest")
def manifest() -> ResponseReturnValue:
    """Describe the shop as an app, in the language of the address."""
    icons = [
        {
            "src": app_icon.address(size, shape),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for shape, purpose in (("icon", "any"), ("maskable", "maskable"))
        for size in (192, 512)
    ]
    shortcuts = [
        {"name": name, "url": url_for(endpoint), "icons": icons[:1]}
        for name, endpoint in (
            (_("All pieces"), "search.results"),
            (_("Cart"), "cart.show"),
            (_("Studio"), "studio.today"),
        )
    ]
    answer = jsonify(
        id="/",
        lang=i18n.current_locale(),
        dir="ltr",
        name=_("Kriya, the craft of Indonesia"),
        short_name="Kriya",
        description=_(
            "Handmade Indonesian craft, chosen piece by piece by the craft councils of its regions."
        ),
        start_url=url_for("home.show"),
        scope="/",
        display="standalone",
        display_override=["minimal-ui", "standalone"],
        background_color="#fbf7f0",
        theme_color="#fbf7f0",
        categories=["shopping", "lifestyle"],
        icons=icons,
        shortcuts=shortcuts,
    )
    answer.mimetype = "application/manifest+json"
    return cacheable(answer, HOUR)


@blueprint.get("/assets/<any(icon, maskable):shape>-<int:size>.<digest>.png")
def icon(shape: str, size: int, digest: str) -> Response:
    """Give the mark as a picture in points."""
    if digest != app_icon.DIGEST or size not in app_icon.SIZES[shape]:
        abort(404)
    answer = Response(app_icon.draw(size, shape), mimetype="image/png")
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return answer


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Give the mark where old programs look for it."""
    return cacheable(Response(app_icon.draw(32, kind="ico"), mimetype="image/x-icon"), 24 * HOUR)


@blueprint.get("/offline")
def offline() -> ResponseReturnValue:
    """Say in a friendly way that there is no connection; the service worker shows it when it is so."""
    return cacheable(Response(render_template("pages/offline.html")))


@blueprint.get("/service-worker.js")
def worker() -> Response:
    """Give the service worker, with the addresses that it keeps; its bytes change when one of these does."""
    assets: Assets = current_app.extensions["kriya.assets"]
    files = [*OFFLINE, assets.url("css/kriya.css"), *(assets.url(path) for path in FILES)]
    script = (STATIC / "js" / "service-worker.js").read_bytes()
    kept = {"version": _version(files, script), "files": files}
    answer = Response(
        b"const KEPT = " + json.dumps(kept).encode() + b";\n" + script, mimetype="text/javascript"
    )
    return cacheable(answer, 0)


def _version(files: list[str], script: bytes) -> str:
    template = Path(current_app.root_path) / "templates" / "pages" / "offline.html"
    words = i18n.CATALOGUES / "id" / "pages.po"
    digest = hashlib.sha256("\n".join(files).encode() + script)
    for path in (template, words):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
