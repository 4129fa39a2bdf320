"""Every route, as it is declared and as it answers: who may go there, what it needs, what it sets."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from shop import authz
from shop.models import Role, User
from tests import make
from tests.pages import Page

NO_TOKEN = {"stripe.webhook", "cart.add_line"}
"""What changes something without a token: the signed webhook, and the form on cacheable pages (checks the origin)."""
EVERYBODY_SIGNED_IN = {"studio.today", "studio.workshop", "studio.places", "studio.rest"}
"""The way into the studio: whoever opens a workshop becomes an artisan by it. The views ask whose it is."""
BACK_ROOMS = ("studio", "desk")

Route = dict[str, Any]


@pytest.fixture
def routes(app: Flask) -> list[Route]:
    """Give every route as `flask routes --json` tells it."""
    result = app.test_cli_runner().invoke(args=["routes", "--json"])
    assert result.exit_code == 0, result.output
    listed: list[Route] = json.loads(result.output)
    return listed


def address(route: Route) -> str:
    """Fill an address in with what exists nowhere."""
    return re.sub(r"<(int|float)?[^>]*>", lambda found: "999999" if found[1] else "nowhere", route["path"])


def in_back_rooms(routes: list[Route]) -> list[Route]:
    return [route for route in routes if route["endpoint"].partition(".")[0].startswith(BACK_ROOMS)]


def test_every_blueprint_says_who_may_come(app: Flask) -> None:
    assert set(app.blueprints) == set(authz._rules)


def test_back_rooms_are_for_roles(routes: list[Route]) -> None:
    rooms = in_back_rooms(routes)

    assert not [route["endpoint"] for route in rooms if route["public"]]
    assert not [
        route["endpoint"]
        for route in rooms
        if not route["roles"] and route["endpoint"] not in EVERYBODY_SIGNED_IN
    ]


def test_an_anonymous_visitor_is_shown_to_the_sign_in_page(routes: list[Route], page: Page) -> None:
    for route in routes:
        if route["public"]:
            continue
        for method in route["methods"]:
            where = f"{method} {route['path']}"
            answer = page.get if method == "GET" else page.post
            answer(address(route), follow=False)
            assert page.status == 302, where
            assert page.location.startswith("/account/sign-in"), where


def people() -> Iterator[tuple[str, frozenset[str], User]]:
    yield "buyer", frozenset(), make.user("Pembeli")
    for role in Role:
        council = "17" if role in {Role.CURATOR, Role.COUNCIL_ADMIN} else ""
        yield role.value, frozenset({role.value}), make.staff(role, council)


def test_the_wrong_role_is_turned_away_and_the_right_one_is_not(app: Flask, routes: list[Route]) -> None:
    wrong = []
    for name, roles, person in people():
        page = Page(app).sign_in(person)
        token = page.csrf_token()
        for route in routes:
            if route["public"] or not route["roles"]:
                continue
            for method in route["methods"]:
                if method == "GET":
                    page.get(address(route), follow=False, fragment=True)
                else:
                    page.post(address(route), {"csrf_token": token}, follow=False, fragment=True)
                may = bool(roles & set(route["roles"]))
                if (page.status == 403) == may:
                    wrong.append(f"{name}: {method} {route['path']} answers {page.status}")

    assert not wrong, "\n".join(wrong)


def test_what_changes_something_asks_for_a_token(routes: list[Route], page: Page) -> None:
    changing = [route for route in routes if set(route["methods"]) - {"GET"}]

    assert {route["endpoint"] for route in changing if not route["csrf"]} <= NO_TOKEN
    for route in changing:
        if route["endpoint"] not in NO_TOKEN:
            assert page.post(address(route), {"csrf_token": ""}, fragment=True).status == 400, route["path"]


def test_every_page_that_anybody_may_open_minds_its_manners(routes: list[Route], page: Page) -> None:
    for route in routes:
        if route["path"] == "/readyz":  # may say that something is missing: here it is Stripe
            continue
        if route["public"] and "GET" in route["methods"] and "<" not in route["path"]:
            for prefix in ("", "/en"):
                page.get(prefix + route["path"], follow=False)


def test_pages_for_everybody_set_no_cookie(routes: list[Route], page: Page) -> None:
    cacheable = [route for route in routes if route["cacheable"] and "GET" in route["methods"]]

    for route in cacheable:
        page.get(address(route), follow=False)
        assert "Set-Cookie" not in page.headers, route["path"]
        assert "Cookie" not in page.headers.get("Vary", ""), route["path"]


def test_pages_that_are_not_for_everybody_are_kept_by_nobody(routes: list[Route], app: Flask) -> None:
    page = Page(app).sign_in(make.staff(Role.ADMIN))

    for route in routes:
        if not route["public"] and "GET" in route["methods"]:
            page.get(address(route), follow=False, fragment=True)
            assert "no-store" in page.headers["Cache-Control"], route["path"]


def test_strange_numbers_in_addresses_are_not_found(routes: list[Route], app: Flask) -> None:
    page = Page(app).sign_in(make.staff(Role.ADMIN))

    for route in routes:
        if "GET" in route["methods"] and "<int" in route["path"]:
            huge = re.sub(r"<int[^>]*>", "99999999999999999999", route["path"])
            page.get(re.sub(r"<[^>]*>", "x", huge), follow=False, fragment=True)
            assert page.status in {302, 403, 404, 405}, f"{route['path']} answers {page.status}"
