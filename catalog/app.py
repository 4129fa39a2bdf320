"""The catalogue's place in the application: its pages and its commands, attached by wsgi.py."""

from flask import Flask

from catalog import cli


def attach(app: Flask) -> None:
    """Register the catalogue's blueprints and commands, and the jobs they promise."""
    app.cli.add_command(cli.reference)
