"""The councils that curate: Dekranas and the Dekranasda of provinces and regencies."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.taxonomy import Province, Regency
from shop.db import SETTLED, Base, BigId


class Council(Base):
    """A craft council and the region that it answers for."""

    __tablename__ = "councils"
    __table_args__ = SETTLED

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    """Code of its region (`17`, `17.71`), or `nasional`; what role grants name as their scope."""
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    about_id: Mapped[str] = mapped_column(sa.Text, default="")
    about_en: Mapped[str] = mapped_column(sa.Text, default="")
    email: Mapped[str | None] = mapped_column(sa.String(254))
    province_code: Mapped[str | None] = mapped_column(sa.ForeignKey("provinces.code"), index=True)
    """Empty only for the national council."""
    regency_code: Mapped[str | None] = mapped_column(sa.ForeignKey("regencies.code"))
    """Set for a regency's or city's council."""
    active: Mapped[bool] = mapped_column(default=True)
    province: Mapped[Province | None] = relationship(lazy="raise_on_sql")
    regency: Mapped[Regency | None] = relationship(lazy="raise_on_sql")


class CouncilCurator(Base):
    """Somebody who curates for a council, as the council's page names them: public words, not an account."""

    __tablename__ = "council_curators"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(120))
    about_id: Mapped[str] = mapped_column(sa.String(200), default="")
    """What makes them a judge of craft, in a few words."""
    about_en: Mapped[str] = mapped_column(sa.String(200), default="")
