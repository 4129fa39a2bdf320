"""The heritage register: craft forms, home regions and evidence, kept by officers of the home regions."""

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from admin import paging
from admin.desk import heritage_forms, scope, trail
from admin.desk.heritage_forms import CraftFormForm, NewFormForm, StatusForm
from catalog import browsing, heritage_families, heritage_register, heritage_statuses
from catalog.curation import countersignatures
from catalog.models import HeritageForm, HeritageStatus
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.errors import ShopError
from shop.models import AuditEntry

blueprint = Blueprint("desk_heritage", __name__, url_prefix="/desk/heritage")
authz.guard(blueprint, roles=scope.JUDGES)
MOST_CHANGES = 50
"""Changes of a form that its page shows; the history page has all."""


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the forms; words and filters are kept in the address."""
    session = db.session()
    asked = " ".join(request.args.get("q", "")[:80].split())
    which = request.args.get("which", "mine")
    number = min(paging.number(), 10_000)
    found = heritage_register.listed(
        session, current_user, asked, number, mine=which == "mine", unchecked=which == "unchecked"
    )
    return render_template(
        "desk/heritage.html",
        found=found,
        asked=asked,
        which=which,
        places=browsing.present(session)[1],
        families=heritage_families.counted(session) if which == "families" else [],
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Enter a form that the register lacks; makers of the region can choose it from then on."""
    form = NewFormForm(data={"guarded": True})
    form.offer(db.session(), [])
    if not form.is_sent():
        return _new_page(form, 422 if form.errors else 200)
    try:
        with transaction() as session:
            content = form.content()
            entered = heritage_register.enter(
                session, web.actor(), current_user, form.family.data, content, form.reason.data
            )
            slug = entered.craft.slug
    except ShopError as error:
        form.form_errors.append(gettext(error.message, **error.params))
        return _new_page(form, error.status)
    flash(gettext("Entered. Makers of the region can choose it now."), "success")
    return redirect(url_for("desk_heritage.edit", slug=slug), 303)


def _new_page(form: NewFormForm, status: int) -> ResponseReturnValue:
    return render_template("desk/heritage_new.html", form=form), status


# --- one form ------------------------------------------------------------------------------------------


@blueprint.route("/<slug>", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    """Show what the register says of a form; officers of a home region change it."""
    entry = heritage_register.form_of(db.session(), slug)
    homes = heritage_register.home_rows(db.session(), entry.craft_id)
    form = CraftFormForm(data=heritage_forms.written(entry, homes))
    form.offer(db.session(), homes)
    if not form.is_sent():
        return _page(entry, form, 422 if form.errors else 200)
    typed = form.seen.data or ""
    seen = inputs.digits(typed, 0)
    reason = form.reason.data
    try:
        with transaction() as session:
            fresh = heritage_register.form_of(session, slug)
            actor = web.actor()
            changed = heritage_register.change(
                session, actor, current_user, fresh, seen, form.content(), reason
            )
            kept = countersignatures.keep_present(session, actor, fresh.craft_id, reason) if changed else 0
    except ShopError as error:
        form.form_errors.append(gettext(error.message, **error.params))
        return _page(heritage_register.form_of(db.session(), slug), form, error.status)
    words = gettext("Kept. Pages and studio go by it from now on.")
    if kept:
        words += " " + gettext(
            "Pieces on sale that claim it from elsewhere keep their claim: %(kept)s.", kept=kept
        )
    flash(words, "success")
    return redirect(url_for("desk_heritage.edit", slug=slug), 303)


def _page(entry: HeritageForm, form: CraftFormForm, status: int) -> ResponseReturnValue:
    session = db.session()
    homes = heritage_register.home_rows(session, entry.craft_id)
    html = render_template(
        "desk/heritage_form.html",
        entry=entry,
        form=form,
        homes=[heritage_forms.region(home) for home in homes],
        statuses=heritage_statuses.of_form(session, entry.craft_id),
        rolls=heritage_forms.ROLLS,
        standings=heritage_forms.STANDINGS,
        may_edit=heritage_register.keeps(session, current_user, entry.craft_id),
        history=_history(entry),
    )
    return html, status


def _history(entry: HeritageForm) -> list[trail.Line]:
    """Give everything that was changed, the latest first; the register is nobody's secret among councils."""
    query = sa.select(AuditEntry).where(
        AuditEntry.object_type == entry.craft.__tablename__, AuditEntry.object_id == str(entry.craft_id)
    )
    rows = db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(MOST_CHANGES)).all()
    return trail.lines(db.session(), rows)


# --- what a register says of it ------------------------------------------------------------------------


@blueprint.route("/<slug>/entries/new", methods=["GET", "POST"])
def add_status(slug: str) -> ResponseReturnValue:
    """Enter what a register says of a form."""
    entry = heritage_register.form_of(db.session(), slug)
    form = StatusForm()
    return _status(entry, form, None)


