"""Starts the real payments sandbox for a test, and drives it through its control API.

with running_sandbox(webhook_url=shop.url + "/stripe/webhook") as sandbox:
    client = stripe.StripeClient(sandbox.api_key, base_addresses={"api": sandbox.url})
    ...
    sandbox.pay(session.id)
    sandbox.wait_until_delivered()
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECRET = "whsec_sandbox_test"
ROOT = Path(__file__).parents[3]
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Refused(Exception):
    """The control API said no."""


class Sandbox:
    """A running sandbox as a test sees it."""

    def __init__(self, url: str, process: subprocess.Popen[str], webhook_secret: str) -> None:
        self.url = url
        self.process = process
        self.api_key = "sk_test_kriya_sandbox"
        self.webhook_secret = webhook_secret

    # What the buyer and the banks do

    def pay(self, session_id: str, **how: Any) -> dict[str, Any]:
        """Pay now; `method="transfer"` promises a bank transfer (`seconds=`, `succeeds=`)."""
        return self._act(session_id, "pay", how)

    def decline(self, session_id: str) -> dict[str, Any]:
        """Try a card that is declined."""
        return self._act(session_id, "decline", {})

    def settle(self, session_id: str, *, succeeds: bool = True) -> dict[str, Any]:
        """Let a promised transfer arrive now, or never."""
        return self._act(session_id, "settle", {"succeeds": succeeds})

    def expire(self, session_id: str) -> dict[str, Any]:
        """Let the session expire now."""
        return self._act(session_id, "expire", {})

    def dispute(self, charge_or_intent_id: str, **how: Any) -> dict[str, Any]:
        """Dispute a charge; `amount=`, `reason=`, `inquiry=`."""
        return self._post(f"/_sandbox/charges/{charge_or_intent_id}/dispute", how)

    def close_dispute(self, dispute_id: str, *, won: bool) -> dict[str, Any]:
        """Decide a dispute."""
        return self._post(f"/_sandbox/disputes/{dispute_id}/close", {"won": won})

    def pay_out(self, **how: Any) -> dict[str, Any]:
        """Send everything, or `amount=`, to the shop's bank."""
        return self._post("/_sandbox/payouts", how)

    def settle_payout(self, payout_id: str, *, succeeds: bool = True) -> dict[str, Any]:
        """Let a payout arrive, or fail."""
        return self._post(f"/_sandbox/payouts/{payout_id}/settle", {"succeeds": succeeds})

    def settle_refund(self, refund_id: str, *, succeeds: bool = True) -> dict[str, Any]:
        """Let a refund arrive, or fail."""
        return self._post(f"/_sandbox/refunds/{refund_id}/settle", {"succeeds": succeeds})

    # What goes wrong

    def faults(self, kind: str, **how: Any) -> int:
        """Set a fault.

        On calls: refuse, hang (`seconds`), error (`status`); `endpoint="POST /v1/refunds"`, `when="before"|"after"`.
        On webhooks: duplicate (`times`), delay (`seconds`), reorder, drop, forge; `event="checkout.session.*"`.
        `count` says on how many it falls (1), None: until `clear_faults`.
        """
        return int(self._post("/_sandbox/faults", {"kind": kind, **how})["id"])

    def clear_faults(self) -> None:
        """End all faults."""
        self._call("DELETE", "/_sandbox/faults")

    def settings(self, **values: Any) -> dict[str, Any]:
        """Change settings (see docs/payments-sandbox.md), and read them all."""
        return self._post("/_sandbox/settings", values)

    def deliver_to(self, *webhook_urls: str) -> None:
        """Send events made from now on to these addresses."""
        self.settings(webhook_urls=list(webhook_urls))

    def resend(self, event_id: str) -> None:
        """Deliver an event once more."""
        self._post(f"/_sandbox/events/{event_id}/resend", {})

    # What happened

    def deliveries(self) -> list[dict[str, Any]]:
        """List deliveries, oldest first: event_id, type, state, attempts, last_status, last_error."""
        return list(self._call("GET", "/_sandbox/deliveries"))

    def requests(self, call: str = "") -> list[dict[str, Any]]:
        """List the calls received, oldest first, such as those of `POST /v1/refunds`."""
        found = self._call("GET", "/_sandbox/requests")
        return [each for each in found if call in {"", f"{each['method']} {each['path']}"}]

    def wait_until_delivered(self, timeout: float = 10) -> None:
        """Wait until no delivery is on its way to the present addresses; raise TimeoutError.

        What a former test left for a receiver that has gone is repeated for minutes.
        """
        end = time.monotonic() + timeout
        here = set(self.settings()["webhook_urls"])
        underway = {"queued", "held", "sending"}
        while any(each["state"] in underway and each["url"] in here for each in self.deliveries()):
            if time.monotonic() > end:
                raise TimeoutError("webhooks are still on their way")
            time.sleep(0.02)

    def stop(self) -> None:
        """End it as Ctrl-C would."""
        self.process.terminate()
        self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()

    def _act(self, session_id: str, what: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._post(f"/_sandbox/sessions/{session_id}/{what}", body)

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._call("POST", path, body)
        return answer

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            self.url + path, data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with OPENER.open(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(f"{error.code}: {error.read().decode()}") from None


def start(
    *,
    webhook_url: str | None = None,
    webhook_secret: str = SECRET,
    db: Path | None = None,
    port: int = 0,
    retry_base: float = 0.05,
) -> Sandbox:
    """Start the program and wait until it answers; the caller stops it."""
    command = [sys.executable, "-m", "checkout.sandbox", "--port", str(port), "--secret", webhook_secret]
    command += ["--webhook", webhook_url] if webhook_url else []
    command += ["--db", str(db)] if db else []
    environment = {name: value for name, value in os.environ.items() if "STRIPE" not in name}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    if "http://" not in line:
        process.wait(10)
        process.stdout.close()
        raise RuntimeError(f"the sandbox did not start (exit {process.returncode})")
    sandbox = Sandbox("http://" + line.split("http://")[1].split()[0], process, webhook_secret)
    sandbox.settings(retry_base=retry_base)
    return sandbox


@contextmanager
def running_sandbox(
    webhook_url: str | None = None,
    *,
    webhook_secret: str = SECRET,
    db: Path | None = None,
    port: int = 0,
    retry_base: float = 0.05,
) -> Iterator[Sandbox]:
    """Run the sandbox on a free port for the length of a block; without `db` it forgets everything after."""
    sandbox = start(
        webhook_url=webhook_url, webhook_secret=webhook_secret, db=db, port=port, retry_base=retry_base
    )
    try:
        yield sandbox
    finally:
        if sandbox.process.poll() is None:
            sandbox.stop()
