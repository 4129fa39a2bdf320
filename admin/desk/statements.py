"""Statements at the desk: the workshops and the council of a region with what they have, and each one's statement."""

import sqlalchemy as sa
from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from admin import paging, statement_papers
from admin.desk import scope
from catalog.models import Council, Workshop
from checkout import bank_details, books, earnings, ledger, payees, statements
from checkout.models import Account
from checkout.payees import Named, NoSuchPayee, Payee
from shop import authz
from shop.db import db

blueprint = Blueprint("desk_statements", __name__, url_prefix="/desk/statements")
authz.guard(blueprint, roles=scope.KEEPERS)
PAGE = 50


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List councils and workshops of the region with the balances of their accounts."""
    session = db.session()
    words = " ".join(request.args.get("q", "").split())[:80]
    query = (
        sa.select(Workshop.id, Workshop.name, Council.name.label("council"))
        .join(Council, Council.id == Workshop.council_id)
        .where(scope.condition(*scope.KEEPERS))
    )
    if words:
        query = query.where(Workshop.name.icontains(words, autoescape=True))
    else:  # only those of whom the books know something
        known = sa.select(Account.code).where(Account.code.startswith("held:"))
        query = query.where(sa.literal("held:").concat(sa.cast(Workshop.id, sa.String)).in_(known))
    count = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    number = paging.within(count, PAGE)
    ordered = query.order_by(Workshop.name, Workshop.id).offset((number - 1) * PAGE).limit(PAGE)
    rows = session.execute(ordered).all()
    councils = scope.councils(*scope.KEEPERS)
    codes = [code for row in rows for code in statements.accounts_of(Payee(row.id))]
    codes += [ledger.council(council.id) for council in councils]
    balances = books.balances(session, codes)
    return render_template(
        "desk/statements.html",
        rows=rows, councils=[one for one in councils if ledger.council(one.id) in balances],
        balances=balances, asked=words, number=number, pages=paging.pages(count, PAGE), total=count,
    )  # fmt: skip


def _payee(account: str) -> tuple[Payee, Named]:
    payee = payees.by_account(account[:40])
    if payee is None:
        raise NoSuchPayee
    whose = payees.named(db.session(), payee)
    if not scope.covers(whose.council, *scope.KEEPERS):
        raise NoSuchPayee
    return payee, whose


@blueprint.get("/<account>")
def show(account: str) -> ResponseReturnValue:
    """Show the statement of a workshop (`workshop:12`) or council (`council:3`), page by page."""
    payee, whose = _payee(account)
    session, number = db.session(), paging.number()
    period, periods = statement_papers.asked(session, payee)
    statement = statements.of(session, payee, period)
    start = (number - 1) * statement_papers.PAGE
    return render_template(
        "desk/statement.html",
        payee=payee, whose=whose, earned=earnings.of(session, payee), statement=statement,
        shown=statement.lines[start : start + statement_papers.PAGE],
        columns=statement_papers.columns(statement, payee), period=period, periods=periods,
        kinds=statement_papers.kinds(), account_name=statement_papers.account_name,
        number=number, pages=paging.pages(len(statement.lines), statement_papers.PAGE),
        may_pay=scope.covers(whose.council, *scope.PAYERS),
        masked=bank_details.masked, bank_name=bank_details.bank_name,
    )  # fmt: skip


@blueprint.get("/<account>/statement.csv")
def csv(account: str) -> Response:
    """Give the same statement as CSV."""
    payee, _whose = _payee(account)
    period, _periods = statement_papers.asked(db.session(), payee)
    return statement_papers.csv(payee, statements.of(db.session(), payee, period), period)


@blueprint.get("/<account>/statement.pdf")
def pdf(account: str) -> Response:
    """Give the same statement as a paper."""
    payee, _whose = _payee(account)
    period, _periods = statement_papers.asked(db.session(), payee)
    found = statements.of(db.session(), payee, period)
    return statement_papers.pdf(db.session(), payee, found, period)
