"""The door of a buyer's order pages: whose order it is, the way back to it, and buttons."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from checkout import orders
from checkout.models import Order
from checkout.views.forms import PressForm, key_from_request
from shop.db import db
from shop.errors import Invalid


def mine(number: str, session: Session | None = None, *, key: str | None = None) -> Order:
    """Give the order if this visitor may see it. :raise orders.NoSuchOrder: otherwise."""
    user_id = current_user.id if current_user.is_authenticated else None
    signed = key_from_request() if key is None else key
    return orders.visible(session or db.session(), number[:20], user_id=user_id, key=signed)


def back(number: str, endpoint: str = "orders.show") -> ResponseReturnValue:
    """Lead back to an order's page, with the key that opened it."""
    return redirect(url_for(endpoint, number=number, key=key_from_request() or None), 303)


def pressed() -> None:
    """Take the press of a button. :raise Invalid: without its token."""
    if not PressForm().is_sent():
        raise Invalid
