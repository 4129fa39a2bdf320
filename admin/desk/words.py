"""Words that stand for each other in the search: council administrators keep them, with a look at what they find."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from wtforms import HiddenField
from wtforms.widgets import TextArea

from admin import paging
from admin.desk import scope
from catalog import products
from catalog.models import Council, SynonymGroup
from catalog.search import find, wordbook
from catalog.search.query import SearchRequest
from shop import authz, forms, inputs, web
from shop.db import db, transaction
from shop.errors import ShopError
from shop.models import Role

KEEPERS = (Role.COUNCIL_ADMIN, Role.ADMIN)
blueprint = Blueprint("desk_words", __name__, url_prefix="/desk/words")
authz.guard(blueprint, roles=KEEPERS)
TRIED = 12
"""Words of a group that a preview asks for."""
SHOWN = 6
"""Pieces that a trial search shows."""


class GroupForm(forms.Form):
    """One group: the word, what means the same, and where that is said."""

    head = forms.StrictField(
        lazy_gettext("Word"),
        parse=wordbook.read_entry,
        hint=lazy_gettext("The word as pieces are described with it, such as keranjang."),
    )
    others = forms.StrictField(
        lazy_gettext("Means the same"),
        widget=TextArea(),
        parse=wordbook.read_others,
        hint=lazy_gettext(
            "One word, or two that belong together, on each line or between commas: basket, bakul."
        ),
    )
    note = forms.TextField(
        lazy_gettext("Where it is said"),
        most=200,
        required=False,
        hint=lazy_gettext("A region, a book, a person: so that others can follow it up."),
    )
    seen = HiddenField()

    def is_sent(self) -> bool:
        """Say whether the form was sent and the group says something."""
        if not super().is_sent():
            return False
        try:
            self.others.data = wordbook.distinct(self.head.data, self.others.data)
        except inputs.Unreadable as error:
            self.refuse(self.others, error)
            return False
        return True


def keepers() -> bool:
    """Say whether the signed-in person keeps the words."""
    return bool(current_user.holds(*KEEPERS))


def _council() -> Council | None:
    """Give the council for which the person changes words; administrators of the shop change them for all."""
    if authz.ALL_COUNCILS in scope.codes(Role.ADMIN):
        return None
    return next(iter(scope.councils(Role.COUNCIL_ADMIN)), None)


# --- the list ----------------------------------------------------------------------------------------


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the groups; a part of a word and a trial search are kept in the address."""
    session = db.session()
    asked, tried = (inputs_of(name) for name in ("q", "try"))
    removed = request.args.get("removed") == "1"
    number = paging.number()
    undo = request.args.get("undo", 0, type=inputs.row_number)
    return render_template(
        "desk/words.html",
        found=wordbook.listed(session, asked, min(number, 10_000), removed=removed),
        asked=asked,
        removed=removed,
        tried=tried,
        trial=_trial(tried) if tried else None,
        undo=session.get(SynonymGroup, undo) if 0 < undo < 2**31 else None,
    )


def inputs_of(name: str) -> str:
    """Give a text of the address, short and printable."""
    typed = " ".join(request.args.get(name, "")[:120].split())
    return "".join(letter for letter in typed if letter.isprintable())


def _trial(text: str) -> dict[str, Any]:
    """Search as a buyer would, and say how each word was taken."""
    session = db.session()
    found = find.find(session, SearchRequest(text, size=SHOWN, facets=()))
    return {
        "words": wordbook.meanings(session, found.corrected or text),
        "found": found,
        "cards": products.cards(session, found.ids),
    }


# --- one group ---------------------------------------------------------------------------------------


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Add a group."""
    form = GroupForm(data={"head": inputs_of("head")})
    if not form.is_sent():
        return _page(form, None, 422 if form.errors else 200)
    if request.form.get("do") == "preview":
        return _page(form, None, preview=_preview(form))
    try:
        with transaction() as session:
            wordbook.add(session, web.actor(), _council(), form.head.data, form.others.data, form.note.data)
    except ShopError as error:
        return _refused(form, None, error)
    flash(gettext("Added. The search knows these words from now on."), "success")
    return redirect(url_for("desk_words.index", q=form.head.data), 303)


@blueprint.route("/<int:group_id>", methods=["GET", "POST"])
def edit(group_id: int) -> ResponseReturnValue:
    """Change a group."""
    group = wordbook.group(db.session(), group_id)
    form = GroupForm(
        data={
            "head": group.head,
            "others": "\n".join(group.others),
            "note": group.note,
            "seen": group.version,
        }
    )
    if not form.is_sent():
        return _page(form, group, 422 if form.errors else 200)
    if request.form.get("do") == "preview":
        return _page(form, group, preview=_preview(form, group.id))
    typed = form.seen.data or ""
    seen = inputs.digits(typed, 0)
    try:
        with transaction() as session:
            fresh = wordbook.group(session, group_id)
            said = (form.head.data, form.others.data, form.note.data)
            wordbook.change(session, web.actor(), _council(), fresh, seen, *said)
    except ShopError as error:
        return _refused(form, wordbook.group(db.session(), group_id), error)
    flash(gettext("Kept. The search goes by these words from now on."), "success")
    return redirect(url_for("desk_words.index", q=form.head.data), 303)


def _page(
    form: GroupForm, group: SynonymGroup | None, status: int = 200, preview: list[Any] | None = None
) -> ResponseReturnValue:
    return render_template("desk/word.html", form=form, group=group, preview=preview), status


def _refused(form: GroupForm, group: SynonymGroup | None, error: ShopError) -> ResponseReturnValue:
    words = gettext(error.message, **error.params)
    if isinstance(error, wordbook.AlreadyThere):
        form.refuse(form.head, words)
    else:
        form.form_errors.append(words)
    return _page(form, group, error.status)


def _preview(form: GroupForm, group_id: int = 0) -> list[tuple[str, int, int]]:
    """Count for each word what it finds now and what it would find."""
    session = db.session()
    then = wordbook.supposing(session, form.head.data, form.others.data, group_id)
    entries = [form.head.data, *form.others.data][:TRIED]
    asked = [(entry, SearchRequest(entry, size=1, facets=())) for entry in entries]
    return [
        (entry, exact(find.find(session, query)), exact(find.find(session, query, then)))
        for entry, query in asked
    ]


def exact(found: find.Page) -> int:
    """Count what a word finds as it is written; what is only near or put right does not count."""
    return 0 if found.near or found.corrected else found.total


@blueprint.post("/<int:group_id>/remove")
def remove(group_id: int) -> ResponseReturnValue:
    """Take a group out; the list offers to put it back."""
    with transaction() as session:
        wordbook.remove(session, web.actor(), _council(), wordbook.group(session, group_id))
    return redirect(url_for("desk_words.index", undo=group_id), 303)


@blueprint.post("/<int:group_id>/restore")
def restore(group_id: int) -> ResponseReturnValue:
    """Put a group back."""
    with transaction() as session:
        group = wordbook.group(session, group_id)
        wordbook.restore(session, web.actor(), _council(), group)
        head = group.head
    flash(gettext("Put back. The search knows these words again."), "success")
    return redirect(url_for("desk_words.index", q=head), 303)
