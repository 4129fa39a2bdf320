"""`./dev run`: the whole shop on one machine. Prepares the database, then starts web, worker and, when no
Stripe key is set, the payments sandbox, and looks after them until Ctrl-C."""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from shop.config import INSTANCE, Settings

ROOT = INSTANCE.parent
LOGS = INSTANCE / "log"
MIGRATIONS = ROOT / "shop" / "migrations" / "versions"
DATA = ROOT / "catalog" / "data"
LOCK = ROOT / "requirements.lock"
SHORT = 3.0
"""A process that ends sooner than this (seconds) did not start properly."""
PATIENCE = 3
"""How often in a row a process may fail to start before everything stops."""


@dataclass
class Process:
    """One of the shop's programs: started again when it ends unasked."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    failures: int = 0
    started: float = 0.0
    popen: "subprocess.Popen[str] | None" = field(default=None, repr=False)

    def start(self) -> None:
        """Start it in a group of its own, so that Ctrl-C reaches it only through us."""
        self.started = time.monotonic()
        self.popen = subprocess.Popen(
            [sys.executable, "-m", *self.command],
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        threading.Thread(target=self._listen, args=(self.popen,), daemon=True).start()

    def ended(self) -> bool:
        """Tell whether it has stopped running."""
        return self.popen is None or self.popen.poll() is not None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it and its children."""
        if self.popen is not None and self.popen.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.popen.pid, number)

    def _listen(self, popen: "subprocess.Popen[str]") -> None:
        """Keep its words in a file; warnings and errors go to the terminal too."""
        assert popen.stdout is not None  # noqa: S101  # we asked for a pipe
        with (LOGS / f"{self.name}.log").open("a", encoding="utf-8") as log:
            for line in popen.stdout:
                log.write(line)
                log.flush()
                trouble = _trouble(line)
                if trouble:
                    say(f"{self.name}: {trouble}")


def main() -> int:
    """Run the shop until it is told to stop."""
    stop = threading.Event()

    def ask(*_: object) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    port, sandbox_port = _ports()
    settings = Settings.from_env()
    LOGS.mkdir(parents=True, exist_ok=True)
    if _prepare(settings, stop):
        _serve(settings, _processes(settings, port, sandbox_port), port, stop)
    return 0 if stop.is_set() else 1


def _ports() -> tuple[int, int]:
    """Give the ports of web and payments sandbox, and name them in the environment for Settings."""
    port = int(os.environ.get("PORT", "8000"))
    if not _free(port):
        raise SystemExit(f"Port {port} is taken. Another one: PORT={port + 1000} ./dev run")
    sandbox_port = int(os.environ.get("SANDBOX_PORT", str(port + 10)))
    if not _free(sandbox_port):
        sandbox_port = _any_port()
    os.environ |= {"PORT": str(port), "SANDBOX_PORT": str(sandbox_port)}
    return port, sandbox_port


def _serve(settings: Settings, processes: list[Process], port: int, stop: threading.Event) -> None:
    try:
        processes[0].start()
        if _wait_for_web(port, processes[0], stop):
            for process in processes[1:]:  # only now, so that the first page comes sooner
                process.start()
            _welcome(settings, port)
            _draw_pictures(settings, stop)
            _look_after(processes, stop)
    finally:
        _stop(processes)


def _processes(settings: Settings, port: int, sandbox_port: int) -> list[Process]:
    web = [
        *("gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"),
        *("--no-control-socket", "--log-level", "warning", "--graceful-timeout", "5"),
    ]
    processes = [Process("web", web), Process("worker", ["flask", "jobs", "work"])]
    if settings.demo and "KRIYA_STRIPE_API_KEY" not in os.environ:
        webhook = f"http://127.0.0.1:{port}/stripe/webhook"
        book = str(INSTANCE / "payments.sqlite")
        sandbox = ["checkout.sandbox", "--port", str(sandbox_port), "--webhook", webhook, "--db", book]
        secret = {"KRIYA_STRIPE_WEBHOOK_SECRET": settings.stripe_webhook_secret}
        processes.append(Process("payments", sandbox, secret))
    return processes


# ---------------------------------------------------------------- before the start


def _prepare(settings: Settings, stop: threading.Event) -> bool:
    """Bring the database up to date, and fill it when it is new; tell whether that worked."""
    stamp = INSTANCE / "prepared"
    fingerprint = _fingerprint(settings)
    if stamp.exists() and stamp.read_text() == fingerprint and _is_there(settings):
        return True
    steps = [
        ("database", ["db", "upgrade"]),
        ("provinces, regencies, crafts", ["reference", "load"]),
        ("postage", ["rates", "load"]),
    ]
    if settings.demo:
        steps.append(("the demonstration marketplace", ["demo", "--if-new"]))
    if not all(_flask(text, command, stop) for text, command in steps):
        return False
    stamp.write_text(fingerprint)
    return True


