"""What a round leaves behind: its minutes as PDF and its numbers for the press, on screen and as CSV."""

from datetime import date, datetime
from typing import Any

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from admin import sheets
from admin.desk.rounds import blueprint, runs
from catalog.curation import minutes, rounds
from catalog.models import Round
from shop import documents, i18n
from shop.db import db
from shop.errors import NotFound

Row = dict[str, Any]


class NoMinutes(NotFound):
    """The round has not ended."""

    message = "A round has minutes once it has ended."


# --- numbers -------------------------------------------------------------------------------------------------------


def _heads() -> dict[str, str]:
    return {
        "applied": gettext("Applied"),
        "admitted": gettext("Admitted"),
        "present": gettext("Present"),
        "pieces": gettext("Pieces"),
        "pass": gettext("Passed"),
        "conditions": gettext("With conditions"),
        "coaching": gettext("Coaching"),
        "declined": gettext("Declined"),
        "carried_over": gettext("Carried over"),
    }


def _tables(held: Round) -> list[tuple[str, list[tuple[str, minutes.Line]]]]:
    """Give the numbers by craft and by regency, in the language of the page, and all together."""
    counted = minutes.figures(db.session(), held)
    english = i18n.current_locale() == "en"
    crafts = [
        (counted["craft_en"].get(name, name) if english else name, line)
        for name, line in counted["craft"].items()
    ]
    return [
        (gettext("All"), [(held.name_en if english and held.name_en else held.name_id, counted["all"])]),
        (gettext("Craft"), sorted(crafts)),
        (gettext("Regency or city"), list(counted["regency"].items())),
    ]


@blueprint.get("/<int:round_id>/figures")
def figures(round_id: int) -> ResponseReturnValue:
    """Show the numbers of a round: all, by craft, by regency."""
    held = rounds.for_staff(db.session(), current_user, round_id)
    return render_template(
        "desk/round_figures.html", held=held, officer=runs(held), heads=_heads(), tables=_tables(held)
    )


@blueprint.get("/<int:round_id>/figures.csv")
def figures_csv(round_id: int) -> ResponseReturnValue:
    """Give the numbers as CSV."""
    held = rounds.for_staff(db.session(), current_user, round_id)
    heads = _heads()
    rows: list[list[str | int]] = [
        [part, name, *(line[key] for key in minutes.COUNTED)]
        for part, lines in _tables(held)
        for name, line in lines
    ]
    head = [gettext("By"), gettext("Name"), *(heads[key] for key in minutes.COUNTED)]
    return _file(sheets.csv_text(head, rows), "text/csv", f"kriya-round-{held.id}.csv")


def _file(data: str | bytes, kind: str, name: str) -> Response:
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- minutes -------------------------------------------------------------------------------------------------------


@blueprint.get("/<int:round_id>/minutes.pdf")
def minutes_pdf(round_id: int) -> ResponseReturnValue:
    """Give the minutes of a round that has ended, in the language of the page: always the same bytes."""
    held = rounds.for_staff(db.session(), current_user, round_id)
    if held.minutes is None:
        raise NoMinutes
    said: dict[str, Any] = held.minutes
    db.session.rollback()  # nothing is held while the paper is set
    return _file(write(said), "application/pdf", f"kriya-minutes-{round_id}.pdf")


def write(said: Row) -> bytes:
    """Set minutes as a paper, in the language of the page."""
    english = i18n.current_locale() == "en"
    about = said["round"]
    name = about["name_en"] if english else about["name_id"]
    paper = documents.paper(
        f"{gettext('Minutes of curation')}: {name}",
        language=i18n.current_locale(),
        made=datetime.fromisoformat(said["ended_at"]),
        head=documents.Letterhead(about["council"], gettext("Minutes of curation")),
        foot=f"{name} · {gettext('Round %(number)s', number=about['id'])}",
    )
    paper.heading(name)
    _about(paper, said)
    _panel(paper, said)
    _entries(paper, said["entries"])
    _pieces(paper, said, english=english)
    _count(paper, said)
    paper.heading(gettext("Signatures"), 2)
    paper.paragraph(gettext("Written by %(name)s when the round ended.", name=said["written_by"]), small=True)
    there = [one for one in said["panel"] if one["present_at"]]
    paper.signing([documents.Signing(one["name"], _office(one["office"])) for one in there])
    return paper.finish()


def _office(office: str) -> str:
    words = {
        "chair": gettext("Chair of the panel"),
        "judge": gettext("Judge"),
        "guest": gettext("Guest judge"),
    }
    return str(words[office])


def _when(moment: str) -> str:
    return i18n.write_datetime(datetime.fromisoformat(moment)) if moment else ""


def _day(day: str) -> str:
    return i18n.write_date(date.fromisoformat(day)) if day else ""


