"""What councils have settled is kept by a process until anybody changes it, and never longer."""

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from catalog.models import Craft
from shop import settled
from shop.db import Base, db, transaction
from shop.models import SettledMark
from tests import make_catalog
from tests.fixtures import apart
from tests.make_desk import statements

FAMILY = sa.select(Craft.id, Craft.family).where(Craft.id.in_(sa.bindparam("ids", expanding=True)))


def family(session: Session, craft_id: int) -> str:
    """Ask for the family of a craft, as an order does."""
    return str(settled.read(session, FAMILY, {"ids": [craft_id]})[0].family)


def change(craft_id: int, to: str) -> None:
    """Settle another family."""
    with transaction() as session:
        session.execute(sa.update(Craft).where(Craft.id == craft_id).values(family=to))


def test_what_nobody_has_changed_is_asked_once(session: Session) -> None:
    craft = make_catalog.craft().id
    before = family(session, craft)
    session.rollback()
    with statements() as asked:
        assert family(session, craft) == before
    assert ["settled_mark" in one for one in asked if one != "BEGIN"] == [True]


def test_a_change_of_another_process_is_seen_at_once(app: Flask, session: Session) -> None:
    craft = make_catalog.craft().id
    before = family(session, craft)
    apart(app, change, craft, "anyaman")
    assert before != "anyaman"
    assert family(session, craft) == "anyaman"


def as_told(session: Session, craft_ids: list[int]) -> str:
    """Make something of what is settled, as terms and calendars are made."""
    return "made of " + family(session, craft_ids[0])


def test_what_is_made_of_it_is_made_once_and_anew_after_a_change(app: Flask, session: Session) -> None:
    craft = make_catalog.craft().id
    before = settled.derive(session, as_told, [craft])
    assert settled.derive(session, as_told, (craft,)) is before
    apart(app, change, craft, "anyaman")
    session.rollback()
    assert settled.derive(session, as_told, [craft]) == "made of anyaman"
    with transaction() as writing:
        writing.execute(sa.update(Craft).where(Craft.id == craft).values(family="ukir"))
        assert settled.derive(writing, as_told, [craft]) == "made of ukir"
        writing.rollback()


def test_who_changes_something_reads_it_so_and_a_change_taken_back_leaves_no_trace(session: Session) -> None:
    craft = make_catalog.craft().id
    before = family(session, craft)
    with transaction() as writing:
        assert family(writing, craft) == before
        writing.execute(sa.update(Craft).where(Craft.id == craft).values(family="anyaman"))
        assert family(writing, craft) == "anyaman"
        writing.rollback()
    assert family(session, craft) == before
    with transaction() as writing:
        writing.get_one(Craft, craft).family = "ukir"
        assert family(writing, craft) == "ukir"
        writing.rollback()
    assert family(session, craft) == before


def test_every_table_of_the_kind_tells_of_its_changes(session: Session) -> None:
    tables = [table for table in Base.metadata.sorted_tables if table.info.get("settled")]
    assert len(tables) > 10
    postgres = db.engine.dialect.name == "postgresql"
    listed = (  # on PostgreSQL one trigger hears all three kinds of change
        "SELECT tgrelid::regclass::text, 3 FROM pg_trigger WHERE tgname LIKE '%settled'"
        if postgres
        else "SELECT tbl_name, count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%settled%' GROUP BY 1"
    )
    told = {name: int(count) for name, count in session.execute(sa.text(listed))}
    assert told == {table.name: 3 for table in tables}
    session.rollback()
    for table in tables:
        column = next(iter(table.primary_key.columns))
        with transaction() as writing:
            if not writing.scalar(sa.select(sa.func.count()).select_from(table)):
                continue
            before = writing.scalar(sa.select(SettledMark.token))
            writing.execute(sa.update(table).values({column: column}))
            assert writing.scalar(sa.select(SettledMark.token)) != before, table.name
