"""The application factory: builds the floor, then lets each area attach its rooms."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined

from shop import (
    cli,
    compression,
    db,
    i18n,
    kept_pages,
    limits,
    logs,
    mail,
    media,
    rendering,
    sessions,
    template_engine,
    upkeep,  # noqa: F401 - registers its periodic work
    web,
)
from shop.config import Settings
from shop.views import accounts, files, health, installing, pages

ROOT = Path(__file__).resolve().parent.parent
Area = Callable[[Flask], None]


def create_app(settings: Settings, areas: Iterable[Area] = (), *, log_level: int = logging.INFO) -> Flask:
    """Build the shop from its settings and the areas that stand on this floor."""
    logs.init(log_level)
    app = Flask(
        "kriya",
        root_path=str(ROOT),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.jinja_environment = template_engine.QuickEnvironment  # before anything asks for it
    app.config["KRIYA"] = settings
    app.config["SECRET_KEY"] = settings.secret_key
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app, settings)
    media.init_app(app, settings)
    mail.init_app(app, settings)
    i18n.init_app(app)
    compression.init_app(app)  # what is attached first comes last: it packs finished answers
    web.init_app(app, settings)
    sessions.init_app(app)
    limits.init_app(app, settings)
    rendering.init_app(app)
    for area in (accounts, files, health, installing, pages):
        app.register_blueprint(area.blueprint)
    cli.init_app(app)
    kept_pages.init_app(app, settings)  # outside everything else
    for attach in areas:
        attach(app)
    return app
