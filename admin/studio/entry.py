"""The door of the studio: who is in, which workshop and which piece is theirs. Every page begins here."""

from typing import Any, cast

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from catalog import artisans, listings, products
from catalog.models import Listing, Product, Workshop
from shop import authz, inputs
from shop.db import db
from shop.errors import ShopError
from shop.models import Role, User

MOST_PAGES = 100_000


def room(name: str, path: str) -> Blueprint:
    """Make a blueprint for artisans; who has no workshop yet is led to opening one."""
    blueprint = Blueprint(name, __name__, url_prefix=path)
    authz.guard(blueprint, roles=[Role.ARTISAN], limits="form")
    blueprint.before_request(_lead_to_workshop)
    return blueprint


def _lead_to_workshop() -> ResponseReturnValue | None:
    if artisans.of_user(db.session(), person().id) is None:
        return redirect(url_for("studio.workshop"), 303)
    return None


def person() -> User:
    """Give the signed-in person."""
    return cast(User, current_user._get_current_object())  # noqa: SLF001 - werkzeug's own name for it


def workshop(session: Session | None = None) -> Workshop:
    """Give the person's workshop. :raise catalog.artisans.NoSuchWorkshop:"""
    found = artisans.of_user(session or db.session(), person().id)
    if found is None:
        raise artisans.NoSuchWorkshop
    return found


def product(product_id: int, session: Session | None = None) -> Product:
    """Give a piece of the person's workshop. :raise catalog.products.NoSuchProduct: for every other."""
    return products.of_member(session or db.session(), person().id, product_id)


def open_listing(piece: Product, session: Session | None = None) -> Listing:
    """Give the version of a piece that is being written or judged. :raise catalog.listings.NotEditable:"""
    found = listings.open_of(session or db.session(), piece.id)
    if found is None:
        raise listings.NotEditable
    return found


def page_number() -> int:
    """Give the page that the address asks for; what is no page is the first one."""
    try:
        return inputs.whole(request.args.get("page", "1"), least=1, most=MOST_PAGES)
    except inputs.Unreadable:
        return 1


def pages(count: int, size: int) -> int:
    """Give how many pages so many rows fill, at least one."""
    return max(-(-count // size), 1)


def said(error: ShopError) -> str:
    """Give a rule's refusal in the language of the page."""
    return str(gettext(error.message, **error.params))


def photo_address(picture_id: int, width: int, ending: str) -> str:
    """Give the address of a private photograph for members of its workshop."""
    values: dict[str, Any] = {"picture_id": picture_id, "width": width, "ending": ending}
    return url_for("studio_photos.image", **values)
