"""The whole shop as operators run it: web processes, a worker and the payments sandbox, on a database of the test's own.

with running_shop(folder, database_url) as shop:
    requests.get(shop.url + "/")
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.checkout.sandbox.running import Sandbox, running_sandbox

ROOT = Path(__file__).parents[2]
PATIENCE = 120
"""Seconds until a start counts as failed; machines of tests are busy."""


class RunningShop:
    """A shop made of real processes."""

    def __init__(self, folder: Path, environment: dict[str, str], sandbox: Sandbox, port: int) -> None:
        self.folder = folder
        self.environment = environment
        self.sandbox = sandbox
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start_web(self, workers: int = 2) -> None:
        """Start the web processes and wait until they answer."""
        bind = ["--bind", f"127.0.0.1:{self.port}", "--workers", str(workers)]
        self._start("web", "gunicorn", "wsgi:app", *bind, "--timeout", "240")
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > end or self.processes["web"].poll() is not None:
                raise TimeoutError(self.words("web"))
            time.sleep(0.1)

    def start_worker(self) -> None:
        """Start a worker."""
        self._start("worker", "flask", "--app", "wsgi", "jobs", "work")

    def kill(self, name: str) -> None:
        """End processes as a power cut would."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def flask(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the shop."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT, env=self.environment, text=True, capture_output=True, check=False, timeout=120,
        )  # fmt: skip

    def words(self, name: str) -> str:
        """Give the end of what a process said."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-3000:]

    def stop(self) -> None:
        """End everything."""
        for name in list(self.processes):
            self.kill(name)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def _start(self, name: str, *command: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def free_port() -> int:
    """Give a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_shop(folder: Path, database_url: str, *, web_workers: int = 2) -> Iterator[RunningShop]:
    """Start a shop on a migrated database, and end it whatever happens."""
    port = free_port()
    webhook = f"http://127.0.0.1:{port}/stripe/webhook"
    with running_sandbox(webhook_url=webhook) as sandbox:
        environment = {
            name: value for name, value in os.environ.items() if not re.match(r"KRIYA_|PYTEST_", name)
        } | {
            "KRIYA_DEMO": "1",
            "KRIYA_DATABASE_URL": database_url,
            "KRIYA_SECRET_KEY": "a secret for journeys, long enough for the shop",
            "KRIYA_BASE_URL": f"http://127.0.0.1:{port}",
            "KRIYA_STRIPE_API_KEY": sandbox.api_key,
            "KRIYA_STRIPE_WEBHOOK_SECRET": sandbox.webhook_secret,
            "KRIYA_STRIPE_API_BASE": sandbox.url,
            "KRIYA_MEDIA_URL": f"file:{folder / 'media'}",
            "KRIYA_SEARCH_DIR": str(folder / "search"),
            "KRIYA_SMTP_URL": "outbox:",
        }
        shop = RunningShop(folder, environment, sandbox, port)
        try:
            shop.start_web(web_workers)
            yield shop
        finally:
            shop.stop()
