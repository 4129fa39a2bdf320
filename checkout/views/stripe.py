"""The gateway's door: verified messages are kept and answered at once; the work is a job's."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from checkout import gateway, webhooks
from shop import authz, web
from shop.db import transaction

blueprint = Blueprint("stripe", __name__)
authz.guard(blueprint, public=True, limits="machine")


@blueprint.post("/stripe/webhook")
@web.csrf.exempt
def webhook() -> ResponseReturnValue:
    """Keep a message that proves where it comes from; every kind is welcome, most mean nothing to us."""
    event = gateway.of(gateway.STRIPE).parse_event(request.get_data(), dict(request.headers))
    with transaction() as session:
        webhooks.receive(session, gateway.STRIPE, event)
    return Response("", 200, mimetype="text/plain")
