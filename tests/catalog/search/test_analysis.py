"""How words are read: what meets, and what must never meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search import analysis, spelling, synonyms
from catalog.search.spelling import Vocabulary

FAMILIES = {
    "batik": "membatik pembatik dibatik batikan pembatikan",
    "anyam": "menganyam anyaman penganyam dianyam teranyam",
    "ukir": "mengukir ukiran pengukir diukir berukir terukir",
    "tenun": "menenun tenunan penenun ditenun",
    "sulam": "menyulam sulaman penyulam disulam",
    "jahit": "menjahit jahitan penjahit dijahit",
    "rajut": "merajut rajutan perajut",
    "lukis": "melukis lukisan pelukis dilukis",
    "tulis": "menulis tulisan penulis ditulis tertulis bertuliskan",
    "tempa": "menempa tempaan penempa ditempa",
    "tatah": "menatah tatahan penatah ditatah",
    "pahat": "memahat pahatan pemahat",
    "celup": "mencelup celupan dicelup pencelupan",
    "warna": "mewarnai pewarna pewarnaan berwarna",
    "cor": "mengecor pengecoran dicor",
    "ikat": "mengikat ikatan diikat pengikat",
    "kain": "kainnya",
    "hias": "hiasan menghias dihias berhiaskan",
    "basket": "baskets",
    "box": "boxes",
    "scarf": "scarves",
    "lady": "ladies",
    "bag": "bags",
}
WHOLE = (
    "keranjang ranjang kemeja meja keramik kebaya kelapa kepala berlian perhiasan perunggu mahoni terompah perak permata perca"
    " tulis emas kertas kapas kipas gelas tas bros keris tapis ulos manis kopi topi tali guci rotan pandan ikan intan"
    " selendang seruling sepatu benang dinding penyu pelangi kerang kemiri kediri flores pekalongan kudus sari jati"
    " glass canvas brass atlas"
)


@pytest.mark.parametrize(
    ("root", "form"), [(root, form) for root in FAMILIES for form in FAMILIES[root].split()]
)
def test_a_form_meets_its_root(root: str, form: str) -> None:
    assert analysis.stem(form) == analysis.stem(root) == root


@pytest.mark.parametrize("word", WHOLE.split())
def test_a_word_that_only_looks_affixed_stays_whole(word: str) -> None:
    assert analysis.stem(word) == word


def test_accents_case_apostrophes_and_hyphens_do_not_matter() -> None:
    assert analysis.words("Kâin Sa'dan, MANIK-manik!") == ["kain", "sadan", "manik", "manik"]
    assert analysis.words("Sa’dan") == analysis.words("sadan")


def test_stop_words_of_both_languages_say_nothing() -> None:
    assert analysis.content_words("Kain dari kapas dan the silk of Wajo") == ["kain", "kapas", "silk", "wajo"]


@given(st.text(max_size=300))
def test_any_text_becomes_plain_words_that_stay_what_they_are(text: str) -> None:
    for word in analysis.words(text):
        assert word.isalnum()
        assert len(word) <= analysis.LONGEST_WORD
        assert analysis.stem(analysis.stem(word)) == analysis.stem(word)


def test_synonyms_stand_for_each_other_unless_one_means_several_things() -> None:
    table = synonyms.table(
        ["tenun, weaving, woven", "anyam, woven", "tulis, hand drawn", "topi, hat, kopiah"]
    )

    assert table["woven"] == {"tenun", "anyam"}
    assert table["tenun"] == {"weaving"}
    assert "anyam" not in table
    assert table["hat"] == {"topi", "kopiah"}
    assert table["hand_drawn"] == {"tulis"}


def test_the_synonyms_of_the_trade_lead_to_words_as_they_are_indexed() -> None:
    table = synonyms.standard()

    assert "ukir" in table["carving"]
    assert "keranjang" in table[analysis.stem("baskets")]
    assert all(word == word.lower() and words for word, words in table.items())


# --- spelling ----------------------------------------------------------------------------------------

WORDS = Vocabulary(
    [("songket", 9), ("batik", 20), ("tulis", 8), ("kebaya", 3), ("kerajinan", 4), ("batok", 1)]
)


def _corrected(*words: str) -> list[str]:
    known = {"songket", "batik", "tulis", "kebaya", "kerajinan", "batok"}
    return spelling.correct(words, known.__contains__, lambda: [WORDS])


@pytest.mark.parametrize("typed", ["sonket", "songkett", "sonkget", "zongket", "songkat", "ongket"])
def test_one_edit_of_any_kind_at_any_place_is_forgiven(typed: str) -> None:
    assert _corrected(typed) == ["songket"]


def test_two_edits_are_forgiven_only_in_long_words() -> None:
    assert _corrected("krajinann") == ["kerajinan"]
    assert _corrected("kbayaa") == ["kbayaa"]


def test_of_equally_near_words_the_frequent_one_is_meant() -> None:
    assert _corrected("batak") == ["batik"]


def test_words_are_joined_and_parted() -> None:
    assert _corrected("song", "ket", "batik") == ["songket", "batik"]
    assert _corrected("batiktulis") == ["batik", "tulis"]


def test_a_beginning_is_completed_and_short_or_strange_words_are_left() -> None:
    assert _corrected("keraj") == ["kerajinan"]
    assert _corrected("bti", "12345", "qqqqq") == ["bti", "12345", "qqqqq"]


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_the_distance_is_the_same_both_ways_and_stops_in_time(first: str, second: str) -> None:
    exact = spelling.edit_distance(first, second, 20)

    assert exact == spelling.edit_distance(second, first, 20)
    assert min(spelling.edit_distance(first, second, 1), 2) == min(exact, 2)
    assert (spelling.letters(first) ^ spelling.letters(second)).bit_count() <= 2 * exact
