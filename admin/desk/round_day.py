"""The day of a round at the desk: the order of the table, who is there, the verdicts, what is carried over."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from admin.desk.rounds import blueprint, runs
from catalog.curation import round_entries, rounds, seating, seats, tables
from catalog.models import EntryState, PanelStage, RoundState
from shop import authz, inputs, web
from shop.db import db, transaction

SORTS = {
    "craft": lambda one: (one.name_id, one.workshop_name, one.id),
    "workshop": lambda one: (one.workshop_name, one.id),
    "regency": lambda one: (one.regency_name, one.workshop_name, one.id),
}
"""Ways in which the whole table can be put in order at once."""
STAGES = {
    "all": tuple(PanelStage),
    "judging": (PanelStage.JUDGING,),
    "discussion": (PanelStage.DISCUSSION,),
    "verdict": (PanelStage.VERDICT,),
    "decided": (PanelStage.DECIDED,),
}


# --- the order -----------------------------------------------------------------------------------------------------


@blueprint.get("/<int:round_id>/order")
def order(round_id: int) -> ResponseReturnValue:
    """Show the order of the table, to be changed and printed."""
    held = rounds.for_staff(db.session(), current_user, round_id)
    may = runs(held) and held.state in {RoundState.OPEN, *tables.DAY}
    return render_template(
        "desk/round_order.html",
        held=held,
        officer=runs(held),
        may=may,
        pieces=tables.pieces(db.session(), held.id),
    )


@blueprint.post("/<int:round_id>/order")
@authz.allow(*rounds.OFFICERS)
def keep_order(round_id: int) -> ResponseReturnValue:
    """Keep the numbers that were typed, or sort the whole table; numbers are counted anew from 1."""
    by = request.form.get("sort", "")
    with transaction() as session:
        held = rounds.for_officer(session, current_user, round_id)
        lying = tables.pieces(session, held.id)
        if by in SORTS:
            wanted = {one.id: place for place, one in enumerate(sorted(lying, key=SORTS[by]), start=1)}
        else:
            # A piece that was given another's number comes before it.
            wanted = {
                one.id: 2 * typed - (typed != one.number)
                for one in lying
                for typed in [request.form.get(f"number-{one.id}", one.number, type=inputs.row_number)]
            }
        tables.order(session, web.actor(), held, wanted)
    flash(gettext("The table is in this order."), "success")
    return redirect(url_for("desk_rounds.order", round_id=round_id), 303)


@blueprint.get("/<int:round_id>/sheet")
def sheet(round_id: int) -> ResponseReturnValue:
    """Show the table as a sheet to print: numbers, pieces, workshops."""
    held = rounds.for_staff(db.session(), current_user, round_id)
    lying = tables.pieces(db.session(), held.id)
    return render_template(
        "desk/round_sheet.html", held=held, pieces=lying, panel=seats.of_round(db.session(), held.id)
    )


# --- who is there --------------------------------------------------------------------------------------------------


@blueprint.get("/<int:round_id>/attendance")
def attendance(round_id: int) -> ResponseReturnValue:
    """Show who is there: the panel, and the workshops by name."""
    session = db.session()
    held = rounds.for_staff(session, current_user, round_id)
    entries = [one for one in round_entries.of_round(session, held.id) if one.state is EntryState.ADMITTED]
    return render_template(
        "desk/round_attendance.html",
        held=held,
        officer=runs(held),
        may=runs(held) and held.state in tables.DAY,
        panel=seats.of_round(session, held.id),
        entries=sorted(entries, key=lambda entry: entry.workshop.name),
    )


@blueprint.post("/<int:round_id>/attendance")
@authz.allow(*rounds.OFFICERS)
def mark_attendance(round_id: int) -> ResponseReturnValue:
    """Mark one workshop or one judge as there or not."""
    present = request.form.get("present") == "1"
    entry_id, seat_id = (request.form.get(name, 0, type=inputs.row_number) for name in ("entry", "seat"))
    with transaction() as session:
        held = rounds.for_officer(session, current_user, round_id)
        if seat_id:
            seating.mark_present(session, web.actor(), held, seat_id, present=present)
        elif entry_id:
            tables.mark_present(session, web.actor(), held, entry_id, present=present)
    anchor = f"seat-{seat_id}" if seat_id else f"entry-{entry_id}"
    return redirect(url_for("desk_rounds.attendance", round_id=round_id, _anchor=anchor), 303)


# --- the verdicts --------------------------------------------------------------------------------------------------


@blueprint.get("/<int:round_id>/verdicts")
def verdicts(round_id: int) -> ResponseReturnValue:
    """List the pieces by what they wait for, each with the way to its review."""
    session = db.session()
    held = rounds.for_staff(session, current_user, round_id)
    lying = tables.pieces(session, held.id)
    stage = request.args.get("stage", "all")
    stage = stage if stage in STAGES else "all"
    left = [one for one in lying if not one.carried_over]
    return render_template(
        "desk/round_verdicts.html",
        held=held,
        officer=runs(held),
        pieces=[
            one for one in lying if one.stage in STAGES[stage] and (stage == "all" or not one.carried_over)
        ],
        stage=stage,
        counts={
            name: len(lying) if name == "all" else sum(one.stage in stages for one in left)
            for name, stages in STAGES.items()
        },
        undecided=sum(one.stage is not PanelStage.DECIDED for one in left),
        may_carry=runs(held) and held.state is RoundState.IN_SESSION,
    )


@blueprint.post("/<int:round_id>/carry-over")
@authz.allow(*rounds.OFFICERS)
def carry_over(round_id: int) -> ResponseReturnValue:
    """Let pieces without a verdict leave the round for continuous curation."""
    wanted = request.form.getlist("piece", type=inputs.row_number)
    with transaction() as session:
        held = rounds.for_officer(session, current_user, round_id)
        count = tables.carry_over(session, web.actor(), held, wanted)
    words = ngettext("%(num)s piece goes on in the queue.", "%(num)s pieces go on in the queue.", count)
    flash(words if count else gettext("Choose the pieces first."), "success" if count else "warning")
    return redirect(url_for("desk_rounds.verdicts", round_id=round_id), 303)
