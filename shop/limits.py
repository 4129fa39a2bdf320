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
    "machine": "6000 per minute",
}


def _limit() -> str:
    return CLASSES.get(authz.rule_of(request.endpoint or "").limits, CLASSES["page"])


def _scope(_name: str) -> str:
    return authz.rule_of(request.endpoint or "").limits


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
        get_remote_address,
        storage_uri=settings.redis_url or "memory://",
        headers_enabled=False,
        enabled=not settings.demo,
        in_memory_fallback_enabled=bool(settings.redis_url),
        swallow_errors=True,
    )
    limiter.init_app(app)
    limiter.shared_limit(_limit, scope=_scope, exempt_when=_unlimited)
    app.extensions["kriya.limiter"] = limiter
