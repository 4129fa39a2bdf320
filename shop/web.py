"""What every answer of the web side has: request id, security headers, assets, media addresses, error pages, actor."""

import hashlib
import logging
import re
import secrets
import time
from pathlib import Path
from urllib.parse import urlsplit

import secure
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    has_request_context,
    jsonify,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, ValidationError

from shop import config, i18n
from shop.audit import Actor
from shop.config import Settings
from shop.db import db
from shop.errors import ShopError
from shop.texts import mark

log = logging.getLogger(__name__)
csrf = CSRFProtect()

STATIC = Path(__file__).resolve().parent.parent / "static"
BODY_LIMIT = 256 * 1024
"""Bytes of an ordinary form; photo uploads raise it for themselves."""
YEAR = 31_536_000
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
"""What is taken over from a proxy as the number of a request."""
MAX_ROW = 2**63 - 1
_ICON = (
    '<svg class="icon" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
    ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
)


def init_app(app: Flask, settings: Settings) -> None:
    """Attach everything of this module to the application."""
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
        MAX_FORM_PARTS=400,
        SESSION_COOKIE_NAME="__Host-kriya" if settings.https else "kriya",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        TRUSTED_HOSTS=None if settings.demo else [urlsplit(settings.base_url).hostname],
    )
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    app.url_map.converters["int"] = RowNumber
    _install_headers(app, settings)  # first: a refused form has its request id too
    csrf.init_app(app)
    _install_errors(app)
    _install_assets(app)
    app.jinja_env.globals.update(csrf_token=generate_csrf, settings=settings)


class RowNumber(IntegerConverter):
    """A number in an address that a database can hold; what is beyond it is not found."""

    def to_python(self, value: str) -> int:
        """Read the number."""
        number = int(super().to_python(value))
        if number > MAX_ROW:
            raise ValidationError
        return number


def actor() -> Actor:
    """Give who acts in this request, for the audit trail."""
    ip, request_id = request.remote_addr or "", g.get("request_id", "")
    if current_user.is_authenticated:
        return Actor.of(current_user, ip=ip, request_id=request_id)
    return Actor(label="visitor", ip=ip, request_id=request_id)


def safe_next(target: str | None, fallback: str) -> str:
    """Give `target` if it is a plain path of this shop, else `fallback`.

    Only `/` or `/` followed by a letter or digit passes; `////evil`, `https:evil` and `/\\\\evil` do not.
    """
    if target and (target == "/" or re.match(r"^/[A-Za-z0-9][^\\\x00-\x20]*$", target)):
        return target
    return fallback


# --- headers -----------------------------------------------------------------------------------------


def payment_origin(settings: Settings) -> str:
    """Give the origin of the hosted payment page, where the checkout form's answer redirects to."""
    if settings.stripe_api_base:
        parts = urlsplit(settings.stripe_api_base)
        return f"{parts.scheme}://{parts.netloc}"
    return "https://checkout.stripe.com"


def _security_headers(settings: Settings) -> dict[str, str]:
    policy = (
        secure.ContentSecurityPolicy()
        .default_src("'self'")
        .script_src("'self'")
        .style_src("'self'")
        .img_src("'self'", "data:")
        .font_src("'self'")
        .connect_src("'self'")
        .manifest_src("'self'")
        .worker_src("'self'")
        .form_action("'self'", payment_origin(settings))
        .frame_ancestors("'none'")
        .object_src("'none'")
        .base_uri("'none'")
    )
    headers = secure.Secure(
        csp=policy,
        coop=secure.CrossOriginOpenerPolicy().same_origin(),
        referrer=secure.ReferrerPolicy().strict_origin_when_cross_origin(),
        permissions=secure.PermissionsPolicy().geolocation().microphone().camera("self").payment(),
        xcto=secure.XContentTypeOptions().nosniff(),
        xfo=secure.XFrameOptions().deny(),
        hsts=secure.StrictTransportSecurity().max_age(YEAR).include_subdomains() if settings.https else None,
    ).headers
    return dict(headers)


