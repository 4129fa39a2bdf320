"""The workshop's taxes: who it is for the tax office, its papers of each year, its turnover, and what is collected."""

from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admin.studio import entry
from admin.studio.certificates import read_day
from checkout.models import CheckState, PaperKind, TaxFacts, Taxpayer
from checkout.tax import collecting, facts, papers, rates, turnover
from shop import inputs, web
from shop.db import db, now, transaction
from shop.errors import ShopError
from shop.forms import ChoiceField, Form, RadioField, StrictField, TextField

blueprint = entry.room("studio_tax", "/studio/tax")

TAXPAYERS = {
    Taxpayer.PERSON: lazy_gettext("A person (perorangan)"),
    Taxpayer.ENTITY: lazy_gettext("A firm or cooperative (badan)"),
}


class FactsForm(Form):
    """Who the workshop is for the tax office."""

    taxpayer = RadioField(
        lazy_gettext("Who pays the taxes"), choices=[(kind.value, words) for kind, words in TAXPAYERS.items()]
    )
    name = TextField(lazy_gettext("Name as registered with the tax office"), most=120, least=2)
    address = TextField(lazy_gettext("Address for letters"), most=300, least=5)
    number = StrictField(
        lazy_gettext("NPWP or NIK"), parse=inputs.tax_number, required=False,
        hint=lazy_gettext("15 or 16 digits; for a person the NIK. Kept sealed, and shown to nobody but the finance desk."),
    )  # fmt: skip
    pkp_number = TextField(
        lazy_gettext("Number of the confirmation as a PKP"), most=60, required=False,
        hint=lazy_gettext("Only for a workshop that charges PPN."),
    )  # fmt: skip
    pkp_since = StrictField(
        lazy_gettext("PKP since"), parse=read_day, required=False, render_kw={"type": "date"}
    )

    def content(self) -> facts.Content:
        """Give what was typed."""
        return facts.Content(
            Taxpayer(self.taxpayer.data), self.name.data, self.address.data, self.number.data or "",
            self.pkp_number.data, self.pkp_since.data,
        )  # fmt: skip


class PaperForm(Form):
    """A paper for which nothing is collected."""

    kind = ChoiceField(
        lazy_gettext("Kind"),
        choices=[(kind.value, lazy_gettext(words)) for kind, words in papers.KINDS.items()],
    )
    tax_year = ChoiceField(lazy_gettext("Tax year"))
    issued_on = StrictField(lazy_gettext("Date of the paper"), parse=read_day, render_kw={"type": "date"})
    valid_until = StrictField(
        lazy_gettext("Valid until"), parse=read_day, required=False, render_kw={"type": "date"},
        hint=lazy_gettext("Empty: the end of the tax year."),
    )  # fmt: skip
    paper_number = TextField(
        lazy_gettext("Number"), most=80, required=False,
        hint=lazy_gettext("Of a letter of the tax office."),
    )  # fmt: skip
    signed_by = TextField(
        lazy_gettext("Signed by"), most=120, required=False,
        hint=lazy_gettext("Of a statement letter: the name of the person who states it."),
    )  # fmt: skip

    def content(self) -> papers.Content:
        """Give what was typed."""
        return papers.Content(
            PaperKind(self.kind.data), int(self.tax_year.data), self.issued_on.data, self.valid_until.data,
            self.paper_number.data, self.signed_by.data,
        )  # fmt: skip


def _today() -> date:
    return rates.day_of(now())


def _facts_form(known: TaxFacts | None) -> FactsForm:
    if known is None:
        return FactsForm(data={"taxpayer": Taxpayer.PERSON.value, "name": entry.workshop().maker_name})
    names = ("name", "address", "pkp_number", "pkp_since")
    return FactsForm(data={"taxpayer": known.taxpayer.value} | {name: getattr(known, name) for name in names})


def _paper_form() -> PaperForm:
    today = _today()
    form = PaperForm(data={"issued_on": today, "signed_by": entry.workshop().maker_name})
    form.tax_year.offer([(str(year), str(year)) for year in (today.year, today.year + 1)])
    return form


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show how the workshop stands, and both forms."""
    return _page()


def _page(
    facts_form: FactsForm | None = None, paper_form: PaperForm | None = None, status: int = 200
) -> ResponseReturnValue:
    session, mine, today = db.session(), entry.workshop(), _today()
    law = rates.on(session, today)
    holds, waits = facts.holding(session, mine.id), facts.waiting(session, mine.id)
    latest = facts.latest(session, mine.id)
    refused = latest if latest is not None and latest.state is CheckState.REFUSED else None
    standing = collecting.standings(session, [mine.id], law, now())[mine.id]
    html = render_template(
        "studio/tax.html",
        facts_form=facts_form or _facts_form(waits or refused or holds),
        paper_form=paper_form or _paper_form(),
        wrong=facts_form or paper_form,
        holds=holds,
        waits=waits,
        refused=refused,
        masked=facts.masked,
        taxpayers=TAXPAYERS,
        papers=papers.of_workshop(session, mine.id),
        kinds=papers.KINDS,
        standing=standing,
        why=collecting.WORDS[standing.why],
        law=law,
        year=today.year,
        turnover=turnover.of_year(session, mine.id, today.year),
        passages=turnover.passages(session, mine.id, today.year),
    )
    return html, status


@blueprint.post("/facts")
def send_facts() -> ResponseReturnValue:
    """Send who the workshop is to those who check it."""
    form = FactsForm()
    if not form.is_sent():
        return _page(facts_form=form, status=422)
    try:
        with transaction() as session:
            facts.send(session, web.actor(), entry.workshop(session), form.content())
    except ShopError as error:
        form.form_errors.append(entry.said(error))
        return _page(facts_form=form, status=error.status)
    flash(gettext("Sent. It holds when your council or the finance desk has compared it."), "success")
    return redirect(url_for("studio_tax.show"), 303)


@blueprint.post("/papers")
def send_paper() -> ResponseReturnValue:
    """Send a paper for a tax year to those who check it."""
    form = _paper_form()
    if not form.is_sent():
        return _page(paper_form=form, status=422)
    try:
        with transaction() as session:
            papers.send(session, web.actor(), entry.workshop(session), form.content())
    except ShopError as error:
        form.form_errors.append(entry.said(error))
        return _page(paper_form=form, status=error.status)
    flash(gettext("Sent. It holds when your council or the finance desk has compared it."), "success")
    return redirect(url_for("studio_tax.show"), 303)


@blueprint.post("/papers/<int:paper_id>/take-back")
def take_back(paper_id: int) -> ResponseReturnValue:
    """Take a paper back, as when the turnover has passed the threshold elsewhere."""
    with transaction() as session:
        papers.take_back(session, web.actor(), entry.workshop(session), paper_id)
    flash(gettext("Taken back. From now on it frees no sale."), "success")
    return redirect(url_for("studio_tax.show"), 303)
