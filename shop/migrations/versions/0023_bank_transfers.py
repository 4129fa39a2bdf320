"""Bank transfers: receiving accounts, terms, unique codes, statements, proofs, and money that goes back

Revision ID: 0023
Revises: 0022
Create Date: 2026-11-22 07:02:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "receiving_accounts",
        sa.Column("id", big, nullable=False),
        sa.Column("bank_code", sa.String(length=3), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=70), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("proposed_by_id", big, nullable=False),
        sa.Column("approved_by_id", big, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'active' OR approved_by_id IS NOT NULL",
            name=op.f("ck_receiving_accounts_active_is_approved"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> proposed_by_id",
            name=op.f("ck_receiving_accounts_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["users.id"], name=op.f("fk_receiving_accounts_approved_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_receiving_accounts_proposed_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receiving_accounts")),
    )
    op.create_index(
        "uq_receiving_accounts_active",
        "receiving_accounts",
        ["bank_code", "number"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "transfer_terms",
        sa.Column("id", big, nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("remind_hours", sa.Integer(), nullable=False),
        sa.Column("quiet_days", sa.Integer(), nullable=False),
        sa.Column("tolerance", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("proposed_by_id", big, nullable=False),
        sa.Column("approved_by_id", big, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'active' OR approved_by_id IS NOT NULL",
            name=op.f("ck_transfer_terms_active_is_approved"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> proposed_by_id",
            name=op.f("ck_transfer_terms_two_persons"),
        ),
        sa.CheckConstraint(
            "hours > 0 AND remind_hours >= 0 AND quiet_days > 0",
            name=op.f("ck_transfer_terms_times_positive"),
        ),
        sa.CheckConstraint("tolerance >= 0", name=op.f("ck_transfer_terms_tolerance_signed")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["users.id"], name=op.f("fk_transfer_terms_approved_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_transfer_terms_proposed_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_terms")),
    )
    op.create_index(
        "uq_transfer_terms_active",
        "transfer_terms",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "transfer_waits",
        sa.Column("id", big, nullable=False),
        sa.Column("payment_id", big, nullable=False),
        sa.Column("order_id", big, nullable=False),
        sa.Column("account_id", big, nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("allowance", sa.BigInteger(), nullable=False),
        sa.Column("excess", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("freed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "allowance >= 0 AND excess >= 0", name=op.f("ck_transfer_waits_differences_signed")
        ),
        sa.CheckConstraint(
            "amount = total + code AND total > 0", name=op.f("ck_transfer_waits_amount_adds_up")
        ),
        sa.CheckConstraint("code BETWEEN 1 AND 999", name=op.f("ck_transfer_waits_code_of_three_digits")),
        sa.CheckConstraint("due IS NULL OR due > 0", name=op.f("ck_transfer_waits_due_positive")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["receiving_accounts.id"],
            name=op.f("fk_transfer_waits_account_id_receiving_accounts"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_transfer_waits_order_id_orders")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_transfer_waits_payment_id_payments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_waits")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_transfer_waits_payment_id")),
    )
    op.create_index(op.f("ix_transfer_waits_order_id"), "transfer_waits", ["order_id"], unique=False)
    op.create_index(op.f("ix_transfer_waits_state"), "transfer_waits", ["state"], unique=False)
    op.create_index(
        "uq_transfer_waits_due",
        "transfer_waits",
        ["account_id", "due"],
        unique=True,
        sqlite_where=sa.text("freed_at IS NULL AND due IS NOT NULL"),
        postgresql_where=sa.text("freed_at IS NULL AND due IS NOT NULL"),
    )
    op.create_table(
        "transfer_proofs",
        sa.Column("id", big, nullable=False),
        sa.Column("wait_id", big, nullable=False),
        sa.Column("picture_key", sa.String(length=255), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("sender", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("answered_by_id", big, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_transfer_proofs_amount_positive")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_transfer_proofs_answered_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["wait_id"], ["transfer_waits.id"], name=op.f("fk_transfer_proofs_wait_id_transfer_waits")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_proofs")),
    )
    op.create_index(op.f("ix_transfer_proofs_state"), "transfer_proofs", ["state"], unique=False)
    op.create_index(op.f("ix_transfer_proofs_wait_id"), "transfer_proofs", ["wait_id"], unique=False)
    op.create_index(
        "uq_transfer_proofs_open",
        "transfer_proofs",
        ["wait_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "statement_imports",
        sa.Column("id", big, nullable=False),
        sa.Column("account_id", big, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("shape", sa.String(length=20), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("brought_by_id", big, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["receiving_accounts.id"],
            name=op.f("fk_statement_imports_account_id_receiving_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["brought_by_id"], ["users.id"], name=op.f("fk_statement_imports_brought_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_imports")),
    )
    op.create_index(
        op.f("ix_statement_imports_account_id"), "statement_imports", ["account_id"], unique=False
    )
    op.create_index(op.f("ix_statement_imports_state"), "statement_imports", ["state"], unique=False)
    op.create_index(
        "uq_statement_imports_done",
        "statement_imports",
        ["account_id", "digest"],
        unique=True,
        sqlite_where=sa.text("state = 'done'"),
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_table(
        "statement_lines",
        sa.Column("id", big, nullable=False),
        sa.Column("import_id", big, nullable=False),
        sa.Column("account_id", big, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("sen", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("wait_id", big, nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("decided_by_id", big, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('paid', 'part') OR wait_id IS NOT NULL",
            name=op.f("ck_statement_lines_paid_for_an_order"),
        ),
        sa.CheckConstraint(
            "amount >= 0 AND sen BETWEEN 0 AND 99", name=op.f("ck_statement_lines_amount_signed")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["receiving_accounts.id"],
            name=op.f("fk_statement_lines_account_id_receiving_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_statement_lines_decided_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["statement_imports.id"],
            name=op.f("fk_statement_lines_import_id_statement_imports"),
        ),
        sa.ForeignKeyConstraint(
            ["wait_id"], ["transfer_waits.id"], name=op.f("fk_statement_lines_wait_id_transfer_waits")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_lines")),
        sa.UniqueConstraint("digest", name=op.f("uq_statement_lines_digest")),
    )
    op.create_index("ix_statement_lines_amount", "statement_lines", ["account_id", "amount"], unique=False)
    op.create_index(op.f("ix_statement_lines_import_id"), "statement_lines", ["import_id"], unique=False)
    op.create_index("ix_statement_lines_state", "statement_lines", ["state", "id"], unique=False)
    op.create_index(op.f("ix_statement_lines_wait_id"), "statement_lines", ["wait_id"], unique=False)
    op.create_table(
        "return_batches",
        sa.Column("id", big, nullable=False),
        sa.Column("account_id", big, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("prepared_by_id", big, nullable=False),
        sa.Column("approved_by_id", big, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'approved' OR approved_by_id IS NOT NULL",
            name=op.f("ck_return_batches_approved_by_somebody"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> prepared_by_id",
            name=op.f("ck_return_batches_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["receiving_accounts.id"],
            name=op.f("fk_return_batches_account_id_receiving_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["users.id"], name=op.f("fk_return_batches_approved_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"], ["users.id"], name=op.f("fk_return_batches_prepared_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_batches")),
    )
    op.create_table(
        "transfer_returns",
        sa.Column("id", big, nullable=False),
        sa.Column("order_id", big, nullable=True),
        sa.Column("refund_id", big, nullable=True),
        sa.Column("line_id", big, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("bank_code", sa.String(length=3), nullable=False),
        sa.Column("sealed_number", sa.Text(), nullable=True),
        sa.Column("last_digits", sa.String(length=4), nullable=False),
        sa.Column("sealed_holder", sa.Text(), nullable=True),
        sa.Column("batch_id", big, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state = 'needs_account' OR sealed_number IS NOT NULL",
            name=op.f("ck_transfer_returns_has_account"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('in_file', 'sent') OR batch_id IS NOT NULL",
            name=op.f("ck_transfer_returns_sent_in_a_file"),
        ),
        sa.CheckConstraint(
            "(refund_id IS NULL) <> (line_id IS NULL)", name=op.f("ck_transfer_returns_of_refund_or_line")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_transfer_returns_amount_positive")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["return_batches.id"], name=op.f("fk_transfer_returns_batch_id_return_batches")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["statement_lines.id"], name=op.f("fk_transfer_returns_line_id_statement_lines")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_transfer_returns_order_id_orders")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name=op.f("fk_transfer_returns_refund_id_refunds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_returns")),
        sa.UniqueConstraint("line_id", name=op.f("uq_transfer_returns_line_id")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_transfer_returns_refund_id")),
    )
    op.create_index(op.f("ix_transfer_returns_batch_id"), "transfer_returns", ["batch_id"], unique=False)
    op.create_index(op.f("ix_transfer_returns_order_id"), "transfer_returns", ["order_id"], unique=False)
    op.create_index("ix_transfer_returns_state", "transfer_returns", ["state", "id"], unique=False)


def downgrade() -> None:
    for table in (
        "transfer_returns", "return_batches", "statement_lines", "statement_imports",
        "transfer_proofs", "transfer_waits", "transfer_terms", "receiving_accounts",
    ):  # fmt: skip
        op.drop_table(table)
