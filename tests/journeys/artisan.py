"""What an artisan does in the studio, with a phone in one hand; in Indonesian."""

from pathlib import Path

from tests.journeys.windows import Window, until
from tests.make_catalog import STORY

READY = '[data-photo][data-state="ready"]'


def open_workshop(window: Window, name: str, maker: str, about: str) -> None:
    """Describe a workshop in the city of Bengkulu that makes batik besurek."""
    window.open("/studio/")
    assert window.title == "Buka bengkel"
    window.write(name=name, maker_name=maker, province="17")
    window.page.locator('select[name=regency] option[value="17.71"]').wait_for(state="attached")
    window.write(regency="17.71")
    window.page.locator('select[name=district] option[value="17.71.02"]').wait_for(state="attached")
    window.write(district="17.71.02", village="Anggut Atas", postal_code="38225", about=about)
    window.field("craft").select_option(label="Kain Batik Besurek")
    window.press("Buka bengkel")
    assert window.title == "Hari ini"


def write_listing(window: Window, title: str, story: str = STORY, **words: str) -> None:
    """Begin a piece and write everything that is said about it."""
    window.open("/studio/listings/new").press("Mulai", title=title)
    assert window.title == "Tulisan"
    known = {"materials": "katun, pewarna alam", "measures": "200 × 55 cm", "care": "Cuci dengan tangan."}
    window.press("Simpan dan lanjut ke foto", story=story, technique="tulis", **(known | words))
    assert window.title == "Foto"


def send_photographs(window: Window, files: list[Path], alts: list[str]) -> None:
    """Choose photographs; the page sends them by itself. Then say what each one shows."""
    before = window.page.locator("[data-photo]").count()
    window.page.locator("#photos").set_input_files(files)
    ready = window.page.locator(READY)
    wanted = before + len(files)
    until(lambda: ready.count() == wanted, f"{wanted} photographs made ready")
    fields = window.page.locator("[data-photo] input")
    for place, alt in enumerate(alts, start=before):
        fields.nth(place).fill(alt)
    window.press("Simpan dan lanjut ke varian")
    assert window.title == "Varian dan harga"


def set_terms(window: Window, price: str, on_hand: str, name: str = "") -> None:
    """Say what the piece costs, how many there are, and how the parcel is packed."""
    window.follow("Isi harga dan kemasan")
    window.press(
        "Simpan", name=name, price=price, on_hand=on_hand,
        weight_g="400", length_cm="30", width_cm="25", height_cm="5",
    )  # fmt: skip


def submit(window: Window) -> None:
    """Look over the last step, declare, and send to the council."""
    if window.title != "Periksa dan kirim":
        window.follow("Periksa dan kirim", exact=False)
    assert "Semuanya sudah lengkap" in window.text
    window.field("declared").check()
    window.press("Kirim ke dewan")
    assert "Di dewan" in window.text


def open_piece(window: Window, title: str) -> None:
    """Open the page of a piece from the list."""
    window.open("/studio/listings").follow(title)


def answer_task(window: Window, criterion: str, words: str) -> None:
    """Read the council's answer, say what was done about the task under a criterion, and go on to the words."""
    window.follow("Baca jawaban dewan")
    section = window.page.locator(".criteria-list > li").filter(has_text=criterion)
    section.locator("textarea").fill(words)
    window.press("Simpan jawaban dan sunting halaman")
    assert window.title == "Tulisan"


def ship(window: Window, title: str, courier: str, tracking: str) -> str:
    """Open the parcel with a piece, hand it to a courier, and give the page's words before that."""
    window.open("/studio/parcels")
    window.follow(f"1 × {title}")
    words = window.text
    window.press("Sudah dikirim", courier=courier, tracking=tracking)
    assert tracking in window.text
    return words
