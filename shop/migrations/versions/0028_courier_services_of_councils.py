"""Courier services of councils, each with its table; boxes, closed days, free postage, galleries

Revision ID: 0028
Revises: 0027
Create Date: 2026-11-22 07:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RATE_CHECKS = {
    "zone_known": "zone BETWEEN 0 AND 6",
    "signed": "max_weight_g > 0 AND price >= 0",
    "days_in_order": "etd_min_days >= 0 AND etd_max_days >= etd_min_days",
}


def _key(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return sa.Column("id", BIG, nullable=False), sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _to(table: str, column: str, other: str, *, nullable: bool = False) -> tuple[sa.schema.SchemaItem, ...]:
    name = f"fk_{table}_{column}_{other}"
    return (
        sa.Column(column, BIG, nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name),
    )


def _number(name: str, *, big: bool = False, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger() if big else sa.Integer(), nullable=nullable)


def _words(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def upgrade() -> None:
    _services()
    _settings()
    _free_postage()
    for column in (
        sa.Column("promised_courier", sa.String(40), nullable=False, server_default=""),
        sa.Column("promised_service", sa.String(40), nullable=False, server_default=""),
        sa.Column("pick_up", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("live_rate", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("shipments", column)
    _move_tables()


def _services() -> None:
    op.create_table(
        "courier_services",
        *_key("courier_services"),
        *_to("courier_services", "council_id", "councils"),
        _words("courier", 40),
        _words("code", 40),
        sa.Column("active", sa.Boolean(), nullable=False),
        *(_number(name) for name in ("divisor", "tolerance_g", "min_weight_g", "max_weight_g", "remote_bp")),
        _number("insurance_bp"),
        _number("insurance_fixed", big=True),
        _number("insurance_from", big=True, nullable=True),
        _number("insurance_most", big=True),
        _number("edits"),
        sa.UniqueConstraint(
            "council_id", "courier", "code", name="uq_courier_services_council_id_courier_code"
        ),
        sa.CheckConstraint("divisor BETWEEN 1000 AND 20000", name="divisor_believable"),
        sa.CheckConstraint("tolerance_g BETWEEN 0 AND 999", name="tolerance_within_kilo"),
        sa.CheckConstraint("min_weight_g > 0 AND max_weight_g >= 0", name="weights_signed"),
        sa.CheckConstraint("insurance_bp >= 0 AND insurance_fixed >= 0", name="insurance_signed"),
        sa.CheckConstraint("insurance_from >= 0 AND insurance_most >= 0", name="insured_value_signed"),
        sa.CheckConstraint("remote_bp >= 0", name="surcharge_signed"),
    )
    op.create_table(
        "service_rates",
        *_key("service_rates"),
        *_to("service_rates", "service_id", "courier_services"),
        *_rate_columns(),
        sa.UniqueConstraint(
            "service_id", "zone", "max_weight_g", name="uq_service_rates_service_id_zone_max_weight_g"
        ),
    )


def _rate_columns() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        _number("zone"),
        _number("max_weight_g"),
        _number("price", big=True),
        _number("etd_min_days"),
        _number("etd_max_days"),
        *(sa.CheckConstraint(condition, name=name) for name, condition in RATE_CHECKS.items()),
    )


def _settings() -> None:
    op.create_table(
        "packing_rules",
        *_key("packing_rules"),
        *_to("packing_rules", "council_id", "councils"),
        _words("family", 30),
        _number("grams"),
        _number("percent"),
        sa.UniqueConstraint("council_id", "family", name="uq_packing_rules_council_id_family"),
        sa.CheckConstraint("grams BETWEEN 0 AND 100000 AND percent BETWEEN 0 AND 300", name="believable"),
    )
    op.create_table(
        "council_counters",
        *_to("council_counters", "council_id", "councils"),
        _number("cutoff_hour"),
        sa.Column("pick_up", sa.Boolean(), nullable=False),
        _words("gallery", 120),
        _words("address", 300),
        _words("hours_id", 200),
        _words("hours_en", 200),
        _number("keeps_days"),
        _number("edits"),
        sa.PrimaryKeyConstraint("council_id", name="pk_council_counters"),
        sa.CheckConstraint("cutoff_hour BETWEEN 0 AND 24", name="hour_of_day"),
    )
    op.create_table(
        "closed_days",
        *_key("closed_days"),
        *_to("closed_days", "council_id", "councils"),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        _words("kind", 32),
        _words("name_id", 120),
        _words("name_en", 120),
        sa.Column("verified", sa.Boolean(), nullable=False),
        _words("source", 300),
        sa.CheckConstraint("last_on >= first_on", name="days_in_order"),
    )
    op.create_index("ix_closed_days_council_id_last_on", "closed_days", ["council_id", "last_on"])


def _free_postage() -> None:
    op.create_table(
        "free_postage_rules",
        *_key("free_postage_rules"),
        *_to("free_postage_rules", "workshop_id", "workshops", nullable=True),
        *_to("free_postage_rules", "council_id", "councils", nullable=True),
        _number("from_amount", big=True),
        sa.Column("zones", sa.JSON(), nullable=False),
        _number("most", big=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        *_to("free_postage_rules", "created_by_id", "users", nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("workshop_id IS NULL OR council_id IS NULL", name="one_owner"),
        sa.CheckConstraint("from_amount >= 0 AND most >= 0", name="amounts_signed"),
        sa.CheckConstraint("last_on IS NULL OR last_on >= first_on", name="days_in_order"),
    )
    for column in ("workshop_id", "council_id"):
        op.create_index(f"ix_free_postage_rules_{column}", "free_postage_rules", [column])


def _move_tables() -> None:
    """Make each council's one table that of its regular service, of which the workshop chooses the courier."""
    op.execute(
        "INSERT INTO courier_services (council_id, courier, code, active, divisor, tolerance_g, min_weight_g, "
        "max_weight_g, remote_bp, insurance_bp, insurance_fixed, insurance_from, insurance_most, edits) "
        "SELECT DISTINCT council_id, '', 'regular', true, 6000, 300, 1000, 0, 3000, 0, 0, CAST(NULL AS BIGINT), 0, 1 "
        "FROM shipping_rates"
    )
    op.execute(
        "INSERT INTO service_rates (service_id, zone, max_weight_g, price, etd_min_days, etd_max_days) "
        "SELECT s.id, r.zone, r.max_weight_g, r.price, r.etd_min_days, r.etd_max_days "
        "FROM shipping_rates r JOIN courier_services s ON s.council_id = r.council_id ORDER BY r.id"
    )
    op.drop_table("shipping_rates")


def downgrade() -> None:
    op.create_table(
        "shipping_rates",
        *_key("shipping_rates"),
        *_to("shipping_rates", "council_id", "councils"),
        *_rate_columns(),
        sa.UniqueConstraint(
            "council_id", "zone", "max_weight_g", name="uq_shipping_rates_council_id_zone_max_weight_g"
        ),
    )
    op.execute(
        "INSERT INTO shipping_rates (council_id, zone, max_weight_g, price, etd_min_days, etd_max_days) "
        "SELECT s.council_id, r.zone, r.max_weight_g, r.price, r.etd_min_days, r.etd_max_days "
        "FROM service_rates r JOIN courier_services s ON s.id = r.service_id WHERE s.courier = '' ORDER BY r.id"
    )
    for column in ("live_rate", "pick_up", "promised_service", "promised_courier"):
        op.drop_column("shipments", column)
    for table in (
        "free_postage_rules", "closed_days", "council_counters", "packing_rules", "service_rates", "courier_services",
    ):  # fmt: skip
        op.drop_table(table)
