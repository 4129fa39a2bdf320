"""The earnings page: what is earned, what is still held, and the statement that leads there, also as CSV and PDF."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from admin import paging, statement_papers
from admin.studio import entry
from checkout import earnings, ledger, statements
from checkout.payees import Payee
from shop.db import db

blueprint = entry.room("studio_earnings", "/studio/earnings")


def _mine() -> Payee:
    return Payee(workshop_id=entry.workshop().id)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show the balance and the statement of one period, page by page."""
    session, payee, number = db.session(), _mine(), paging.number()
    period, periods = statement_papers.asked(session, payee)
    statement = statements.of(session, payee, period)
    start = (number - 1) * statement_papers.PAGE
    return render_template(
        "studio/earnings.html",
        balance=ledger.of_workshop(session, payee.workshop_id or 0),
        earned=earnings.of(session, payee),
        statement=statement,
        shown=statement.lines[start : start + statement_papers.PAGE],
        columns=statement_papers.columns(statement, payee),
        period=period,
        periods=periods,
        kinds=statement_papers.kinds(),
        account_name=statement_papers.account_name,
        number=number,
        pages=paging.pages(len(statement.lines), statement_papers.PAGE),
    )


@blueprint.get("/statement.csv")
def csv() -> Response:
    """Give the same statement as CSV."""
    session, payee = db.session(), _mine()
    period, _periods = statement_papers.asked(session, payee)
    return statement_papers.csv(payee, statements.of(session, payee, period), period)


@blueprint.get("/statement.pdf")
def pdf() -> Response:
    """Give the same statement as a paper."""
    session, payee = db.session(), _mine()
    period, _periods = statement_papers.asked(session, payee)
    return statement_papers.pdf(session, payee, statements.of(session, payee, period), period)
