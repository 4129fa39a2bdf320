"""The embedded engine: Whoosh stores, `catalog.search.matching` decides. Beside it, `whoosh_parts` imports whoosh.

Used with the care that search.md measured out: one body field without positions, phrases as terms, values in
columns, our own counting over all matches, never `filter=`, no query parser, no AsyncWriter or BufferedWriter,
a storage that syncs, and readers that are opened anew, never refreshed (Whoosh's refresh closes segments that
others still read). One reader per process and commit, asked by one thread at a time; what it answered stays
decoded in memory and is shared by all threads.
"""

import contextlib
import threading
import warnings
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from catalog.search import columns, completing, folders, matching, reading, terms
from catalog.search.matching import NO_POSTINGS, Postings
from catalog.search.query import (
    FACETS,
    Health,
    IndexDoc,
    SearchRequest,
    SearchResult,
    Sort,
    Suggestion,
    SuggestionKind,
)
from catalog.search.snapshots import Snapshots, guarded
from catalog.search.spelling import Vocabulary

with warnings.catch_warnings():
    # Whoosh 2.7.4 writes '\d' in plain strings, which Python warns of when it compiles it for the first time.
    warnings.simplefilter("ignore")
    from whoosh import analysis, fields, index
    from whoosh.codec.whoosh3 import W3Codec
    from whoosh.columns import NumericColumn, RefBytesColumn
    from whoosh.filedb.filestore import FileStorage
    from whoosh.reading import SegmentReader, TermNotFound

    from catalog.search import whoosh_parts

whoosh_parts.install()

VERSION = f"w2a{terms.VERSION}"
"""Of SCHEMA and of the words in it; a new one makes every node rebuild its index."""
STORED_FACETS = tuple(facet for facet in FACETS if facet != "price")
WORD_FIELDS = (*terms.SUGGESTION_FIELDS, "fact")
CACHED_POSTINGS = 1_000_000
"""Decoded postings kept per segment, 8 bytes each."""
SEGMENTS_PER_TIER = 5
"""Segments of one order of magnitude before they are merged into one."""
BATCH = 10_000
"""Documents between two commits of a rebuild: keeps its memory flat."""
META = 0
"""The id of the document that carries the seq; no product has it."""

_weighted = analysis.RegexTokenizer(r"\S+") | analysis.DelimitedAttributeFilter()
_plain = analysis.RegexTokenizer(r"\S+")
SCHEMA = fields.Schema(
    key=fields.ID(),
    body=fields.KEYWORD(analyzer=_weighted),
    id=fields.COLUMN(NumericColumn("q")),
    price=fields.COLUMN(NumericColumn("q")),
    published=fields.COLUMN(NumericColumn("q")),
    maker_key=fields.COLUMN(RefBytesColumn()),
    **{name: fields.KEYWORD(analyzer=_plain) for name in WORD_FIELDS},
    **{"f_" + facet: fields.COLUMN(RefBytesColumn()) for facet in STORED_FACETS},
)


