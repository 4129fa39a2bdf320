"""Puts the sandbox together: Stripe's API, the payment page, the control API. Called by __main__.py."""

from flask import Flask, Response

from checkout.sandbox import api, control, pages
from checkout.sandbox.store import Store

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def create_app(store: Store) -> Flask:
    """Make the web application over a store."""
    app = Flask(__name__, static_url_path="/static")
    app.extensions["store"] = store
    app.extensions["running_keys"] = set()
    app.config["MAX_CONTENT_LENGTH"] = 6_000_000  # evidence of a dispute: files of 4.5 MB together
    app.config["MAX_FORM_PARTS"] = 5_000
    app.config["MAX_FORM_MEMORY_SIZE"] = 1_000_000
    app.json.sort_keys = False  # type: ignore[attr-defined] # the default provider has it
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for blueprint in (api.blueprint, control.blueprint, pages.blueprint):
        app.register_blueprint(blueprint)
    app.after_request(protect)
    return app


def protect(answer: Response) -> Response:
    """Add the headers that every answer carries."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
