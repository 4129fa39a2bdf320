"""Rounds at the desk: an officer runs one by pages, judges' devices hand sheets in, minutes and numbers come out."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from pypdf import PdfReader

from catalog.models import (
    GateCheck,
    Judgement,
    Round,
    RoundState,
    Score,
    Workshop,
)
from shop.db import db, now, transaction
from shop.models import AuditEntry, User
from tests import make_catalog
from tests import make_rounds as halls
from tests.make_catalog import GATES, MARKS
from tests.pages import Page

SignedIn = Callable[[User], Page]


def sheet(piece: Any, key: str, **others: Any) -> dict[str, Any]:
    """Give a sheet as a device sends it: every mark 4, every gate passed."""
    row = {"key": key, "submission": piece.submission_id, "scores": MARKS, "gates": GATES, "free": True}
    return row | {"score_notes": {"design": "Warnanya tenang."}, "gate_notes": {}} | others


def send(page: Page, held: Round, sheets: list[Any], person: int | None = None) -> Any:
    """Ask a device's key and send sheets with it; give what became of each, as (state, code)."""
    who = page.get(f"/desk/rounds/{held.id}/key", headers={"Accept": "application/json"}).json
    page._open(
        "POST", f"/desk/rounds/{held.id}/sheets", follow=False, fragment=False,
        json={"person": person or who["person"], "sheets": sheets},
        headers={"X-CSRFToken": who["csrf"], "Accept": "application/json"},
    )  # fmt: skip
    if page.status != 200:
        return page.status
    return [(one["state"], one.get("code", "")) for one in page.json["results"]]


def test_an_officer_prepares_opens_and_changes_a_round_and_a_workshop_applies(
    session: Any, signed_in: SignedIn
) -> None:
    chief, shop = halls.officer(), make_catalog.workshop()
    judges = [make_catalog.curator("17", f"Juri {number}") for number in (1, 2)]
    piece = make_catalog.draft(shop)
    today = now().date()
    desk = signed_in(chief).get("/desk/rounds").follow("Siapkan sesi")

    desk.press(
        "Simpan",
        name_id="Kurasi musim hujan",
        first_on=today + timedelta(days=20),
        last_on=today + timedelta(days=19),
        apply_on=today + timedelta(days=9),
        place="Balai Semarak",
        capacity="1",
    )
    assert desk.status == 422
    assert "Hari terakhir mendahului" in desk.text
    desk.press("Simpan", last_on=today + timedelta(days=20))
    assert desk.title == "Kurasi musim hujan"
    for office, judge in zip(("chair", "judge"), judges, strict=True):
        desk.press("Isi kursi ini", office=office, person=judge.email)
    desk.press("Buka sesi")
    desk.follow("Sunting").press("Simpan", place="Balai Raya")
    assert desk.status == 422, "workshops have read it: a change wants to be confirmed"
    desk.press("Simpan", confirmed="y")
    assert "Balai Raya" in desk.text

    studio = signed_in(make_catalog.member(shop)).get("/studio/").follow("Kurasi musim hujan")
    studio.press("Daftar dengan karya ini", listing=str(piece.id), declared="1")
    assert "1 dari 1 terisi" in studio.text

    desk.get("/desk/rounds/1/applications").follow(shop.name).press("Terima")
    assert desk.status == 422
    ticked = dict.fromkeys(("identity", "made_here", "photographs", "samples"), "1")
    desk.press("Terima", **ticked)
    assert "Diterima" in desk.text
    assert "Mundur" in studio.get("/studio/rounds/1").text
    written = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {"round.drafted", "round.seat_given", "round.opened", "round.changed", "entry.applied"} < written


def test_a_sheet_sent_twice_from_two_devices_arrives_once(session: Any, signed_in: SignedIn) -> None:
    held = halls.begun(halls.officer(), workshops=2)
    first, second = halls.pieces(held)
    judge = halls.panel(held)[1]
    tablet, phone = signed_in(judge), signed_in(judge)

    assert (
        send(tablet, held, [sheet(second, "tablet-0002"), sheet(first, "tablet-0001")]) == [("kept", "")] * 2
    )
    assert send(tablet, held, [sheet(first, "tablet-0001")]) == [("kept", "")]
    assert send(phone, held, [sheet(first, "phone-00001", scores=MARKS | {"design": 1})]) == [
        ("refused", "handed-in")
    ]

    marks = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(Score.value)).where(Score.curator_id == judge.id)
    ).one()
    assert tuple(marks) == (2 * len(MARKS), 4)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GateCheck)) == 2 * len(GATES)
    keys = db.session.scalars(sa.select(Judgement.client_key).order_by(Judgement.client_key)).all()
    assert keys == ["tablet-0001", "tablet-0002"]


