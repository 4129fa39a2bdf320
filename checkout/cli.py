"""The checkout's commands: what the worker does on its schedule, once by hand."""

from datetime import date

import click
from flask.cli import AppGroup, with_appcontext

from checkout import closed_days, courier_rules, gateway_accounts, payments, payout_runs, shipping
from checkout.invoices import commission, credit_notes
from shop.audit import Actor
from shop.db import now, transaction

orders = AppGroup("orders", help="Orders.")
invoices = AppGroup("invoices", help="Invoices.")
payouts = AppGroup("payouts", help="Payouts to workshops and councils.")
rate_tables = AppGroup("rates", help="Postage tables.")


@orders.command("expire")
def expire() -> None:
    """End unpaid orders whose time is over, at the gateway first."""
    click.echo(f"{payments.expire_due()} orders ended")


@orders.command("complete")
def complete() -> None:
    """Take parcels as received that should have arrived days ago."""
    click.echo(f"{shipping.complete_by_time()} parcels taken as received")


@invoices.command("write")
def write_invoices() -> None:
    """Write the invoices and credit notes that are missing, as for orders from before there were any."""
    click.echo(f"{credit_notes.write_missing()} orders looked at")


@invoices.command("commission")
@click.option("--month", help="2026-10; the one before this by default.")
def write_commission(month: str | None) -> None:
    """Write the councils' commission invoices of an ended month."""
    try:
        first = date.fromisoformat(f"{month}-01") if month else commission.month_before(now())
    except ValueError as error:
        raise click.BadParameter("write it like 2026-10", param_hint="--month") from error
    click.echo(f"{commission.write_month(first)} invoices written")


@payouts.command("prepare")
def prepare_payouts() -> None:
    """Propose a payout for every workshop and council that may have one; a person approves."""
    click.echo(f"{payout_runs.prepare_all(Actor.system('worker'))} payouts proposed")


@click.command("reconcile")
@click.option("--books", is_flag=True, help="Compare the gateway's account with the books, line by line.")
@with_appcontext
def reconcile(books: bool) -> None:
    """Ask the gateway about every open payment and every refund in doubt; or about its whole account."""
    if books:
        click.echo(f"{gateway_accounts.compare()} differences")
    else:
        click.echo(f"{payments.reconcile()} looked at")


@rate_tables.command("load")
def load_rates() -> None:
    """Give the national council its courier services with their tables, and its holidays, unless it has them."""
    with transaction() as session:
        written, days = courier_rules.load(session), closed_days.load(session)
    click.echo(f"postage: {written} rows written" if written else "postage: the tables are there")
    click.echo(f"calendar: {days} entries written" if days else "calendar: it is there")
