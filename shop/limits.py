"""Rate limits per visitor's address, in classes that blueprints name (`authz.guard(limits=…)`).

They keep one client from using up the shop; what protects accounts counts in the database (`shop.throttle`).
With KRIYA_REDIS_URL all processes count together, otherwise each counts for itself.
"""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from shop import authz
from shop.config import Settings

CLASSES = {
    "page": "600 per minute",
    "search": "240 per minute",
    "form": "120 per minute",
    "sign-in": "30 per minute",
    "upload": "120 per minute",
    "paper": "40 per minute",
    "catalogue": "60 per minute",
    "machine": "6000 per minute",
}


def _limit() -> str:
    return CLASSES.get(authz.rule_of(request.endpoint or "").limits, CLASSES["page"])


def _visitor() -> str:
    """Count each class of routes for itself."""
    return f"{authz.rule_of(request.endpoint or '').limits}|{get_remote_address()}"


def _unlimited() -> bool:
    return (request.endpoint or "") in {
        "static",
        "pages.stylesheet",
        "health.alive",
        "health.ready",
        "files.public",
    }


def init_app(app: Flask, settings: Settings) -> None:
    """Attach the limits; in demonstration mode they are off, because everybody shares one address."""
    limiter = Limiter(
        _visitor,
        application_limits=[_limit],
        application_limits_exempt_when=_unlimited,
        storage_uri=settings.redis_url or "memory://",
        headers_enabled=False,
        enabled=not settings.demo,
        in_memory_fallback_enabled=bool(settings.redis_url),
        swallow_errors=True,
    )
    limiter.init_app(app)
    app.extensions["kriya.limiter"] = limiter
