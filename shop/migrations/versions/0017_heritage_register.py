"""The heritage register, counter-signatures, certificates; inspired by, technique as bought, decisions carried on

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-22 03:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("countersignatures", "countersignature_answers")
COLUMNS = (("listings", "inspired_by_id", "crafts"), ("decisions", "carried_from_id", "decisions"))


def _to(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=f"fk_{table}_{column}_{other}")


def upgrade() -> None:
    _register()
    _signatures()
    _certificates()
    kind = "INTEGER" if op.get_context().dialect.name == "sqlite" else "BIGINT"
    for table, name, other in COLUMNS:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {name} {kind} "
            f"CONSTRAINT fk_{table}_{name}_{other} REFERENCES {other} (id)"
        )
    op.execute("ALTER TABLE order_lines ADD COLUMN technique VARCHAR(40) DEFAULT '' NOT NULL")
    op.execute(
        "UPDATE order_lines SET technique = "
        "(SELECT listings.technique FROM listings WHERE listings.id = order_lines.listing_id)"
    )


def _register() -> None:
    op.create_table(
        "heritage_forms",
        sa.Column("craft_id", BIG, autoincrement=False, nullable=False),
        sa.Column("guarded", sa.Boolean(), nullable=False),
        sa.Column("also_called", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("council_id", BIG, nullable=True),
        sa.Column("editor_name", sa.String(120), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        _to("heritage_forms", "craft_id", "crafts"),
        _to("heritage_forms", "council_id", "councils"),
        sa.PrimaryKeyConstraint("craft_id", name="pk_heritage_forms"),
    )
    op.create_table(
        "heritage_homes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("craft_id", BIG, nullable=False),
        sa.Column("province_code", sa.String(2), nullable=False),
        sa.Column("regency_code", sa.String(5), nullable=True),
        _to("heritage_homes", "craft_id", "crafts"),
        _to("heritage_homes", "province_code", "provinces", "code"),
        _to("heritage_homes", "regency_code", "regencies", "code"),
        sa.PrimaryKeyConstraint("id", name="pk_heritage_homes"),
        sa.UniqueConstraint(
            "craft_id", "province_code", "regency_code",
            name="uq_heritage_homes_craft_id_province_code_regency_code",
        ),
    )  # fmt: skip
    op.create_index("ix_heritage_homes_craft_id", "heritage_homes", ["craft_id"])
    op.create_table(
        "heritage_statuses",
        sa.Column("id", BIG, nullable=False),
        sa.Column("craft_id", BIG, nullable=True),
        sa.Column("family", sa.String(30), nullable=True),
        sa.Column("roll", sa.String(32), nullable=False),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.Column("element", sa.String(200), nullable=False),
        sa.Column("list_name", sa.String(120), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("checked_by_id", BIG, nullable=True),
        sa.Column("checked_by", sa.String(120), nullable=False),
        sa.Column("checked_council_id", BIG, nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        _to("heritage_statuses", "craft_id", "crafts"),
        _to("heritage_statuses", "checked_by_id", "users"),
        _to("heritage_statuses", "checked_council_id", "councils"),
        sa.PrimaryKeyConstraint("id", name="pk_heritage_statuses"),
        sa.CheckConstraint(
            "checked_at IS NULL OR (number <> '' AND year IS NOT NULL AND place <> '')",
            name=op.f("ck_heritage_statuses_checked_has_evidence"),
        ),
        sa.CheckConstraint(
            "(craft_id IS NULL) <> (family IS NULL)", name=op.f("ck_heritage_statuses_of_craft_or_family")
        ),
    )
    op.create_index("ix_heritage_statuses_craft_id", "heritage_statuses", ["craft_id"])
    op.create_index("ix_heritage_statuses_family", "heritage_statuses", ["family"])


def _signatures() -> None:
    keys = (("product_id", "products"), ("listing_id", "listings"), ("submission_id", "submissions"),
            ("workshop_id", "workshops"), ("craft_id", "crafts"), ("council_id", "councils"))  # fmt: skip
    op.create_table(
        "countersignatures",
        sa.Column("id", BIG, nullable=False),
        *(sa.Column(name, BIG, nullable=name == "submission_id") for name, _other in keys),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        *(_to("countersignatures", name, other) for name, other in keys),
        sa.PrimaryKeyConstraint("id", name="pk_countersignatures"),
    )
    for name in ("product_id", "submission_id", "workshop_id", "craft_id"):
        op.create_index(f"ix_countersignatures_{name}", "countersignatures", [name])
    op.create_table(
        "countersignature_answers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("request_id", BIG, nullable=False),
        sa.Column("reply", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("decided_by", sa.String(120), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        _to("countersignature_answers", "request_id", "countersignatures"),
        _to("countersignature_answers", "decided_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_countersignature_answers"),
        sa.UniqueConstraint("request_id", name="uq_countersignature_answers_request_id"),
    )
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            continue
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", BIG, nullable=False),
        sa.Column("workshop_id", BIG, nullable=False),
        sa.Column("craft_id", BIG, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("picture_id", BIG, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("checked_by_id", BIG, nullable=True),
        sa.Column("checked_by", sa.String(120), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=True),
        _to("certificates", "workshop_id", "workshops"),
        _to("certificates", "craft_id", "crafts"),
        _to("certificates", "picture_id", "pictures"),
        _to("certificates", "checked_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.CheckConstraint(
            "state <> 'checked' OR (checked_at IS NOT NULL AND checked_by_id IS NOT NULL)",
            name=op.f("ck_certificates_checked_by_somebody"),
        ),
    )
    op.create_index("ix_certificates_shown", "certificates", ["workshop_id", "craft_id", "state"])


def downgrade() -> None:
    with op.batch_alter_table("order_lines") as batch:
        batch.drop_column("technique")
    for table, name, other in COLUMNS:
        with op.batch_alter_table(table) as batch:
            if op.get_context().dialect.name != "sqlite":
                batch.drop_constraint(f"fk_{table}_{name}_{other}", type_="foreignkey")
            batch.drop_column(name)
    for table in (
        "certificates", "countersignature_answers", "countersignatures", "heritage_statuses",
        "heritage_homes", "heritage_forms",
    ):  # fmt: skip
        op.drop_table(table)
