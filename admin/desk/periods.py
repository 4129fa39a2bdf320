"""The days that a page of figures is asked for: read from the address, with words about what cannot be used."""

from datetime import date, timedelta

from flask_babel import gettext

from admin.reports import Period

LONGEST = timedelta(days=366 * 5)
YEARS = range(2000, 2200)
"""What a date of this shop can be."""


def read(first: str, last: str, usual: Period) -> tuple[Period, str]:
    """Read two days; with what cannot be used, give the usual ones and say what is wrong."""
    try:
        period = Period(
            date.fromisoformat(first) if first else usual.first,
            date.fromisoformat(last) if last else usual.last,
        )
    except ValueError:
        return usual, gettext("Please give days as year-month-day, for example 2026-11-21.")
    if period.last < period.first:
        return usual, gettext("The first day must come before the last.")
    if period.first.year not in YEARS or period.last.year not in YEARS:
        return usual, gettext("Please give days as year-month-day, for example 2026-11-21.")
    if period.last - period.first > LONGEST:
        return usual, gettext("Please ask for five years at most.")
    return period, ""
