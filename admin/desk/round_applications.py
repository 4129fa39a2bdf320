"""Applications to a round at the desk: who has applied, the checklist, and the council's answer."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from admin import paging
from admin.desk.rounds import blueprint, runs, said
from catalog import artisans
from catalog.curation import round_checks, round_entries, round_places, rounds
from catalog.models import EntryState, Round, RoundEntry
from shop import authz, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid, ShopError

TABS: dict[str, tuple[EntryState, ...]] = {
    "all": tuple(EntryState),
    "check": (EntryState.APPLIED, EntryState.ASKED),
    "admitted": (EntryState.ADMITTED,),
    "waiting": (EntryState.WAITING,),
    "closed": (EntryState.REFUSED, EntryState.WITHDRAWN, EntryState.LEFT_OUT),
}
ANSWERS = {"admit": EntryState.ADMITTED, "ask": EntryState.ASKED, "refuse": EntryState.REFUSED}
PAGE = 40


@blueprint.get("/<int:round_id>/applications")
def applications(round_id: int) -> ResponseReturnValue:
    """List who has applied, by where the application stands."""
    session = db.session()
    held = rounds.for_staff(session, current_user, round_id)
    everybody = round_entries.of_round(session, held.id)
    tab = request.args.get("tab", "all")
    tab = tab if tab in TABS else "all"
    wanted = [entry for entry in everybody if entry.state in TABS[tab]]
    pages = max(-(-len(wanted) // PAGE), 1)
    number = min(paging.number(), pages)
    rows = wanted[(number - 1) * PAGE : number * PAGE]
    in_line = [entry.id for entry in everybody if entry.state is EntryState.WAITING]
    return render_template(
        "desk/round_applications.html",
        held=held,
        officer=runs(held),
        rows=rows,
        places={key: place for place, key in enumerate(in_line, start=1)},
        pieces=round_places.pieces(session, [entry.id for entry in rows]),
        tab=tab,
        counts={name: sum(entry.state in states for entry in everybody) for name, states in TABS.items()},
        number=number,
        pages=pages,
    )


@blueprint.get("/<int:round_id>/applications/<int:entry_id>")
def application(round_id: int, entry_id: int) -> ResponseReturnValue:
    """Show one application with its pieces and the checklist."""
    held = rounds.for_staff(db.session(), current_user, round_id)
    return _page(held, round_entries.one_of_round(db.session(), held, entry_id))


def _page(held: Round, entry: RoundEntry, error: ShopError | None = None) -> ResponseReturnValue:
    session = db.session()
    own = artisans.is_member(session, entry.workshop_id, current_user.id)
    typed = request.form if error else None
    html = render_template(
        "desk/round_application.html",
        held=held,
        entry=entry,
        own=own,
        officer=runs(held),
        may_check=runs(held) and not own and entry.state in {EntryState.APPLIED, EntryState.ASKED},
        members=artisans.members(session, entry.workshop_id),
        pieces=round_places.pieces(session, [entry.id])[entry.id],
        checklist=round_checks.CHECKLIST,
        ticked={
            name for name in round_checks.CHECKLIST if (typed.get(name) if typed else entry.checks.get(name))
        },
        words=typed.get("words", "")[:1000] if typed else "",
        error=said(error) if error else "",
    )
    return html, error.status if error else 200


@blueprint.post("/<int:round_id>/applications/<int:entry_id>")
@authz.allow(*rounds.OFFICERS)
def answer_application(round_id: int, entry_id: int) -> ResponseReturnValue:
    """Admit, ask for more, or refuse."""
    held = rounds.for_officer(db.session(), current_user, round_id)
    to = ANSWERS.get(request.form.get("do", ""))
    checks = {name: name in request.form for name in round_checks.CHECKLIST}
    try:
        if to is None:
            raise Invalid
        with transaction() as session:
            fresh = rounds.for_officer(session, current_user, round_id)
            round_checks.check(
                session,
                web.actor(),
                current_user,
                fresh,
                entry_id,
                to=to,
                checks=checks,
                words=request.form.get("words", ""),
            )
    except (Conflict, Invalid) as error:
        held = rounds.for_officer(db.session(), current_user, round_id)
        return _page(held, round_entries.one_of_round(db.session(), held, entry_id), error)
    words = {
        EntryState.ADMITTED: gettext("Admitted. The workshop gets a letter."),
        EntryState.ASKED: gettext("Asked. The workshop gets a letter and answers in the studio."),
        EntryState.REFUSED: gettext(
            "Refused. The workshop gets a letter with your reason, and its pieces back."
        ),
    }
    flash(words[to], "success")
    return redirect(url_for("desk_rounds.applications", round_id=round_id, tab="check"), 303)
