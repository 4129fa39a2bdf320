"""The control API, `/_sandbox/…`, JSON: pay from a script, disputes, faults, settings, what was delivered.

Called by tests and by curious developers. Changes want `Content-Type: application/json`, which no page of
another site can send without being asked first: nobody's browser drives the sandbox by accident.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from checkout.sandbox import disputes, events, faults, payouts, refunds, sessions, views
from checkout.sandbox.api import store
from checkout.sandbox.errors import ApiError, Unusable
from checkout.sandbox.store import DEFAULTS, Doc

blueprint = Blueprint("control", __name__, url_prefix="/_sandbox")


@blueprint.errorhandler(ApiError)
def refused(error: ApiError) -> tuple[Response, int]:
    """Answer in the shape of the rest."""
    return jsonify(error.body("control")), error.status


def given() -> Doc:
    """Read the JSON body; raise `Unusable` on anything else."""
    body = request.get_json(silent=True) if request.is_json else None
    if not isinstance(body, dict):
        raise Unusable("Send a JSON object with Content-Type: application/json.")
    return body


@blueprint.post("/sessions/<session_id>/<what>")
def act(session_id: str, what: str) -> Response:
    """Pay, decline, challenge, settle or expire a session now, as the buyer or the bank would."""
    body = given()
    succeeds = bool(body.get("succeeds", True))
    with store().transaction():
        if what == "pay" and body.get("method", "card") == "card":
            session = sessions.pay_by_card(store(), session_id)
        elif what == "pay":
            session = sessions.pay_by_transfer(
                store(), session_id, arrives=succeeds, seconds=body.get("seconds")
            )
        elif what == "decline":
            session = sessions.decline(store(), session_id)
        elif what == "challenge":
            session = sessions.challenge(store(), session_id)
        elif what == "answer":
            session = sessions.answer_challenge(store(), session_id, approved=succeeds)
        elif what == "settle":
            session = sessions.land_transfer(store(), session_id, arrives=succeeds)
        elif what == "expire":
            session = sessions.expire(store(), store().get("checkout.session", session_id))
        else:
            raise Unusable("pay, decline, challenge, answer, settle or expire", param="what")
    return jsonify(views.shown(session))


@blueprint.post("/charges/<charge_id>/dispute")
def dispute(charge_id: str) -> Response:
    """Let the buyer's bank dispute a charge (or the charge of a payment intent)."""
    body = given()
    with store().transaction():
        made = disputes.open_dispute(
            store(),
            charge_id,
            amount=body.get("amount"),
            reason=str(body.get("reason", "fraudulent")),
            inquiry=bool(body.get("inquiry", False)),
        )
    return jsonify(made)


@blueprint.post("/disputes/<dispute_id>/close")
def close_dispute(dispute_id: str) -> Response:
    """Decide a dispute."""
    body = given()
    with store().transaction():
        return jsonify(disputes.close(store(), dispute_id, won=bool(body.get("won", False))))


@blueprint.post("/payouts")
def pay_out() -> Response:
    """Send what the account holds to the shop's bank."""
    body = given()
    with store().transaction():
        return jsonify(payouts.pay_out(store(), body.get("amount")))


@blueprint.post("/payouts/<payout_id>/settle")
def settle_payout(payout_id: str) -> Response:
    """Let a payout arrive, or fail."""
    body = given()
    with store().transaction():
        return jsonify(payouts.settle(store(), payout_id, succeeds=bool(body.get("succeeds", True))))


@blueprint.post("/refunds/<refund_id>/settle")
def settle_refund(refund_id: str) -> Response:
    """Let a refund arrive, or fail."""
    body = given()
    with store().transaction():
        return jsonify(refunds.settle(store(), refund_id, succeeds=bool(body.get("succeeds", True))))


@blueprint.post("/events/<event_id>/resend")
def resend(event_id: str) -> Response:
    """Deliver an event once more, everywhere."""
    given()
    with store().transaction():
        event = store().get("event", event_id)
        for url in store().settings["webhook_urls"]:
            events.queue(store(), event, url)
    return jsonify(event)


@blueprint.get("/faults")
def list_faults() -> Response:
    """Show every fault and how often it struck."""
    return jsonify(store().rows("SELECT * FROM faults ORDER BY id"))


@blueprint.post("/faults")
def add_fault() -> Response:
    """Set a fault."""
    body = given()
    with store().transaction():
        return jsonify({"id": faults.add(store(), body)})


@blueprint.delete("/faults")
def clear_faults() -> Response:
    """End all faults, and let go what they hold back."""
    with store().transaction():
        for row in store().rows("SELECT id FROM faults WHERE kind = 'reorder'"):
            events.release_held(store(), row["id"])
        store().db.execute("DELETE FROM faults")
    return jsonify({})


@blueprint.get("/settings")
def show_settings() -> Response:
    """Show the settings."""
    return jsonify(store().settings)


@blueprint.post("/settings")
def change_settings() -> Response:
    """Change settings; they last until they are changed again."""
    body = given()
    for name, value in body.items():
        if name not in DEFAULTS or not _alike(value, DEFAULTS[name]):
            raise Unusable(f"No such setting, or not such a value: {name}", param=name)
    with store().transaction():
        store().set(body)
    return jsonify(store().settings)


def _alike(value: Any, default: Any) -> bool:
    if isinstance(default, int | float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, type(default))


@blueprint.get("/deliveries")
def list_deliveries() -> Response:
    """Show what was sent to the shop, or will be, oldest first."""
    return jsonify(store().rows("SELECT * FROM deliveries ORDER BY id"))


@blueprint.get("/requests")
def list_requests() -> Response:
    """Show the calls the shop made, oldest first."""
    return jsonify(store().rows("SELECT * FROM requests ORDER BY at, id"))
