"""On PostgreSQL the columns of a statement are described once, and are never those of another one."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session


@pytest.mark.postgres
def test_every_answer_has_the_columns_of_its_statement(session: Session) -> None:
    for _again in range(2):
        one = session.execute(sa.text("SELECT 1 AS first, 'a' AS second"))
        two = session.execute(sa.text("SELECT :what AS third"), {"what": "b"})
        none = session.connection().execute(sa.text("SET LOCAL lock_timeout = 900"))

        assert [dict(row) for row in one.mappings()] == [{"first": 1, "second": "a"}]
        assert [dict(row) for row in two.mappings()] == [{"third": "b"}]
        assert not none.returns_rows
