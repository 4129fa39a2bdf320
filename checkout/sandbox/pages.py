"""The payment page that a buyer sees, the bank's question (3-D Secure), and the list of payments at `/`."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from checkout.sandbox import sessions, texts
from checkout.sandbox.api import store
from checkout.sandbox.errors import Missing
from checkout.sandbox.sessions import NotOpen
from checkout.sandbox.store import Doc

blueprint = Blueprint("pages", __name__)
WIB = dt.timezone(dt.timedelta(hours=7))


def page(template: str, session: Doc | None, *, status: int = 200, **values: Any) -> Response:
    """Draw a page in the session's language, under a policy that lets nothing foreign in.

    Browsers apply form-action to redirects too, so the shop's own addresses have to be named there.
    """
    language = texts.language_of(session, request.accept_languages.best_match(["id", "en"]))
    words = texts.in_language(language)
    answer = make_response(
        render_template(
            f"sandbox/{template}",
            _=words.__getitem__,
            language=language,
            session=session,
            shop_name=store().settings["shop_name"],
            money=texts.money,
            **values,
        ),
        status,
    )
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action "
        + " ".join(["'self'", *origins(session)])
    )
    return answer


def origins(session: Doc | None) -> list[str]:
    """Name where the buyer may be sent: the origins of success_url and cancel_url."""
    found = set()
    for name in ("success_url", "cancel_url"):
        parts = urlsplit((session or {}).get(name) or "")
        if parts.hostname and not set(parts.netloc) & set(" ;,'\""):
            found.add(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
    return sorted(found)


def success_url(session: Doc) -> str:
    """Fill the session's id into the address the shop gave."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


@blueprint.errorhandler(Missing)
def missing(_error: Missing) -> Response:
    """Say that there is no such page."""
    return page("notice.html", None, status=404, notice="missing", link=None)


@blueprint.errorhandler(NotOpen)
def over(_error: NotOpen) -> AnyResponse:
    """Send a second press of a button to the page, which says how things stand."""
    return redirect(url_for("pages.pay", session_id=(request.view_args or {})["session_id"]), 303)


def read(session_id: str) -> Doc:
    """Read a session."""
    with store().lock:
        return store().get("checkout.session", session_id, param="session")


def last_error(session: Doc) -> str | None:
    """Read why the last attempt failed, as a code."""
    with store().lock:
        intent = store().find(session["payment_intent"]) or {}
    error: Doc | None = intent.get("last_payment_error")
    return error["code"] if error is not None else None


@blueprint.get("/pay/<session_id>")
def pay(session_id: str) -> Response:
    """Show what is to be paid, and the ways to pay; or that it is over."""
    session = read(session_id)
    error = last_error(session)
    if session["status"] == "complete":
        waiting = "lost" if error is not None else "processing"
        notice = "complete" if session["payment_status"] == "paid" else waiting
        return page("notice.html", session, notice=notice, link=success_url(session))
    if session["status"] == "expired" or session["expires_at"] <= store().now():
        return page("notice.html", session, status=410, notice="expired", link=session["cancel_url"])
    reason = None
    if error is not None:
        reason = "declined" if error == "card_declined" else "not_authenticated"
    seconds = store().settings["transfer_seconds"]
    return page("pay.html", session, reason=reason, lines=session["_lines"], seconds=f"{seconds:g}")


@blueprint.post("/pay/<session_id>/card")
def pay_by_card(session_id: str) -> AnyResponse:
    """Pay at once, and go back to the shop."""
    with store().transaction():
        return redirect(success_url(sessions.pay_by_card(store(), session_id)), 303)


@blueprint.post("/pay/<session_id>/decline")
def decline(session_id: str) -> AnyResponse:
    """Try a declined card, and stay here."""
    with store().transaction():
        sessions.decline(store(), session_id)
    return redirect(url_for("pages.pay", session_id=session_id), 303)


@blueprint.post("/pay/<session_id>/transfer")
def pay_by_transfer(session_id: str) -> AnyResponse:
    """Promise a transfer that arrives."""
    with store().transaction():
        return redirect(success_url(sessions.pay_by_transfer(store(), session_id)), 303)


@blueprint.post("/pay/<session_id>/lost-transfer")
def lose_transfer(session_id: str) -> AnyResponse:
    """Promise a transfer that does not arrive."""
    with store().transaction():
        return redirect(success_url(sessions.pay_by_transfer(store(), session_id, arrives=False)), 303)


@blueprint.post("/pay/<session_id>/challenge")
def ask_bank(session_id: str) -> AnyResponse:
    """Let the bank ask."""
    with store().transaction():
        sessions.challenge(store(), session_id)
    return redirect(url_for("pages.challenge", session_id=session_id), 303)


@blueprint.get("/pay/<session_id>/challenge")
def challenge(session_id: str) -> AnyResponse:
    """Show the bank's question."""
    session = read(session_id)
    if session["status"] != "open":
        return redirect(url_for("pages.pay", session_id=session_id), 303)
    return page("challenge.html", session)


@blueprint.post("/pay/<session_id>/approve")
def approve(session_id: str) -> AnyResponse:
    """Approve at the bank, and go back to the shop."""
    with store().transaction():
        return redirect(success_url(sessions.answer_challenge(store(), session_id, approved=True)), 303)


@blueprint.post("/pay/<session_id>/refuse")
def refuse(session_id: str) -> AnyResponse:
    """Refuse at the bank, and go back to the ways to pay."""
    with store().transaction():
        sessions.answer_challenge(store(), session_id, approved=False)
    return redirect(url_for("pages.pay", session_id=session_id), 303)


EVENTS = """
SELECT o.created AS created, json_extract(o.body, '$.type') AS type, o.id AS id,
       max(d.state) AS state, coalesce(sum(d.attempts), 0) AS attempts, max(d.last_error) AS error
FROM objects o LEFT JOIN deliveries d ON d.event_id = o.id
WHERE o.object = 'event' GROUP BY o.id ORDER BY o.seq DESC LIMIT 100
"""


@blueprint.get("/")
def home() -> Response:
    """List the last payments, and the last events with what became of them."""
    with store().lock:
        found = store().latest("checkout.session", 50)
    return page("home.html", None, sessions=found, events=store().rows(EVENTS), at=at)


def at(seconds: int) -> str:
    """Write a time as people in Jakarta read it."""
    return dt.datetime.fromtimestamp(seconds, WIB).strftime("%d.%m.%Y %H.%M.%S WIB")
