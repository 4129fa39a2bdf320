"""The file of questions, and how well an engine answers it over `tests.make_wall`: for its test and for the bench."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.search.engine import SearchEngine
from catalog.search.query import FACETS, SearchRequest, SearchResult
from tests.make_wall import Piece, wall

FILE = Path(__file__).parent / "catalog" / "search" / "asked.csv"
SIZE = 24


@dataclass(frozen=True, slots=True)
class Question:
    """One line: what is typed, and which pieces are meant; no expectation means that it only must not fail."""

    text: str
    expected: str
    remark: str


@dataclass(frozen=True, slots=True)
class Answer:
    """How one question went: rank of the first piece that was meant (0: not on the page), share of them found."""

    question: Question
    result: SearchResult
    rank: int
    recall: float


def questions() -> list[Question]:
    """Read the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [Question(row["query"], row["expected"], row["remark"]) for row in csv.DictReader(file)]


def is_meant(piece: Piece, expected: str) -> bool:
    """Judge a piece by an expectation: `craft~songket&colour=biru or thing=syal|sarung`.

    `=` is equal to one of the values, `~` contains one of them, `!` contains none.
    """
    return any(all(_holds(piece, clause) for clause in way.split("&")) for way in expected.split(" or "))


def _holds(piece: Piece, clause: str) -> bool:
    mark = next(letter for letter in clause if letter in "=~!")
    name, _, wanted = clause.partition(mark)
    values = _values(piece, name.strip())
    if mark == "=":
        return any(value in wanted.split("|") for value in values)
    found = any(part in value for part in wanted.split("|") for value in values)
    return found if mark == "~" else not found


def _values(piece: Piece, name: str) -> tuple[str, ...]:
    match name:
        case "thing" | "colour" | "motif":
            return (str(getattr(piece, name)),)
        case "material":
            return piece.doc.materials
        case "village":
            return (piece.doc.places[0],)
        case _:
            return (str(getattr(piece.doc, name)),)


def request(question: Question) -> SearchRequest:
    """Ask as the search page does."""
    return SearchRequest(question.text, size=SIZE, facets=FACETS)


def answers(engine: SearchEngine) -> Iterator[Answer]:
    """Ask every question of an engine that holds the wall."""
    pieces = {piece.doc.id: piece for piece in wall()}
    for question in questions():
        result = engine.search(request(question))
        if not question.expected:
            yield Answer(question, result, 1, 1.0)
            continue
        meant = {number for number, piece in pieces.items() if is_meant(piece, question.expected)}
        if not meant:
            raise ValueError(f"{question.text!r} means no piece of the wall: {question.expected}")
        hits = [number in meant for number in result.ids]
        rank = hits.index(True) + 1 if any(hits) else 0
        yield Answer(question, result, rank, sum(hits) / min(len(meant), SIZE))
