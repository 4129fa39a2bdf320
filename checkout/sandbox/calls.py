"""One call of Stripe's API from key to answer: authorisation, faults, parameters, idempotency. Called by api.py."""

import base64
import binascii
import hashlib
import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Request, Response, current_app

from checkout.sandbox import encoding, events, faults, views
from checkout.sandbox.errors import ApiError, KeyReused, Unauthorised
from checkout.sandbox.kinds import Group
from checkout.sandbox.store import Doc, Store, new_id

KEY_LIFE = 24 * 60 * 60
Handler = Callable[..., Doc]


@dataclass
class Answer:
    """What goes back, and where it comes from."""

    status: int
    body: Doc
    stored: bool = True
    original: str | None = None
    """The request whose stored answer this is."""


@dataclass
class Call:
    """One request to `/v1`."""

    store: Store
    request: Request
    schema: Group
    handler: Handler
    ids: dict[str, str]
    request_id: str = field(default_factory=lambda: new_id("req", 14))

    @property
    def key(self) -> str | None:
        """Name the idempotency key; only POST has one."""
        return self.request.headers.get("Idempotency-Key") if self.request.method == "POST" else None

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """List the parameters as they came; of a file, its size and name."""
        source = self.request.form if self.request.method == "POST" else self.request.args
        files = [
            (name, f"{len(file.read())} {file.filename}")
            for name, file in self.request.files.items(multi=True)
        ]
        return [*source.items(multi=True), *files]

    @property
    def fingerprint(self) -> str:
        """Tell whether two requests ask for the same."""
        text = json.dumps([self.request.method, self.request.path, sorted(self.pairs)])
        return hashlib.sha256(text.encode()).hexdigest()


def authorise(request: Request) -> None:
    """Let only test keys in; raise `Unauthorised`."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            key = base64.b64decode(key).decode("ascii", "replace").partition(":")[0]
        except binascii.Error:
            key = ""
    if not key:
        raise Unauthorised(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using"
            " Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if not key.startswith(("sk_test_", "rk_test_")) or len(key) < 12:
        live = "live key" if "_live_" in key else "key"
        raise Unauthorised(
            f"Invalid API Key provided: a {live} ({key[:8]}***). The sandbox takes test keys only."
        )


def answer(call: Call) -> Response:
    """Answer one request, faults included."""
    met = faults.of_call(call.store, f"{call.request.method} {call.request.path}")
    for fault in met:
        if fault.moment == "before" and fault.kind != "hang":
            return spoilt(call, fault)
    given = guarded(call, met)
    for fault in met:
        if fault.moment == "after" and fault.kind == "refuse":
            return spoilt(call, fault)
    return respond(call, given)


def spoilt(call: Call, fault: faults.Fault) -> Response:
    """Answer with an error, or cut the connection."""
    if fault.kind == "refuse":
        wire = call.request.environ.get("werkzeug.socket")
        if isinstance(wire, socket.socket):
            wire.shutdown(socket.SHUT_RDWR)
        return Response(status=503)
    return respond(call, Answer(fault.status, out_of_order(fault.status, call.request_id)))


def keep_silent(met: list[faults.Fault], moment: str) -> None:
    """Hang as long as the faults of this moment want; the idempotency key stays taken meanwhile."""
    time.sleep(sum(fault.seconds for fault in met if (fault.kind, fault.moment) == ("hang", moment)))


def out_of_order(status: int, request_id: str) -> Doc:
    """Say what Stripe says when it is down."""
    kind = "rate_limit_error" if status == 429 else "api_error"
    message = "An error occurred while processing your request (the sandbox was asked for it)."
    return ApiError(message, kind=kind, code="rate_limit" if status == 429 else None).body(request_id)


def guarded(call: Call, met: list[faults.Fault]) -> Answer:
    """Run a call once per idempotency key; the stored answer, also a 500, is given again for 24 hours."""
    running: set[str] = current_app.extensions["running_keys"]
    with call.store.lock:
        if call.key is not None and call.key in running:
            reused = KeyReused(
                "There is currently another in-progress request using this idempotency key (that probably means you"
                " submitted twice, and the other request is still going through).",
                status=409,
                code="idempotency_key_in_use",
            )
            return Answer(409, reused.body(call.request_id), stored=False)
        running.add(call.key or call.request_id)
    try:
        keep_silent(met, "before")
        given = effect(call, next((f for f in met if (f.kind, f.moment) == ("error", "after")), None))
        keep_silent(met, "after")
        return given
    finally:
        with call.store.lock:
            running.discard(call.key or call.request_id)


def effect(call: Call, broken: faults.Fault | None) -> Answer:
    """Authorise, check, do, remember: in one transaction of the store."""
    store = call.store
    with store.transaction():
        events.CAUSE.set({"id": call.request_id, "idempotency_key": call.key})
        try:
            authorise(call.request)
            if (known := remembered(call)) is not None:
                return known
            params = call.schema.read(encoding.nested(call.pairs))
            with store.undone_on_error():
                body = call.handler(store, params, **call.ids)
                given = Answer(200, views.expanded(store, body, params.get("expand", [])))
        except ApiError as refused:
            given = Answer(refused.status, refused.body(call.request_id), stored=refused.stored)
        finally:
            events.CAUSE.set(events.NOBODY)
        if broken is not None:
            given = Answer(broken.status, out_of_order(broken.status, call.request_id))
        remember(call, given)
        return given


def remembered(call: Call) -> Answer | None:
    """Give the stored answer of this key; raise `KeyReused` when it asked for something else."""
    if call.key is None:
        return None
    if len(call.key) > 255:
        raise KeyReused("Idempotency keys have at most 255 characters.")
    found = call.store.rows(
        "SELECT * FROM idempotency_keys WHERE key = ? AND created > ?",
        [call.key, call.store.now() - KEY_LIFE],
    )
    if not found:
        return None
    if found[0]["fingerprint"] != call.fingerprint:
        raise KeyReused(
            f"Keys for idempotent requests can only be used with the same parameters they were first used with. Try"
            f" using a key other than '{call.key}' if you meant to execute a different request."
        )
    return Answer(found[0]["status"], json.loads(found[0]["body"]), original=found[0]["request_id"])


def remember(call: Call, given: Answer) -> None:
    """Store the answer under its key, and the request in the log."""
    if call.key is not None and given.stored:
        call.store.db.execute(
            "INSERT OR REPLACE INTO idempotency_keys (key, fingerprint, request_id, status, body, created)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                call.key,
                call.fingerprint,
                call.request_id,
                given.status,
                json.dumps(given.body),
                call.store.now(),
            ),
        )


def respond(call: Call, given: Answer) -> Response:
    """Write the answer with Stripe's headers, and keep the request in the log."""
    with call.store.transaction():
        call.store.db.execute(
            "INSERT INTO requests (id, at, method, path, params, idempotency_key, status, replayed)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                call.request_id,
                time.time(),
                call.request.method,
                call.request.path,
                json.dumps(dict(call.pairs)),
                call.key,
                given.status,
                given.original is not None,
            ),
        )
    headers: dict[str, Any] = {
        "Request-Id": call.request_id,
        "Stripe-Version": call.request.headers.get("Stripe-Version", events.API_VERSION),
    }
    if call.key is not None:
        headers["Idempotency-Key"] = call.key
        headers["Original-Request"] = given.original or call.request_id
        if given.original is not None:
            headers["Idempotent-Replayed"] = "true"
    return Response(json.dumps(given.body, indent=2), given.status, headers, mimetype="application/json")
