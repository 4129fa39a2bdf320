"""A whole round of curation over HTTP against a running shop: from the draft to the minutes, by people and devices.

`play` is told who there is (set up by the caller in the shop's own database) and says what was seen. Two judges are
without a connection for part of the day: their devices keep what they mark and send it later, some of it twice, some
out of order, once with the answer lost on the way.
"""

import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup, Tag

from tests import make

NAME = "Kurasi satu hari"
TRIES = 40


@dataclass(frozen=True)
class People:
    """Who takes part, by address; workshops with the ids of their complete drafts."""

    officer: str
    judges: Sequence[str]
    makers: Sequence[tuple[str, int]]


@dataclass
class Seen:
    """What came of it."""

    round_id: int = 0
    pieces: list[int] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=dict)
    """Judge to how often a sheet was said to be kept; a sheet sent twice is said so twice."""
    minutes: bytes = b""
    again: bytes = b""
    figures: str = ""


class Client:
    """A person's browser without JavaScript."""

    def __init__(self, url: str, email: str) -> None:
        self.url, self.session = url, requests.Session()
        self.page = self.get("/account/sign-in")
        self.send("Masuk", email=email, password=make.PASSWORD)

    def get(self, path: str) -> BeautifulSoup:
        """Open an address."""
        answer = self.session.get(urljoin(self.url, path), timeout=120)
        assert answer.ok, f"{path}: {answer.status_code} {_words(answer.text)}"
        self.path = answer.url
        self.page = BeautifulSoup(answer.text, "html.parser")
        return self.page

    def send(self, button: str, **values: Any) -> requests.Response:
        """Press the button with these words, with these values in its form; the answer must be fine."""
        found = [
            one for one in self.page.select("form button") if " ".join(one.get_text(" ").split()) == button
        ]
        assert found, f"no button “{button}” on {self.path}: {_words(str(self.page))}"
        pressed = found[0]
        form = pressed.find_parent("form")
        assert isinstance(form, Tag)
        data = dict(_fields(form)) | {name: str(value) for name, value in values.items()}
        if pressed.get("name"):
            data[str(pressed["name"])] = str(pressed.get("value", ""))
        target = urljoin(self.path, str(pressed.get("formaction") or form["action"]))
        answer = self.session.post(target, data=data, timeout=120)
        assert answer.ok, f"{button}: {answer.status_code} {_words(answer.text)}"
        self.path = answer.url
        self.page = BeautifulSoup(answer.text, "html.parser")
        return answer


def _fields(form: Tag) -> list[tuple[str, str]]:
    """Give the fields of a form as a browser would send them untouched."""
    found = []
    for one in form.select("input[name], select[name], textarea[name]"):
        kind = str(one.get("type", ""))
        if one.has_attr("disabled") or (kind in {"checkbox", "radio"} and not one.has_attr("checked")):
            continue
        if one.name == "select":
            chosen = one.select_one("option[selected]") or one.select_one("option")
            found.append((str(one["name"]), str(chosen.get("value", "")) if chosen else ""))
        elif one.name == "textarea":
            found.append((str(one["name"]), one.get_text().removeprefix("\n")))
        else:
            found.append((str(one["name"]), str(one.get("value", ""))))
    return found


def _words(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())[:600]


def marks_of(judge: int, piece: int, criteria: Sequence[str]) -> dict[str, int]:
    """Give the marks that a judge gives a piece: known beforehand, never two apart between judges."""
    chance = random.Random(piece)
    base = {name: chance.choice((3, 4)) for name in criteria}
    return {name: value + (judge == 1 and chance.random() < 0.3) for name, value in base.items()}