def _install_headers(app: Flask, settings: Settings) -> None:
    fixed = _security_headers(settings)

    @app.before_request
    def _begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        g.started = time.monotonic()
        if "\x00" in request.path or b"%00" in request.query_string:
            abort(400)  # PostgreSQL keeps no NUL: both databases give the same answer

    @app.after_request
    def _finish(response: Response) -> Response:
        there = {name.lower() for name, _value in response.headers}
        response.headers.extend([pair for pair in fixed.items() if pair[0].lower() not in there])
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        log.info(
            "request",
            extra={
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round((time.monotonic() - g.get("started", time.monotonic())) * 1000, 1),
            },
        )
        return response


# --- errors ------------------------------------------------------------------------------------------


def wants_json() -> bool:
    """Say whether the asker is a script rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def error_page(status: int, message: str) -> tuple[Response, int]:
    """Answer with a friendly page, or JSON for a script; needs no database."""
    if wants_json():
        return jsonify(error=message, request_id=g.get("request_id", "")), status
    page = render_template(
        [f"errors/{status}.html", "errors/error.html"],
        status=status,
        message=message,
        request_id=g.get("request_id", ""),
    )
    response = Response(page, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response, status


def _unknown_host(_error: Exception) -> ResponseReturnValue:
    """Answer without a page: no address can be built for a host that is not ours."""
    return Response("This shop does not answer to that name.\n", 400, mimetype="text/plain")


def _unstorable(error: Exception) -> ResponseReturnValue:
    """Answer what no column holds: a NUL in PostgreSQL, a number of twenty digits in either database."""
    db.session.rollback()
    log.error("no column holds this", exc_info=error)
    return error_page(400, gettext(_WORDS[400]))


def _install_errors(app: Flask) -> None:
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(OverflowError, _unstorable)

    @app.errorhandler(ShopError)
    def _shop(error: ShopError) -> ResponseReturnValue:
        db.session.rollback()
        return error_page(error.status, gettext(error.message, **error.params))

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> ResponseReturnValue:
        return error_page(400, gettext("This form has been open for too long. Please go back and try again."))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if 300 <= status < 400:
            return error
        response, code = error_page(status, gettext(_WORDS.get(status, "That did not work.")))
        for name, value in error.get_headers():
            if name in {"Retry-After", "Allow"}:
                response.headers[name] = value
        return response, code

    @app.errorhandler(OperationalError)
    def _database(error: DBAPIError) -> ResponseReturnValue:
        db.session.rollback()
        log.error("database unavailable", extra={"error": repr(error.orig)})
        response, status = error_page(503, gettext(_WORDS[503]))
        response.headers["Retry-After"] = "5"
        return response, status

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> ResponseReturnValue:
        if app.testing or app.debug:
            raise error
        db.session.rollback()
        log.error("unexpected error", exc_info=error)
        return error_page(500, gettext(_WORDS[500]))


_WORDS = {
    400: mark("That request could not be understood."),
    403: mark("You may not do this."),
    404: mark("This page does not exist."),
    405: mark("This page cannot be used that way."),
    410: mark("This is no longer here."),
    413: mark("That is too large to be sent."),
    415: mark("That kind of file cannot be used."),
    422: mark("Please check what you entered."),
    429: mark("That was a little too fast. Please wait a moment and try again."),
    500: mark("Something broke on our side. It has been noted."),
    503: mark("The shop is taking a short break. Please try again in a minute."),
}


# --- assets ------------------------------------------------------------------------------------------


class Assets:
    """Static files under addresses with a content hash, and all stylesheets as one file."""

    def __init__(self) -> None:
        self._versions: dict[str, tuple[int, str]] = {}
        self._looked: dict[str, tuple[float, str]] = {}
        self._icons: dict[str, Markup] = {}
        self._bundle: tuple[int, bytes, str] = (0, b"", "")

    def _load(self) -> tuple[int, bytes, str]:
        css = STATIC / "css"
        paths = [css / "tokens.css", css / "base.css", css / "layout.css"]
        paths += sorted((css / "components").glob("*.css")) + sorted((css / "pages").glob("*.css"))
        paths = [path for path in paths if path.exists()]
        newest = max((path.stat().st_mtime_ns for path in paths), default=0)
        if newest != self._bundle[0]:
            text = self._compact("\n".join(path.read_text("utf-8") for path in paths)).encode()
            self._bundle = (newest, text, hashlib.sha256(text).hexdigest()[:12])
        return self._bundle

    def _compact(self, css: str) -> str:
        """Drop comments and indentation, and give files the address under which they are kept for ever."""
        css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
        css = re.sub(r"\s*\n\s*", "\n", css)
        return re.sub(r'url\("/static/([^"]+)"\)', lambda found: f'url("{self.url(found[1])}")', css)

    def stylesheet(self) -> bytes:
        """Give every stylesheet: tokens, base, layout, then components and pages by name."""
        return (self._bundle if self._bundle[0] and not config.current().demo else self._load())[1]

    def digest(self) -> str:
        """Give the hash in the stylesheet's address."""
        return (self._bundle if self._bundle[0] and not config.current().demo else self._load())[2]

    def url(self, path: str) -> str:
        """Give the address of a static file; it changes when the file does, a second later."""
        moment, address = self._looked.get(path, (-1.0, ""))
        if time.monotonic() - moment > 1:
            address = self._address(path)
            self._looked[path] = (time.monotonic(), address)
        return address

    def _address(self, path: str) -> str:
        if path == "css/kriya.css":
            return f"/assets/kriya.{self.digest()}.css"
        file = STATIC / path
        stamp = int(file.stat().st_mtime_ns) if file.exists() else 0
        cached = self._versions.get(path)
        if cached is None or cached[0] != stamp:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12] if stamp else "missing"
            self._versions[path] = cached = (stamp, digest)
        return f"/static/{path}?v={cached[1]}"

    def icon(self, name: str) -> Markup:
        """Give a lucide icon as inline SVG, hidden from screen readers."""
        if not re.fullmatch(r"[a-z0-9-]+", name):
            raise ValueError(name)
        if name not in self._icons:
            file = STATIC / "vendor" / "icons" / f"{name}.svg"
            svg = file.read_text("utf-8") if file.exists() else ""
            # only the outer element loses its size: rectangles inside keep theirs
            shape = re.sub(r"^.*?<svg[^>]*>|\s+(?=[<\s])", "", svg, flags=re.DOTALL)
            svg = f"{_ICON}{shape}" if shape else ""
            self._icons[name] = Markup(svg.strip())  # noqa: S704 - our own installed file
        return self._icons[name]


