"""The two gateways of the fault campaign, driven alike: the payments sandbox, and the teller that shares no code with it."""

import contextlib
import http.client
import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from tests.checkout.faults import teller as tellers
from tests.checkout.faults.teller import Teller
from tests.checkout.sandbox.receiver import Receiver, listening
from tests.checkout.sandbox.running import OPENER, Sandbox, running_sandbox


@dataclass(frozen=True)
class Charge:
    """Money that the gateway took, and what became of it; amounts in sen."""

    intent: str
    order_number: str
    amount: int
    refunded: int
    disputed: bool


class World(Protocol):
    """What buyers, banks and bad luck do."""

    url: str
    secret: str

    def open_pages(self) -> list[str]: ...
    def waiting_pages(self) -> list[str]: ...
    def pay(self, ref: str) -> None: ...
    def challenge(self, ref: str) -> None: ...
    def promise(self, ref: str) -> None: ...
    def land(self, ref: str, *, arrives: bool) -> None: ...
    def fault(self, kind: str, call: str, moment: str) -> None: ...
    def clear(self) -> None: ...
    def letters(self) -> list[tuple[bytes, str]]: ...
    def charges(self) -> list[Charge]: ...
    def dispute(self, intent: str) -> str: ...
    def undecided(self) -> list[str]: ...
    def decide(self, ref: str, *, won: bool) -> None: ...
    def refunds(self) -> list[str]: ...
    def refund_back(self, ref: str) -> None: ...
    def held(self) -> int: ...


@dataclass
class TellerWorld:
    """The independent stand-in, in this process."""

    teller: Teller
    url: str
    secret: str = tellers.SECRET
    told: int = 0

    def open_pages(self) -> list[str]:
        return [ref for ref, page in self.teller.sessions.items() if page["status"] == "open"]

    def waiting_pages(self) -> list[str]:
        states = {intent: charge["intent"] for intent, charge in self.teller.charges.items()}
        pages = self.teller.sessions.items()
        return [ref for ref, page in pages if states.get(page["payment_intent"]) == "processing"]

    def pay(self, ref: str) -> None:
        with self.teller.lock:
            self.teller.pay(ref)

    challenge = pay

    def promise(self, ref: str) -> None:
        with self.teller.lock:
            self.teller.promise(ref)

    def land(self, ref: str, *, arrives: bool) -> None:
        with self.teller.lock:
            self.teller.land(ref, arrives=arrives)

    def fault(self, kind: str, call: str, moment: str) -> None:
        with self.teller.lock:
            self.teller.faults.append((kind, call, moment))

    def clear(self) -> None:
        with self.teller.lock:
            self.teller.faults.clear()

    def letters(self) -> list[tuple[bytes, str]]:
        with self.teller.lock:
            new, self.told = self.teller.events[self.told :], len(self.teller.events)
        return [(body, tellers.signed(body)) for body in new]

    def charges(self) -> list[Charge]:
        return [
            Charge(
                intent, each["metadata"]["order_number"], each["amount"], each["amount_refunded"], each["disputed"]
            )
            for intent, each in self.teller.charges.items()
            if each["intent"] == "succeeded"
        ]  # fmt: skip

    def dispute(self, intent: str) -> str:
        with self.teller.lock:
            return self.teller.dispute(intent)

    def undecided(self) -> list[str]:
        return [ref for ref, each in self.teller.disputes.items() if each["status"] == "needs_response"]

    def decide(self, ref: str, *, won: bool) -> None:
        with self.teller.lock:
            self.teller.decide(ref, won=won)

    def refunds(self) -> list[str]:
        return [ref for ref, each in self.teller.refunds.items() if each["status"] == "succeeded"]

    def refund_back(self, ref: str) -> None:
        with self.teller.lock:
            self.teller.refund_back(ref)

    def held(self) -> int:
        return sum(each["net"] for each in self.teller.account)


@dataclass
class SandboxWorld:
    """The payments sandbox, a process of its own."""

    sandbox: Sandbox
    shop: Receiver
    url: str
    secret: str
    told: int = 0

    def _list(self, path: str) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.sandbox.api_key}"}
        request = urllib.request.Request(f"{self.url}/v1/{path}", headers=headers)
        while True:  # a fault that was meant for the shop may fall on this look
            with (
                contextlib.suppress(OSError, http.client.HTTPException),
                OPENER.open(request, timeout=10) as answer,
            ):
                return list(json.load(answer)["data"])

    def open_pages(self) -> list[str]:
        return [page["id"] for page in self._list("checkout/sessions?limit=100&status=open")]

    def waiting_pages(self) -> list[str]:
        pages = self._list("checkout/sessions?limit=100&status=complete&expand[0]=data.payment_intent")
        return [page["id"] for page in pages if page["payment_intent"]["status"] == "processing"]

    def pay(self, ref: str) -> None:
        self.sandbox.pay(ref)

    def challenge(self, ref: str) -> None:
        self.sandbox.decline(ref)
        self.sandbox._act(ref, "challenge", {})
        self.sandbox._act(ref, "answer", {"succeeds": True})

    def promise(self, ref: str) -> None:
        self.sandbox.pay(ref, method="transfer", seconds=100_000)

    def land(self, ref: str, *, arrives: bool) -> None:
        self.sandbox.settle(ref, succeeds=arrives)

    def fault(self, kind: str, call: str, moment: str) -> None:
        names = {"500": "error", "cut": "refuse", "hang": "hang"}
        self.sandbox.faults(names[kind], endpoint=call + "*", when=moment, seconds=0.7)

    def clear(self) -> None:
        self.sandbox.clear_faults()

    def letters(self) -> list[tuple[bytes, str]]:
        self.sandbox.wait_until_delivered()
        new, self.told = self.shop.came[self.told :], len(self.shop.came)
        return new

    def charges(self) -> list[Charge]:
        return [
            Charge(
                each["payment_intent"], each["metadata"]["order_number"], each["amount"],
                each["amount_refunded"], each["disputed"],
            )
            for each in self._list("charges?limit=100")
            if each["status"] == "succeeded"
        ]  # fmt: skip

    def dispute(self, intent: str) -> str:
        return str(self.sandbox.dispute(intent)["id"])

    def undecided(self) -> list[str]:
        found = self._list("disputes?limit=100")
        return [each["id"] for each in found if each["status"] == "needs_response"]

    def decide(self, ref: str, *, won: bool) -> None:
        self.sandbox.close_dispute(ref, won=won)

    def refunds(self) -> list[str]:
        return [each["id"] for each in self._list("refunds?limit=100") if each["status"] == "succeeded"]

    def refund_back(self, ref: str) -> None:
        self.sandbox.settle_refund(ref, succeeds=False)

    def held(self) -> int:
        return sum(int(each["net"]) for each in self._list("balance_transactions?limit=100"))


@contextmanager
def teller_world() -> Iterator[World]:
    """Open the stand-in for the length of a block."""
    with tellers.teller() as (one, url):
        yield TellerWorld(one, url)


@contextmanager
def sandbox_world() -> Iterator[World]:
    """Open the sandbox for the length of a block."""
    with listening() as shop, running_sandbox(shop.url) as sandbox:
        yield SandboxWorld(sandbox, shop, sandbox.url, sandbox.webhook_secret)


WORLDS = {"sandbox": sandbox_world, "stand-in": teller_world}
