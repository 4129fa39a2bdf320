"""How Alembic reaches the database: through the running application, on one connection."""

import logging
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from shop.db import Base, UtcDateTime, db

logging.getLogger("alembic").setLevel(logging.WARNING)


def _render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our column types in migrations as the plain types that the database knows."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String({item.length})"
    return False


def run() -> None:
    """Run the migrations, each in its own transaction, or print them as SQL with --sql."""
    if context.is_offline_mode():
        context.configure(
            url=current_app.config["SQLALCHEMY_DATABASE_URI"],
            target_metadata=Base.metadata,
            literal_binds=True,
            render_as_batch=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        return
    sqlite = db.engine.dialect.name == "sqlite"
    applied: list[Any] = []
    with db.engine.connect().execution_options(kriya_writing=True) as connection:
        if not sqlite:
            # Two nodes that start together migrate one after the other.
            connection.execute(sa.text("SET lock_timeout = '60s'"))
            connection.execute(sa.text("SET statement_timeout = 0"))
            connection.execute(sa.text("SELECT pg_advisory_lock(727001)"))
            connection.commit()
        else:
            # A table that gets other constraints is made again, and is away for a moment. No transaction is open yet.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=sqlite,
            transaction_per_migration=True,
            compare_type=True,
            render_item=_render_item,
            on_version_apply=lambda **step: applied.append(step["step"]),
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite and applied:
            cursor = connection.connection.cursor()
            broken = cursor.execute("PRAGMA foreign_key_check").fetchall()
            cursor.execute("PRAGMA foreign_keys=ON")
            if broken:
                raise RuntimeError(f"rows point at nothing after the migrations: {broken[:5]}")


run()