class Device:
    """A judge's tablet: what js/round-table.js does, with a connection that comes and goes."""

    def __init__(self, client: Client, number: int, round_id: int) -> None:
        self.client, self.number = client, number
        page = client.get(f"/desk/rounds/{round_id}/table")
        table = page.select_one("[data-round-table]")
        assert table is not None
        self.door, self.key, self.person = (
            str(table["data-sheets"]),
            str(table["data-key"]),
            str(table["data-person"]),
        )
        self.pieces = [int(str(one["data-piece"])) for one in page.select("[data-piece]")]
        named = [str(one["name"]) for one in page.select("[data-sheet-form] input[type=radio]")]
        self.criteria = list(dict.fromkeys(name[6:] for name in named if name.startswith("score-")))
        self.gates = list(dict.fromkeys(name[5:] for name in named if name.startswith("gate-")))
        self.waiting: list[dict[str, Any]] = []
        self.said: dict[str, int] = {}

    def mark(self, piece: int) -> None:
        """Mark a piece and hand it in on the device."""
        self.waiting.append(
            {
                "key": f"device-{self.person}-{piece:08}",
                "submission": piece,
                "scores": marks_of(self.number, piece, self.criteria),
                "gates": dict.fromkeys(self.gates, True),
                "score_notes": {},
                "gate_notes": {},
                "free": True,
            }
        )

    def send(self, sheets: Sequence[dict[str, Any]] | None = None, *, lost: bool = False) -> None:
        """Send what waits; with the answer lost, the device knows nothing of it and keeps everything."""
        rows = list(self.waiting if sheets is None else sheets)
        if not rows:
            return
        who = self.client.session.get(urljoin(self.client.url, self.key), timeout=120).json()
        assert str(who["person"]) == self.person
        body = {"person": who["person"], "sheets": rows}
        answer = self._post(body, who["csrf"])
        for _ in range(TRIES):
            if answer.status_code != 503:
                break
            time.sleep(
                0.5
            )  # a shop that is busy takes them a moment later; those it has taken are the same ones
            answer = self._post(body, who["csrf"])
        assert answer.status_code == 200, answer.text[:400]
        if lost:
            return
        for result in answer.json()["results"]:
            assert result["state"] == "kept", result
            self.said[result["key"]] = self.said.get(result["key"], 0) + 1
        self.waiting = [row for row in self.waiting if row["key"] not in self.said]

    def _post(self, body: dict[str, Any], token: str) -> requests.Response:
        return self.client.session.post(
            urljoin(self.client.url, self.door),
            json=body,
            headers={"X-CSRFToken": token, "Accept": "application/json"},
            timeout=120,
        )


# --- the day -------------------------------------------------------------------------------------------------------


def play(url: str, people: People, tell: Callable[[str], None] = lambda _words: None) -> Seen:
    """Run a round from its draft to its minutes; one workshop more applies than there are places."""
    seen = Seen()
    officer = Client(url, people.officer)
    seen.round_id = _open(officer, people)
    tell("the round is open")
    _apply(url, people, seen.round_id)
    tell("everybody has applied; the first has withdrawn, the last has moved up")
    _admit(officer, seen.round_id)
    _begin(officer, seen.round_id)
    tell("the session has begun")
    devices = [
        Device(Client(url, email), number, seen.round_id) for number, email in enumerate(people.judges)
    ]
    seen.pieces = devices[0].pieces
    _judge(devices)
    seen.kept = {device.person: len(device.said) for device in devices}
    tell("all marks are in")
    _decide(devices[0].client, officer, seen)
    tell("the verdicts are written")
    _end(officer, seen)
    return seen


def _open(officer: Client, people: People) -> int:
    today = date.today()  # noqa: DTZ011 - days of the wall calendar
    officer.get("/desk/rounds/new")
    officer.send(
        "Simpan",
        name_id=NAME,
        first_on=today + timedelta(days=14),
        last_on=today + timedelta(days=14),
        apply_on=today + timedelta(days=7),
        place="Balai Semarak",
        capacity=len(people.makers) - 1,
    )
    found = re.search(r"/desk/rounds/(\d+)", officer.path)
    assert found, officer.path
    for number, judge in enumerate(people.judges):
        officer.send("Isi kursi ini", office="chair" if number == 0 else "judge", person=judge)
    officer.send("Buka sesi")
    return int(found[1])


def _apply(url: str, people: People, round_id: int) -> None:
    def apply(maker: tuple[str, int]) -> Client:
        client = Client(url, maker[0])
        client.get(f"/studio/rounds/{round_id}")
        client.send("Daftar dengan karya ini", listing=maker[1], declared="1")
        return client

    with ThreadPoolExecutor(2) as several:
        clients = list(several.map(apply, people.makers))
    clients[0].get(f"/studio/rounds/{round_id}")
    clients[0].send("Mundur")


