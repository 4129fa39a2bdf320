"""Statements as banks and spreadsheets write them: each row read, or named with what is wrong."""

from datetime import date

import pytest

from checkout.transfers import cells, statements
from checkout.transfers.statements import Statement, StatementRefused
from shop.inputs import Unreadable

TODAY = date(2026, 11, 22)
BCA = """Informasi Rekening - Mutasi Rekening
No. Rekening,=,'8382556789
Nama,=,KRIYA NUSANTARA
Mata Uang,=,Rp

Tanggal,Keterangan,Cabang,Jumlah,,Saldo
'20/11,TRSF E-BANKING CR 2011/FTSCY/WS95011 125345.00 SARI PUSPITA,'0000,125345.00,CR,1125345.00
'21/11,BIAYA ADM,'0000,"15,000.00",DB,"1,110,345.00"
PEND,TRSF E-BANKING CR BUDI,'0000,50123.00,CR,1160468.00
Saldo Awal,=,1000000.00
Kredit,=,175468.00
"""
MANDIRI = """AccountNo;Ccy;PostDate;Remarks;AdditionalDesc;Credit Amount;Debit Amount;Close Balance
1060055988896;IDR;03 November 2026 11:27:10;TRANSFER DARI SARI;MCM InhouseTrf;125345.00;0.00;13838932.64
1060055988896;IDR;04 Nopember 2026 09:00:00;BUNGA;;1234.56;0.00;13840167.20
"""
BRI = """NOREK,TGL_TRAN,TGL_EFEKTIF,DESK_TRAN,MUTASI_DEBET,MUTASI_KREDIT,SALDO_AKHIR_MUTASI,GLSIGN
5.0501E+13,2026-11-20 08:00:00,2026-11-20,NBMB SARI TO KRIYA,.00,125345.00,500000.00,CR
5.0501E+13,20/11/2026 09:30,2026-11-20,BIAYA,6500.00,.00,493500.00,DB
"""
BNI = """Post Date,Value Date,Branch,Journal No.,Description,Debit,Credit,
20/11/26 10.00.00,20/11/26,001,ABC001,TRANSFER DARI SARI PUSPITA,,"125,345.00",
21/11/26 12.30.00,21/11/26,001,ABC002,TARIK TUNAI,125000.00,.00,
"""
PLAIN = "tanggal,jumlah,keterangan,referensi\n2026-11-20,125345,Sari,A1\n2026-11-21,-5000,Biaya,A2\n"


def read(text: str) -> Statement:
    return statements.read(text, 1, TODAY)


@pytest.mark.parametrize(
    ("text", "shape", "account", "debit"),
    [
        (BCA, "bca", "8382556789", 15_000),
        (BRI, "bri", "", 6_500),
        (BNI, "bni", "", 125_000),
        (PLAIN, "plain", "", 5_000),
    ],
)
def test_each_bank_has_its_own_shape(text: str, shape: str, account: str, debit: int) -> None:
    found = read(text)

    assert (found.shape.code, found.account_number, found.problems) == (shape, account, ())
    assert [(row.credit, row.amount) for row in found.rows] == [(True, 125_345), (False, debit)]
    assert found.rows[0].day == date(2026, 11, 20)


def test_interest_keeps_its_hundredths_beside_the_rupiah() -> None:
    found = read(MANDIRI)

    assert [(row.amount, row.sen) for row in found.rows] == [(125_345, 0), (1_234, 56)]
    assert found.account_number == "1060055988896"
    assert found.rows[1].day == date(2026, 11, 4)


def test_a_booking_without_a_day_waits_for_tomorrows_file() -> None:
    assert read(BCA).pending == 1


def test_rows_are_numbered_as_the_file_counts_them() -> None:
    found = read(
        "tanggal,jumlah,keterangan\n2026-11-20,abc,Sari\n31/02/2026,5000,Budi\n2026-11-21,7000,Ani\n"
    )

    assert [problem.number for problem in found.problems] == [2, 3]
    assert [row.number for row in found.rows] == [4]


def test_overlapping_files_hold_the_same_bookings() -> None:
    row = "2026-11-20,125345,Sari\n"
    head = "tanggal,jumlah,keterangan\n"
    one, three = read(head + row), read(head + row * 3)

    assert len({found.digest for found in three.rows}) == 3, "three buyers may send the same on one day"
    assert one.rows[0].digest == three.rows[0].digest
    assert statements.read(head + row, 2, TODAY).rows[0].digest != one.rows[0].digest


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_spreadsheets_encoding_does_no_harm(encoding: str) -> None:
    text = PLAIN.replace("Sari", "Séruni")

    assert read(statements.decode(text.encode(encoding))).rows[0].words == "Séruni"


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04...", b"%PDF-1.7", b"a\x00b", b"x" * (statements.MAX_BYTES + 1)]
)
def test_what_is_no_csv_is_refused(data: bytes) -> None:
    with pytest.raises(StatementRefused):
        statements.decode(data)


def test_a_file_without_columns_is_refused() -> None:
    with pytest.raises(StatementRefused):
        read("a,b,c\n1,2,3\n")


@pytest.mark.parametrize(
    ("cell", "amount", "credit"),
    [
        ("125345", 125_345, None), ("125345.00", 125_345, None), ("125,345.00", 125_345, None),
        ("125.345,00", 125_345, None), ("Rp 1.125.345", 1_125_345, None), ("125,345.00 CR", 125_345, True),
        ("125.345 D", 125_345, False), ("(125,345)", 125_345, False), ("'125345.00", 125_345, None),
        (".00", 0, None), ("-1.250", 1_250, False), ("1,234.5", 1_234, None),
    ],
)  # fmt: skip
def test_amounts_in_every_common_writing(cell: str, amount: int, credit: bool | None) -> None:
    found = cells.amount(cell)

    assert (found.rupiah, found.credit) == (amount, credit)


@pytest.mark.parametrize(
    "cell", ["1.25E+05", "12,34,567", "1.234,567.00", "abc", "", "1 234 x", "9" * 30, "١٢٣", "1_000"]
)
def test_amounts_that_would_have_to_be_guessed_are_refused(cell: str) -> None:
    with pytest.raises(Unreadable):
        cells.amount(cell)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("22/11/2026", date(2026, 11, 22)), ("22/11/26 10.00.00", date(2026, 11, 22)),
        ("2026-11-22", date(2026, 11, 22)), ("'22/11", date(2026, 11, 22)), ("31/12", date(2025, 12, 31)),
        ("01 Agustus 2026 09:00:00", date(2026, 8, 1)), ("1 Aug 2026", date(2026, 8, 1)),
    ],
)  # fmt: skip
def test_days_in_every_common_writing(cell: str, day: date) -> None:
    assert cells.day(cell, TODAY) == day


@pytest.mark.parametrize(
    "cell", ["11/22/2026", "31/02/2026", "45000", "12/12/2026", "", "20/11/2016", "1/2/3"]
)
def test_days_that_cannot_be_are_refused(cell: str) -> None:
    with pytest.raises(Unreadable):
        cells.day(cell, TODAY)
