"""The catalogue's commands: `flask reference load`."""

import click
from flask.cli import AppGroup

from catalog import taxonomy
from shop.db import transaction

reference = AppGroup("reference", help="Regions, crafts and councils.")


@reference.command("load")
def load() -> None:
    """Load or renew the reference data; councils' own edits stay."""
    with transaction() as session:
        taxonomy.load_reference(session, click.echo)
