"""The catalogue's commands: `flask reference load`, `flask search rebuild`, `flask search check`."""

import click
from flask.cli import AppGroup

from catalog import taxonomy
from catalog.search import engines, indexing, wordbook
from shop.db import db, transaction

reference = AppGroup("reference", help="Regions, crafts and councils.")
search = AppGroup("search", help="The search index.")


@reference.command("load")
def load() -> None:
    """Load or renew the reference data; councils' own edits stay."""
    with transaction() as session:
        taxonomy.load_reference(session, click.echo)
        fresh = wordbook.load(session)
    click.echo(f"synonym_groups: {fresh} new")


@search.command("rebuild")
def rebuild() -> None:
    """Build the search index anew; searching goes on with the old one meanwhile."""

    def tell(count: int) -> None:
        if count % 500 == 0:
            click.echo(f"{count} pieces")

    total = indexing.rebuild(db.session(), tell)
    click.echo(f"The index holds {total} pieces.")


@search.command("check")
def check() -> None:
    """Say how the search index is."""
    health = engines.current().check()
    click.echo(f"{health.pieces} pieces" if health.ok else f"not usable: {health.problem}")
    if not health.ok:
        raise SystemExit(1)
