"""The tables that migrations make are the tables that the models describe, on both databases."""

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

from shop.db import Base, db


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("postgres", marks=pytest.mark.postgres),
    ]
)
def migrated(request: pytest.FixtureRequest, app: Flask) -> sa.Inspector:
    """Look at a database that was made by the migrations."""
    assert db.engine.dialect.name.startswith(request.param[:6])
    return sa.inspect(db.engine)


def test_models_and_migrations_agree(migrated: sa.Inspector) -> None:
    flask_migrate.check()  # ends the process with the differences, if there are any


def test_every_check_of_the_models_stands_in_the_database(migrated: sa.Inspector) -> None:
    """Alembic drops a CheckConstraint written inside `mapped_column()`, and its own check does not notice."""
    for table in Base.metadata.sorted_tables:
        asked = {str(check.name) for check in table.constraints if isinstance(check, sa.CheckConstraint)}
        found = {str(check["name"]) for check in migrated.get_check_constraints(table.name)}
        assert asked <= found, table.name


def test_every_table_of_the_database_is_a_model(migrated: sa.Inspector) -> None:
    made = {name for name in migrated.get_table_names() if not name.startswith(("sqlite_", "search_fts"))}

    assert made - {"alembic_version"} == set(Base.metadata.tables)


def test_there_is_one_line_of_migrations() -> None:
    assert len(ScriptDirectory("shop/migrations").get_heads()) == 1


def test_the_command_that_migrates_is_there(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["db", "current"])

    assert answer.exit_code == 0, answer.output
    assert "upgrade" in app.test_cli_runner().invoke(args=["db", "--help"]).output
