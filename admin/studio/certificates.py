"""Certificates of the workshop: sending one with a photograph, seeing how it stands, taking it back."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from wtforms import FileField

from admin import selects
from admin.selects import GroupField
from admin.studio import entry
from catalog import photos, pictures
from catalog.curation import certificates
from catalog.models import CertificateKind
from catalog.pictures import BODY
from shop import authz, inputs, web
from shop.db import db, transaction
from shop.errors import ShopError
from shop.forms import ChoiceField, Form, StrictField, TextField
from shop.i18n import current_locale

blueprint = entry.room("studio_certificates", "/studio/certificates")


def read_day(typed: str) -> date:
    """Read a day as browsers send it. :raise Unreadable:"""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError as error:
        raise inputs.Unreadable("Please write the day like 2027-12-31.") from error


class CertificateForm(Form):
    """A certificate and what stands on it."""

    kind = ChoiceField(
        lazy_gettext("Kind"),
        choices=[(kind.value, lazy_gettext(words)) for kind, words in certificates.KINDS.items()],
    )
    name = TextField(
        lazy_gettext("What it is called"), most=120, required=False,
        hint=lazy_gettext("Only for another certificate."),
    )  # fmt: skip
    craft_id = GroupField(
        lazy_gettext("For which craft"), empty=lazy_gettext("Choose a craft"), required=True
    )
    number = TextField(lazy_gettext("Number"), most=80)
    holder = TextField(lazy_gettext("In whose name"), most=120)
    valid_until = StrictField(
        lazy_gettext("Valid until"), parse=read_day, required=False,
        hint=lazy_gettext("Empty where it does not end."), render_kw={"type": "date"},
    )  # fmt: skip
    photo = FileField(
        lazy_gettext("Photograph of it"),
        description=lazy_gettext("Only your council sees it."),
    )


@blueprint.url_value_preprocessor
def _allow_a_photograph(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Raise the body limit before anything reads the form: only for people who are in."""
    if current_user.is_authenticated:
        request.max_content_length = BODY


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the certificates with how each stands, and the form for one more."""
    return _page(_form())


def _form() -> CertificateForm:
    form = CertificateForm(data={"holder": entry.workshop().maker_name})
    form.craft_id.offer(selects.crafts(db.session(), entry.workshop().regency_code[:2]))
    return form


def _page(form: CertificateForm, status: int = 200) -> ResponseReturnValue:
    found = certificates.of_workshop(db.session(), entry.workshop().id)
    html = render_template(
        "studio/certificates.html",
        form=form,
        found=found,
        kinds=certificates.KINDS,
        today=certificates.today(),
        locale=current_locale(),
    )
    return html, status


@blueprint.post("")
@authz.allow(limits="upload")
def send() -> ResponseReturnValue:
    """Send a certificate to the council."""
    form = _form()
    if not form.is_sent():
        return _page(form, 422)
    file = request.files.get("photo")
    if file is None or not file.filename:
        form.refuse(form.photo, gettext("Please choose a photograph first."))
        return _page(form, 422)
    content = certificates.Content(
        CertificateKind(form.kind.data), int(form.craft_id.data), form.number.data, form.holder.data,
        form.name.data, form.valid_until.data,
    )  # fmt: skip
    try:
        upload = photos.receive(file.stream.read(pictures.MAX_BYTES + 1))
        with transaction() as session:
            certificates.send(session, web.actor(), entry.workshop(session), upload, content)
    except ShopError as error:
        form.form_errors.append(entry.said(error))
        return _page(form, error.status)
    flash(gettext("Sent. Visitors read of it when a curator has compared it with the paper."), "success")
    return redirect(url_for("studio_certificates.index"), 303)


@blueprint.post("/<int:certificate_id>/take-back")
def take_back(certificate_id: int) -> ResponseReturnValue:
    """Take a certificate back; what visitors read of it goes at once."""
    with transaction() as session:
        certificates.take_back(session, web.actor(), entry.workshop(session), certificate_id)
    flash(gettext("Taken back. You can send it again at any time."), "success")
    return redirect(url_for("studio_certificates.index"), 303)
