"""The certificate of a membership: a paper with the number, and a code that leads to what the number is worth today.

Handed out by the studio to the workshop and by the desk to its council, in the language of the page.
"""

from flask import Response, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from catalog.curation import membership_roll
from catalog.models import Membership, MembershipState
from shop import documents, i18n
from shop.errors import Conflict
from shop.views.shared import absolute

CODE = 44
"""Millimetres."""


class NotAMember(Conflict):
    """Only a membership that holds has a certificate."""

    message = "There is a certificate only while the membership holds."


def certificate(session: Session, membership: Membership) -> Response:
    """Set the certificate of a membership, with its council and workshop loaded. :raise NotAMember:"""
    if membership.state is not MembershipState.ACTIVE:
        raise NotAMember
    events = membership_roll.history(session, membership.id)
    workshop, council = membership.workshop, membership.council
    crafts = ", ".join(i18n.localised(craft) for craft in membership_roll.crafts(session, membership.id))
    address = absolute(url_for("members.show", number=membership.number))
    paper = documents.paper(
        gettext("Certificate of membership no. %(number)s", number=membership.number),
        language=i18n.current_locale(),
        made=events[0].at,
        head=documents.Letterhead(council.name, gettext("Curation of crafts")),
        foot=address,
    )
    paper.ln(22)
    paper.paragraph(gettext("Certificate of membership"), centred=True, bold=True)
    paper.set_font("Fraunces", "", 30)
    paper.multi_cell(0, 14, workshop.live_name or workshop.name, align="C", new_x="LMARGIN", new_y="NEXT")
    maker = workshop.live_maker_name or workshop.maker_name
    place = f"{workshop.regency.name}, {i18n.localised(workshop.regency.province)}"
    paper.paragraph(f"{maker} · {place}", centred=True)
    paper.ln(8)
    words = gettext("has passed the curation of %(council)s and is its member.", council=council.name)
    paper.paragraph(words, centred=True)
    paper.ln(8)
    paper.facts(
        [
            (gettext("Number"), membership.number),
            (gettext("Member since"), i18n.write_date(membership.since)),
            (gettext("Term"), gettext("until %(day)s", day=i18n.write_date(membership.ends_on))),
            (gettext("Covers"), crafts),
        ]
    )
    paper.ln(6)
    top = paper.get_y()
    paper.code(address, CODE, x=(paper.w - CODE) / 2, y=top)
    paper.set_y(top + CODE + 4)
    paper.paragraph(
        gettext("What counts is the page behind this code: it shows whether the membership holds today."),
        centred=True, small=True,
    )  # fmt: skip
    paper.ln(8)
    paper.signing([documents.Signing(gettext("For the council"), council.name)])
    response = Response(paper.finish(), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="kriya-{membership.number}.pdf"'
    return response
