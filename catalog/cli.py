"""The catalogue's commands: `flask reference load`, `flask search rebuild`, `check` and `follow`."""

import click
from flask.cli import AppGroup

from catalog import changes, heritage_loading, taxonomy
from catalog.curation import rubrics
from catalog.search import engines, following, indexing, wordbook
from shop.db import db, transaction

reference = AppGroup("reference", help="Regions, crafts and councils.")
search = AppGroup("search", help="The search index.")


@reference.command("load")
def load() -> None:
    """Load or renew the reference data; councils' own edits stay."""
    with transaction() as session:
        taxonomy.load_reference(session, click.echo)
        forms = heritage_loading.load(session)
        fresh = wordbook.load(session)
        rubric = rubrics.load(session)
    click.echo(f"heritage_forms: {forms} new")
    click.echo(f"synonym_groups: {fresh} new")
    click.echo(f"rubrics: {rubric} new")


@search.command("rebuild")
@click.option("--everywhere", is_flag=True, help="Have all other nodes build theirs anew, too.")
def rebuild(everywhere: bool) -> None:
    """Build the search index of this node anew; searching goes on with the old one meanwhile."""

    def tell(count: int) -> None:
        if count % 500 == 0:
            click.echo(f"{count} pieces")

    if everywhere:
        with transaction() as session:
            changes.of_everything(session)
    total = indexing.rebuild(db.session(), tell)
    click.echo(f"The index holds {total} pieces.")


@search.command("follow")
def follow() -> None:
    """Keep the search index of this node up to date, for ever; the worker of a node does it already."""
    following.follow()


@search.command("check")
def check() -> None:
    """Say how the search index of this node is, and how many changes it has not seen yet."""
    health = engines.current().check()
    if not health.ok:
        click.echo(f"not usable: {health.problem}")
        raise SystemExit(1)
    behind = changes.version(db.session()) - health.seq
    click.echo(f"{health.pieces} pieces" + (f", {behind} changes behind" if behind else ""))
