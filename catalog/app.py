"""The catalogue's place in the application: its pages and its commands, attached by wsgi.py."""

from flask import Flask

from catalog import cli
from catalog.views import search


def attach(app: Flask) -> None:
    """Register the catalogue's blueprints and commands, and the jobs they promise."""
    app.register_blueprint(search.blueprint)
    app.cli.add_command(cli.reference)
    app.cli.add_command(cli.search)
