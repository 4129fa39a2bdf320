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


def hand_in(page: Page, submission: Submission, **fields: Any) -> Page:
    """Open a review, fill in a sheet (every mark 4 unless said), declare no interest and hand it in."""
    return page.get(path(submission)).press("Serahkan nilai", **(filled() | {"free": "y"} | fields))


def judged(page: Page, submission: Submission, **fields: Any) -> Page:
    """Hand in a sheet in the browser, and the same marks as a colleague; the page then has the form of the verdict."""
    hand_in(page, submission, **fields)
    sheet = filled() | fields
    make_catalog.hand_in(
        submission,
        make_catalog.colleague(submission),
        gates={name: sheet[f"gate-{name}"] == "yes" for name in make_catalog.GATES},
        **{name: int(sheet[f"score-{name}"]) for name in make_catalog.MARKS},
    )
    return page.get(path(submission))


def decide(page: Page, submission: Submission, outcome: str, reason: str = "Rapi.", **fields: Any) -> Page:
    """Judge a submission with a colleague (every mark 4 unless said) and write the verdict."""
    sheet = {key: value for key, value in fields.items() if key.startswith(("score-", "gate-", "note-"))}
    words = {key: value for key, value in fields.items() if key not in sheet}
    judged(page, submission, **sheet)
    return page.press("Tulis keputusan", outcome=outcome, reason=reason, **words)


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