def media_url(key: str) -> str:
    """Give the public address of a stored file, the same in every language."""
    return f"/media/{key}"


def _install_assets(app: Flask) -> None:
    assets = Assets()

    app.extensions["kriya.assets"] = assets

    @app.after_request
    def _static_for_ever(response: Response) -> Response:
        if request.endpoint == "static" and request.args.get("v"):
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response

    app.jinja_env.filters["printable"] = printable
    app.jinja_env.globals.update(asset=assets.url, icon=assets.icon, media_url=media_url)


def printable(text: str, most: int = 200) -> str:
    """Give what a page can hold of something typed: no control characters, not without end."""
    return "".join(character for character in text[:most] if character.isprintable())


def allow_body(blueprint: Blueprint, most: int) -> None:
    """Let people who are signed in send so many bytes to a room; raised before anything reads the form."""

    @blueprint.url_value_preprocessor
    def _raise(_endpoint: str | None, _values: dict[str, object] | None) -> None:
        if current_user.is_authenticated:
            request.max_content_length = most


def absolute_url(endpoint: str, **values: object) -> str:
    """Give a full address under KRIYA_BASE_URL, for mail and for the payment page."""
    if not has_request_context():
        raise RuntimeError("open i18n.in_locale() first: an address has a language")
    parts = urlsplit(config.current().base_url)
    return f"{parts.scheme}://{parts.netloc}" + url_for(endpoint, **values)  # type: ignore[arg-type]


def address_for(locale: str, endpoint: str, **values: object) -> str:
    """Give a full address under KRIYA_BASE_URL in a reader's language; no request need be there."""
    parts = urlsplit(config.current().base_url)
    urls = current_app.url_map.bind(parts.netloc, i18n.script_name(locale) or "/", url_scheme=parts.scheme)
    return urls.build(endpoint, values, force_external=True)
