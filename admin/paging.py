"""Pages of long lists in the back rooms: which page an address asks for, and how many there are."""

from flask import request

from shop import inputs

MOST_PAGES = 100_000


def number() -> int:
    """Give the page that the address asks for; what is no page is the first one."""
    try:
        return inputs.whole(request.args.get("page", "1"), least=1, most=MOST_PAGES)
    except inputs.Unreadable:
        return 1


def within(count: int, size: int) -> int:
    """Give the page that the address asks for, or the last one there is: a list that has grown shorter is not empty."""
    return min(number(), pages(count, size))


def pages(count: int, size: int) -> int:
    """Give how many pages so many rows fill, at least one."""
    return max(-(-count // size), 1)
