"""Reference samples at the desk: taking one in, what is kept where, what has to go back, and what may differ."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy.orm import Session

from admin import paging
from admin.desk import scope
from admin.desk.coaching import person
from catalog import artisans, councils, photos, pictures
from catalog.curation import (
    coaching,
    mentoring,
    sample_checks,
    sample_photos,
    sample_shelf,
    samples,
    tolerances,
)
from catalog.curation.samples import Measured, SampleRefused, Terms
from catalog.curation.tolerances import Tolerance
from catalog.models import Council, Craft, Listing, ListingVariant, Sample, SampleState, Submission
from shop import authz, inputs, media, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid, ShopError

blueprint = Blueprint("desk_samples", __name__, url_prefix="/desk")
authz.guard(blueprint, roles=scope.JUDGES)
PAGE = 30
BODY = pictures.BODY * sample_photos.MOST_PHOTOS
FIELDS = ("length_mm", "width_mm", "height_mm", "weight_g")


@blueprint.url_value_preprocessor
def _allow_photographs(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Raise the body limit before anything reads the form: only for photographs, only for people of the desk."""
    if endpoint == "desk_samples.add_photos" and current_user.is_authenticated and scope.judges():
        request.max_content_length = BODY


# --- the list --------------------------------------------------------------------------------------------