def _fingerprint(settings: Settings) -> str:
    """Give a value that changes when the database would have to be prepared again."""
    found = hashlib.sha256(settings.database_url.encode())
    for path in sorted([*MIGRATIONS.glob("*.py"), *DATA.iterdir(), LOCK]):
        if path.is_file():
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def _is_there(settings: Settings) -> bool:
    """Tell whether the database is still there."""
    if settings.database_url.startswith("sqlite:///"):
        return Path(settings.database_url.removeprefix("sqlite:///")).exists()
    url = settings.database_url.replace("postgresql+psycopg://", "postgresql://")
    with suppress(psycopg.Error), psycopg.connect(url, connect_timeout=5) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone() is not None
    return False


def _flask(text: str, command: list[str], stop: threading.Event) -> bool:
    """Run one command of the shop to its end; show its words only when it fails or draws progress."""
    say(f"· {text}")
    quiet = command[0] != "demo"
    with (LOGS / "set-up.log").open("w+", encoding="utf-8") as log:
        target = log if quiet else None
        child = subprocess.Popen([sys.executable, "-m", "flask", *command], stdout=target, stderr=target)
        while child.poll() is None and not stop.is_set():
            with suppress(subprocess.TimeoutExpired):
                child.wait(0.2)
        if stop.is_set():
            child.terminate()
            child.wait()
            return False
        if child.returncode != 0 and quiet:
            log.seek(0)
            say(log.read().rstrip())
    return child.returncode == 0


# ---------------------------------------------------------------- while it runs


def _wait_for_web(port: int, web: Process, stop: threading.Event) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until and not stop.is_set():
        with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            return True
        if web.ended():
            say("The web server did not start. Its last words:")
            say(_last_words(web.name))
            return False
        stop.wait(0.05)
    return False


def _look_after(processes: list[Process], stop: threading.Event) -> None:
    """Start what ended unasked once more, until told to stop or it is no use."""
    while not stop.wait(0.3):
        for process in processes:
            if not process.ended():
                continue
            soon = time.monotonic() - process.started < SHORT
            process.failures = process.failures + 1 if soon else 0
            if process.failures >= PATIENCE:
                say(f"{process.name} does not stay up. Its last words:")
                say(_last_words(process.name))
                return
            say(f"{process.name} ended; starting it again")
            process.start()


def _stop(processes: list[Process]) -> None:
    say("\nStopping …")
    for process in processes:
        process.send(signal.SIGTERM)
    until = time.monotonic() + 10
    while any(not process.ended() for process in processes) and time.monotonic() < until:
        time.sleep(0.05)
    for process in processes:
        process.send(signal.SIGKILL)


def _draw_pictures(settings: Settings, stop: threading.Event) -> None:
    """Draw the demonstration photographs that are still missing, in the background, with progress."""
    if not settings.demo:
        return
    command = [sys.executable, "-m", "flask", "demo", "pictures"]
    if nice := shutil.which("nice"):  # pages come first
        command = [nice, "-n", "10", *command]
    child = subprocess.Popen(command, start_new_session=True)

    def end_with_us() -> None:
        while child.poll() is None:
            if stop.wait(0.3):
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGTERM)

    threading.Thread(target=end_with_us).start()


# ---------------------------------------------------------------- words


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def _welcome(settings: Settings, port: int) -> None:
    say(f"\n  Kriya is open: http://127.0.0.1:{port}/   (English: http://127.0.0.1:{port}/en/)")
    if settings.demo:
        from admin.demo import people  # noqa: PLC0415  # brings the models along; the first page is quicker without

        say(textwrap.indent(people.table(), "  "))
        say(f"  Mails it would send: http://127.0.0.1:{port}/demo/outbox")
    say(f"  Logs: {LOGS}/   Ctrl-C stops it.\n")


def _trouble(line: str) -> str:
    """Give in one line what a log line complains of, or nothing; the log has the rest."""
    try:
        entry = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(entry, dict) or entry.get("level") not in {"warning", "error", "critical"}:
        return ""
    cause = str(entry.get("trace", "")).rstrip().rpartition("\n")[2]
    return f"{entry['level']}: {entry.get('event', '')} {cause}".rstrip()


def _last_words(name: str) -> str:
    with suppress(FileNotFoundError):
        return "\n".join((LOGS / f"{name}.log").read_text("utf-8").splitlines()[-25:])
    return ""


def _free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _any_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
