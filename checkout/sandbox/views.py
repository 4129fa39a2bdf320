"""How stored objects are shown: without what is the sandbox's own, with what `expand` asks for, page by page.

Called by api.py and events.py.
"""

import json
from collections.abc import Callable

from checkout.sandbox.errors import Missing, Unusable
from checkout.sandbox.store import Doc, Store

REFERENCES = frozenset({"payment_intent", "latest_charge", "charge", "balance_transaction", "source"})
REFERENCES |= {"failure_balance_transaction"}
DEEPEST = 4


def shown(doc: Doc) -> Doc:
    """Leave out the fields that begin with `_`."""
    return {name: value for name, value in doc.items() if not name.startswith("_")}


def listed(url: str, docs: list[Doc], *, more: bool = False) -> Doc:
    """Wrap objects into Stripe's list."""
    return {"object": "list", "data": docs, "has_more": more, "url": url}


def line_items(store: Store, doc: Doc) -> Doc:
    """Show the lines of a session."""
    session = store.get("checkout.session", doc["id"])
    return listed(f"/v1/checkout/sessions/{doc['id']}/line_items", session["_lines"])


def refunds_of(store: Store, doc: Doc) -> Doc:
    """Show the refunds of a charge."""
    found = store.select("refund", charge=doc["id"])
    return listed(f"/v1/charges/{doc['id']}/refunds", [shown(refund) for refund in found])


INCLUDED: dict[tuple[str, str], Callable[[Store, Doc], Doc]] = {
    ("checkout.session", "line_items"): line_items,
    ("charge", "refunds"): refunds_of,
}
"""What is absent unless it is asked for."""


def expanded(store: Store, doc: Doc, paths: list[str]) -> Doc:
    """Replace ids by their objects where `expand` names them; raise `Unusable` on what has none."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEEPEST:
            raise Unusable(f"You cannot expand more than {DEEPEST} levels: {path[:100]}", param="expand")
        _expand(store, doc, parts, path)
    return doc


def _expand(store: Store, doc: Doc, parts: list[str], path: str) -> None:
    name, *rest = parts
    if doc.get("object") == "list" and name == "data":
        for entry in doc["data"]:
            _expand(store, entry, rest, path)
        return
    if (include := INCLUDED.get((str(doc.get("object")), name))) is not None:
        doc[name] = doc.get(name) or include(store, doc)
    elif name not in REFERENCES or name not in doc:
        raise Unusable(f"This property cannot be expanded ({path[:100]}).", param="expand")
    elif isinstance(doc[name], str):
        doc[name] = shown(store.find(doc[name]) or {"id": doc[name]})
    if rest and doc[name] is not None:
        _expand(store, doc[name], rest, path)


SPAN = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def page(store: Store, kind: str, url: str, params: Doc, **equal: str | list[str] | None) -> Doc:
    """List the objects of a kind, newest first, a page at a time; a filter that is None does not count."""
    where = ["object = ?"]
    values: list[str | int] = [kind]
    for field, value in equal.items():
        if value is not None:
            wanted = value if isinstance(value, list) else [value]
            where.append(
                f"json_extract(body, '$.{field.replace('__', '.')}') IN ({', '.join('?' for _ in wanted)})"
            )
            values += wanted
    created = params.get("created", {})
    for name, bound in ({"gte": created, "lte": created} if isinstance(created, int) else created).items():
        where.append(f"created {SPAN[name]} ?")
        values.append(bound)
    order = "DESC"
    if (after := params.get("starting_after")) is not None:
        where.append("seq < ?")
        values.append(_seq(store, kind, after, "starting_after"))
    if (before := params.get("ending_before")) is not None:
        where.append("seq > ?")
        values.append(_seq(store, kind, before, "ending_before"))
        order = "ASC"
    limit = params.get("limit", 10)
    sql = f"SELECT body FROM objects WHERE {' AND '.join(where)} ORDER BY seq {order} LIMIT {limit + 1}"  # noqa: S608
    docs = [shown(json.loads(row["body"])) for row in store.rows(sql, values)]
    more, docs = len(docs) > limit, docs[:limit]
    return listed(url, docs if order == "DESC" else docs[::-1], more=more)


def _seq(store: Store, kind: str, object_id: str, param: str) -> int:
    rows = store.rows("SELECT seq FROM objects WHERE id = ? AND object = ?", [object_id, kind])
    if not rows:
        raise Missing(kind, object_id, param, status=400)
    return int(rows[0]["seq"])


def cut(docs: list[Doc], url: str, params: Doc) -> Doc:
    """Take the page of a list inside an object that limit, starting_after and ending_before describe."""
    limit = params.get("limit", 10)
    if (after := params.get("starting_after")) is not None:
        docs = docs[_position(docs, after, "starting_after") + 1 :]
    if (before := params.get("ending_before")) is not None:
        docs = docs[: _position(docs, before, "ending_before")]
        return listed(url, docs[-limit:], more=len(docs) > limit)
    return listed(url, docs[:limit], more=len(docs) > limit)


def _position(docs: list[Doc], object_id: str, param: str) -> int:
    for position, doc in enumerate(docs):
        if doc["id"] == object_id:
            return position
    raise Missing("item", object_id, param, status=400)
