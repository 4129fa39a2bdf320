"""A stand-in for Stripe written from its public documentation alone: it shares nothing with the payments sandbox.

What it serves and how it goes wrong follows these pages and no other source:
https://docs.stripe.com/api/checkout/sessions, /api/refunds, /api/balance_transactions, /api/disputes, /api/events,
/api/idempotent_requests ("including 500 errors"), /webhooks/signatures. It keeps everything in memory and never
sends by itself: a test takes its events and delivers them as badly as it likes.
"""

import contextlib
import hashlib
import hmac
import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Doc = dict[str, Any]
SECRET = "whsec_of_the_teller"
SILENCE = 0.7
"""Seconds; the shop of these tests waits less."""


class No(Exception):
    """The teller refuses: status, code and words as Stripe's errors have them."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status, self.code = status, code


@dataclass
class Teller:
    """Sessions, charges, refunds, disputes and the account, as one shop sees them."""

    sessions: dict[str, Doc] = field(default_factory=dict)
    charges: dict[str, Doc] = field(default_factory=dict)
    refunds: dict[str, Doc] = field(default_factory=dict)
    disputes: dict[str, Doc] = field(default_factory=dict)
    account: list[Doc] = field(default_factory=list)
    events: list[bytes] = field(default_factory=list)
    answers: dict[str, tuple[str, int, Doc]] = field(default_factory=dict)
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    """Kind (`500`, `hang`, `cut`), method and path's beginning, `before` or `after`; each falls once."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def name(self, prefix: str) -> str:
        return f"{prefix}_teller{next(self.numbers):06}"

    # What the shop asks

    def serve(self, method: str, path: str, given: list[tuple[str, str]]) -> Doc:
        """Answer one call. :raise No:"""
        name, *rest = path.removeprefix("/v1/").removeprefix("checkout/").strip("/").split("/")
        window = getattr(self, f"{method}_{name}_{len(rest)}".lower(), None)
        if window is None:
            raise No(404, "", f"Unrecognized request URL ({method}: {path}).")
        answer: Doc = window(dict(given), *rest)
        return answer

    def post_sessions_0(self, params: dict[str, str]) -> Doc:
        return self.shown(self.open(params))

    def get_sessions_0(self, params: dict[str, str]) -> Doc:
        email = params.get("customer_details[email]")
        mine = [each for each in self.sessions.values() if email in {None, each["customer_email"]}]
        return listing([self.shown(each) for each in mine[::-1]])

    def get_sessions_1(self, _params: dict[str, str], ref: str) -> Doc:
        return self.shown(found(self.sessions, ref))

    def post_sessions_2(self, _params: dict[str, str], ref: str, what: str) -> Doc:
        assert what == "expire"
        return self.shown(self.expire(found(self.sessions, ref)))

    def post_refunds_0(self, params: dict[str, str]) -> Doc:
        return self.refund(params)

    def get_refunds_0(self, params: dict[str, str]) -> Doc:
        intent = params.get("payment_intent")
        mine = [each for each in self.refunds.values() if intent in {None, each["payment_intent"]}]
        return listing(mine[::-1])

    def get_balance_0(self, _params: dict[str, str]) -> Doc:
        total = sum(each["net"] for each in self.account)
        side = {"amount": total, "currency": "idr", "source_types": {"card": total}}
        return {"object": "balance", "livemode": False, "pending": [], "available": [side]}

    def get_balance_transactions_0(self, params: dict[str, str]) -> Doc:
        since = int(params.get("created[gte]", 0))
        mine = [each for each in self.account[::-1] if each["created"] >= since]
        if "starting_after" in params:
            ids = [each["id"] for each in mine]
            mine = mine[ids.index(params["starting_after"]) + 1 :]
        limit = int(params.get("limit", 10))
        return listing(mine[:limit], more=len(mine) > limit)

    def get_disputes_0(self, _params: dict[str, str]) -> Doc:
        return listing(list(self.disputes.values())[::-1])

    def get_disputes_1(self, _params: dict[str, str], ref: str) -> Doc:
        return found(self.disputes, ref)

    def open(self, params: dict[str, str]) -> Doc:
        total, line = 0, 0
        while f"line_items[{line}][quantity]" in params:
            start = f"line_items[{line}]"
            total += int(params[f"{start}[quantity]"]) * int(params[f"{start}[price_data][unit_amount]"])
            line += 1
        if not line or not total:
            raise No(400, "parameter_missing", "Missing required param: line_items.")
        ref = self.name("cs_test")
        self.sessions[ref] = {
            "id": ref, "object": "checkout.session", "status": "open", "payment_status": "unpaid",
            "amount_total": total, "currency": "idr", "mode": params["mode"], "livemode": False,
            "client_reference_id": params.get("client_reference_id"), "payment_intent": None,
            "customer_email": params.get("customer_email"), "url": f"https://pay.example/{ref}",
            "expires_at": int(params["expires_at"]), "created": int(time.time()),
            "metadata": inside(params, "metadata"),
        }  # fmt: skip
        return self.sessions[ref]

    def shown(self, session: Doc) -> Doc:
        """Give a session with its intent, which the shop always asks to expand."""
        charge = self.charges.get(session["payment_intent"] or "")
        if charge is None:
            return dict(session)
        intent = {"id": session["payment_intent"], "object": "payment_intent", "status": charge["intent"]}
        return {**session, "payment_intent": intent}

    def expire(self, session: Doc) -> Doc:
        if session["status"] != "open":
            raise No(400, "", f"Only open Sessions can be expired; this one is {session['status']}.")
        session |= {"status": "expired", "url": None}
        self.tell("checkout.session.expired", session)
        return session

    def refund(self, params: dict[str, str]) -> Doc:
        charge = found(self.charges, params["payment_intent"])
        amount, left = int(params["amount"]), charge["amount"] - charge["amount_refunded"]
        if charge["disputed"]:
            raise No(400, "charge_disputed", "This charge has been charged back.")
        if charge["intent"] != "succeeded" or amount > left:
            raise No(400, "", f"Refund amount is greater than unrefunded amount on charge ({left}).")
        made = {
            "id": self.name("re"), "object": "refund", "amount": amount, "currency": "idr",
            "payment_intent": params["payment_intent"], "charge": charge["id"], "status": "succeeded",
            "metadata": inside(params, "metadata"), "created": int(time.time()),
        }  # fmt: skip
        self.refunds[made["id"]] = made
        charge["amount_refunded"] += amount
        self.move("refund", "refund", -amount, made)
        self.tell("refund.created", made)
        self.tell("charge.refunded", charge)
        return made

    # What buyers and banks do

    def pay(self, ref: str) -> None:
        """Pay a page by card."""
        self.succeed(self.attempt(ref), self.sessions[ref])

    def promise(self, ref: str) -> None:
        """Promise a bank transfer."""
        self.attempt(ref)
        self.sessions[ref] |= {"status": "complete", "url": None}
        self.tell("checkout.session.completed", self.sessions[ref])

    def land(self, ref: str, *, arrives: bool) -> None:
        """Let a promised transfer arrive, or never."""
        session = self.sessions[ref]
        charge = self.charges[session["payment_intent"]]
        if arrives:
            self.succeed(charge, session)
            return
        charge["intent"] = "requires_payment_method"
        self.tell("checkout.session.async_payment_failed", session)

    def attempt(self, ref: str) -> Doc:
        session = self.sessions[ref]
        assert session["status"] == "open"
        intent = self.name("pi")
        session["payment_intent"] = intent
        self.charges[intent] = {
            "id": self.name("ch"), "object": "charge", "payment_intent": intent, "disputed": False,
            "amount": session["amount_total"], "amount_refunded": 0, "currency": "idr",
            "intent": "processing", "metadata": {**session["metadata"]},
        }  # fmt: skip
        return self.charges[intent]

    def succeed(self, charge: Doc, session: Doc) -> None:
        asynchronous = session["status"] == "complete"
        charge["intent"] = "succeeded"
        session |= {"status": "complete", "payment_status": "paid", "url": None}
        self.move("charge", "charge", charge["amount"], charge, fee=charge["amount"] * 29 // 1000 + 33)
        self.tell("charge.succeeded", charge)
        done = "async_payment_succeeded" if asynchronous else "completed"
        self.tell(f"checkout.session.{done}", session)

    def dispute(self, intent: str) -> str:
        """Let the buyer's bank take all that was not refunded."""
        charge = self.charges[intent]
        charge["disputed"] = True
        made = {
            "id": self.name("du"), "object": "dispute", "amount": charge["amount"], "currency": "idr",
            "payment_intent": intent, "charge": charge["id"], "status": "needs_response",
            "reason": "fraudulent", "created": int(time.time()), "livemode": False, "metadata": {},
            "balance_transactions": [], "evidence_details": {"due_by": None, "submission_count": 0},
        }  # fmt: skip
        self.disputes[made["id"]] = made
        moved = self.move("adjustment", "dispute", -charge["amount"], made, fee=15_000_000)
        made["balance_transactions"].append(moved)
        self.tell("charge.dispute.created", made)
        return str(made["id"])

    def decide(self, ref: str, *, won: bool) -> None:
        """Decide a dispute."""
        made = self.disputes[ref]
        made["status"] = "won" if won else "lost"
        if won:
            self.charges[made["payment_intent"]]["disputed"] = False
            made["balance_transactions"].append(
                self.move("adjustment", "dispute_reversal", made["amount"], made)
            )
        self.tell("charge.dispute.closed", made)

    def refund_back(self, ref: str) -> None:
        """Let a refund come back from the buyer's bank."""
        made = self.refunds[ref]
        made["status"] = "failed"
        self.charges[made["payment_intent"]]["amount_refunded"] -= made["amount"]
        self.move("refund_failure", "refund_failure", made["amount"], made)
        self.tell("refund.failed", made)

    # Account and messages

    def move(self, kind: str, category: str, amount: int, source: Doc, *, fee: int = 0) -> Doc:
        at = int(time.time())
        moved = {
            "id": self.name("txn"), "object": "balance_transaction", "type": kind, "amount": amount,
            "reporting_category": category, "fee": fee, "net": amount - fee, "currency": "idr",
            "created": at, "available_on": at, "description": None,
            "source": {key: value for key, value in source.items() if key != "balance_transactions"},
        }  # fmt: skip
        self.account.append(moved)
        return moved

    def tell(self, kind: str, of: Doc) -> None:
        event = {
            "id": self.name("evt"), "object": "event", "type": kind, "api_version": "2026-10-28.endive",
            "created": int(time.time()), "livemode": False, "pending_webhooks": 1, "request": None,
            "data": {"object": {key: value for key, value in of.items() if key != "intent"}},
        }  # fmt: skip
        self.events.append(json.dumps(event).encode())


def signed(body: bytes, *, secret: str = SECRET, age: int = 0) -> str:
    """Sign a message: https://docs.stripe.com/webhooks#verify-manually."""
    at = int(time.time()) - age
    mac = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def found(shelf: dict[str, Doc], ref: str) -> Doc:
    if ref not in shelf:
        raise No(404, "resource_missing", f"No such object: '{ref}'")
    return shelf[ref]


def inside(params: dict[str, str], name: str) -> dict[str, str]:
    return {key[len(name) + 1 : -1]: value for key, value in params.items() if key.startswith(f"{name}[")}


def listing(data: list[Doc], *, more: bool = False) -> Doc:
    return {"object": "list", "data": data, "has_more": more, "url": "/v1"}


# --- over HTTP ---------------------------------------------------------------------------------------


class Window(BaseHTTPRequestHandler):
    """Where the shop asks; the server carries the teller."""

    protocol_version = "HTTP/1.1"

    @property
    def one(self) -> Teller:
        teller: Teller = self.server.teller  # type: ignore[attr-defined]
        return teller

    def do_GET(self) -> None:
        self.turn("GET", parse_qsl(urlsplit(self.path).query))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.turn("POST", parse_qsl(self.rfile.read(length).decode()))

    def turn(self, method: str, given: list[tuple[str, str]]) -> None:
        """Answer one call, as badly as the next fault wants it."""
        path, key = urlsplit(self.path).path, self.headers.get("Idempotency-Key") or ""
        moment, kind = self.fault(method, path)
        if (moment, kind) == ("before", "cut"):
            self.close_connection = True
            return
        if (moment, kind) == ("before", "hang"):
            time.sleep(SILENCE)
        with self.one.lock:
            replayed = key in self.one.answers
            spoil = moment if kind == "500" and not replayed else ""
            status, body = self.answer(method, path, given, key, spoil)
        if (moment, kind) == ("after", "hang"):
            time.sleep(SILENCE)
        if (moment, kind) == ("after", "cut"):
            self.close_connection = True
            return
        self.reply(status, body, replayed=replayed)

    def fault(self, method: str, path: str) -> tuple[str, str]:
        """Use up the first fault that falls on a call."""
        with self.one.lock:
            for number, (kind, call, moment) in enumerate(self.one.faults):
                if f"{method} {path}".startswith(call):
                    self.one.faults.pop(number)
                    return moment, kind
        return "", ""

    def answer(
        self, method: str, path: str, given: list[tuple[str, str]], key: str, spoil: str
    ) -> tuple[int, Doc]:
        """Do what is asked, once per key, whatever came of it."""
        asked = json.dumps([path, sorted(given)])
        if key in self.one.answers:
            known, status, body = self.one.answers[key]
            if known == asked:
                return status, body
            return 400, error("idempotency_error", "", "Keys are for the same parameters only.")
        try:
            status, body = 200, {} if spoil == "before" else self.one.serve(method, path, given)
        except No as refused:
            status, body = refused.status, error("invalid_request_error", refused.code, str(refused))
        if spoil:
            status, body = 500, error("api_error", "", "Something went wrong on the teller's end.")
        if key:
            self.one.answers[key] = (asked, status, json.loads(json.dumps(body)))
        return status, body

    def reply(self, status: int, body: Doc, *, replayed: bool) -> None:
        told = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.send_header("Request-Id", self.one.name("req"))
        if replayed:
            self.send_header("Idempotent-Replayed", "true")
        self.end_headers()
        with contextlib.suppress(OSError):  # the shop did not wait
            self.wfile.write(told)

    def log_message(self, *_told: object) -> None:
        """Say nothing."""


@contextmanager
def teller() -> Iterator[tuple[Teller, str]]:
    """Run a teller on a free port for the length of a block; give it and its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Window)
    server.teller = Teller()  # type: ignore[attr-defined]
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.teller, f"http://127.0.0.1:{server.server_address[1]}"  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()


def error(kind: str, code: str, words: str) -> Doc:
    return {"error": {"type": kind, "code": code or None, "message": words}}