class DurableStorage(FileStorage):
    """A folder whose files are on the disk before the table of contents that names them is."""

    def __init__(self, path: Path) -> None:
        """Take the folder."""
        super().__init__(str(path))
        self._written: set[str] = set()

    def create_file(self, name: str, **options: Any) -> Any:
        """Create a file and remember to sync it."""
        self._written.add(name)
        return super().create_file(name, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Sync everything written since, rename, sync the folder: Whoosh renames the table of contents last."""
        folder = Path(self.folder)
        for name in self._written | {oldname}:
            if (folder / name).exists():
                folders.sync(folder / name)
        self._written.clear()
        super().rename_file(oldname, newname, safe)
        folders.sync(folder)


class Stored:
    """What was decoded of one segment; never changes, so snapshots hand it on to the next."""

    def __init__(self, reader: Any) -> None:
        """Read the columns; postings and words follow when they are asked for."""
        self.size: int = reader.doc_count_all()
        self.ids: Sequence[int] = array("q", _raw(reader, "id"))
        self.prices: Sequence[int] = array("q", _raw(reader, "price"))
        self.published: Sequence[int] = array("q", _raw(reader, "published"))
        self.makers: Sequence[str] = columns.texts(_raw(reader, "maker_key"))
        self.columns = {facet: columns.coded(_raw(reader, "f_" + facet)) for facet in STORED_FACETS}
        self.columns["price"] = columns.price_column(self.prices)
        self.meta = self.ids.index(META) if META in self.ids else None
        self.orders: dict[str, Sequence[int]] = {}
        self.decoded: dict[tuple[str, str], Postings] = {}
        self.decoded_size = 0
        self.vocabulary: Vocabulary | None = None


class WhooshSegment:
    """A `matching.Segment` over a segment of Whoosh: what is decoded, and a reader for what is not yet."""

    def __init__(self, reader: Any, stored: Stored, lock: threading.Lock) -> None:
        """Take a leaf reader, which only this object asks, holding `lock`."""
        self._reader, self.stored, self._lock = reader, stored, lock
        self.size, self.ids, self.makers = stored.size, stored.ids, stored.makers
        self.prices, self.published, self.columns = stored.prices, stored.published, stored.columns
        deleted = reader.has_deletions()
        self.dead = set(range(stored.size)).difference(reader.all_doc_ids()) if deleted else set()
        self.seq: int | None = None
        if stored.meta is not None and stored.meta not in self.dead:
            self.seq = stored.published[stored.meta]
            self.dead.add(stored.meta)

    def postings(self, term: str, of: str = "body") -> Postings:
        """Decode the postings of a term once."""
        stored = self.stored
        found = stored.decoded.get((of, term))
        if found is None:
            with self._lock:
                found = self._decode(term, of)
            if stored.decoded_size + len(found.docs) > CACHED_POSTINGS:
                stored.decoded, stored.decoded_size = {}, 0
            stored.decoded[of, term] = found
            stored.decoded_size += len(found.docs) + 1
        return found

    def _decode(self, term: str, of: str) -> Postings:
        try:
            matcher = self._reader.postings(of, term)
        except TermNotFound:
            return NO_POSTINGS
        docs, impacts = array("I"), array("f")
        while matcher.is_active():
            weight = matcher.weight()
            docs.append(matcher.id())
            impacts.append(weight / (weight + terms.HALF))
            matcher.next()
        return Postings(docs, impacts)

    def order(self, sort: Sort) -> Sequence[int]:
        """Sort all documents once."""
        if sort not in self.stored.orders:
            self.stored.orders[sort] = matching.ordered(self, sort)
        return self.stored.orders[sort]

    def expand(self, prefix: str, of: str) -> Sequence[str]:
        """List the terms with this beginning, the most frequent if there are many."""
        with self._lock:
            found = [
                (info.doc_frequency(), term.decode()) for term, info in self._reader.iter_prefix(of, prefix)
            ]
        return [term for _, term in sorted(found, reverse=True)[: completing.MOST_COMPLETIONS]]

    def vocabulary(self) -> Vocabulary:
        """Read the words of names, titles and facts once."""
        if self.stored.vocabulary is None:
            with self._lock:
                self.stored.vocabulary = Vocabulary(
                    (term.decode(), info.doc_frequency())
                    for name in WORD_FIELDS
                    for term, info in self._reader.iter_field(name)
                )
        return self.stored.vocabulary


def _raw(reader: Any, name: str) -> Any:
    return reader.column_reader(name, translate=False)


class Snapshot:
    """One commit of the index, open in this process."""

    def __init__(self, folder: Path, before: "Snapshot | None") -> None:
        """Open the latest commit; decoded segments of the snapshot before are taken over."""
        self.index = index.open_dir(str(folder), readonly=True, schema=SCHEMA)
        self.generation = self.index.latest_generation()
        self.reader = self.index.reader()
        known = before.stored if before else {}
        lock = threading.Lock()
        self.stored: dict[str, Stored] = {}
        self.segments: list[WhooshSegment] = []
        for leaf, _ in self.reader.leaf_readers() if self.reader.doc_count_all() else ():
            name = leaf.segment().segment_id()
            self.stored[name] = known.get(name) or Stored(leaf)
            self.segments.append(WhooshSegment(leaf, self.stored[name], lock))
        self.seq = max((segment.seq for segment in self.segments if segment.seq is not None), default=0)

    def is_latest(self) -> bool:
        """Whether nothing was committed since to the same folder."""
        return bool(self.generation == self.index.latest_generation())

    def close(self) -> None:
        """Let go of the files."""
        with contextlib.suppress(Exception):
            self.reader.close()

    def has(self, term: str) -> bool:
        """Whether any living document holds a term."""
        return any(
            doc not in segment.dead for segment in self.segments for doc in segment.postings(term).docs
        )

    def health(self) -> Health:
        """Compare what columns and postings say about one piece of each segment."""
        count = 0
        for segment in self.segments:
            alive = matching.live(segment)
            count += len(alive)
            if alive and alive[-1] not in segment.postings(str(segment.ids[alive[-1]]), "key").docs:
                return Health(False, count, self.seq, "columns and postings do not agree")
        return Health(True, count, self.seq)

    def vocabularies(self) -> list[Vocabulary]:
        """Give the words of all segments."""
        return [segment.vocabulary() for segment in self.segments]


class WhooshWriter:
    """Collects changes and writes them in one commit: Whoosh alone would double a document put twice."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of the index; the caller holds the pen."""
        self._index = DurableStorage(folder).open_index(schema=SCHEMA)
        self._changes: dict[int, IndexDoc | None] = {}

    def put(self, doc: IndexDoc) -> None:
        """Add or replace a document at the next commit."""
        self._changes[doc.id] = doc

    def remove(self, product_id: int) -> None:
        """Take a document out at the next commit."""
        self._changes[product_id] = None

    def commit(self, seq: int | None = None) -> None:
        """Write all changes, and the seq, as one new generation."""
        codec = W3Codec(blocklimit=2048)
        codec.length_stats = (
            False  # we rank without lengths; Whoosh would look for their file at every posting
        )
        writer = self._index.writer(timeout=folders.PEN_WAIT, codec=codec)
        try:
            with contextlib.closing(writer.reader()) as reader:
                for product_id in self._changes:
                    _delete(writer, reader, product_id)
                if seq is not None:
                    _delete(writer, reader, META)
            for doc in self._changes.values():
                if doc is not None:
                    writer.add_document(**_document(doc))
            if seq is not None:
                writer.add_document(key=str(META), id=META, published=seq)
            writer.commit(mergetype=_merge)
        except BaseException:
            if not writer.is_closed:
                writer.cancel()
            raise
        self._changes.clear()


def _delete(writer: Any, reader: Any, product_id: int) -> None:
    """Mark the documents with this id; `reader` sees what the writer will change."""
    with contextlib.suppress(TermNotFound):
        for number in list(reader.postings("key", str(product_id)).all_ids()):
            writer.delete_document(number)


def _document(doc: IndexDoc) -> dict[str, Any]:
    """Lay a document out in the fields of SCHEMA."""
    written = terms.suggestions(doc) | {"fact": terms.facts(doc)}
    facets = {facet: columns.packed(doc.facet_values(facet)) for facet in STORED_FACETS}
    return {
        "key": str(doc.id),
        "body": " ".join(f"{term}^{weight}" for term, weight in terms.body(doc).items()),
        "id": doc.id,
        "price": doc.price,
        "published": doc.published_at,
        "maker_key": doc.maker_key.encode(),
        **{name: " ".join(found) for name, found in written.items()},
        **{"f_" + facet: value for facet, value in facets.items() if value},
    }


def _merge(writer: Any, segments: list[Any]) -> list[Any]:
    """Rewrite segments of which a quarter is dead, and orders of magnitude with too many segments."""
    tiers: dict[int, list[Any]] = defaultdict(list)
    rewrite: list[Any] = []
    for segment in segments:
        worn = segment.deleted_count() * 4 > segment.doc_count_all()
        (rewrite if worn else tiers[len(str(segment.doc_count_all()))]).append(segment)
    keep: list[Any] = []
    for tier in tiers.values():
        (rewrite if len(tier) > SEGMENTS_PER_TIER else keep).extend(tier)
    for segment in rewrite:
        if segment.doc_count():
            with contextlib.closing(SegmentReader(writer.storage, writer.schema, segment)) as reader:
                writer.add_reader(reader)
    return keep


class WhooshEngine:
    """A `catalog.search.engine.SearchEngine` in a folder of this machine."""

    name, version = "whoosh", VERSION

    def __init__(self, root: Path) -> None:
        """Take the root folder, which need not exist."""
        self._folders = folders.Folders(root, VERSION)
        self._snapshots = Snapshots(self._folders, Snapshot)

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer one request."""
        with self._snapshots.latest() as snapshot:
            search = partial(matching.search, snapshot.segments, request)
            result = reading.answer(request, snapshot.has, snapshot.vocabularies, search)
            return replace(result, seq=snapshot.seq)

    def suggest(self, text: str, limits: dict[SuggestionKind, int]) -> list[Suggestion]:
        """Complete what is being typed."""
        with self._snapshots.latest() as snapshot:
            return completing.complete(snapshot.segments, text, limits, snapshot.vocabularies)

    def similar(self, product_id: int, n: int = 8) -> list[int]:
        """Give products like one."""
        with self._snapshots.latest() as snapshot:
            return completing.similar(snapshot.segments, product_id, n)

    def refresh(self) -> int:
        """See the latest commit."""
        with self._snapshots.latest() as snapshot:
            return snapshot.seq

    def ids(self) -> set[int]:
        """Give all product ids."""
        with self._snapshots.latest() as snapshot:
            return {segment.ids[doc] for segment in snapshot.segments for doc in matching.live(segment)}

    @contextlib.contextmanager
    def writer(self) -> Iterator[WhooshWriter]:
        """Hold the pen."""
        with self._folders.pen():
            folder = self._folders.current()
            with guarded():
                writer = WhooshWriter(folder)
            yield writer

    def rebuild(
        self, docs: Iterable[IndexDoc], seq: int = 0, done: Callable[[int], None] | None = None
    ) -> int:
        """Build a new index aside, look at it, and switch; nobody else writes meanwhile."""
        count = 0
        with self._folders.pen():
            folder = self._folders.create()
            DurableStorage(folder).create_index(SCHEMA)
            writer = WhooshWriter(folder)
            for doc in docs:
                writer.put(doc)
                count += 1
                if count % BATCH == 0:
                    writer.commit()
                if done and count % 100 == 0:
                    done(count)
            writer.commit(seq)
            self._folders.switch(folder)
        if done:
            done(count)
        return count

    def check(self) -> Health:
        """Open afresh, and compare what columns and postings say about one piece."""
        return self._snapshots.check()

    def files(self) -> AbstractContextManager[tuple[Health, dict[str, BinaryIO]]]:
        """Hold the files of the latest commit open."""
        return self._snapshots.files()

    def adopt(self, fill: Callable[[Path], None], seq: int) -> Health:
        """Take another node's index."""
        return self._snapshots.adopt(fill, seq)
