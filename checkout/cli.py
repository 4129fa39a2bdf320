"""The checkout's commands: what the worker does on its schedule, once by hand."""

import click
from flask.cli import AppGroup, with_appcontext

from checkout import payments, rates, shipping
from shop.db import transaction

orders = AppGroup("orders", help="Orders.")
rate_tables = AppGroup("rates", help="Postage tables.")


@orders.command("expire")
def expire() -> None:
    """End unpaid orders whose time is over, at the gateway first."""
    click.echo(f"{payments.expire_due()} orders ended")


@orders.command("complete")
def complete() -> None:
    """Take parcels as received that should have arrived days ago."""
    click.echo(f"{shipping.complete_by_time()} parcels taken as received")


@click.command("reconcile")
@with_appcontext
def reconcile() -> None:
    """Ask the gateway about every open payment and every refund in doubt."""
    click.echo(f"{payments.reconcile()} looked at")


@rate_tables.command("load")
def load_rates() -> None:
    """Give the national council its postage table, unless it has one."""
    with transaction() as session:
        written = rates.load_default_rates(session)
    click.echo(f"postage: {written} rows written" if written else "postage: the table is there")
