"""The way of a piece over the desk: queue, preview, marks, and the four answers."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from catalog import listings, photos
from catalog.models import CoachingTask, Decision, Listing, ListingState, Product, Submission
from shop.db import db
from shop.models import AuditEntry, Mail
from tests import make_catalog, make_desk
from tests.make import ACTOR, writing
from tests.pages import Mailbox, Page


def state_of(submission: Submission) -> ListingState:
    db.session.rollback()
    return db.session.get_one(Listing, submission.listing_id).state


def test_a_curator_takes_a_piece_from_the_queue_to_the_shop(
    curator: Page, page: Page, mailbox: Mailbox
) -> None:
    shop = make_catalog.workshop(name="Sanggar Melur")
    submission = make_catalog.submitted(make_catalog.draft(shop, title="Selendang rafflesia senja"))

    # the queue names it, and the preview shows it as a buyer would see it
    curator.get("/desk/").follow("Selendang rafflesia senja")
    assert "Sanggar Melur" in curator.text
    curator.follow("Lihat seperti pembeli melihatnya")
    assert curator.title == "Selendang rafflesia senja"
    assert len(curator.all("main .gallery img")) == 3
    curator.follow("Kembali ke penilaian")

    # marks are kept, and the rubric proposes
    curator.press("Simpan nilai", **make_desk.filled())
    assert "Nilai Anda tersimpan." in curator.text
    assert "Jumlah 80 dari 100. Usul rubrik: Lolos kurasi" in curator.text

    # handed in, they wait for a second judge
    curator.press("Serahkan nilai", free="y")
    assert "menunggu 1 juri lagi" in curator.text
    assert not curator.all("form[action$=decide]")
    make_catalog.hand_in(submission, make_catalog.curator(name="Kurator kedua"))
    curator.get(make_desk.path(submission))
    assert curator.one("#outcome-pass").has_attr("checked")
    assert page.get("/search?q=senja").text.count("Selendang rafflesia senja") == 0

    # the verdict puts it on sale, with a letter to the workshop
    curator.press("Tulis keputusan", reason="Garisnya tenang, warnanya dalam.")
    assert "Keputusan telah ditulis." in curator.text
    assert state_of(submission) is ListingState.LIVE
    product = db.session.get_one(Product, db.session.get_one(Listing, submission.listing_id).product_id)
    assert page.get(f"/products/{product.slug}").title == "Selendang rafflesia senja"
    letters = [letter.text or "" for letter in mailbox.to(make_catalog.member(shop).email)]
    assert any("Garisnya tenang, warnanya dalam." in text for text in letters)
    assert "Selendang rafflesia senja" not in curator.get("/desk/").text


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"reason": ""}, "Tuliskan alasannya"),
        ({"outcome": None}, "Pilih hasilnya."),
        ({"outcome": "conditions"}, "Tuliskan apa yang harus diperbaiki"),
        ({"outcome": "declined"}, "tidak memungkinkan hasil ini"),
        ({"condition": "Label.", "condition_due": "2020-01-01"}, "Isi tanggal dalam satu tahun ke depan."),
        ({"condition": "x" * 1001}, "terlalu panjang"),
        (
            {"outcome": "conditions", "condition": "Label.", "condition_missed": "declined"},
            "Hanya syarat yang menyangkut syarat mutlak",
        ),
    ],
)
def test_a_verdict_that_misses_something_comes_back_with_every_word(
    curator: Page, missing: dict[str, str | None], words: str
) -> None:
    submission = make_catalog.submitted()
    typed = {"reason": "Alasan yang panjang dan teliti."}

    make_desk.judged(curator, submission)
    curator.press("Tulis keputusan", **({"outcome": "pass"} | typed | missing))

    assert curator.status == 422
    assert curator.all(".error-summary a")
    assert words in curator.text
    if "reason" not in missing:
        assert "Alasan yang panjang dan teliti." in curator.one("#reason").get_text()
    assert state_of(submission) is ListingState.SUBMITTED
    assert not any(map(make_catalog.exists, make_catalog.public_files(submission.listing_id)))


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"score-design": None}, "Pilih satu nilai."),
        ({"gate-identity": None}, "Pilih ya atau tidak."),
        ({"free": None}, "Nyatakan bahwa Anda tidak punya kepentingan"),
        ({"note-design": "x" * 1001}, "terlalu panjang"),
    ],
)
def test_a_sheet_that_misses_something_comes_back_with_every_word(
    curator: Page, missing: dict[str, str | None], words: str
) -> None:
    submission = make_catalog.submitted()
    typed = {"note-marketing": "Cantumkan harga pesanan banyak."}

    make_desk.hand_in(curator, submission, **(typed | missing))

    assert curator.status == 422
    assert curator.all(".error-summary a")
    assert words in curator.text
    assert "Cantumkan harga pesanan banyak." in curator.one("#note-marketing").get_text()
    kept = curator.all("input[type=radio][name^=score-][checked]")
    assert len(kept) == (8 if "score-design" in missing else 9)
    assert "1 juri lagi" not in curator.text


def test_marks_are_kept_until_they_are_handed_in(curator: Page) -> None:
    submission = make_catalog.submitted()

    curator.get(make_desk.path(submission)).press(
        "Simpan nilai", **make_desk.filled(), **{"note-price": "Hitung lagi."}
    )

    assert curator.get(make_desk.path(submission, "/score")).status == 200  # a reload by hand
    assert "Hitung lagi." in curator.one("#note-price").get_text()


def test_pieces_with_a_broken_gate_may_be_declined(curator: Page, mailbox: Mailbox) -> None:
    submission = make_catalog.submitted()

    make_desk.decide(
        curator, submission, "declined", "Ini hasil cetak pabrik.",
        **make_desk.filled(gates={"maker_made": False}),
    )  # fmt: skip

    assert state_of(submission) is ListingState.DECLINED
    assert db.session.scalars(sa.select(Decision.gate)).one() == "maker_made"
    assert "Ini hasil cetak pabrik." in (mailbox.all()[-1].text or "")


def test_a_piece_with_a_condition_goes_on_sale_when_a_curator_has_checked_it(
    curator: Page, page: Page
) -> None:
    submission = make_catalog.submitted()
    make_desk.decide(curator, submission, "conditions", "Hampir.", condition="Tambahkan label bahan.")
    assert state_of(submission) is ListingState.CONDITIONAL

    curator.get("/desk/?kind=conditions").follow("Selendang besurek rafflesia")
    assert "Tambahkan label bahan." in curator.text
    curator.press("Ya, mulai dijual")

    assert state_of(submission) is ListingState.LIVE
    product = db.session.get_one(Product, db.session.get_one(Listing, submission.listing_id).product_id)
    assert page.get(f"/products/{product.slug}").status == 200
    # a second window finds nothing to confirm, and nothing happens
    assert curator.post(make_desk.path(submission, "/conditions"), {"seen": "0"}).status == 409


def test_coaching_names_its_tasks_before_and_sets_them_after(curator: Page) -> None:
    submission = make_catalog.submitted()
    fields = make_desk.filled(design=2, packaging=1) | {"note-design": "Rapatkan motif di tepi."}

    make_desk.judged(curator, submission, **fields)
    panel = curator.one(".only-coaching").get_text(" ")
    assert "Rapatkan motif di tepi." in panel
    assert "Kemasan dan label" in panel

    curator.press("Tulis keputusan", reason="Dasarnya baik.", outcome="coaching")
    tasks = {task.criterion: task.text for task in db.session.scalars(sa.select(CoachingTask))}
    assert tasks.keys() == {"design", "packaging"}
    assert tasks["design"] == "Rapatkan motif di tepi."


def test_what_improved_comes_back_with_its_differences_and_passes(curator: Page, page: Page) -> None:
    submission = make_catalog.submitted()
    make_desk.decide(curator, submission, "coaching", "Rapikan.", **make_desk.filled(design=2))
    (task,) = db.session.scalars(sa.select(CoachingTask))
    listing = db.session.get_one(Listing, submission.listing_id)
    with writing() as session:
        listings.update(session, session.get_one(Listing, listing.id), {"care": "Cuci dingin, simpan gelap."})
    new_picture = make_catalog.add_photo(listing.id, alt="Tepi yang rapat")

    again = make_catalog.submitted(listing, answers={task.id: "Tepinya sudah kami rapatkan."})

    curator.get("/desk/?kind=again").follow("Selendang besurek rafflesia")
    assert curator.path == make_desk.path(again)
    assert "Tepinya sudah kami rapatkan." in curator.text
    assert [part.get_text(strip=True) for part in curator.all(".diff-row ins")] == ["dingin, simpan gelap."]
    assert len(curator.all(".diff-photos li.photo-added")) == 1
    assert curator.get(make_desk.path(again, f"/pictures/{new_picture}/320.jpg")).status == 200

    make_desk.decide(curator, again, "pass", "Sekarang rapi.")
    assert state_of(again) is ListingState.LIVE
    assert set(db.session.scalars(sa.select(CoachingTask.state))) == {"done"}
    curator.get(make_desk.path(again))
    assert "Rapikan." in curator.text  # the earlier verdict stays to be read


def test_a_script_asks_what_the_marks_lead_to_and_nothing_is_kept(curator: Page) -> None:
    submission = make_catalog.submitted()
    curator.get(make_desk.path(submission))

    curator.post(make_desk.path(submission, "/proposal"), make_desk.filled(design=2), fragment=True)

    assert "Pembinaan" in curator.one(".proposal-words").get_text()
    assert (
        db.session.scalar(
            sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.action == "submission.scored")
        )
        == 0
    )


def test_an_edit_of_a_live_piece_waits_beside_it(curator: Page, page: Page) -> None:
    product = make_catalog.piece()
    with writing() as session:
        copy = listings.open_draft(session, ACTOR, session.get_one(Product, product.id))
        listings.update(session, copy, {"title": "Selendang yang berganti nama"})
        copy_id = copy.id
    edit = make_catalog.submitted(db.session.get_one(Listing, copy_id))

    curator.get(make_desk.path(edit))
    assert curator.one(".diff-new ins").get_text() == "yang berganti nama"
    assert curator.one(".diff-old del").get_text() == "besurek rafflesia"
    assert page.get(f"/products/{product.slug}").title == "Selendang besurek rafflesia"

    curator.press("Tampilkan")  # a small edit: one curator, the differences alone
    assert page.get(f"/products/{product.slug}").title == "Selendang yang berganti nama"


def test_a_verdict_that_fails_at_the_last_step_leaves_no_public_photograph(
    curator: Page, app: object
) -> None:
    """The page has an older number of edits than the listing: approval refuses, after the photographs went out."""
    submission = make_catalog.submitted()
    make_desk.judged(curator, submission)

    curator.press("Tulis keputusan", outcome="pass", reason="Baik.", seen="999")

    assert curator.status == 409
    assert "Baik." in curator.one("#reason").get_text()
    db.session.rollback()
    assert not any(photo.picture.public for photo in photos.of_listing(db.session(), submission.listing_id))
    assert not any(map(make_catalog.exists, make_catalog.public_files(submission.listing_id)))
    assert db.session.scalar(sa.select(sa.func.count(Mail.id))) == 0

    # and the page that came back can be sent again
    curator.press("Tulis keputusan", outcome="pass", reason="Baik.")
    assert state_of(submission) is ListingState.LIVE


def test_the_second_of_two_curators_is_told_and_keeps_the_words(
    curator: Page, signed_in: Callable[..., Page]
) -> None:
    submission = make_catalog.submitted()
    other = signed_in(make_catalog.curator(name="Kurator kedua"))
    make_desk.hand_in(curator, submission)
    make_desk.hand_in(other, submission)
    curator.get(make_desk.path(submission)).press("Tulis keputusan", outcome="pass", reason="Lolos.")

    other.press("Tulis keputusan", outcome="coaching", reason="Menurut saya belum.")

    assert other.status == 409
    assert "berubah atau sudah diputuskan" in other.text
    assert "Menurut saya belum." in other.text
    assert state_of(submission) is ListingState.LIVE
    assert db.session.scalar(sa.select(sa.func.count(Decision.id))) == 1
    assert all(map(make_catalog.exists, make_catalog.public_files(submission.listing_id)))
