"""The catalogue's commands: `flask reference load`, `flask members admit-passed`, `flask search rebuild`, `snapshot`, `check` and `follow`."""

import click
from flask.cli import AppGroup

from catalog import changes, heritage_loading, taxonomy
from catalog.curation import membership_adoption, rubrics
from catalog.search import copies, engines, following, indexing, wordbook
from catalog.search.engine import IndexUnavailable
from shop.db import db, transaction

reference = AppGroup("reference", help="Regions, crafts and councils.")
members = AppGroup("members", help="Memberships of the councils.")
search = AppGroup("search", help="The search index.")


@reference.command("load")
def load() -> None:
    """Load or renew the reference data; councils' own edits stay."""
    with transaction() as session:
        taxonomy.load_reference(session, click.echo)
        forms = heritage_loading.load(session)
        fresh = wordbook.load(session)
        rubric = rubrics.load(session)
        admitted = membership_adoption.admit_passed(session)
    click.echo(f"heritage_forms: {forms} new")
    click.echo(f"synonym_groups: {fresh} new")
    click.echo(f"rubrics: {rubric} new")
    click.echo(f"memberships: {admitted} new")


@members.command("admit-passed")
def admit_passed() -> None:
    """Let workshops that passed before there were memberships be members; `reference load` does it already."""
    with transaction() as session:
        admitted = membership_adoption.admit_passed(session)
    click.echo(f"memberships: {admitted} new")


@search.command("rebuild")
@click.option("--everywhere", is_flag=True, help="Have all other nodes build theirs anew, too.")
@click.option(
    "--from-snapshot", is_flag=True, help="Start from the newest snapshot that fits, if there is one."
)
def rebuild(everywhere: bool, from_snapshot: bool) -> None:
    """Build the search index of this node anew; searching goes on with the old one meanwhile."""

    def tell(count: int) -> None:
        if count % 500 == 0:
            click.echo(f"{count} pieces")

    if everywhere:
        with transaction() as session:
            changes.of_everything(session)
    copy = copies.take(db.session(), engines.current()) if from_snapshot else None
    if copy:
        click.echo(f"The index holds {copy.pieces} pieces, of the snapshot {copy.name}.")
        return
    total = indexing.rebuild(db.session(), tell)
    click.echo(f"The index holds {total} pieces.")


@search.command("follow")
def follow() -> None:
    """Keep the search index of this node up to date, for ever; the worker of a node does it already."""
    following.follow()


@search.command("snapshot")
def snapshot() -> None:
    """Leave a copy of this node's index in the media store, for nodes that join to start from."""
    try:
        copy = copies.leave(db.session(), engines.current())
    except IndexUnavailable as problem:
        raise click.ClickException(f"no snapshot: {problem}") from problem
    click.echo(f"{copy.name}: {copy.pieces} pieces, {copy.size / 1e6:.1f} MB, up to change {copy.seq}.")


@search.command("check")
def check() -> None:
    """Say how the search index of this node is, and how many changes it has not seen yet."""
    health = engines.current().check()
    if not health.ok:
        click.echo(f"not usable: {health.problem}")
        raise SystemExit(1)
    behind = changes.version(db.session()) - health.seq
    click.echo(f"{health.pieces} pieces" + (f", {behind} changes behind" if behind else ""))
