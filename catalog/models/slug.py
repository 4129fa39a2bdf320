"""The addresses that things have, and have had: none is ever given to another thing."""

import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base


class SlugKind(enum.StrEnum):
    """What an address belongs to, which is the first part of its path."""

    PRODUCT = "product"
    WORKSHOP = "workshop"
    REGION = "region"


class Slug(Base):
    """One slug that a product or workshop was ever published under, or a region was once called."""

    __tablename__ = "slugs"

    kind: Mapped[SlugKind] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    target: Mapped[str] = mapped_column(sa.String(20))
    """The id of the product or workshop, the code of the region."""
