"""`flask demo` loads the demonstration marketplace, `flask demo pictures` draws its photographs."""

import sys
import time

import click
from flask.cli import with_appcontext

from admin.demo import SMALL, people
from catalog.search import indexing
from shop import config, upkeep
from shop.db import db, transaction


class Progress:
    """A line in the terminal that says how far something is; on a terminal it is rewritten in place."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.last = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Say how much is done."""
        if done < total and time.monotonic() - self.last < (0.2 if sys.stderr.isatty() else 5):
            return
        self.last = time.monotonic()
        line = f"{self.label}: {done:,} / {total:,}".replace(",", ".")
        click.echo(line, err=True, nl=not sys.stderr.isatty() or done >= total)
        if sys.stderr.isatty() and done < total:
            click.echo("\r", err=True, nl=False)


@click.group("demo", invoke_without_command=True)
@click.option("--size", default=SMALL, show_default=True, help="How many products.")
@click.option("--seed", default=1, show_default=True, help="Another seed, another marketplace.")
@click.option("--if-new", is_flag=True, help="Do nothing when the demonstration is loaded already.")
@click.pass_context
@with_appcontext
def demo(context: click.Context, size: int, seed: int, if_new: bool) -> None:
    """Load a demonstration marketplace into an empty database."""
    if context.invoked_subcommand is not None:
        return
    if not config.current().demo:
        raise click.ClickException("The demonstration is for KRIYA_DEMO=1 only.")
    # Drawing brings numpy along, which the web and the worker never need.
    from admin.demo import market  # noqa: PLC0415

    if people.exist(db.session()):
        if if_new:
            return
        raise click.ClickException(
            "There is a demonstration already. For another one move instance/ away, "
            "or set KRIYA_DATABASE_URL, KRIYA_SEARCH_DIR and KRIYA_MEDIA_URL."
        )
    bars: dict[str, Progress] = {}

    def tell(step: str, done: int, total: int) -> None:
        bars.setdefault(step, Progress(step))(done, total)

    try:
        with transaction() as session:
            market.load(session, size, seed, tell)
            upkeep.analyse(session)
    except market.NeedsReference as error:
        raise click.ClickException("Load the reference data first: flask reference load") from error
    bar = Progress("index")
    count = indexing.rebuild(db.session(), lambda done: bar(done, size))
    bar(count, count)
    if not if_new:  # ./dev run prints them at every start
        click.echo(people.table())


@demo.command("pictures")
@click.option("--limit", type=int, help="Stop after so many.")
@with_appcontext
def pictures(limit: int | None) -> None:
    """Draw the photographs that are still missing, the visible ones first."""
    if not config.current().demo:
        raise click.ClickException("The demonstration is for KRIYA_DEMO=1 only.")
    from admin.demo import cards, drawing  # noqa: PLC0415

    started = time.monotonic()
    count = cards.hang() + drawing.run(Progress("photographs"), limit)
    click.echo(f"{count} photographs in {time.monotonic() - started:.0f} s")
