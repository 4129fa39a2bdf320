"""What councils settle about postage: courier services with their tables, boxes, closed days, free postage, galleries."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Council, Workshop
from shop.db import SETTLED, Base, BigId


class CourierService(Base):
    """A courier service as a council offers it. The national council's hold where a council has not its own."""

    __tablename__ = "courier_services"
    __table_args__ = (
        sa.UniqueConstraint("council_id", "courier", "code"),
        sa.CheckConstraint("divisor BETWEEN 1000 AND 20000", name="divisor_believable"),
        sa.CheckConstraint("tolerance_g BETWEEN 0 AND 999", name="tolerance_within_kilo"),
        sa.CheckConstraint("min_weight_g > 0 AND max_weight_g >= 0", name="weights_signed"),
        sa.CheckConstraint("insurance_bp >= 0 AND insurance_fixed >= 0", name="insurance_signed"),
        sa.CheckConstraint("insurance_from >= 0 AND insurance_most >= 0", name="insured_value_signed"),
        sa.CheckConstraint("remote_bp >= 0", name="surcharge_signed"),
        SETTLED,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"))
    courier: Mapped[str] = mapped_column(sa.String(40), default="")
    """Code of `couriers.csv`; empty for the regular service, of which the workshop chooses the courier."""
    code: Mapped[str] = mapped_column(sa.String(40))
    active: Mapped[bool] = mapped_column(default=True)
    """Whether it is offered; a council may leave one out that the national council has."""
    divisor: Mapped[int] = mapped_column(default=6000)
    """Cubic centimetres that count as one kilogram."""
    tolerance_g: Mapped[int] = mapped_column(default=300)
    """Grams over a full kilogram that are not charged; 0 rounds every gram up."""
    min_weight_g: Mapped[int] = mapped_column(default=1000)
    max_weight_g: Mapped[int] = mapped_column(default=0)
    """Chargeable grams that it carries at most; 0: what its table says."""
    remote_bp: Mapped[int] = mapped_column(default=3000)
    """Basis points on top to a regency that couriers call remote."""
    insurance_bp: Mapped[int] = mapped_column(default=0)
    insurance_fixed: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    insurance_from: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Rupiah of goods from which a parcel is always insured; empty: the buyer always chooses."""
    insurance_most: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah of goods that are insured at most; 0: all of them."""
    edits: Mapped[int] = mapped_column(default=1)
    council: Mapped[Council] = relationship(lazy="raise_on_sql")


class ServiceRate(Base):
    """What a parcel costs by one service of a council: by zone, up to a weight."""

    __tablename__ = "service_rates"
    __table_args__ = (
        sa.UniqueConstraint("service_id", "zone", "max_weight_g"),
        sa.CheckConstraint("zone BETWEEN 0 AND 6", name="zone_known"),
        sa.CheckConstraint("max_weight_g > 0 AND price >= 0", name="signed"),
        sa.CheckConstraint("etd_min_days >= 0 AND etd_max_days >= etd_min_days", name="days_in_order"),
        SETTLED,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    service_id: Mapped[int] = mapped_column(sa.ForeignKey("courier_services.id"))
    zone: Mapped[int]
    """0 same regency … 6 Papua (docs/shipping.md)."""
    max_weight_g: Mapped[int]
    price: Mapped[int] = mapped_column(sa.BigInteger)
    etd_min_days: Mapped[int]
    etd_max_days: Mapped[int]
    service: Mapped[CourierService] = relationship(lazy="raise_on_sql")


class PackingRule(Base):
    """What the box or crate of a family of crafts adds to a parcel of a council's workshops."""

    __tablename__ = "packing_rules"
    __table_args__ = (
        sa.UniqueConstraint("council_id", "family"),
        sa.CheckConstraint("grams BETWEEN 0 AND 100000 AND percent BETWEEN 0 AND 300", name="believable"),
        SETTLED,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"))
    family: Mapped[str] = mapped_column(sa.String(30), default="")
    """One of catalog.taxonomy.FAMILIES; empty: all that have no rule of their own."""
    grams: Mapped[int] = mapped_column(default=0)
    percent: Mapped[int] = mapped_column(default=0)


class CouncilCounter(Base):
    """How a council's workshops send: until when an order still counts for the day, and the gallery to pick up at."""

    __tablename__ = "council_counters"
    __table_args__ = (sa.CheckConstraint("cutoff_hour BETWEEN 0 AND 24", name="hour_of_day"), SETTLED)

    council_id: Mapped[int] = mapped_column(
        sa.ForeignKey("councils.id"), primary_key=True, autoincrement=False
    )
    cutoff_hour: Mapped[int] = mapped_column(default=24)
    """Western Indonesian time from which an order counts for the next day; 24: the whole day counts."""
    pick_up: Mapped[bool] = mapped_column(default=False)
    """Whether parcels can be picked up at the gallery."""
    gallery: Mapped[str] = mapped_column(sa.String(120), default="")
    address: Mapped[str] = mapped_column(sa.String(300), default="")
    hours_id: Mapped[str] = mapped_column(sa.String(200), default="")
    hours_en: Mapped[str] = mapped_column(sa.String(200), default="")
    keeps_days: Mapped[int] = mapped_column(default=14)
    """Days that a parcel is kept at the gallery."""
    edits: Mapped[int] = mapped_column(default=1)


class ClosedKind(enum.StrEnum):
    """Why a day does not count."""

    HOLIDAY = "holiday"
    """Nobody works: a national holiday, or a day of the region."""
    COURIERS = "couriers"
    """Couriers take nothing or carry nothing, as around Lebaran: the way takes longer by these days too."""


class ClosedDay(Base):
    """A day or several in a row on which parcels do not leave; the national council's hold for all."""

    __tablename__ = "closed_days"
    __table_args__ = (
        sa.CheckConstraint("last_on >= first_on", name="days_in_order"),
        sa.Index("ix_closed_days_council_id_last_on", "council_id", "last_on"),
        SETTLED,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    kind: Mapped[ClosedKind]
    name_id: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120), default="")
    verified: Mapped[bool] = mapped_column(default=False)
    """Whether somebody has seen it in the decree, or it is fixed by law."""
    source: Mapped[str] = mapped_column(sa.String(300), default="")


class FreePostageRule(Base):
    """Postage taken off from an amount of goods. Whose rule it is bears it: workshop, council or marketplace."""

    __tablename__ = "free_postage_rules"
    __table_args__ = (
        sa.CheckConstraint("workshop_id IS NULL OR council_id IS NULL", name="one_owner"),
        sa.CheckConstraint("from_amount >= 0 AND most >= 0", name="amounts_signed"),
        sa.CheckConstraint("last_on IS NULL OR last_on >= first_on", name="days_in_order"),
        SETTLED,
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workshop_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workshops.id"), index=True)
    council_id: Mapped[int | None] = mapped_column(sa.ForeignKey("councils.id"), index=True)
    """Neither: the marketplace's."""
    from_amount: Mapped[int] = mapped_column(sa.BigInteger)
    zones: Mapped[list[Any]]
    """Numbers of the zones, 0 to 6."""
    most: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Rupiah per parcel that are taken off at most; 0: all that the cheapest service costs."""
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    workshop: Mapped[Workshop | None] = relationship(lazy="raise_on_sql")
    council: Mapped[Council | None] = relationship(lazy="raise_on_sql")