def test_the_door_says_what_it_refuses_and_why(session: Any, signed_in: SignedIn) -> None:
    chief = halls.officer()
    held = halls.begun(chief, workshops=1)
    piece = halls.pieces(held)[0]
    judge = halls.panel(held)[0]
    page = signed_in(judge)

    assert send(page, held, [sheet(piece, "device-0001", scores={"design": 4})]) == [
        ("refused", "unreadable")
    ]
    assert send(page, held, [sheet(piece, "device-0001", scores=MARKS | {"design": 9})]) == [
        ("refused", "unreadable")
    ]
    assert send(page, held, [sheet(piece, "device-0001", free=False)]) == [("refused", "unreadable")]
    assert send(page, held, [{"key": "device-0001"}, "?"]) == [("refused", "unreadable")] * 2
    assert send(page, held, [sheet(piece, "device-0001")], person=judge.id + 1) == 409
    assert send(signed_in(make_catalog.curator()), held, [sheet(piece, "device-0001")]) == [
        ("refused", "no-seat")
    ]
    chief_page = signed_in(chief).get(f"/desk/rounds/{held.id}/attendance")
    chief_page.press(f"Tidak hadir : {judge.name}")
    assert send(page, held, [sheet(piece, "device-0001")]) == [("refused", "not-present")]
    for forged in ("9" * 20, "٣"):
        chief_page.post(f"/desk/rounds/{held.id}/attendance", {"seat": forged, "entry": forged}, follow=False)
        assert chief_page.status == 303, "a number of nobody marks nobody"
    chief_page.get(f"/desk/rounds/{held.id}/attendance")
    chief_page.press(f"Hadir : {judge.name}")
    assert send(page, held, [sheet(piece, "device-0001")]) == [("kept", "")]
    page._open("POST", f"/desk/rounds/{held.id}/sheets", follow=False, fragment=False, json={"sheets": []})
    assert page.status == 400, "a page of another shop cannot send sheets"


def test_the_marking_screen_shows_a_judge_their_own_marks_and_nobody_elses(
    session: Any, signed_in: SignedIn
) -> None:
    held = halls.begun(halls.officer(), workshops=1)
    piece = halls.pieces(held)[0]
    first, second = halls.panel(held)
    send(
        signed_in(first), held, [sheet(piece, "device-0001", score_notes={"design": "Rahasia juri pertama."})]
    )

    own = signed_in(first).get(f"/desk/rounds/{held.id}/table")
    other = signed_in(second).get(f"/desk/rounds/{held.id}/table")

    assert "Rahasia juri pertama." in own.html
    assert '"handed_in": true' in own.one("[data-piece]")["data-sheet"]
    assert "Rahasia" not in other.html
    assert other.one("[data-piece]")["data-sheet"] == "{}"
    assert other.has_link("Buka tinjauan"), "without a script each piece leads to its review"


def test_another_councils_round_is_not_found_by_any_address(session: Any, signed_in: SignedIn) -> None:
    held = halls.begun(halls.officer(), workshops=1)
    piece = halls.pieces(held)[0]
    stranger = signed_in(halls.officer("16"))

    for part in ("", "/edit", "/applications", f"/applications/{piece.entry_id}", "/order", "/sheet", "/attendance",
                 "/table", "/verdicts", "/figures", "/figures.csv", "/minutes.pdf", "/key"):  # fmt: skip
        assert stranger.get(f"/desk/rounds/{held.id}{part}").status == 404, part
    for part in (
        "/step",
        "/seats",
        "/order",
        "/attendance",
        "/carry-over",
        f"/applications/{piece.entry_id}",
    ):
        assert stranger.post(f"/desk/rounds/{held.id}{part}", {"do": "end"}).status == 404, part
    curator = signed_in(make_catalog.curator())
    assert curator.post(f"/desk/rounds/{held.id}/step", {"do": "end"}).status == 403
    assert signed_in(make_catalog.member(make_catalog.workshop(regency="16.71"))).get(
        f"/studio/rounds/{held.id}"
    ).status == 404  # fmt: skip


def test_a_round_ends_with_minutes_and_numbers(session: Any, signed_in: SignedIn) -> None:
    chief = halls.officer()
    held = halls.begun(chief, workshops=2)
    judged, carried = halls.pieces(held)
    pages = [signed_in(judge) for judge in halls.panel(held)]
    for number, page in enumerate(pages):
        send(page, held, [sheet(judged, f"device-{number:04}", scores=MARKS | {"workmanship": 2})])
    pages[0].get(f"/desk/submissions/{judged.submission_id}").press(
        "Tulis keputusan", outcome="coaching", reason="Jahitannya lepas."
    )
    officer = signed_in(chief).get(f"/desk/rounds/{held.id}").press("Akhiri sesi")
    assert officer.status == 409
    officer.get(f"/desk/rounds/{held.id}/verdicts").press("Alihkan karya yang dipilih", piece=str(carried.id))
    officer.press("Akhiri sesi")

    assert db.session.get_one(Round, held.id).state is RoundState.ENDED
    paper = officer.get(f"/desk/rounds/{held.id}/minutes.pdf").response
    assert paper is not None
    words = "\n".join(one.extract_text() for one in PdfReader(io.BytesIO(paper.data)).pages)
    for wanted in ("Kurasi Bengkulu", "Ketua panel", "Juri 2", judged.title, "Jahitannya lepas.", "Tanda tangan",
                   "Versi 1", "Dialihkan", "Tidak ada yang dinyatakan."):  # fmt: skip
        assert wanted in words, wanted
    with transaction() as writing:
        writing.get_one(Workshop, judged.workshop_id).name = "Nama baru"
    assert officer.get(f"/desk/rounds/{held.id}/minutes.pdf").response.data == paper.data  # type: ignore[union-attr]
    table = officer.get(f"/desk/rounds/{held.id}/figures.csv").html.splitlines()
    assert table[0].startswith("\ufeffMenurut,Nama,Mendaftar")
    assert table[1].endswith("2,2,2,2,0,0,1,0,1")
