"""The floor's commands: roles, jobs, routes. Areas add their own where they attach."""

import json
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from werkzeug.routing import Rule

from shop import accounts as people
from shop import authz, inputs, jobs, web, worker
from shop.audit import Actor
from shop.db import db, transaction
from shop.errors import ShopError
from shop.models import Job, JobState, Role

accounts = AppGroup("accounts", help="People and their roles.")
work = AppGroup("jobs", help="Work promised by the shop.")


@accounts.command("grant")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--council", "scope", default="", help="Code of the council: 17, 17.71, nasional.")
def grant(email: str, role: str, scope: str) -> None:
    """Give a person a role, within a council where the role has one."""
    try:
        with transaction() as session:
            person = people.by_email(session, inputs.sign_in_email(email))
            people.grant(session, Actor.system("command"), person, Role(role), scope)
    except ShopError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email}: {role}{' of ' + scope if scope else ''}")


@accounts.command("revoke")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--council", "scope", default="")
def revoke(email: str, role: str, scope: str) -> None:
    """Take a role away; it ends with the person's next request."""
    try:
        with transaction() as session:
            person = people.by_email(session, inputs.sign_in_email(email))
            people.revoke(session, Actor.system("command"), person, Role(role), scope)
    except ShopError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email}: no longer {role}")


@work.command("work")
@click.option("--once", is_flag=True, help="Stop when nothing is due.")
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=worker.THREADS,
    show_default=True,
    help="So many jobs at once.",
)
def work_command(once: bool, threads: int) -> None:
    """Run due jobs and the periodic ones."""
    worker.work(once=once, threads=threads)


@work.command("parked")
def parked() -> None:
    """List jobs that failed too often."""
    for job in db.session.scalars(sa.select(Job).where(Job.state == JobState.PARKED).order_by(Job.id)):
        last = (job.last_error or "").strip().rsplit("\n", 1)[-1]
        click.echo(f"{job.id}\t{job.kind}\t{json.dumps(job.args)}\t{last}")


@work.command("retry")
@click.argument("job_id", type=int)
def retry(job_id: int) -> None:
    """Make a parked job due again."""
    with transaction() as session:
        jobs.retry(session, job_id)


@click.command("routes")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def routes(as_json: bool) -> None:
    """Print every route: methods, roles, CSRF, rate-limit class, cacheable."""
    rows = [_route(rule) for rule in sorted(current_app.url_map.iter_rules(), key=lambda r: r.rule)]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    for row in rows:
        who = "public" if row["public"] else ",".join(row["roles"]) or "signed in"
        click.echo(f"{'/'.join(row['methods']):10} {row['path']:52} {who}")


def _route(rule: Rule) -> dict[str, Any]:
    endpoint = rule.endpoint
    declared = authz.rule_of(endpoint)
    view = current_app.view_functions[endpoint]
    name = f"{view.__module__}.{view.__name__}"
    methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    changes = bool({"POST", "PUT", "PATCH", "DELETE"} & set(methods))
    exempt = name in web.csrf._exempt_views  # noqa: SLF001 - Flask-WTF has no public way to ask
    return {
        "endpoint": endpoint,
        "path": rule.rule,
        "methods": methods,
        "public": declared.public,
        "roles": sorted(declared.roles),
        "csrf": changes and not exempt,
        "limit": declared.limits,
        "cacheable": declared.cacheable,
    }


def init_app(app: Flask) -> None:
    """Attach the commands."""
    app.cli.add_command(accounts)
    app.cli.add_command(work)
    app.cli.add_command(routes)
