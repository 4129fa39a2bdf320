"""The letter about a council's monthly invoice, promised in the transaction that writes the invoice."""

from datetime import date

from sqlalchemy.orm import Session

from catalog import artisans
from catalog.models import Council
from checkout.models import Invoice, InvoiceKind
from shop import i18n, mail, web


def written(session: Session, invoice: Invoice, month: date) -> None:
    """Tell everybody of a workshop that its council's invoice for a month lies in the studio."""
    if invoice.council_id is None:
        return
    council = session.get_one(Council, invoice.council_id)
    for person in artisans.members(session, invoice.workshop_id):
        with i18n.in_locale(person.locale):
            words, link = i18n.write_month(month), web.absolute_url("studio_invoices.index")
        mail.queue(
            session,
            to=person.email,
            template="commission_invoice",
            locale=person.locale,
            key=f"commission-invoice:{invoice.id}:{person.id}",
            context={
                "name": person.name,
                "council": council.name,
                "month": words,
                "amount": invoice.total,
                "back": invoice.kind is InvoiceKind.COMMISSION_NOTE,
                "link": link,
            },
        )
