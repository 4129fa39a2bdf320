"""The marking screen of a round: the whole table on one page that works without a connection, and the door for what
was marked there. Marks of other judges are on no page of it.

The device keeps each sheet under a key of its own until the door has said what became of it; a sheet that comes
twice is the same sheet. See docs/decisions/0012-marks-kept-on-the-device.md.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from admin.desk.rounds import blueprint, runs, said
from catalog import photos, taxonomy
from catalog.curation import panels, rounds, rubrics, scoring, seats, submissions, tables
from catalog.curation.interests import FirstPanel, HasInterest
from catalog.curation.tables import TablePiece
from catalog.models import (
    GateCheck,
    Interest,
    Judgement,
    Picture,
    Round,
    RoundState,
    Score,
    Submission,
    WorkshopMember,
)
from catalog.pictures import PhotoView
from shop import i18n, web
from shop.db import db, transaction
from shop.errors import Forbidden, ShopError
from shop.texts import mark

PHOTOS = 4
"""Photographs of each piece that travel with the page."""
SMALL = 500
"""Pixels of the widest of them."""
AT_ONCE = 60
"""Sheets in one request."""
KEY = 64
NOT_SEATED = mark("You have no seat on the panel of this round.")
NOT_BEGUN = mark("The session has not begun. Your marks stay on this device until it has.")
NOT_PRESENT = mark("You are not marked present. Your marks stay on this device until you are.")
NOT_ON_TABLE = mark("This piece is not on the table any more.")
UNREADABLE = mark("This sheet cannot be read. Please open the piece and hand it in again.")


class Laid(NamedTuple):
    """One piece as the marking screen shows it."""

    piece: TablePiece
    snapshot: dict[str, Any]
    photos: list[PhotoView]
    technique: str
    sheet: dict[str, Any]
    """The person's own marks, as the device would keep them."""
    closed: str
    """Why this person does not mark it; empty when they do."""


# --- the page ------------------------------------------------------------------------------------------------------


@blueprint.get("/<int:round_id>/table")
def table(round_id: int) -> ResponseReturnValue:
    """Show the whole table with everything that one judge needs to mark it."""
    session = db.session()
    held = rounds.for_staff(session, current_user, round_id)
    seat = next(
        (seat for seat in seats.of_round(session, held.id) if seat.person_id == current_user.id), None
    )
    return render_template(
        "desk/round_table.html",
        held=held,
        officer=runs(held),
        seat=seat,
        person_id=current_user.id,
        marking=seat is not None and held.state is RoundState.IN_SESSION,
        laid=_laid(session, held),
        rubric=rubrics.by_id(session, held.rubric_id),
        small_photo=small,
    )


def _laid(session: Session, held: Round) -> list[Laid]:
    lying = tables.pieces(session, held.id, carried_over=False)
    ids = [piece.submission_id for piece in lying]
    rows = session.execute(sa.select(Submission.id, Submission.snapshot).where(Submission.id.in_(ids)))
    snapshots = {row.id: row.snapshot for row in rows}
    sheets, closed = _own_sheets(session, ids), _closed(session)
    images = _images(session, snapshots)
    laid = []
    for piece in lying:
        shown = snapshots[piece.submission_id]
        technique = taxonomy.TECHNIQUES.get(shown["technique"])
        name = "name_en" if i18n.current_locale() == "en" else "name_id"
        sheet = sheets.get(piece.submission_id, {})
        laid.append(
            Laid(
                piece=piece,
                snapshot=shown,
                photos=images[piece.submission_id],
                technique=str(getattr(technique, name, "")),
                sheet=sheet,
                closed=closed.get(piece.workshop_id, ""),
            )
        )
    return laid


def _images(session: Session, snapshots: Mapping[int, Mapping[str, Any]]) -> dict[int, list[PhotoView]]:
    """Give the first photographs of every piece, read at once."""
    wanted = {key: shown.get("photos", [])[:PHOTOS] for key, shown in snapshots.items()}
    ids = {photo["picture_id"] for several in wanted.values() for photo in several}
    rows = {row.id: row for row in session.scalars(sa.select(Picture).where(Picture.id.in_(ids)))}
    found: dict[int, list[PhotoView]] = {}
    for key, several in wanted.items():
        views = [
            photos.private_view(rows[photo["picture_id"]], photo["alt"], _address(key))
            for photo in several
            if photo["picture_id"] in rows
        ]
        found[key] = [view for view in views if view]
    return found


def _address(submission_id: int) -> Any:
    def address(picture_id: int, width: int, ending: str) -> str:
        values = {"submission_id": submission_id, "picture_id": picture_id, "width": width, "ending": ending}
        return url_for("desk_review.image", **values)  # type: ignore[arg-type]

    return address


def small(view: PhotoView) -> tuple[int, str]:
    """Give the width and address of the largest size that is still small."""
    sizes = view.sources["webp"] or view.sources["jpeg"]
    fitting = [size for size in sizes if size[0] <= SMALL]
    return fitting[-1] if fitting else sizes[0]


def _own_sheets(session: Session, submission_ids: list[int]) -> dict[int, dict[str, Any]]:
    """Give what the signed-in person has marked of these, and nobody else's."""
    me = current_user.id
    found: dict[int, dict[str, Any]] = defaultdict(
        lambda: {"scores": {}, "gates": {}, "score_notes": {}, "gate_notes": {}, "handed_in": False}
    )
    for score in session.scalars(
        sa.select(Score).where(Score.curator_id == me, Score.submission_id.in_(submission_ids))
    ):
        found[score.submission_id]["scores"][score.criterion] = score.value
        found[score.submission_id]["score_notes"][score.criterion] = score.note
    for check in session.scalars(
        sa.select(GateCheck).where(GateCheck.curator_id == me, GateCheck.submission_id.in_(submission_ids))
    ):
        found[check.submission_id]["gates"][check.gate] = check.passed
        found[check.submission_id]["gate_notes"][check.gate] = check.note
    handed_in = sa.select(Judgement.submission_id).where(
        Judgement.judge_id == me,
        Judgement.submission_id.in_(submission_ids),
        Judgement.handed_in_at.is_not(None),
    )
    for key in session.scalars(handed_in):
        found[key]["handed_in"] = True
    return found


