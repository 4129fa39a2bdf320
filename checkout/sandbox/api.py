"""Stripe's REST calls under `/v1`: which address runs which rule. Called by the `stripe` package of the shop."""

from typing import Any

from flask import Blueprint, Response, current_app, request

from checkout.sandbox import calls, disputes, events, files, movements, params, refunds, sessions, views
from checkout.sandbox.errors import ApiError
from checkout.sandbox.kinds import Group
from checkout.sandbox.store import Doc, Store

blueprint = Blueprint("api", __name__, url_prefix="/v1")


def store() -> Store:
    """Reach the store of this program."""
    found: Store = current_app.extensions["store"]
    return found


def serve(method: str, path: str, schema: Group, handler: calls.Handler) -> None:
    """Bind an address to its parameters and its rule."""

    def view(**ids: str) -> Response:
        return calls.answer(calls.Call(store(), request, schema, handler, ids))

    blueprint.add_url_rule(path, f"{method} {path}", view, methods=[method], provide_automatic_options=False)


@blueprint.route("/", defaults={"path": ""}, methods=["GET", "POST", "DELETE"])
@blueprint.route("/<path:path>", methods=["GET", "POST", "DELETE"])
def unknown(path: str) -> Response:  # noqa: ARG001 Flask hands it over by name
    """Refuse an address that is not served."""

    def refuse(_store: Store, _params: Doc) -> Doc:
        raise ApiError(
            f"Unrecognized request URL ({request.method}: {request.path}), or not served by the payments sandbox.",
            status=404,
        )

    class Anything(Group):
        def read(self, raw: Any, path: str = "") -> dict[str, Any]:
            return {}

    return calls.answer(calls.Call(store(), request, Anything({}), refuse, {}))


def create_session(store: Store, given: Doc) -> Doc:
    """Open a Checkout Session."""
    return views.shown(sessions.open_session(store, given))


def read_session(store: Store, _given: Doc, session_id: str) -> Doc:
    """Read a Checkout Session."""
    return views.shown(store.get("checkout.session", session_id, param="session"))


def expire_session(store: Store, _given: Doc, session_id: str) -> Doc:
    """Close an open session."""
    return views.shown(sessions.expire(store, store.get("checkout.session", session_id, param="session")))


def list_sessions(store: Store, given: Doc) -> Doc:
    """List sessions."""
    return views.page(
        store,
        "checkout.session",
        "/v1/checkout/sessions",
        given,
        payment_intent=given.get("payment_intent"),
        status=given.get("status"),
        customer_details__email=given.get("customer_details", {}).get("email"),
    )


def list_lines(store: Store, given: Doc, session_id: str) -> Doc:
    """List the lines of a session."""
    session = store.get("checkout.session", session_id, param="session")
    return views.cut(session["_lines"], f"/v1/checkout/sessions/{session_id}/line_items", given)


def create_refund(store: Store, given: Doc) -> Doc:
    """Send money back."""
    return views.shown(refunds.refund(store, given))


def read_balance(store: Store, _given: Doc) -> Doc:
    """Tell the account's balance."""
    return movements.balance(store)


def close_dispute(store: Store, _given: Doc, object_id: str) -> Doc:
    """Give a dispute up."""
    return views.shown(disputes.close(store, object_id, won=False))


def answer_dispute(store: Store, given: Doc, object_id: str) -> Doc:
    """Take evidence for a dispute."""
    return views.shown(disputes.answer(store, object_id, given))


def create_file(store: Store, given: Doc) -> Doc:
    """Take an uploaded file."""
    return views.shown(files.keep(store, given))


def read_event(store: Store, _given: Doc, object_id: str) -> Doc:
    """Read an event, with what is still to be delivered."""
    return events.pending(store, store.get("event", object_id))


def list_events(store: Store, given: Doc) -> Doc:
    """List events, of some types if asked."""
    wanted = given.get("types") or given.get("type")
    found = views.page(store, "event", "/v1/events", given, type=wanted)
    return {**found, "data": [events.pending(store, event) for event in found["data"]]}


def reader(kind: str, param: str) -> calls.Handler:
    """Make the rule that reads one object of a kind."""

    def read(store: Store, _given: Doc, object_id: str) -> Doc:
        return views.shown(store.get(kind, object_id, param=param))

    return read


def lister(kind: str, path: str, *filters: str) -> calls.Handler:
    """Make the rule that lists objects of a kind, by the fields named."""

    def listing(store: Store, given: Doc) -> Doc:
        return views.page(store, kind, path, given, **{name: given.get(name) for name in filters})

    return listing


serve("POST", "/checkout/sessions", params.SESSION_CREATE, create_session)
serve("GET", "/checkout/sessions", params.SESSION_LIST, list_sessions)
serve("GET", "/checkout/sessions/<session_id>", params.SESSION_RETRIEVE, read_session)
serve("POST", "/checkout/sessions/<session_id>/expire", params.SESSION_EXPIRE, expire_session)
serve("GET", "/checkout/sessions/<session_id>/line_items", params.SESSION_LINES, list_lines)
serve("GET", "/payment_intents", params.INTENT_LIST, lister("payment_intent", "/v1/payment_intents"))
serve("GET", "/payment_intents/<object_id>", params.INTENT_RETRIEVE, reader("payment_intent", "intent"))
serve("GET", "/charges", params.CHARGE_LIST, lister("charge", "/v1/charges", "payment_intent"))
serve("GET", "/charges/<object_id>", params.CHARGE_RETRIEVE, reader("charge", "id"))
serve("POST", "/refunds", params.REFUND_CREATE, create_refund)
serve("GET", "/refunds", params.REFUND_LIST, lister("refund", "/v1/refunds", "charge", "payment_intent"))
serve("GET", "/refunds/<object_id>", params.REFUND_RETRIEVE, reader("refund", "id"))
serve("GET", "/balance", params.BALANCE_RETRIEVE, read_balance)
serve(
    "GET",
    "/balance_transactions",
    params.MOVEMENT_LIST,
    lister("balance_transaction", "/v1/balance_transactions", "source", "type", "currency"),
)
serve(
    "GET", "/balance_transactions/<object_id>", params.MOVEMENT_RETRIEVE, reader("balance_transaction", "id")
)
serve("GET", "/disputes", params.DISPUTE_LIST, lister("dispute", "/v1/disputes", "charge", "payment_intent"))
serve("GET", "/disputes/<object_id>", params.DISPUTE_RETRIEVE, reader("dispute", "dispute"))
serve("POST", "/disputes/<object_id>", params.DISPUTE_UPDATE, answer_dispute)
serve("POST", "/disputes/<object_id>/close", params.DISPUTE_CLOSE, close_dispute)
serve("POST", "/files", params.FILE_CREATE, create_file)
serve("GET", "/files/<object_id>", params.FILE_RETRIEVE, reader("file", "file"))
serve("GET", "/payouts", params.PAYOUT_LIST, lister("payout", "/v1/payouts", "status"))
serve("GET", "/payouts/<object_id>", params.PAYOUT_RETRIEVE, reader("payout", "payout"))
serve("GET", "/events", params.EVENT_LIST, list_events)
serve("GET", "/events/<object_id>", params.EVENT_RETRIEVE, read_event)
