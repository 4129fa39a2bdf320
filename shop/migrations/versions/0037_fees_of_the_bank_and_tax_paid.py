"""Fees of the bank are booked, what was said about a line can be undone, tax is paid on

Revision ID: 0037
Revises: 0036
Create Date: 2026-11-22 20:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
STANDS = sa.text("undone_at IS NULL")
PURPOSE = (
    "(kind = 'payout') = (payout_id IS NOT NULL) AND (kind = 'return') = (return_id IS NOT NULL)"
    " AND (kind = 'tax') = (remittance_id IS NOT NULL) AND (kind IN ('fee', 'own')) = (reason <> '')"
)
BEFORE = (
    "(payout_id IS NOT NULL AND return_id IS NULL AND reason = '')"
    " OR (payout_id IS NULL AND return_id IS NOT NULL AND reason = '')"
    " OR (payout_id IS NULL AND return_id IS NULL AND reason <> '')"
)


def upgrade() -> None:
    op.create_table(
        "tax_remittances",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("ntpn", sa.String(length=20), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", BIG, nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("undone_by_id", BIG, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_reason", sa.String(length=300), nullable=False, server_default=""),
        sa.CheckConstraint("amount > 0", name=op.f("ck_tax_remittances_amount_positive")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_tax_remittances_recorded_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["users.id"], name=op.f("fk_tax_remittances_undone_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_remittances")),
    )
    for name, columns in (("month", ["kind", "month"]), ("ntpn", ["ntpn"])):
        op.create_index(
            f"uq_tax_remittances_{name}", "tax_remittances", columns, unique=True,
            sqlite_where=STANDS, postgresql_where=STANDS,
        )  # fmt: skip
    with op.batch_alter_table("outgoing_matches") as table:
        table.add_column(sa.Column("kind", sa.String(length=32), nullable=False, server_default="fee"))
        table.add_column(sa.Column("remittance_id", BIG, nullable=True))
        table.add_column(sa.Column("undone_by_id", BIG, nullable=True))
        table.add_column(sa.Column("undone_at", MOMENT, nullable=True))
        table.add_column(sa.Column("undone_reason", sa.String(length=300), nullable=False, server_default=""))
        table.drop_constraint(op.f("ck_outgoing_matches_one_purpose"), type_="check")
        for name in ("line_id", "payout_id", "return_id"):
            table.drop_constraint(op.f(f"uq_outgoing_matches_{name}"), type_="unique")
        table.create_foreign_key(
            op.f("fk_outgoing_matches_remittance_id_tax_remittances"),
            "tax_remittances",
            ["remittance_id"],
            ["id"],
        )
        table.create_foreign_key(
            op.f("fk_outgoing_matches_undone_by_id_users"), "users", ["undone_by_id"], ["id"]
        )
    op.execute("UPDATE outgoing_matches SET kind = 'payout' WHERE payout_id IS NOT NULL")
    op.execute("UPDATE outgoing_matches SET kind = 'return' WHERE return_id IS NOT NULL")
    # What was named in words before was not booked: it waits to be named again, which books it.
    op.execute(
        "UPDATE outgoing_matches SET undone_at = decided_at, undone_reason = 'Booked since then: please name it again'"
        " WHERE reason <> ''"
    )
    with op.batch_alter_table("outgoing_matches") as table:
        table.alter_column("kind", existing_type=sa.String(length=32), server_default=None)
        table.create_check_constraint(op.f("ck_outgoing_matches_one_purpose"), PURPOSE)
    for name in ("line_id", "payout_id", "return_id", "remittance_id"):
        op.create_index(
            f"uq_outgoing_matches_{name}", "outgoing_matches", [name], unique=True,
            sqlite_where=STANDS, postgresql_where=STANDS,
        )  # fmt: skip


def downgrade() -> None:
    op.execute("DELETE FROM outgoing_matches WHERE undone_at IS NOT NULL OR kind = 'tax'")
    for name in ("line_id", "payout_id", "return_id", "remittance_id"):
        op.drop_index(f"uq_outgoing_matches_{name}", "outgoing_matches")
    with op.batch_alter_table("outgoing_matches") as table:
        table.drop_constraint(op.f("ck_outgoing_matches_one_purpose"), type_="check")
        for name in (
            "fk_outgoing_matches_remittance_id_tax_remittances",
            "fk_outgoing_matches_undone_by_id_users",
        ):
            table.drop_constraint(op.f(name), type_="foreignkey")
        for name in ("kind", "remittance_id", "undone_by_id", "undone_at", "undone_reason"):
            table.drop_column(name)
        table.create_check_constraint(op.f("ck_outgoing_matches_one_purpose"), BEFORE)
        for name in ("line_id", "payout_id", "return_id"):
            table.create_unique_constraint(op.f(f"uq_outgoing_matches_{name}"), [name])
    op.drop_table("tax_remittances")
