"""Looking after the database: statistics, without which a large catalogue is read the slow way."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shop.db import db, transaction
from shop.jobs import periodic


def analyse(session: Session) -> None:
    """Measure the tables for the planner; after loading much at once. Works the same on both databases."""
    session.execute(sa.text("ANALYZE"))


@periodic(every=6 * 3600)
def refresh_statistics() -> None:
    """Let SQLite measure what has grown since; PostgreSQL does it by itself."""
    if db.engine.dialect.name == "sqlite":
        with transaction() as session:
            session.execute(sa.text("PRAGMA optimize=0x10002"))
