"""The wall: which pieces are live, by every axis of browsing, the newest first.

Rules that change what is live call `hang` or `hang_workshop` in the same transaction; lists of pieces read it.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalog import cards, products
from catalog.models import Product, Regency, WallPlace, Workshop

NEWEST_FIRST = (WallPlace.published_at.desc(), WallPlace.product_id.desc())
_COLUMNS = (
    "product_id", "published_at", "craft_id", "province_code", "regency_code", "council_id", "workshop_id",
)  # fmt: skip


def places() -> sa.Select[*tuple[Any, ...]]:
    """Select where every live piece belongs, as `products.live()` has it."""
    return (
        products.live()
        .join(Regency, Regency.code == cards.REGENCY_CODE)
        .with_only_columns(
            Product.id.label("product_id"),
            Product.published_at.label("published_at"),
            cards.CRAFT_ID.label("craft_id"),
            Regency.province_code.label("province_code"),
            Regency.code.label("regency_code"),
            cards.COUNCIL_ID.label("council_id"),
            Workshop.id.label("workshop_id"),
        )
    )


def hang(session: Session, product_id: int) -> None:
    """Put a piece where it belongs now, or take it off."""
    owner = sa.select(Product.workshop_id).where(Product.id == product_id).scalar_subquery()
    _wait_for(session, Workshop.id == owner)
    _renew(session, WallPlace.product_id == product_id, Product.id == product_id)


def hang_workshop(session: Session, workshop_id: int) -> None:
    """Put every piece of a workshop where it belongs now, or take it off."""
    _wait_for(session, Workshop.id == workshop_id)
    _renew(session, WallPlace.workshop_id == workshop_id, Workshop.id == workshop_id)


def hang_everything(session: Session) -> None:
    """Put everything in its place, after pieces were loaded in bulk."""
    _renew(session, sa.true(), sa.true())


def _wait_for(session: Session, whose: sa.ColumnElement[bool]) -> None:
    """Let one transaction at a time hang pieces of a workshop, and the next one see what it did.

    Otherwise two that hang the same piece would both insert it, and a piece approved while its workshop is suspended
    would stay.
    """
    session.flush()
    session.execute(sa.select(Workshop.id).where(whose).with_for_update(key_share=True))


def _renew(session: Session, old: sa.ColumnElement[bool], new: sa.ColumnElement[bool]) -> None:
    session.flush()
    session.execute(sa.delete(WallPlace).where(old).execution_options(synchronize_session=False))
    session.execute(sa.insert(WallPlace).from_select(_COLUMNS, places().where(new)))


def astray(session: Session) -> Collection[int]:
    """Name the pieces that hang elsewhere than they belong, or hang and are not live, or do not hang."""
    there = sa.select(*(getattr(WallPlace, name) for name in _COLUMNS))
    here = places()
    wrong = [*session.execute(sa.except_(there, here)), *session.execute(sa.except_(here, there))]
    return {row.product_id for row in wrong}
