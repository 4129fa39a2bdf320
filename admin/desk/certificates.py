"""Certificates that workshops have sent: comparing number, holder and day with the photograph, and answering."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from admin.desk import scope
from catalog import artisans, photos, pictures
from catalog.curation import certificates
from catalog.models import Certificate, CertificateState
from shop import authz, media, web
from shop.db import db, transaction
from shop.errors import Conflict, Invalid, ShopError
from shop.forms import Form, TextField

blueprint = Blueprint("desk_certificates", __name__, url_prefix="/desk/certificates")
authz.guard(blueprint, roles=scope.JUDGES)


class CheckForm(Form):
    """What the curator answers; which button was pressed is the answer."""

    reason = TextField(
        lazy_gettext("To the workshop"), most=1000, lines=True, required=False,
        hint=lazy_gettext("Needed when something does not fit."),
    )  # fmt: skip


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List what waits."""
    found = certificates.waiting(db.session(), current_user)
    return render_template("desk/certificates.html", found=found, kinds=certificates.KINDS)


@blueprint.get("/<int:certificate_id>")
def show(certificate_id: int) -> ResponseReturnValue:
    """Show one beside its photograph."""
    return _page(certificates.for_staff(db.session(), current_user, certificate_id), CheckForm())


def _page(one: Certificate, form: CheckForm, error: ShopError | None = None) -> ResponseReturnValue:
    def address(_picture_id: int, width: int, ending: str) -> str:
        return url_for("desk_certificates.image", certificate_id=one.id, width=width, ending=ending)

    own = artisans.is_member(db.session(), one.workshop_id, current_user.id)
    html = render_template(
        "desk/certificate.html",
        one=one,
        form=form,
        kinds=certificates.KINDS,
        picture=photos.private_view(one.picture, gettext("Photograph of the certificate"), address),
        own=own,
        may_answer=one.state is CertificateState.SENT and not own,
        error=gettext(error.message, **error.params) if error else "",
    )
    return html, error.status if error else 422 if form.errors else 200


@blueprint.post("/<int:certificate_id>")
def answer(certificate_id: int) -> ResponseReturnValue:
    """Say whether it holds."""
    form = CheckForm()
    one = certificates.for_staff(db.session(), current_user, certificate_id)
    if not form.is_sent() or request.form.get("do") not in {"accept", "refuse"}:
        return _page(one, form)
    accepted = request.form["do"] == "accept"
    try:
        with transaction() as session:
            certificates.decide(
                session, web.actor(), current_user, certificate_id, accepted=accepted, reason=form.reason.data
            )
    except (Conflict, Invalid) as error:
        return _page(certificates.for_staff(db.session(), current_user, certificate_id), form, error)
    words = (
        gettext("Checked. It stands on the pieces of that craft now.") if accepted else gettext("Refused.")
    )
    flash(words, "success")
    return redirect(url_for("desk_certificates.index"), 303)


@blueprint.get("/<int:certificate_id>/photograph/<int:width>.<ending>")
def image(certificate_id: int, width: int, ending: str) -> ResponseReturnValue:
    """Give the private photograph to the council that checks it."""
    picture = certificates.picture_for_staff(db.session(), current_user, certificate_id)
    key = pictures.private_file(picture, width, ending)
    db.session.rollback()  # nothing is held while the store is asked
    response = Response(media.current().get(key), mimetype=media.content_type(key))
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
