"""Who stands in front of the page: whose cart it is."""

from flask import request
from flask_login import current_user

from checkout import carts
from checkout.carts import Owner
from shop import config


def owner() -> Owner:
    """Give whose cart this visitor uses."""
    if current_user.is_authenticated:
        return Owner(user_id=current_user.id)
    return Owner(token=request.cookies.get(carts.cookie_name(config.current())))
