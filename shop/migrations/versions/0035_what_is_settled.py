"""A mark that changes with every change of rates, rules, calendars and places, so that processes may keep them

Revision ID: 0035
Revises: 0034
Create Date: 2026-11-22 13:30:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLES = (
    "provinces", "regencies", "districts", "crafts", "councils", "courier_services", "service_rates", "packing_rules",
    "council_counters", "closed_days", "free_postage_rules", "commission_rules", "tax_rates",
)  # fmt: skip
EVENTS = ("INSERT", "UPDATE", "DELETE")


def upgrade() -> None:
    op.create_table(
        "settled_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_settled_mark_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settled_mark")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _on_postgresql()
        return
    op.execute("INSERT INTO settled_mark (id, token) VALUES (1, random())")
    for table in TABLES:
        for event in EVENTS:
            op.execute(
                f"CREATE TRIGGER {table}_settled_{event.lower()} AFTER {event} ON {table} "
                "BEGIN UPDATE settled_mark SET token = random() WHERE id = 1; END"
            )


def _on_postgresql() -> None:
    drawn = "(random() * 9000000000000000000)::bigint"
    op.execute(f"INSERT INTO settled_mark (id, token) VALUES (1, {drawn})")
    op.execute(
        f"""
        CREATE FUNCTION settle_anew() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE settled_mark SET token = {drawn} WHERE id = 1;
            RETURN NULL;
        END $$
        """
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_settled AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION settle_anew()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"DROP TRIGGER {table}_settled ON {table}")
        op.execute("DROP FUNCTION settle_anew()")
    else:
        for table in TABLES:
            for event in EVENTS:
                op.execute(f"DROP TRIGGER {table}_settled_{event.lower()}")
    op.drop_table("settled_mark")
