"""Papers that the shop hands out."""

import io
from datetime import UTC, datetime

from pypdf import PdfReader

from shop import documents


def _written() -> bytes:
    paper = documents.paper(
        "Berita acara",
        language="id",
        made=datetime(2026, 11, 22, tzinfo=UTC),
        head=documents.Letterhead("Dekranasda Lampung", "Lampung"),
        foot="Ronde 1",
    )
    paper.heading("Berita acara")
    paper.paragraph("Łukasz – “tapis” 30 × 20 cm")
    paper.facts([("Ketua", "Ibu Ratna"), ("Tamu", "")])
    paper.grid(["Karya", "Nilai"], [[f"Karya {number}", "80"] for number in range(60)], [60, 20], right=[1])
    paper.signing([documents.Signing("Ibu Ratna", "Ketua panel")])
    paper.code("https://kriya.example/members/1")
    return paper.finish()


def test_a_paper_says_what_was_written_in_every_letter_and_is_the_same_bytes_again() -> None:
    paper = _written()

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages]

    assert "Łukasz – “tapis” 30 × 20 cm" in pages[0]
    assert "Ibu Ratna" in pages[0]
    assert "Tamu" not in pages[0]
    assert all("Dekranasda Lampung" in page and "Ronde 1" in page for page in pages)
    assert "Karya 59" in "".join(pages[1:])
    assert _written() == paper
