"""The pictures that other sites show when somebody shares the address of a piece."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base


class ShareImage(Base):
    """The picture of one live listing in one language; it is gone when the listing is."""

    __tablename__ = "share_images"

    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    """SHA-256 of the file, which is its address."""
