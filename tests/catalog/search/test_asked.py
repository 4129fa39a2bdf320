"""What people type, in both languages, with typos, inflected, glued and split, finds what they mean: every engine."""

import statistics
from pathlib import Path

import pytest

from catalog.search.engines import ENGINES
from tests import asked
from tests.make_wall import wall

LEAST = 150
"""Questions that the file has to hold."""


@pytest.mark.parametrize("name", ENGINES)
def test_every_question_finds_first_what_is_meant(name: str, tmp_path: Path) -> None:
    engine = ENGINES[name](tmp_path)
    engine.rebuild(piece.doc for piece in wall())

    answers = list(asked.answers(engine))

    wrong = [
        f"{one.question.text!r} ({one.question.remark}): rank {one.rank}" for one in answers if one.rank != 1
    ]
    assert len(answers) >= LEAST
    assert not wrong, "\n".join(wrong)
    assert statistics.mean(one.recall for one in answers) > 0.98
