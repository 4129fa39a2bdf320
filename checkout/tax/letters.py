"""Letters to workshops about their taxes. Each is promised in the transaction that causes it."""

from sqlalchemy.orm import Session

from catalog import artisans
from checkout.models import CheckState, TaxFacts, TaxPaper, TaxPassage
from shop import i18n, mail


def passed(session: Session, passage: TaxPassage) -> None:
    """Tell a workshop that its turnover of a tax year has passed a threshold, and what that means."""
    for person in artisans.members(session, passage.workshop_id):
        with i18n.in_locale(person.locale):
            moment = i18n.write_datetime(passage.passed_at)
        mail.queue(
            session, to=person.email, template="tax_passed", locale=person.locale,
            key=f"tax-passed:{passage.id}:{person.id}",
            context={
                "name": person.name, "kind": passage.kind.value, "tax_year": passage.tax_year,
                "threshold": passage.threshold, "turnover": passage.turnover, "moment": moment,
            },
        )  # fmt: skip


def answered(session: Session, of: TaxFacts | TaxPaper) -> None:
    """Tell a workshop that what it sent was checked or refused."""
    for person in artisans.members(session, of.workshop_id):
        mail.queue(
            session, to=person.email, template="tax_answered", locale=person.locale,
            key=f"tax-answered:{of.__tablename__}:{of.id}:{person.id}",
            context={
                "name": person.name, "accepted": of.state is CheckState.CHECKED, "reason": of.reason,
                "kind": of.kind.value if isinstance(of, TaxPaper) else "",
                "tax_year": of.tax_year if isinstance(of, TaxPaper) else 0,
            },
        )  # fmt: skip
