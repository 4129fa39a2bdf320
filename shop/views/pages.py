"""Pages that belong to no area: about, and the outbox of the demonstration."""

from typing import cast

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import authz, config, inputs, kept_pages, mail
from shop.db import db
from shop.models import User
from shop.views import shared

blueprint = Blueprint("pages", __name__)
authz.guard(blueprint, public=True)


@blueprint.get("/about")
def about() -> ResponseReturnValue:
    """Tell what Kriya is and how curation works."""
    kept_pages.keep(unchanging=True)
    return cacheable(Response(render_template("pages/about.html", **shared.addresses())))


@blueprint.get("/buying")
def buying() -> ResponseReturnValue:
    """Tell a stranger how ordering, paying, delivery and claims work, with the days that hold here."""
    kept_pages.keep(unchanging=True)
    settings = config.current()
    page = render_template(
        "pages/buying.html",
        late_days=settings.late_cancel_days,
        claim_days=settings.claim_days,
        **shared.addresses(),
    )
    return cacheable(Response(page))


@blueprint.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """Say what people with disabilities can rely on, what is known not to hold, and how to complain."""
    kept_pages.keep(unchanging=True)
    return cacheable(Response(render_template("pages/accessibility.html", **shared.addresses())))


@blueprint.get("/demo/outbox")
def outbox() -> ResponseReturnValue:
    """Show the letters that a real shop would have sent to this visitor; demonstration mode only."""
    if not config.current().demo:
        abort(404)
    page = request.args.get("page", 1, type=inputs.row_number)
    page = min(max(page, 1), 10_000)
    letters = mail.outbox(db.session(), _reader(), page)
    return render_template("pages/outbox.html", letters=letters, page_number=page)


@blueprint.get("/demo/outbox/<int:mail_id>")
def letter(mail_id: int) -> ResponseReturnValue:
    """Show one letter as its reader would see it."""
    if not config.current().demo:
        abort(404)
    found = mail.in_outbox(db.session(), _reader(), mail_id)
    if found is None:
        abort(404)
    return render_template("pages/letter.html", letter=found)


def _reader() -> User | None:
    return cast(User, current_user) if current_user.is_authenticated else None


@blueprint.get("/assets/kriya.<digest>.css")
def stylesheet(digest: str) -> Response:
    """Give all stylesheets as one file; the digest in the address changes with them."""
    assets = current_app.extensions["kriya.assets"]
    response = Response(assets.stylesheet(), mimetype="text/css")
    fresh = digest == assets.digest()
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "public, no-cache"
    response.set_etag(assets.digest())
    return response


def cacheable(response: Response, seconds: int = 60) -> Response:
    """Mark a page as the same for everyone: kept for so many seconds, then asked again by its ETag.

    With 0 it is asked again every time: a visitor reads a changed price or an approved page at once.
    """
    response.headers["Cache-Control"] = f"public, max-age={seconds}" if seconds else "public, no-cache"
    response.headers["CDN-Cache-Control"] = kept_pages.FOR_CDNS
    # Weak as it is once compressed: a 304 names what the page was sent with (RFC 9110, 15.4.5).
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response
