"""Public files of the media store, under names that change with their content."""

from flask import Blueprint, Response, make_response

from shop import authz, media
from shop.web import YEAR

blueprint = Blueprint("files", __name__)
authz.guard(blueprint, public=True, cacheable=True, limits="machine")


@blueprint.get("/media/<path:key>")
def public(key: str) -> Response:
    """Give a public file; what is private has no address here."""
    if not key.startswith("public/"):
        raise media.NoSuchFile
    response = make_response(media.current().get(key))
    response.headers["Content-Type"] = media.content_type(key)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