@blueprint.get("/samples")
def index() -> ResponseReturnValue:
    """List the samples of the region; tab and place are kept in the address."""
    session = db.session()
    mine = councils.ids_of(session, person())
    tab = request.args.get("tab", "kept")
    where = "".join(sign for sign in request.args.get("where", "")[:80] if sign.isprintable()).strip()
    asked = sample_shelf.Asked(tab if tab in sample_shelf.tabs() else "kept", where)
    counts = sample_shelf.counts(session, mine, asked)
    pages = max(1, -(-counts[asked.tab] // PAGE))
    number = min(paging.number(), pages)
    return render_template(
        "desk/samples.html",
        asked=asked,
        counts=counts,
        rows=sample_shelf.page(session, mine, asked, number, PAGE),
        number=number,
        pages=pages,
        councils=len(mine),
        today=coaching.today(),
    )


# --- taking in and correcting ----------------------------------------------------------------------------


@blueprint.route("/submissions/<int:submission_id>/sample", methods=["GET", "POST"])
def take_in(submission_id: int) -> ResponseReturnValue:
    """Take a sample in for the version that a submission is about."""
    submission = mentoring.submission_of(db.session(), person(), submission_id)
    if request.method == "GET":
        return _form(submission.listing, None, {}, submission=submission)
    typed = _typed()
    try:
        with transaction() as session:
            sample = samples.take_in(session, web.actor(), person(), submission_id, _terms(typed))
            sample_id = sample.id
    except (Conflict, Invalid) as error:
        submission = mentoring.submission_of(db.session(), person(), submission_id)
        return _form(submission.listing, None, typed, error, submission)
    flash(gettext("The sample is taken in. Now photograph it beside a ruler and a colour card."), "success")
    return redirect(url_for("desk_samples.show", sample_id=sample_id, _anchor="photographs"), 303)


@blueprint.route("/samples/<int:sample_id>/correct", methods=["GET", "POST"])
def correct(sample_id: int) -> ResponseReturnValue:
    """Correct what is written about a sample."""
    sample = samples.for_curator(db.session(), person(), sample_id)
    if request.method == "GET":
        return _form(sample.listing, sample, _written(sample))
    typed = _typed()
    seen = request.form.get("seen", "")
    try:
        with transaction() as session:
            number = inputs.digits(seen, -1)
            samples.correct(session, web.actor(), person(), sample_id, _terms(typed), seen=number)
    except (Conflict, Invalid) as error:
        sample = samples.for_curator(db.session(), person(), sample_id)
        return _form(sample.listing, sample, typed, error)
    flash(gettext("The sample is corrected."), "success")
    return redirect(url_for("desk_samples.show", sample_id=sample_id), 303)


def _typed() -> dict[str, str]:
    return {name: value.replace("\x00", "")[:4000] for name, value in request.form.items()}


def _terms(typed: Mapping[str, str]) -> Terms:
    """Read the form; what is no whole number or no day is refused. :raise SampleRefused:"""
    lines = sorted({name.partition("-")[2] for name in typed if name.startswith("length_mm-")})
    return Terms(
        condition=typed.get("condition", ""),
        differs=typed.get("differs", ""),
        kept_where=typed.get("kept_where", ""),
        due_back_on=_day(typed.get("due_back_on", "")),
        measures=[_measured(typed, line) for line in lines],
    )


def _measured(typed: Mapping[str, str], line: str) -> Measured:
    if not (line.isascii() and line.isdigit() and len(line) < 16):
        raise SampleRefused
    values = [_whole(typed.get(f"{name}-{line}", "")) for name in FIELDS]
    return Measured(int(line) or None, *values)


def _whole(typed: str) -> int | None:
    text = typed.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 8 and int(text)):
        raise SampleRefused
    return int(text)


def _day(typed: str) -> date | None:
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError as error:
        raise SampleRefused from error


def _written(sample: Sample) -> dict[str, str]:
    typed = {name: getattr(sample, name) for name in ("condition", "differs", "kept_where")}
    typed["due_back_on"] = str(sample.due_back_on or "")
    for line in sample.measures:
        for name in FIELDS:
            typed[f"{name}-{line.variant_id or 0}"] = str(getattr(line, name) or "")
    return typed


def _variants(session: Session, listing_id: int) -> list[tuple[int, str]]:
    query = (
        sa.select(ListingVariant.variant_id, ListingVariant.name)
        .where(ListingVariant.listing_id == listing_id)
        .order_by(ListingVariant.position)
    )
    return [(row.variant_id, row.name) for row in session.execute(query)]


def _form(
    listing: Listing,
    sample: Sample | None,
    typed: Mapping[str, str],
    error: ShopError | None = None,
    submission: Submission | None = None,
) -> ResponseReturnValue:
    named = _variants(db.session(), listing.id)
    html = render_template(
        "desk/sample_form.html",
        sent=samples.sent(db.session(), listing.id),
        sample=sample,
        submission=submission,
        typed=typed,
        lines=[(0, ""), *(named if len(named) > 1 else [])],
        fields=FIELDS,
        error=gettext(error.message, **error.params) if error else "",
    )
    return html, error.status if error else 200


# --- one sample ------------------------------------------------------------------------------------------


@blueprint.get("/samples/<int:sample_id>")
def show(sample_id: int) -> ResponseReturnValue:
    """Show a sample with its measures, photographs and whereabouts."""
    return _page(sample_id)


def _page(
    sample_id: int, problems: tuple[str, ...] = (), status: int = 200, to: str = ""
) -> ResponseReturnValue:
    session = db.session()
    sample = samples.for_staff(session, person(), sample_id)
    product_id = sample.listing.product_id
    own = artisans.is_member(session, sample.listing.product.workshop_id, person().id)
    html = render_template(
        "desk/sample.html",
        sample=sample,
        sent=samples.sent(session, sample.listing_id),
        workshop=sample.listing.product.workshop,
        names=dict(_variants(session, sample.listing_id)),
        photos=[] if own else photo_views(sample),
        others=[one for one in samples.of_product(session, product_id) if one.id != sample.id],
        submission_id=session.scalar(
            sa.select(sa.func.max(Submission.id)).where(Submission.listing_id == sample.listing_id)
        ),
        own=own,
        current=sample.state is SampleState.CURRENT,
        most=sample_photos.MOST_PHOTOS,
        today=coaching.today(),
        problems=problems,
        to=to,
    )
    return html, status


def photo_views(sample: Sample) -> list[tuple[Any, Any]]:
    """Describe the photographs of a sample for its council."""

    def address(picture_id: int, width: int, ending: str) -> str:
        values: dict[str, Any] = {"picture_id": picture_id, "width": width, "ending": ending}
        return url_for("desk_samples.image", sample_id=sample.id, **values)

    return [(photo, photos.private_view(photo.picture, photo.words, address)) for photo in sample.photos]


@blueprint.post("/samples/<int:sample_id>/handed-back")
def hand_back(sample_id: int) -> ResponseReturnValue:
    """Note to whom a sample was handed back."""
    to = request.form.get("to", "")
    try:
        with transaction() as session:
            samples.hand_back(session, web.actor(), person(), sample_id, to)
    except (Conflict, Invalid) as error:
        return _page(sample_id, (gettext(error.message, **error.params),), error.status, to)
    flash(gettext("It is noted that the sample went back. Measures and photographs stay."), "success")
    return redirect(url_for("desk_samples.show", sample_id=sample_id), 303)


@blueprint.post("/samples/<int:sample_id>/photos")
@authz.allow(limits="upload")
def add_photos(sample_id: int) -> ResponseReturnValue:
    """Take a curator's photographs of a sample."""
    samples.for_curator(db.session(), person(), sample_id)
    sent = [file for file in request.files.getlist("photos") if file.filename][: sample_photos.MOST_PHOTOS]
    problems: list[str] = []
    kept = 0
    for file in sent:
        try:
            upload = photos.receive(file.stream.read(pictures.MAX_BYTES + 1))
            with transaction() as session:
                words = request.form.get("words", "")
                sample_photos.add_photo(session, web.actor(), person(), sample_id, upload, words)
            kept += 1
        except ShopError as error:
            problems.append(gettext(error.message, **error.params))
    if not sent:
        problems.append(gettext("Please choose a photograph first."))
    if kept:
        flash(ngettext("%(num)s photograph added.", "%(num)s photographs added.", kept), "success")
    if problems:
        return _page(sample_id, tuple(dict.fromkeys(problems)), 422)
    return redirect(url_for("desk_samples.show", sample_id=sample_id, _anchor="photographs"), 303)


@blueprint.post("/samples/<int:sample_id>/photos/<int:picture_id>/remove")
def remove_photo(sample_id: int, picture_id: int) -> ResponseReturnValue:
    """Take a photograph away from a sample."""
    with transaction() as session:
        sample_photos.remove_photo(session, web.actor(), person(), sample_id, picture_id)
    flash(gettext("The photograph is taken out."), "success")
    return redirect(url_for("desk_samples.show", sample_id=sample_id, _anchor="photographs"), 303)


@blueprint.get("/samples/<int:sample_id>/pictures/<int:picture_id>/<int:width>.<ending>")
def image(sample_id: int, picture_id: int, width: int, ending: str) -> ResponseReturnValue:
    """Give a photograph of a sample to its council, and to nobody else."""
    picture = sample_photos.picture_for_staff(db.session(), person(), sample_id, picture_id)
    key = pictures.private_file(picture, width, ending)
    db.session.rollback()  # nothing is held while the store is asked
    response = Response(media.current().get(key), mimetype=media.content_type(key))
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@blueprint.post("/submissions/<int:submission_id>/sample/acknowledge")
def acknowledge(submission_id: int) -> ResponseReturnValue:
    """Acknowledge, with a reason, that a submission is not as its sample."""
    reason, shown = request.form.get("reason", ""), request.form.get("seen", "")
    try:
        with transaction() as session:
            sample_checks.acknowledge(session, web.actor(), person(), submission_id, reason, shown=shown)
    except sample_checks.ReasonMissing as error:
        flash(gettext(error.message, **error.params), "error")
        return redirect(url_for("desk_review.show", submission_id=submission_id, _anchor="sample"), 303)
    flash(gettext("Acknowledged. The reason stays in the history."), "success")
    return redirect(url_for("desk_review.show", submission_id=submission_id, _anchor="sample"), 303)


# --- what may differ -------------------------------------------------------------------------------------


@blueprint.get("/samples/tolerances")
def tolerance_list() -> ResponseReturnValue:
    """Show by how much listings may differ from samples, council by council."""
    return _tolerances()


def _tolerances(problem: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    mine = councils.of_person(session, person())
    settled = councils.ids_of(session, person(), tolerances.KEEPERS)
    asked = request.values.get("council", type=inputs.row_number)
    council = next((one for one in mine if one.id == asked), mine[0] if mine else None)
    if council is None:
        raise tolerances.NotAllowed
    html = render_template(
        "desk/tolerances.html",
        council=council,
        councils=mine,
        lines=tolerances.of_council(session, council.id),
        general=tolerances.holds(session, council, None),
        crafts=session.scalars(sa.select(Craft).order_by(Craft.name_id)).all(),
        may_settle=council.id in settled,
        problem=problem,
        typed=request.form,
    )
    return html, status


@blueprint.post("/samples/tolerances")
def settle_tolerance() -> ResponseReturnValue:
    """Settle what may differ for a craft or for all, or take such a line back."""
    council_id = request.form.get("council", 0, type=inputs.row_number)
    craft = request.form.get("craft", "")
    craft_id = inputs.digits(craft, None, most=15)
    try:
        with transaction() as session:
            council = session.get(Council, council_id)
            if council is None:
                raise tolerances.NotAllowed
            arguments = (session, web.actor(), person(), council, craft_id)
            if request.form.get("do") == "remove":
                tolerances.remove(*arguments)
            else:
                percents = [request.form.get(name, 0, type=inputs.row_number) for name in ("size", "weight")]
                tolerances.settle(*arguments, Tolerance(*percents))
    except tolerances.ToleranceRefused as error:
        return _tolerances(gettext(error.message), error.status)
    flash(gettext("Kept. It holds for every check from now on."), "success")
    return redirect(url_for("desk_samples.tolerance_list", council=council_id), 303)
