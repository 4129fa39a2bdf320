"""Where live pieces hang: what lists of pieces are made of."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, BigId


class WallPlace(Base):
    """One live piece by every axis of browsing, so that a page of a list reads 24 rows however many there are.

    Kept by `catalog.wall` in the transaction that changes what is live. It says which pieces and in which order;
    `products.live()` still says what is shown of them, and leaves out what is not live.
    """

    __tablename__ = "wall_places"
    __table_args__ = tuple(
        sa.Index(
            f"ix_wall_places_{axis or 'newest'}", *([axis] if axis else []), "published_at", "product_id"
        )
        for axis in ("", "craft_id", "province_code", "regency_code", "council_id", "workshop_id")
    )

    product_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("products.id"), primary_key=True)
    published_at: Mapped[datetime]
    craft_id: Mapped[int] = mapped_column(sa.ForeignKey("crafts.id"))
    province_code: Mapped[str] = mapped_column(sa.ForeignKey("provinces.code"))
    regency_code: Mapped[str] = mapped_column(sa.ForeignKey("regencies.code"))
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("councils.id"))
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
