"""What sending a piece to my regency costs: a small page, and the same answer for the form on a product page."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from catalog import indonesia
from catalog.indonesia import RegencyFact
from checkout import delivery
from checkout.delivery import Estimate
from shop import authz, i18n, money, web
from shop.db import db
from shop.views.pages import cacheable

blueprint = Blueprint("delivery", __name__)
authz.guard(blueprint, public=True, cacheable=True, limits="search")


@blueprint.get("/delivery-estimate")
def show() -> ResponseReturnValue:
    """Answer for a variant and a regency, or for the words of somebody who looks for theirs."""
    session = db.session()
    variant_id, typed, code = _variant(), request.args.get("to", "")[:100], request.args.get("regency", "")
    offer = delivery.offer_of(session, variant_id)
    found = [] if code else indonesia.regencies_like(typed)
    place = indonesia.regency(code) if code else found[0] if len(found) == 1 else None
    if code and place is None:
        raise delivery.NoSuchRegency
    answer: dict[str, Any] = {"place": "", "lines": [], "choices": []}
    if place is not None:
        answer = _answer(place, delivery.estimate(session, variant_id, place.code))
    elif found:
        answer["lines"] = [_("Which one is yours?")]
        answer["choices"] = [{"regency": one.code, "place": one.label} for one in found]
    elif typed.strip():
        answer["lines"] = [
            _("No regency or city is called that. Please check the name, or type a postal code.")
        ]
    if web.wants_json():
        response = jsonify(answer)
    else:
        page = render_template(
            "checkout/delivery.html", answer=answer, offer=offer, typed=web.printable(typed)
        )
        response = Response(page, mimetype="text/html")
    response.vary.add("Accept")
    return cacheable(response)


def _variant() -> int:
    typed = request.args.get("variant", "")
    if not (typed.isascii() and typed.isdigit() and 0 < len(typed) < 18):
        raise delivery.NotForSale
    return int(typed)


def _answer(place: RegencyFact, found: Estimate) -> dict[str, Any]:
    """Say it in words; the figures are those an order of this one piece would have."""
    answer: dict[str, Any] = {"regency": place.code, "place": place.label, "choices": []}
    if found.fee is None:
        words = _("There is no delivery service for this piece to %(place)s yet.", place=place.name)
        if found.limit_g:
            kilos = i18n.write_number(found.limit_g // 1000)
            words += " " + _("At most %(kilos)s kg can be sent there.", kilos=kilos)
        return answer | {"lines": [words, *_gallery(found)], "served": False}
    way = f"{found.min_days}-{found.max_days}" if found.max_days > found.min_days else str(found.max_days)
    lines = [
        _("To %(place)s: %(amount)s", place=place.name, amount=money.rupiah(found.fee)),
        ngettext("%(days)s day on the way", "%(days)s days on the way", found.max_days, days=way),
        ngettext(
            "Made for you in %(num)s working day, then sent",
            "Made for you in %(num)s working days, then sent",
            found.packing_days,
        )
        if found.offer.made_to_order
        else ngettext(
            "Leaves the workshop within %(num)s working day",
            "Leaves the workshop within %(num)s working days",
            found.packing_days,
        ),
    ]
    return answer | {
        "lines": [*lines, *_others(found), *_gallery(found), *_resting(found)],
        "served": True,
    }


def _others(found: Estimate) -> list[str]:
    return [
        _(
            "%(service)s: %(amount)s, %(days)s",
            service=one.service.name or _("Regular, the workshop chooses the courier"),
            amount=money.rupiah(one.fee),
            days=ngettext("%(num)d day on the way", "%(num)d days on the way", one.rate.etd_max_days),
        )
        for one in found.others
    ]


def _gallery(found: Estimate) -> list[str]:
    if found.gallery is None:
        return []
    return [_("Or pick it up at %(gallery)s, without postage", gallery=found.gallery.gallery)]


def _resting(found: Estimate) -> list[str]:
    return [
        _(
            "Couriers rest from %(first)s to %(last)s: the way takes longer",
            first=i18n.write_date(one.first_on),
            last=i18n.write_date(one.last_on),
        )
        for one in found.resting
    ]
