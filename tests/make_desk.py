"""What curators fill in, and counting what a page asks of the database, for tests of the desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from catalog.models import Submission
from shop.db import db
from tests import make_catalog
from tests.pages import Page


def path(submission: Submission, part: str = "") -> str:
    """Give the address of a submission's review, or of a part of it."""
    return f"/desk/submissions/{submission.id}{part}"


def filled(*, gates: dict[str, bool] | None = None, **marks: int) -> dict[str, str]:
    """Give the fields of a review: every gate yes and every mark 4, except as said."""
    answers = make_catalog.GATES | (gates or {})
    fields = {f"gate-{name}": "yes" if passed else "no" for name, passed in answers.items()}
    return fields | {f"score-{name}": str(value) for name, value in (make_catalog.MARKS | marks).items()}


def decide(page: Page, submission: Submission, outcome: str, reason: str = "Rapi.", **fields: Any) -> Page:
    """Open a review, fill it in (every mark 4 unless said) and write the verdict."""
    values = filled() | {"outcome": outcome, "reason": reason} | fields
    return page.get(path(submission)).press("Tulis keputusan", **values)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
