"""Rules of commission, bank details, and payouts with their earnings, files and holds

Revision ID: 0022
Revises: 0021
Create Date: 2026-11-22 07:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CURRENT = sa.text("replaced_at IS NULL")
STANDING = sa.text("lifted_at IS NULL")
ACTIVE = sa.text("freed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "payout_batches",
        sa.Column("id", BIG, nullable=False),
        sa.Column("bank_code", sa.String(length=3), nullable=False),
        sa.Column("payouts", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("payouts > 0 AND amount > 0", name=op.f("ck_payout_batches_has_payouts")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_payout_batches_created_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_batches")),
    )
    op.create_index(op.f("ix_payout_batches_created_at"), "payout_batches", ["created_at"], unique=False)
    op.create_table(
        "bank_accounts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("workshop_id", BIG, nullable=True),
        sa.Column("council_id", BIG, nullable=True),
        sa.Column("bank_code", sa.String(length=3), nullable=False),
        sa.Column("sealed_number", sa.String(length=200), nullable=False),
        sa.Column("last_digits", sa.String(length=4), nullable=False),
        sa.Column("holder", sa.String(length=70), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holds_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(workshop_id IS NULL) <> (council_id IS NULL)", name=op.f("ck_bank_accounts_one_payee")
        ),
        sa.ForeignKeyConstraint(
            ["council_id"], ["councils.id"], name=op.f("fk_bank_accounts_council_id_councils")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_bank_accounts_created_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_bank_accounts_workshop_id_workshops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_accounts")),
    )
    op.create_index(op.f("ix_bank_accounts_fingerprint"), "bank_accounts", ["fingerprint"], unique=False)
    op.create_index(
        "uq_bank_accounts_council_current",
        "bank_accounts",
        ["council_id"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "uq_bank_accounts_workshop_current",
        "bank_accounts",
        ["workshop_id"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_table(
        "commission_rules",
        sa.Column("id", BIG, nullable=False),
        sa.Column("council_id", BIG, nullable=True),
        sa.Column("workshop_id", BIG, nullable=True),
        sa.Column("craft_id", BIG, nullable=True),
        sa.Column("bp", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", BIG, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("bp >= 0 AND bp <= 10000", name=op.f("ck_commission_rules_bp_is_a_share")),
        sa.CheckConstraint(
            "workshop_id IS NULL OR council_id IS NOT NULL",
            name=op.f("ck_commission_rules_workshop_has_council"),
        ),
        sa.ForeignKeyConstraint(
            ["council_id"], ["councils.id"], name=op.f("fk_commission_rules_council_id_councils")
        ),
        sa.ForeignKeyConstraint(
            ["craft_id"], ["crafts.id"], name=op.f("fk_commission_rules_craft_id_crafts")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_commission_rules_created_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["users.id"], name=op.f("fk_commission_rules_ended_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_commission_rules_workshop_id_workshops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_rules")),
    )
    op.create_index(
        "ix_commission_rules_council_first_on", "commission_rules", ["council_id", "first_on"], unique=False
    )
    op.create_index(
        op.f("ix_commission_rules_workshop_id"), "commission_rules", ["workshop_id"], unique=False
    )
    op.create_table(
        "payout_holds",
        sa.Column("id", BIG, nullable=False),
        sa.Column("workshop_id", BIG, nullable=True),
        sa.Column("council_id", BIG, nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by_id", BIG, nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(workshop_id IS NULL) <> (council_id IS NULL)", name=op.f("ck_payout_holds_one_payee")
        ),
        sa.ForeignKeyConstraint(
            ["council_id"], ["councils.id"], name=op.f("fk_payout_holds_council_id_councils")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_payout_holds_created_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["users.id"], name=op.f("fk_payout_holds_lifted_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_payout_holds_workshop_id_workshops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_holds")),
    )
    op.create_index(
        "uq_payout_holds_council_standing",
        "payout_holds",
        ["council_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_index(
        "uq_payout_holds_workshop_standing",
        "payout_holds",
        ["workshop_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_table(
        "payouts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("workshop_id", BIG, nullable=True),
        sa.Column("council_id", BIG, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "exported",
                "sent",
                "failed",
                "returned",
                "cancelled",
                name="payoutstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("bank_account_id", BIG, nullable=False),
        sa.Column("proposed_by_id", BIG, nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", BIG, nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", BIG, nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bank_reference", sa.String(length=60), server_default="", nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'cancelled') OR approved_by_id IS NOT NULL",
            name=op.f("ck_payouts_approved_by_somebody"),
        ),
        sa.CheckConstraint(
            "(workshop_id IS NULL) <> (council_id IS NULL)", name=op.f("ck_payouts_one_payee")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payouts_amount_positive")),
        sa.CheckConstraint("approved_by_id <> proposed_by_id", name=op.f("ck_payouts_approved_by_another")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["users.id"], name=op.f("fk_payouts_approved_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["bank_account_id"], ["bank_accounts.id"], name=op.f("fk_payouts_bank_account_id_bank_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payout_batches.id"], name=op.f("fk_payouts_batch_id_payout_batches")
        ),
        sa.ForeignKeyConstraint(["council_id"], ["councils.id"], name=op.f("fk_payouts_council_id_councils")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_payouts_proposed_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_payouts_workshop_id_workshops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
    )
    op.create_index(op.f("ix_payouts_batch_id"), "payouts", ["batch_id"], unique=False)
    op.create_index(op.f("ix_payouts_council_id"), "payouts", ["council_id"], unique=False)
    op.create_index(op.f("ix_payouts_proposed_at"), "payouts", ["proposed_at"], unique=False)
    op.create_index("ix_payouts_state", "payouts", ["state", "id"], unique=False)
    op.create_index(op.f("ix_payouts_workshop_id"), "payouts", ["workshop_id"], unique=False)
    op.create_table(
        "payout_items",
        sa.Column("id", BIG, nullable=False),
        sa.Column("payout_id", BIG, nullable=False),
        sa.Column("transfer_id", BIG, nullable=False),
        sa.Column("freed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["payout_id"], ["payouts.id"], name=op.f("fk_payout_items_payout_id_payouts")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["ledger_transfers.id"],
            name=op.f("fk_payout_items_transfer_id_ledger_transfers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_items")),
        sa.UniqueConstraint("payout_id", "transfer_id", name=op.f("uq_payout_items_payout_id_transfer_id")),
    )
    op.create_index(
        "uq_payout_items_transfer_active",
        "payout_items",
        ["transfer_id"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )


def downgrade() -> None:
    op.drop_index(
        "uq_payout_items_transfer_active",
        table_name="payout_items",
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )
    op.drop_table("payout_items")
    op.drop_index(op.f("ix_payouts_workshop_id"), table_name="payouts")
    op.drop_index("ix_payouts_state", table_name="payouts")
    op.drop_index(op.f("ix_payouts_proposed_at"), table_name="payouts")
    op.drop_index(op.f("ix_payouts_council_id"), table_name="payouts")
    op.drop_index(op.f("ix_payouts_batch_id"), table_name="payouts")
    op.drop_table("payouts")
    op.drop_index(
        "uq_payout_holds_workshop_standing",
        table_name="payout_holds",
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.drop_index(
        "uq_payout_holds_council_standing",
        table_name="payout_holds",
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.drop_table("payout_holds")
    op.drop_index(op.f("ix_commission_rules_workshop_id"), table_name="commission_rules")
    op.drop_index("ix_commission_rules_council_first_on", table_name="commission_rules")
    op.drop_table("commission_rules")
    op.drop_index(
        "uq_bank_accounts_workshop_current",
        table_name="bank_accounts",
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.drop_index(
        "uq_bank_accounts_council_current",
        table_name="bank_accounts",
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.drop_index(op.f("ix_bank_accounts_fingerprint"), table_name="bank_accounts")
    op.drop_table("bank_accounts")
    op.drop_index(op.f("ix_payout_batches_created_at"), table_name="payout_batches")
    op.drop_table("payout_batches")
