"""Checkout Sessions: open, pay, decline, challenge, expire; bank transfers that arrive later.

Called by api.py (Stripe's calls), pages.py (the buyer), control.py (tests) and backroom.py (the clock).
Every function runs inside one transaction of the store.
"""

from checkout.sandbox import events, intents, objects
from checkout.sandbox.errors import ApiError, Unusable
from checkout.sandbox.params import MOST
from checkout.sandbox.store import Doc, Store

SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60


class NotOpen(ApiError):
    """The session was already paid, or has expired."""


def open_session(store: Store, params: Doc) -> Doc:
    """Make a session; its lines have one currency, and its total is within Stripe's bounds."""
    now = store.now()
    if not params["line_items"]:
        raise Unusable("Missing required param: line_items.", param="line_items", code="parameter_missing")
    params = {**params, "expires_at": expiry(params.get("expires_at"), now)}
    lines = [objects.line_item(line, now) for line in params["line_items"]]
    currencies = {line["currency"] for line in lines} | {params.get("currency", lines[0]["currency"])}
    if len(currencies) > 1:
        raise Unusable("All line items must have the same currency.", param="line_items")
    total = sum(line["amount_total"] for line in lines)
    if total < store.settings["smallest_amount"]:
        raise Unusable(
            "The Checkout Session's total amount due must add up to at least the smallest amount that can be charged.",
            code="amount_too_small",
        )
    if total > MOST:
        raise Unusable("The Checkout Session's total amount is too large.", code="amount_too_large")
    session = objects.session(
        params, lines, now=now, shop_name=store.settings["shop_name"], public_url=store.settings["public_url"]
    )
    store.promise("expire", session["id"], session["expires_at"])
    return store.put(session)


def expiry(wanted: int | None, now: int) -> int:
    """Check Stripe's rule on expires_at: 30 minutes to 24 hours from now, 24 hours by default."""
    if wanted is None:
        return now + LONGEST
    if wanted < now + SHORTEST:
        raise Unusable(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
            param="expires_at",
        )
    if wanted > now + LONGEST:
        raise Unusable(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return wanted


def payable(store: Store, session_id: str) -> Doc:
    """Read a session that can still be paid; raise `NotOpen`, also in the second before the clock closes it."""
    session = store.get("checkout.session", session_id, param="session")
    overdue = session["expires_at"] <= store.now()
    if session["status"] != "open" or overdue:
        status = "expired" if session["status"] == "open" else session["status"]
        raise NotOpen(f"This Checkout Session has a status of {status}.")
    return session


def expire(store: Store, session: Doc) -> Doc:
    """Close an open session for good; raise `NotOpen`."""
    if session["status"] != "open":
        raise NotOpen(
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of {session['status']}."
        )
    session |= {"status": "expired", "url": None}
    if session["payment_intent"]:
        intents.cancel(store, store.get("payment_intent", session["payment_intent"]))
    store.put(session)
    events.record(store, "checkout.session.expired", session)
    return session


def _complete(store: Store, session: Doc, paid: bool) -> None:
    session |= {
        "status": "complete",
        "payment_status": "paid" if paid else "unpaid",
        "url": None,
        "customer_details": objects.customer(session["customer_email"] or "pembeli@example.com"),
    }
    store.put(session)
    events.record(store, "checkout.session.completed", session)


def _email(session: Doc) -> str:
    return str(session["customer_email"] or "pembeli@example.com")


def pay_by_card(store: Store, session_id: str) -> Doc:
    """Pay at once."""
    session = payable(store, session_id)
    intent = intents.of_session(store, session)
    intents.succeed(store, intent, intents.charge(store, intent, "card", _email(session)))
    _complete(store, session, paid=True)
    return session


def pay_by_transfer(
    store: Store, session_id: str, *, arrives: bool = True, seconds: float | None = None
) -> Doc:
    """Promise a bank transfer, which arrives (or is known to have failed) after some seconds."""
    session = payable(store, session_id)
    intent = intents.of_session(store, session)
    intents.process(store, intent, intents.charge(store, intent, "customer_balance", _email(session)))
    _complete(store, session, paid=False)
    wait = store.settings["transfer_seconds"] if seconds is None else seconds
    store.promise("transfer arrives" if arrives else "transfer fails", session["id"], store.now() + int(wait))
    return session


def land_transfer(store: Store, session_id: str, *, arrives: bool) -> Doc:
    """End the waiting for a bank transfer; a second time does nothing."""
    session = store.get("checkout.session", session_id, param="session")
    intent = store.find(session["payment_intent"])
    if session["status"] != "complete" or intent is None or intent["status"] != "processing":
        return session
    made = store.get("charge", intent["latest_charge"])
    if arrives:
        intents.succeed(store, intent, made)
        session["payment_status"] = "paid"
        store.put(session)
        events.record(store, "checkout.session.async_payment_succeeded", session)
    else:
        intents.fail(store, intent, made, intents.NEVER_ARRIVED)
        events.record(store, "checkout.session.async_payment_failed", session)
    return session


def decline(store: Store, session_id: str) -> Doc:
    """Try a card that the bank refuses; the session stays open."""
    session = payable(store, session_id)
    intent = intents.of_session(store, session)
    intents.fail(store, intent, intents.charge(store, intent, "card", _email(session)), intents.DECLINED)
    return session


def challenge(store: Store, session_id: str) -> Doc:
    """Let the bank ask the buyer first (3-D Secure)."""
    session = payable(store, session_id)
    url = f"{store.settings['public_url']}/pay/{session_id}/challenge"
    intents.require_action(store, intents.of_session(store, session), url)
    return session


def answer_challenge(store: Store, session_id: str, *, approved: bool) -> Doc:
    """Take the buyer's answer to the bank; without a question it is a plain attempt to pay."""
    if approved:
        return pay_by_card(store, session_id)
    session = payable(store, session_id)
    intent = intents.of_session(store, session)
    intents.fail(
        store, intent, intents.charge(store, intent, "card", _email(session)), intents.NOT_AUTHENTICATED
    )
    return session