def _closed(session: Session) -> dict[int, str]:
    """Give the workshops that the signed-in person does not judge, with the reason."""
    me = current_user.id
    own = session.scalars(sa.select(WorkshopMember.workshop_id).where(WorkshopMember.user_id == me))
    declared = session.scalars(
        sa.select(Interest.workshop_id).where(Interest.person_id == me, Interest.ended_at.is_(None))
    )
    words = {key: gettext(HasInterest.message) for key in declared}
    return words | {key: gettext(submissions.OwnWorkshop.message) for key in own}


# --- the door for sheets ---------------------------------------------------------------------------------------------


@blueprint.get("/<int:round_id>/key")
def sheet_key(round_id: int) -> ResponseReturnValue:
    """Tell a device who is signed in on it, and give it the token with which sheets can be sent."""
    rounds.for_staff(db.session(), current_user, round_id)
    return jsonify(person=current_user.id, csrf=generate_csrf())


@blueprint.post("/<int:round_id>/sheets")
def hand_in(round_id: int) -> ResponseReturnValue:
    """Take sheets from a device, each by itself, and say of each what became of it."""
    rounds.for_staff(db.session(), current_user, round_id)
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        sent = {}
    rows = sent.get("sheets")
    if not isinstance(rows, list) or len(rows) > AT_ONCE:
        return jsonify(error=gettext(UNREADABLE)), 422
    if sent.get("person") != current_user.id:
        return jsonify(error=gettext("These marks were made by somebody else on this device.")), 409
    return jsonify(results=[_take(round_id, row) for row in rows])


def _take(round_id: int, row: Any) -> dict[str, Any]:
    """Hand one sheet in; the same one again changes nothing."""
    key = row.get("key") if isinstance(row, dict) else None
    submission_id = row.get("submission") if isinstance(row, dict) else None
    if not isinstance(key, str) or not 8 <= len(key) <= KEY or not isinstance(submission_id, int):
        return _refused(key, "unreadable", UNREADABLE, final=True)
    try:
        sheet = _read(row)
        with transaction() as session:
            waits = _waits(session, round_id, submission_id, key)
            if waits:
                return _refused(key, *waits)
            panels.hand_in(session, web.actor(), current_user, submission_id, key=key, **sheet)
    except ValueError:
        return _refused(key, "unreadable", UNREADABLE, final=True)
    except ShopError as error:
        return {"key": key, "state": "refused", "code": _code(error), "words": said(error), "final": True}
    return {"key": key, "state": "kept"}


def _refused(key: Any, code: str, words: str, final: bool = False) -> dict[str, Any]:
    return {"key": key, "state": "refused", "code": code, "words": gettext(words), "final": final}


def _waits(
    session: Session, round_id: int, submission_id: int, key: str
) -> tuple[str, str] | tuple[str, str, bool] | None:
    """Say why a sheet cannot be handed in now, and whether it ever can; nothing when it can, or has been."""
    me = current_user.id
    known = session.scalar(
        sa.select(Judgement.submission_id).where(Judgement.judge_id == me, Judgement.client_key == key)
    )
    if known is not None:
        return None if known == submission_id else ("unreadable", UNREADABLE, True)
    if session.scalar(sa.select(Submission.round_id).where(Submission.id == submission_id)) != round_id:
        return "gone", NOT_ON_TABLE, True
    seat = next((one for one in seats.of_round(session, round_id) if one.person_id == me), None)
    if seat is None:
        return "no-seat", NOT_SEATED, True
    if not seats.in_session(session, round_id):
        return "not-begun", NOT_BEGUN
    if seat.present_at is None:
        return "not-present", NOT_PRESENT
    return None


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    """Read a sheet strictly. :raise ValueError:"""
    scores, gates = row.get("scores"), row.get("gates")
    if not isinstance(scores, dict) or not isinstance(gates, dict) or max(len(scores), len(gates)) > 60:
        raise ValueError
    if not all(type(value) is int for value in scores.values()):
        raise ValueError
    if not all(type(value) is bool for value in gates.values()):
        raise ValueError
    return {
        "scores": scores,
        "gates": gates,
        "score_notes": _notes(row.get("score_notes")),
        "gate_notes": _notes(row.get("gate_notes")),
        "free_of_interest": row.get("free") is True,
    }


def _notes(sent: Any) -> dict[str, str]:
    if not isinstance(sent, dict) or len(sent) > 60:
        raise ValueError
    if not all(isinstance(words, str) for words in sent.values()):
        raise ValueError
    return {
        key: "".join(c for c in words[:1000] if c.isprintable() or c == "\n") for key, words in sent.items()
    }


def _code(error: ShopError) -> str:
    codes: list[tuple[type[ShopError], str]] = [
        (submissions.NotWaiting, "decided"),
        (panels.Complete, "complete"),
        (scoring.AlreadyHandedIn, "handed-in"),
        (HasInterest, "interest"),
        (submissions.OwnWorkshop, "own-workshop"),
        (FirstPanel, "first-panel"),
        (Forbidden, "forbidden"),
        (submissions.NoSuchSubmission, "gone"),
    ]
    return next((code for kind, code in codes if isinstance(error, kind)), "unreadable")