def _about(paper: Any, said: Row) -> None:
    about, rubric = said["round"], said["rubric"]
    first, last = (date.fromisoformat(about[name]) for name in ("first_on", "last_on"))
    place = [about["place"], gettext("online") if about["online"] else ""]
    version = gettext("Version %(number)s", number=rubric["version"])
    paper.facts(
        [
            (gettext("Days"), i18n.write_days(first, last)),
            (gettext("Place"), ", ".join(filter(None, place))),
            (gettext("Rubric"), f"{rubric['council']}, {version}" if rubric["council"] else version),
            (gettext("Opened"), _when(about["opened_at"])),
            (gettext("Applications until"), _when(about["apply_by"])),
            (gettext("Session begun"), _when(about["started_at"])),
            (gettext("Ended"), _when(said["ended_at"])),
        ]
    )


def _panel(paper: Any, said: Row) -> None:
    paper.heading(gettext("The panel"), 2)
    rows = [
        [
            one["name"],
            _office(one["office"]),
            _when(one["present_at"]) or gettext("not present"),
        ]
        for one in said["panel"]
        if not one["left_at"] or one["present_at"]
    ]
    paper.grid([gettext("Name"), gettext("Office"), gettext("Present since")], rows, [70, 50, 50])
    paper.heading(gettext("Declarations of interest"), 3)
    kinds = {
        "family": gettext("family"),
        "mentor": gettext("mentor of the workshop"),
        "other": gettext("declared interest"),
        "member": gettext("member of the workshop"),
    }
    for one in said["interests"]:
        paper.paragraph(f"{one['judge']}: {one['workshop']} ({kinds[one['kind']]})")
    if not said["interests"]:
        paper.paragraph(gettext("None was declared."))
    paper.paragraph(
        gettext("With every sheet its judge declared to have no interest in the workshop."), small=True
    )


def _entries(paper: Any, entries: list[Row]) -> None:
    states = {
        "admitted": gettext("Admitted"),
        "refused": gettext("Refused"),
        "withdrawn": gettext("Withdrawn"),
        "left_out": gettext("No place was free"),
    }
    paper.heading(gettext("Workshops"), 2)
    rows = [
        [
            str(number),
            f"{one['workshop']} ({one['maker']})",
            one["regency"],
            ": ".join(filter(None, [states.get(one["state"], one["state"]), one["reason"]])),
            gettext("yes") if one["present_at"] else gettext("no"),
        ]
        for number, one in enumerate(entries, start=1)
    ]
    head = ["", gettext("Workshop"), gettext("Regency or city"), gettext("Application"), gettext("Present")]
    paper.grid(head, rows, [8, 62, 40, 46, 18])


def _outcome(piece: Row) -> str:
    words = _heads()
    return words["carried_over"] if piece["carried_over"] else words.get(piece.get("outcome", ""), "–")


def _pieces(paper: Any, said: Row, *, english: bool) -> None:
    paper.heading(gettext("Pieces and verdicts"), 2)
    head = [gettext("No."), gettext("Piece"), gettext("Workshop"), gettext("Verdict"), gettext("Total")]
    rows = [
        [str(one["number"]), one["title"], one["workshop"], _outcome(one), str(one.get("total", "–"))]
        for one in said["pieces"]
    ]
    paper.grid(head, rows, [10, 64, 50, 34, 16], right=[4])
    for piece in said["pieces"]:
        if not piece["carried_over"]:
            _piece(paper, said["rubric"], piece, english=english)


def _piece(paper: Any, rubric: Row, piece: Row, *, english: bool) -> None:
    """Write every mark of one piece, judge beside judge, and the verdict with its reason."""
    tongue = "en" if english else "id"
    paper.heading(f"{piece['number']}. {piece['title']} · {piece['workshop']}", 3)
    given = piece["sheets"]
    head = [gettext("Criterion"), *(one["judge"] for one in given)]
    rows = [
        [f"{c[f'name_{tongue}']} ({c['weight']})", *(str(one["scores"].get(c["id"], "–")) for one in given)]
        for c in rubric["criteria"]
    ]
    yes, no = gettext("yes"), gettext("no")
    for gate in rubric["gates"]:
        answers = [one["gates"].get(gate["id"]) for one in given]
        rows.append(
            [gate[f"text_{tongue}"], *("–" if one is None else yes if one else no for one in answers)]
        )
    rows.append([gettext("Handed in"), *(_when(one["at"]) for one in given)])
    paper.grid(head, rows, [74, *[100 / max(len(given), 1)] * len(given)])
    if piece["discussion"]:
        names = ", ".join(piece["signed"])
        paper.paragraph(f"{gettext('Discussion')}: {piece['discussion']} ({names})")
    if "outcome" in piece:
        paper.paragraph(f"{gettext('Verdict')}: {_outcome(piece)} · {piece['total']}", bold=True)
        paper.paragraph(piece["reason"])
        for one in piece["conditions"]:
            until = gettext("until %(day)s", day=_day(one["due_on"])) if one["due_on"] else ""
            paper.paragraph(f"{gettext('Condition')}: {one['text']} {until}".strip())
        paper.paragraph(f"{piece['decided_by']}, {_when(piece['decided_at'])}", small=True)


def _count(paper: Any, said: Row) -> None:
    heads = _heads()
    line = minutes.counted(said)["all"]
    paper.heading(gettext("Numbers"), 2)
    paper.facts([(heads[key], str(line[key])) for key in minutes.COUNTED])
