"""What operators ask: is it alive, can it take orders."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from shop import authz, media
from shop.db import db, now
from shop.models import Job, JobState

blueprint = Blueprint("health", __name__)
authz.guard(blueprint, public=True, limits="machine")

STUCK = timedelta(minutes=15)

Check = Callable[[], str]
"""Gives an empty string when all is well, else what is missing."""


def add_check(name: str, check: Check) -> None:
    """Let an area add what it needs before orders can be taken."""
    current_app.extensions.setdefault("kriya.checks", {})[name] = check


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say whether orders can be taken; name what is missing."""
    checks: dict[str, Check] = {"database": _database, "media": _media, "worker": _worker}
    checks |= current_app.extensions.get("kriya.checks", {})
    missing: dict[str, str] = {}
    for name, check in checks.items():
        try:
            problem = check()
        except Exception as error:  # noqa: BLE001 - whatever is broken, this page names it
            db.session.rollback()
            problem = type(error).__name__
        if problem:
            missing[name] = problem
    return jsonify(status="ready" if not missing else "not ready", missing=missing), 503 if missing else 200


def _database() -> str:
    version = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return "" if version else "not migrated (flask db upgrade)"


def _media() -> str:
    return "" if media.current().healthy() else "the media store does not answer"


def _worker() -> str:
    late = sa.select(sa.func.count()).where(Job.state == JobState.DUE, Job.run_at < now() - STUCK)
    count = db.session.scalar(late) or 0
    return f"{count} jobs wait for more than 15 minutes (flask jobs work)" if count else ""
