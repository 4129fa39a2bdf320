"""What is loaded before gunicorn forks its processes: no visitor waits for it, and all share its memory."""

from collections.abc import Callable

from flask import Flask

from shop import rendering

_STEPS = "kriya.preparing"


def before_fork(app: Flask, step: Callable[[], object]) -> None:
    """Have something loaded beforehand, in an application context; it opens no connection, which forks would share."""
    app.extensions.setdefault(_STEPS, []).append(step)


def prepare(app: Flask) -> None:
    """Load everything that areas have named, and the templates."""
    rendering.prepare(app)
    with app.app_context():
        for step in app.extensions.get(_STEPS, []):
            step()
