"""A shop that is thrown away afterwards, with the stand-in for its gateway: what measurements over HTTP begin with."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.buyers import set_up, settings
from bench.places import databases

SECRET = "whsec_bench"  # noqa: S105 - of a stand-in that lives for a minute


class Served(NamedTuple):
    """A shop of which nothing runs yet, beside a gateway that does."""

    shop: Any
    """A `tests.journeys.running.RunningShop`."""
    gateway: subprocess.Popen[bytes]
    bank: int
    """The gateway's port."""
    variants: list[int]


@contextmanager
def served(address: str, *, pieces: int, on_hand: int) -> Iterator[Served]:
    """Set a shop with so many pieces up on an empty database; what was started ends with the block.

    Once in a process: settings are read when the application is imported.
    """
    with tempfile.TemporaryDirectory(prefix="kriya-bench-") as folder:
        os.environ |= settings(Path(folder), address, SECRET)
        from tests.journeys.running import RunningShop, free_port  # noqa: PLC0415

        variants = set_up(pieces, on_hand=on_hand)
        port, bank = free_port(), free_port()
        os.environ |= {
            "KRIYA_BASE_URL": f"http://127.0.0.1:{port}",
            "KRIYA_STRIPE_API_BASE": f"http://127.0.0.1:{bank}",
        }
        shop = RunningShop(Path(folder), dict(os.environ), None, port)  # type: ignore[arg-type]
        gateway = subprocess.Popen(
            [sys.executable, "-m", "bench.gateway", str(bank), f"{shop.url}/stripe/webhook", SECRET],
            start_new_session=True,
        )
        try:
            yield Served(shop, gateway, bank, variants)
        finally:
            shop.stop()
            gateway.terminate()
            gateway.wait()


def on_every_database(function: str) -> None:
    """Call `module:name` with the kind and the address of an empty database, each in a process of its own."""
    module, _mark, name = function.partition(":")
    with databases() as found:
        for kind, address in found.items():
            code = f"from {module} import {name}; {name}({kind!r}, {address!r})"
            subprocess.run([sys.executable, "-c", code], check=True)
