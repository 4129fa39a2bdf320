"""Proving again who one is: the password before something that thieves of a session want, and known browsers.

Called by the account pages, and by the pages of bank details. Wrong passwords count like wrong sign-ins.
"""

import secrets
from typing import cast

from flask import current_app, request
from flask_babel import gettext
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Field

from shop import accounts, config, throttle
from shop.db import db, transaction
from shop.forms import Form
from shop.models import User

DEVICE_COOKIE = "kriya-device"
DEVICE_AGE = 180 * 24 * 3600


def me() -> User:
    """Give the signed-in person."""
    return cast(User, current_user._get_current_object())  # noqa: SLF001 - werkzeug's own name for it


def is_right(form: Form, field: Field) -> bool:
    """Check the present password of the signed-in person; say beside the field that it is another."""
    email = me().email
    counters = throttle.buckets(email, request.remote_addr or "", device(email))
    with transaction() as session:
        tries = throttle.note(session, counters)
    throttle.check(db.session(), counters)
    if accounts.prove(db.session(), email, field.data or "") is None:
        form.refuse(field, gettext("This is not your present password."))
        return False
    with transaction() as session:
        throttle.forgive(session, counters, tries)
    return True


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="device")


def device(email: str) -> str | None:
    """Give the number of this browser if the owner of the account has signed in with it before."""
    try:
        account, number = _signer().loads(request.cookies.get(_cookie(), ""))
    except (BadSignature, ValueError, TypeError):
        return None
    return str(number) if account == throttle.account_mark(email) else None


def _cookie() -> str:
    return f"__Host-{DEVICE_COOKIE}" if config.current().https else DEVICE_COOKIE


def mark_device(response: BaseResponse, email: str) -> BaseResponse:
    """Let this browser be known as one in which the owner has been."""
    number = device(email) or secrets.token_urlsafe(16)
    response.set_cookie(
        _cookie(),
        _signer().dumps([throttle.account_mark(email), number]),
        max_age=DEVICE_AGE,
        secure=config.current().https,
        httponly=True,
        samesite="Lax",
    )
    return response
