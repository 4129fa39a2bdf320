"""What is loaded before gunicorn forks its processes: no visitor waits for it, and all share its memory."""

import logging
from collections.abc import Callable
from contextlib import ExitStack

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from shop import rendering
from shop.db import db

log = logging.getLogger(__name__)

_STEPS = "kriya.preparing"
_LET_GO = "kriya.let_go"


def before_fork(app: Flask, step: Callable[[], object]) -> None:
    """Have something loaded beforehand, in an application context; it opens no connection, which forks would share."""
    app.extensions.setdefault(_STEPS, []).append(step)


def now_and_then(app: Flask, step: Callable[[], object]) -> None:
    """Have a web process let go of memory that it can have again at once, every few seconds (gunicorn.conf.py)."""
    app.extensions.setdefault(_LET_GO, []).append(step)


def let_go(app: Flask) -> None:
    """Let go of everything that areas have named."""
    for step in app.extensions.get(_LET_GO, []):
        step()


def prepare(app: Flask) -> None:
    """Load everything that areas have named, and the templates."""
    rendering.prepare(app)
    with app.app_context():
        for step in app.extensions.get(_STEPS, []):
            step()


def connect(app: Flask, count: int) -> None:
    """Open connections to PostgreSQL in a process that was forked, one for each thread; without them it starts too."""
    with app.app_context(), ExitStack() as opened:
        if db.engine.dialect.name != "postgresql":
            return
        try:
            for _ in range(min(count, app.config["KRIYA"].db_pool)):
                opened.enter_context(db.engine.connect())
        except SQLAlchemyError:
            log.warning("the database does not answer yet")
