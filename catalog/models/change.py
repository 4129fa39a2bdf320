"""The numbered log of what changed in the public catalogue, and the number of the last change."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, BigId


class Subject(StrEnum):
    """What a change is about: which pieces it touches follows from it."""

    PRODUCT = "product"
    WORKSHOP = "workshop"
    CRAFT = "craft"
    COUNCIL = "council"
    WORDS = "words"
    """Texts that no piece carries: synonyms, pages. Pages change, the index does not."""
    EVERYTHING = "everything"
    """Loaded in bulk: every index is built anew."""


class CatalogChange(Base):
    """One change of what the public sees; numbers are in the order of the commits, without a gap."""

    __tablename__ = "catalog_changes"

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    subject: Mapped[Subject]
    subject_id: Mapped[int] = mapped_column(sa.BigInteger)
    """Id of the product, workshop, craft or council; 0 where there is none."""
    at: Mapped[datetime] = mapped_column(index=True)


class CatalogVersion(Base):
    """The one row that counts the changes; locked from the last statement of a transaction to its commit."""

    __tablename__ = "catalog_version"

    id: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
