"""Who may go where: roles declared once per blueprint (or view), councils as their scope.

`guard` is called where a blueprint is made; `flask routes --json` prints what was declared.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.errors import Forbidden
from shop.models import Role, User

F = TypeVar("F", bound=Callable[..., Any])
EVERYBODY: frozenset[Role] = frozenset()
ALL_COUNCILS = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route asks of its visitor, and how it may be kept by caches."""

    public: bool = True
    roles: frozenset[Role] = EVERYBODY
    """One of these is needed; empty means every signed-in person (when not public)."""
    cacheable: bool = False
    limits: str = "page"
    """Rate-limit class of `shop.limits.CLASSES`."""


_rules: dict[str, Rule] = {}
_views: dict[Callable[..., Any], Rule] = {}


def guard(
    blueprint: Blueprint,
    *,
    public: bool = False,
    roles: Iterable[Role] = (),
    cacheable: bool = False,
    limits: str = "page",
) -> Blueprint:
    """Declare what every route of a blueprint asks, and enforce it before each of its requests."""
    _rules[blueprint.name] = Rule(public, frozenset(roles), cacheable, limits)
    blueprint.before_request(_enforce)
    return blueprint


def allow(*roles: Role, public: bool | None = None, limits: str | None = None) -> Callable[[F], F]:
    """Declare something else for one view of a guarded blueprint: other roles, public, another limit class."""

    def declare(view: F) -> F:
        _views[view] = Rule(bool(public), frozenset(roles), False, limits or "")
        return view

    return declare


def rule_of(endpoint: str) -> Rule:
    """Give what was declared for an endpoint; what nobody declared is public and unlimited by role."""
    blueprint = endpoint.rpartition(".")[0]
    base = _rules.get(blueprint, Rule())
    own = _views.get(current_app.view_functions.get(endpoint, rule_of))
    if own is None:
        return base
    merged = replace(base, limits=own.limits or base.limits)
    if own.public:
        return replace(merged, public=True, roles=EVERYBODY)
    return replace(merged, public=False, roles=own.roles) if own.roles else merged


def _enforce() -> ResponseReturnValue | None:
    rule = rule_of(request.endpoint or "")
    if rule.public:
        return None
    if not current_user.is_authenticated:
        here = request.script_root + request.path if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=here))
    if rule.roles and not current_user.holds(*rule.roles):
        raise Forbidden
    return None


def scopes(user: User, *roles: Role) -> frozenset[str]:
    """Give the council codes in which a person holds one of these roles; `*` means every council.

    Administrators, and the national council's people, see all councils.
    """
    if user.holds(Role.ADMIN):
        return frozenset({ALL_COUNCILS})
    codes = {grant.scope for grant in user.grants if grant.role in roles}
    if "nasional" in codes:
        return frozenset({ALL_COUNCILS})
    return frozenset(codes)


def covers(codes: frozenset[str], council_code: str) -> bool:
    """Say whether a scope reaches a council: its own, or a province's over its regencies."""
    return (
        ALL_COUNCILS in codes
        or council_code in codes
        or any(council_code.startswith(code + ".") for code in codes if code)
    )
