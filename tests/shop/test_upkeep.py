"""Tables are measured for the planner."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shop import upkeep
from tests import make
from tests.make import writing


def test_tables_are_measured_without_samples_that_make_every_statement_be_planned_anew(
    session: Session,
) -> None:
    make.user("Sari")
    with writing() as opened:
        upkeep.analyse(opened)

    if session.get_bind().dialect.name == "postgresql":  # which needs no care
        return
    tables = set(session.scalars(sa.text("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'")))
    assert session.scalar(sa.text("SELECT count(*) FROM sqlite_stat1")) > 0
    assert "sqlite_stat4" not in tables or session.scalar(sa.text("SELECT count(*) FROM sqlite_stat4")) == 0
