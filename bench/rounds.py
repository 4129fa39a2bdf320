"""A day of curation: 32 workshops, 3 judges, two of them offline for part of it, over HTTP against a running shop.

Sets up a database of its own in a folder that goes when it is done, and says how long each part of the day took.
"""

import os
import tempfile
import time
from pathlib import Path

WORKSHOPS = 32


def main() -> None:
    """Play the day and print its times."""
    with tempfile.TemporaryDirectory(prefix="kriya-round-") as folder:
        address = f"sqlite:///{folder}/kriya.sqlite"
        os.environ |= {
            "KRIYA_DEMO": "1",
            "KRIYA_DATABASE_URL": address,
            "KRIYA_MEDIA_URL": f"file:{folder}/media",
            "KRIYA_SEARCH_DIR": f"{folder}/search",
            "KRIYA_SECRET_KEY": "a secret for journeys, long enough for the shop",
        }
        _play(Path(folder), address)


def _play(folder: Path, address: str) -> None:
    # The application reads its settings when it is imported.
    from tests.journeys import round_day, test_round  # noqa: PLC0415
    from tests.journeys.running import running_shop  # noqa: PLC0415
    from wsgi import app  # noqa: PLC0415

    runner = app.test_cli_runner()
    for command in (["db", "upgrade"], ["reference", "load"]):
        runner.invoke(args=command)
    started = time.perf_counter()

    def tell(words: str) -> None:
        print(f"{time.perf_counter() - started:7.1f} s  {words}", flush=True)

    with app.app_context():
        people = test_round.assemble(WORKSHOPS)
        tell(f"{WORKSHOPS + 1} workshops with a piece each are set up")
        with running_shop(folder, address, web_workers=2) as shop:
            started = time.perf_counter()
            seen = round_day.play(shop.url, people, tell)
        test_round.every_mark_is_there_once(people, seen)
        assert seen.minutes == seen.again
    sheets = sum(seen.kept.values())
    print(
        f"{len(seen.pieces)} pieces, {sheets} sheets, each there once; minutes of {len(seen.minutes) // 1024} KB"
    )