@blueprint.route("/<slug>/entries/<int:status_id>", methods=["GET", "POST"])
def edit_status(slug: str, status_id: int) -> ResponseReturnValue:
    """Correct what a register says of a form, or say that it was compared with the document."""
    entry = heritage_register.form_of(db.session(), slug)
    status = heritage_statuses.one(db.session(), entry.craft_id, status_id)
    form = StatusForm(data=heritage_forms.said(status))
    return _status(entry, form, status)


def _status(entry: HeritageForm, form: StatusForm, status: HeritageStatus | None) -> ResponseReturnValue:
    if not heritage_register.keeps(db.session(), current_user, entry.craft_id):
        raise heritage_register.NotAtHome
    slug, status_id = entry.craft.slug, status.id if status else None
    if not form.is_sent():
        html = render_template("desk/heritage_status.html", entry=entry, form=form, status_id=status_id)
        return html, 422 if form.errors else 200
    try:
        with transaction() as session:
            fresh = heritage_register.form_of(session, slug)
            present = heritage_statuses.one(session, fresh.craft_id, status_id) if status_id else None
            heritage_statuses.keep(
                session,
                web.actor(),
                current_user,
                fresh,
                present,
                form.content(),
                checked=bool(form.checked.data),
            )
    except ShopError as error:
        form.form_errors.append(gettext(error.message, **error.params))
        entry = heritage_register.form_of(db.session(), slug)
        html = render_template("desk/heritage_status.html", entry=entry, form=form, status_id=status_id)
        return html, error.status
    flash(gettext("Kept. Pages and studio go by it from now on."), "success")
    return redirect(url_for("desk_heritage.edit", slug=slug), 303)


@blueprint.post("/<slug>/entries/<int:status_id>/remove")
def remove_status(slug: str, status_id: int) -> ResponseReturnValue:
    """Take an entry out; its page asks first, the history keeps what it said."""
    with transaction() as session:
        entry = heritage_register.form_of(session, slug)
        status = heritage_statuses.one(session, entry.craft_id, status_id)
        heritage_statuses.remove(session, web.actor(), current_user, entry, status)
    flash(gettext("The entry is taken out."), "success")
    return redirect(url_for("desk_heritage.edit", slug=slug), 303)


# --- what a register says of a whole family -------------------------------------------------------------


@blueprint.get("/families/<code>")
def family(code: str) -> ResponseReturnValue:
    """Show what registers say of a whole family of crafts."""
    named = heritage_families.of_code(code)
    return render_template(
        "desk/heritage_family.html",
        family=named,
        statuses=heritage_families.of_family(db.session(), named),
        rolls=heritage_forms.ROLLS,
        standings=heritage_forms.STANDINGS,
        may_edit=heritage_families.keeps(current_user),
    )


@blueprint.route("/families/<code>/entries/new", methods=["GET", "POST"])
def add_family_status(code: str) -> ResponseReturnValue:
    """Enter what a register says of a family."""
    return _family_status(code, StatusForm(), None)


@blueprint.route("/families/<code>/entries/<int:status_id>", methods=["GET", "POST"])
def edit_family_status(code: str, status_id: int) -> ResponseReturnValue:
    """Correct an entry of a family, or say that it was compared with the document."""
    status = heritage_families.one(db.session(), heritage_families.of_code(code), status_id)
    return _family_status(code, StatusForm(data=heritage_forms.said(status)), status)


def _family_status(code: str, form: StatusForm, status: HeritageStatus | None) -> ResponseReturnValue:
    named, status_id = heritage_families.of_code(code), status.id if status else None
    if not heritage_families.keeps(current_user):
        raise heritage_families.NotNational
    refused = 422 if form.errors else 200
    if form.is_sent():
        try:
            with transaction() as session:
                present = heritage_families.one(session, named, status_id) if status_id else None
                heritage_families.keep(
                    session,
                    web.actor(),
                    current_user,
                    named,
                    present,
                    form.content(),
                    checked=bool(form.checked.data),
                )
        except ShopError as error:
            form.form_errors.append(gettext(error.message, **error.params))
            refused = error.status
        else:
            flash(gettext("Kept. Pages and studio go by it from now on."), "success")
            return redirect(url_for("desk_heritage.family", code=code), 303)
    return render_template("desk/heritage_status.html", family=named, form=form, status_id=status_id), refused


@blueprint.post("/families/<code>/entries/<int:status_id>/remove")
def remove_family_status(code: str, status_id: int) -> ResponseReturnValue:
    """Take an entry of a family out; its page asks first, the history keeps what it said."""
    named = heritage_families.of_code(code)
    with transaction() as session:
        status = heritage_families.one(session, named, status_id)
        heritage_families.remove(session, web.actor(), current_user, named, status)
    flash(gettext("The entry is taken out."), "success")
    return redirect(url_for("desk_heritage.family", code=code), 303)
