"""The rooms of bank transfers at the desk: for finance that looks after the whole marketplace's own bank accounts."""

from flask import Blueprint, url_for
from flask_babel import gettext
from flask_login import current_user

from admin.desk import scope
from shop import authz
from shop.db import db
from shop.errors import NotFound, ShopError
from shop.models import Role, User

ROLES = (Role.FINANCE, Role.ADMIN)


class OneCouncilOnly(NotFound):
    """Finance of one council has no part in the marketplace's bank accounts."""

    message = "The marketplace's bank accounts are kept by the national finance desk."


def room(name: str, path: str) -> Blueprint:
    """Make a blueprint that only national finance and administrators enter."""
    blueprint = Blueprint(name, f"admin.desk.{name}", url_prefix=f"/desk/{path}")
    authz.guard(blueprint, roles=ROLES)
    blueprint.before_request(_national)
    return blueprint


def keepers() -> bool:
    """Say whether the signed-in person keeps the marketplace's bank accounts."""
    return authz.ALL_COUNCILS in scope.codes(*ROLES)


def _national() -> None:
    if current_user.is_authenticated and not keepers():
        raise OneCouncilOnly


def said(error: ShopError) -> str:
    """Give a refusal in the language of the page."""
    return str(gettext(error.message, **error.params))


def name_of(user_id: int | None) -> str:
    """Give a person's name."""
    person = db.session.get(User, user_id) if user_id is not None else None
    return person.name if person else gettext("the shop")


def rooms(current: str) -> list[tuple[str, str, bool, None]]:
    """Give the rooms as tabs, the present one marked."""
    every = [
        ("desk_transfers", gettext("Transfers"), url_for("desk_transfers.index")),
        ("desk_transfer_files", gettext("Bank statements"), url_for("desk_transfer_files.index")),
        ("desk_outgoing", gettext("Money that left"), url_for("desk_outgoing.index")),
        ("desk_transfer_returns", gettext("Money back"), url_for("desk_transfer_returns.index")),
        ("desk_transfer_settings", gettext("Accounts and terms"), url_for("desk_transfer_settings.index")),
    ]
    return [(label, address, name == current, None) for name, label, address in every]
