"""Uploaded files: evidence for a dispute; only name and size are kept. Called by api.py."""

from checkout.sandbox.errors import Unusable
from checkout.sandbox.store import Doc, Store, new_id

MOST = 4_500_000
"""Evidence of one dispute together: https://docs.stripe.com/disputes/responding"""
KINDS = {"pdf": "pdf", "jpg": "jpg", "jpeg": "jpg", "png": "png"}


def keep(store: Store, given: Doc) -> Doc:
    """Take a file; its parameter says size and name."""
    size, _, name = given["file"].partition(" ")
    ending = KINDS.get(name.rsplit(".", 1)[-1].lower())
    if ending is None:
        raise Unusable("The file type you uploaded is not allowed; use PDF, JPEG or PNG.", param="file")
    if not 0 < int(size) <= MOST:
        raise Unusable("The file you uploaded is empty or too large.", param="file")
    return store.put(
        {
            "id": new_id("file"),
            "object": "file",
            "created": store.now(),
            "expires_at": None,
            "filename": name,
            "links": {"object": "list", "data": [], "has_more": False, "url": "/v1/file_links"},
            "purpose": given["purpose"],
            "size": int(size),
            "title": None,
            "type": ending,
            "url": None,
        }
    )
