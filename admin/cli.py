"""The commands over all areas: verify every promise, export the shop's state."""

import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from admin import export as exporting
from admin import verify as verifying
from checkout import books as reading
from checkout import ledger
from shop.db import db


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def verify(as_json: bool) -> None:
    """Recompute every promise from the rows, read-only; exit 1 and name what broke."""
    findings = verifying.run(db.session())
    if as_json:
        click.echo(json.dumps(verifying.report(findings), indent=1, ensure_ascii=False))
    else:
        for promise in verifying.CHECKS:
            found = next((finding for finding in findings if finding.promise == promise), None)
            click.echo(f"{'broken' if found else 'ok':7} {promise}")
            for example in found.examples if found else ():
                click.echo(f"        {example}")
    sys.exit(1 if findings else 0)


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def export(folder: Path) -> None:
    """Write the shop's state as JSON lines, one file per table."""
    exporting.write(
        db.session(), folder, lambda name, count: click.echo(f"{count:>9}  {folder / name}.jsonl", err=True)
    )


books = AppGroup("books", help="The books.")


@books.command("replay")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def replay(folder: Path) -> None:
    """Work the balances out again from an export, and compare them with the database; exit 1 when they differ."""
    replayed, kept = reading.replay(folder), ledger.trial_balance(db.session())
    apart = sorted(
        code for code in replayed.keys() | kept.keys() if replayed.get(code, 0) != kept.get(code, 0)
    )
    for code in apart:
        click.echo(f"{code}: {replayed.get(code, 0)} in the export, {kept.get(code, 0)} in the database")
    click.echo(f"{len(replayed)} accounts, together {sum(replayed.values())}, {len(apart)} differ")
    sys.exit(1 if apart or sum(replayed.values()) else 0)
