"""The catalogue's place in the application: its pages, its commands and its jobs, attached by wsgi.py."""

from flask import Flask

from catalog import changes, cli, indonesia, slugs, taxonomy
from catalog.search import whoosh_parts
from catalog.views import (
    artisans,
    councils,
    crafts,
    feeds,
    home,
    lists,
    members,
    pages,
    products,
    regions,
    search,
    sitemaps,
    structured,
)
from shop import preparing
from shop.db import db
from shop.kept_pages import KeptPages

BLUEPRINTS = (
    home.blueprint,
    search.blueprint,
    products.blueprint,
    artisans.blueprint,
    crafts.blueprint,
    regions.blueprint,
    councils.blueprint,
    lists.blueprint,
    members.blueprint,
    feeds.blueprint,
    sitemaps.blueprint,
)


def attach(app: Flask) -> None:
    """Register the catalogue's blueprints and commands; importing them registers the jobs they promise."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_error_handler(slugs.Renamed, pages.moved)
    app.jinja_env.globals["structured_trail"] = structured.trail
    app.jinja_env.filters["technique"] = taxonomy.technique_name
    preparing.before_fork(app, indonesia.load)
    preparing.now_and_then(app, whoosh_parts.let_go)
    kept: KeptPages = app.extensions["kriya.kept_pages"]
    with app.app_context():
        kept.version = changes.version_reader(db.engine)
    app.cli.add_command(cli.reference)
    app.cli.add_command(cli.members)
    app.cli.add_command(cli.search)