def _admit(officer: Client, round_id: int) -> None:
    ticked = dict.fromkeys(("identity", "made_here", "photographs", "samples"), "1")
    while True:
        page = officer.get(f"/desk/rounds/{round_id}/applications?tab=check")
        link = page.select_one("main tbody th a")
        if link is None:
            break
        officer.get(str(link["href"]))
        officer.send("Terima", **ticked)
    officer.get(f"/desk/rounds/{round_id}")
    officer.send("Tutup pendaftaran sekarang")


def _begin(officer: Client, round_id: int) -> None:
    officer.get(f"/desk/rounds/{round_id}/order")
    officer.send("Urutkan menurut bengkel")
    page = officer.get(f"/desk/rounds/{round_id}/attendance")
    while waiting := list(page.select("form button.button-secondary")):
        officer.page = page
        officer.send(" ".join(waiting[0].get_text(" ").split()))
        page = officer.page
    officer.get(f"/desk/rounds/{round_id}")
    officer.send("Mulai penilaian")


def _judge(devices: Sequence[Device]) -> None:
    """Let the judges mark at the same time: one with a connection, two without for part of it."""
    chance = random.Random(32)
    start = threading.Barrier(len(devices))

    def connected(device: Device) -> None:
        for piece in device.pieces:
            device.mark(piece)
            device.send()

    def away_for_the_first_half(device: Device) -> None:
        for number, piece in enumerate(device.pieces):
            device.mark(piece)
            if (
                number == len(device.pieces) // 2
            ):  # the connection is back: everything at once, the latest first
                everything = list(reversed(device.waiting))
                device.send(everything)
                device.send(everything)  # and again: the device was not sure
            elif number > len(device.pieces) // 2:
                device.send()

    def away_all_day(device: Device) -> None:
        for piece in device.pieces:
            device.mark(piece)
        shuffled = chance.sample(device.waiting, len(device.waiting))
        device.send(shuffled[: len(shuffled) // 2], lost=True)  # it arrived, and the answer did not
        device.send(shuffled)
        device.send(shuffled[:3])

    def judge(turn: int) -> None:
        start.wait()
        (connected, away_for_the_first_half, away_all_day)[turn % 3](devices[turn])

    with ThreadPoolExecutor(len(devices)) as panel:
        list(panel.map(judge, range(len(devices))))


def _decide(chair: Client, officer: Client, seen: Seen) -> None:
    """Let the chair write every verdict that the marks propose, but for the last piece, which is carried over."""
    for piece in seen.pieces[:-1]:
        page = chair.get(f"/desk/submissions/{piece}")
        proposed = page.select_one('input[name="outcome"][checked]')
        assert proposed is not None, _words(str(page))
        due = (date.today() + timedelta(days=20)).isoformat()  # noqa: DTZ011
        given = {"outcome": proposed["value"], "reason": "Seperti yang dibahas di meja."}
        if proposed["value"] == "conditions":
            names = {str(one["name"]) for one in page.select("form [name]")}
            words = next(
                name for name in sorted(names) if re.fullmatch(r"condition(-?\d+)?|condition-text.*", name)
            )
            day = next(name for name in sorted(names) if "due" in name)
            given |= {words: "Lengkapi kemasan.", day: due}
        chair.send("Tulis keputusan", **given)
    officer.get(f"/desk/rounds/{seen.round_id}/verdicts")
    left = officer.page.select_one('input[name="piece"]')
    assert left is not None
    officer.send("Alihkan karya yang dipilih", piece=left["value"])


def _end(officer: Client, seen: Seen) -> None:
    officer.get(f"/desk/rounds/{seen.round_id}")
    officer.send("Akhiri sesi")
    address = urljoin(officer.url, f"/desk/rounds/{seen.round_id}/minutes.pdf")
    papers = [officer.session.get(address, timeout=120) for _ in range(2)]
    assert all(paper.ok for paper in papers)
    seen.minutes, seen.again = papers[0].content, papers[1].content
    table = officer.session.get(
        urljoin(officer.url, f"/desk/rounds/{seen.round_id}/figures.csv"), timeout=120
    )
    seen.figures = table.content.decode("utf-8-sig")
