"""Rounds of curation at the desk: the list, preparing one, its page, its steps, its panel."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from admin import paging
from admin.desk import round_form, scope
from admin.desk.round_form import RoundForm
from catalog.curation import minutes, round_entries, rounds, rubrics, seating, seats, tables
from catalog.models import Council, EntryState, Office, Round, RoundState
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid, ShopError

blueprint = Blueprint("desk_rounds", __name__, url_prefix="/desk/rounds")
authz.guard(blueprint, roles=scope.JUDGES)
PAGE = 20
TABS: dict[str, tuple[RoundState, ...]] = {
    "coming": rounds.COMING,
    "ended": (RoundState.ENDED,),
    "cancelled": (RoundState.CANCELLED,),
}


def runs(held: Round) -> bool:
    """Say whether the signed-in person administers the council of a round."""
    return scope.covers(held.council, *rounds.OFFICERS)


def said(error: ShopError) -> str:
    """Give a refusal in the language of the page."""
    return str(gettext(error.message, **error.params))


# --- the list ------------------------------------------------------------------------------------------------------


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the rounds, by how far they have come."""
    tab = request.args.get("tab", "coming")
    tab = tab if tab in TABS else "coming"
    number = min(paging.number(), 10_000)
    found, total = rounds.listed(db.session(), current_user, TABS[tab], size=PAGE, page=number)
    return render_template(
        "desk/rounds.html",
        rounds=found,
        tab=tab,
        number=number,
        pages=max(-(-total // PAGE), 1),
        may_open=bool(scope.codes(*rounds.OFFICERS)),
    )


# --- preparing -----------------------------------------------------------------------------------------------------


def _council(code: str) -> tuple[Council, list[Council]]:
    """Give the council for which a round is prepared, of those that the person administers."""
    return scope.chosen(code, *rounds.OFFICERS)


@blueprint.route("/new", methods=["GET", "POST"])
@authz.allow(*rounds.OFFICERS)
def new() -> ResponseReturnValue:
    """Prepare a round, from nothing or like a former one."""
    former_id = request.values.get("like", 0, type=inputs.row_number)
    session = db.session()
    former = rounds.for_officer(session, current_user, former_id) if former_id else None
    council, mine = _council(former.council.code if former else request.values.get("council", ""))
    plan = round_form.on_other_days(rounds.plan_of(session, former)) if former else None
    form = round_form.filled(plan)
    if not form.is_sent():
        return _form_page(form, None, council, mine, former), 422 if form.errors else 200
    council_id = council.id
    try:
        with transaction() as writing:
            chosen = writing.get_one(Council, council_id)
            if former_id:
                like = rounds.for_officer(writing, current_user, former_id)
                made = rounds.duplicate(writing, web.actor(), current_user, like, form.plan())
            else:
                made = rounds.create(writing, web.actor(), current_user, chosen, form.plan())
            round_id = made.id
    except rounds.RoundRefused as error:
        form.refuse_plan(error)
        council, mine = _council(request.values.get("council", ""))
        return _form_page(form, None, council, mine, former), error.status
    flash(gettext("The draft is kept. Seat the panel, then open the round."), "success")
    return redirect(url_for("desk_rounds.show", round_id=round_id), 303)


def _form_page(
    form: RoundForm, held: Round | None, council: Council, mine: list[Council], former: Round | None = None
) -> str:
    return render_template(
        "desk/round_form.html", form=form, held=held, council=council, councils=mine, former=former
    )


@blueprint.route("/<int:round_id>/edit", methods=["GET", "POST"])
@authz.allow(*rounds.OFFICERS)
def edit(round_id: int) -> ResponseReturnValue:
    """Change a round that has not begun; once workshops have seen it, after a confirmation."""
    session = db.session()
    held = rounds.for_officer(session, current_user, round_id)
    if held.state not in rounds.CHANGEABLE:
        raise rounds.NotNow
    form = round_form.filled(rounds.plan_of(session, held), held.edits)
    if not form.is_sent():
        return _form_page(form, held, held.council, []), 422 if form.errors else 200
    if held.state is not RoundState.DRAFT and not form.confirmed.data:
        form.refuse(form.confirmed, gettext("Please confirm that you change what workshops have read."))
        return _form_page(form, held, held.council, []), 422
    typed = form.seen.data or ""
    seen = inputs.digits(typed, -1)
    try:
        with transaction() as writing:
            fresh = rounds.for_officer(writing, current_user, round_id)
            rounds.change(writing, web.actor(), fresh, seen, form.plan())
            round_entries.after_change(writing, web.actor(), fresh)
    except rounds.RoundRefused as error:
        form.refuse_plan(error)
        held = rounds.for_officer(db.session(), current_user, round_id)
        return _form_page(form, held, held.council, []), error.status
    except rounds.EditedElsewhere as error:
        form.form_errors.append(said(error))
        held = rounds.for_officer(db.session(), current_user, round_id)
        return _form_page(form, held, held.council, []), error.status
    flash(gettext("The round is changed."), "success")
    return redirect(url_for("desk_rounds.show", round_id=round_id), 303)


# --- its page, its steps --------------------------------------------------------------------------------------------


@blueprint.get("/<int:round_id>")
def show(round_id: int) -> ResponseReturnValue:
    """Show where a round stands and what can be done with it."""
    return _page(rounds.for_staff(db.session(), current_user, round_id))


def _page(held: Round, error: ShopError | None = None, **typed: Any) -> ResponseReturnValue:
    session = db.session()
    entries = round_entries.of_round(session, held.id)
    officer = runs(held)
    html = render_template(
        "desk/round.html",
        held=held,
        officer=officer,
        panel=seats.of_round(session, held.id),
        candidates=seating.candidates(session, held) if officer and held.state in rounds.COMING else [],
        offices=list(Office),
        crafts=rounds.crafts(session, held.id),
        figures=minutes.figures(session, held)["all"],
        to_check=sum(entry.state is EntryState.APPLIED for entry in entries),
        in_line=sum(entry.state is EntryState.WAITING for entry in entries),
        lying=tables.pieces(session, held.id),
        rubric=rubrics.by_id(session, held.rubric_id) if held.opened_at else None,
        error=said(error) if error else "",
        typed={"office": "", "email": "", "reason": ""} | typed,
    )
    return html, error.status if error else 200


def _steps() -> dict[str, tuple[Callable[..., Any], str]]:
    return {
        "open": (
            rounds.open_up,
            gettext("The round is open. The workshops of the region see it in their studio."),
        ),
        "close": (rounds.close, gettext("Nobody applies any more.")),
        "start": (tables.start, gettext("The session has begun. The panel can mark the pieces.")),
        "discard": (rounds.discard, gettext("The draft is given up.")),
    }


@blueprint.post("/<int:round_id>/step")
@authz.allow(*rounds.OFFICERS)
def step(round_id: int) -> ResponseReturnValue:
    """Take a round a step further."""
    wanted = request.form.get("do", "")
    known = _steps()
    try:
        with transaction() as session:
            held = rounds.for_officer(session, current_user, round_id)
            if wanted in known:
                known[wanted][0](session, web.actor(), held)
            elif wanted == "end":
                tables.end(session, web.actor(), current_user, held)
            elif wanted == "cancel":
                tables.cancel(session, web.actor(), held, request.form.get("reason", ""))
            else:
                raise Invalid
    except (Conflict, Invalid) as error:
        again = rounds.for_officer(db.session(), current_user, round_id)
        return _page(again, error, reason=request.form.get("reason", "")[:1000])
    words = {
        "end": gettext("The round has ended. Its minutes are written and do not change any more."),
        "cancel": gettext("The round is called off. Every workshop gets a letter and its pieces back."),
    }
    flash(words[wanted] if wanted in words else known[wanted][1], "success")
    return redirect(url_for("desk_rounds.show", round_id=round_id), 303)


# --- the panel -----------------------------------------------------------------------------------------------------


@blueprint.post("/<int:round_id>/seats")
@authz.allow(*rounds.OFFICERS)
def give_seat(round_id: int) -> ResponseReturnValue:
    """Give somebody a seat on the panel."""
    email = request.form.get("guest", "").strip()[:254] or request.form.get("person", "").strip()[:254]
    office = request.form.get("office", "")
    try:
        with transaction() as session:
            held = rounds.for_officer(session, current_user, round_id)
            if office not in set(Office) or not email:
                raise seating.NotACurator
            seating.seat(session, web.actor(), current_user, held, email, Office(office))
    except (Conflict, Invalid) as error:
        again = rounds.for_officer(db.session(), current_user, round_id)
        return _page(again, error, email=email, office=office)
    flash(gettext("The seat is given."), "success")
    return redirect(url_for("desk_rounds.show", round_id=round_id, _anchor="panel"), 303)


@blueprint.post("/<int:round_id>/seats/<int:seat_id>/remove")
@authz.allow(*rounds.OFFICERS)
def take_seat(round_id: int, seat_id: int) -> ResponseReturnValue:
    """Take a seat away."""
    with transaction() as session:
        held = rounds.for_officer(session, current_user, round_id)
        seating.unseat(session, web.actor(), held, seat_id)
    flash(gettext("The seat is free again."), "success")
    return redirect(url_for("desk_rounds.show", round_id=round_id, _anchor="panel"), 303)
