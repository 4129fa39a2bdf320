"""The queue of a council with 5,000 submissions, with a small and a large archive behind it: statements and time;
and the rooms of curation beside it.

Works on databases of its own, SQLite and PostgreSQL, thrown away afterwards. What counts is that the second line is not slower than the
first: what was decided long ago must cost nothing.
"""

import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

import admin.app
import catalog.app
import checkout.app
from admin.demo.rows import Rows
from bench.places import databases
from catalog.models import (
    Council,
    Craft,
    Decision,
    Listing,
    ListingState,
    Outcome,
    Product,
    Submission,
    SubmissionState,
    Workshop,
)
from shop import accounts, passwords
from shop.app import create_app
from shop.audit import Actor
from shop.config import Settings
from shop.db import db, now, transaction
from shop.models import Role, User

WAITING = 5_000
ARCHIVES = (1_000, 60_000)
WORKSHOPS = 200
ROUNDS = 15
FEW = 5
PASSWORD = "bangku-ukur-2026"  # noqa: S105 - of a database that lives for a minute
EMAIL = "kurator@example.com"
STORY = "Kain ini ditulis dengan canting di teras rumah, dari pagi sampai sore. " * 12
QUEUE = ("/desk/", "/desk/?page=100", "/desk/?kind=mine")
ROOMS = (
    "/desk/rounds", "/desk/coaching", "/desk/samples", "/desk/members", "/desk/certificates", "/desk/countersignatures",
    "/desk/reviews", "/desk/heritage", "/desk/rubric", "/desk/history", "/desk/statistics",
)  # fmt: skip


def main() -> None:
    """Fill each database, then print milliseconds and statements of each page at each size of the archive."""
    with databases() as places:
        for kind, address in places.items():
            print(f"{kind}: {WAITING} waiting; ms per page (CPU of the shop alone), median; statements")
            with tempfile.TemporaryDirectory() as folder:
                _on(_shop(Path(folder), address))


def _on(app: Flask) -> None:
    with app.app_context():
        council_id = _begin()
        decided = 0
        for size in ARCHIVES:
            _decide(council_id, size - decided)
            decided = size
            with db.engine.connect() as connection:
                connection.execute(sa.text("ANALYZE"))
                connection.commit()
            _measure(app, decided, QUEUE if size < ARCHIVES[-1] else (*QUEUE, *ROOMS))
        db.session.remove()
        db.engine.dispose()


def _shop(folder: Path, address: str) -> Flask:
    settings = Settings.from_env(
        {
            "KRIYA_DEMO": "1",
            "KRIYA_DATABASE_URL": address,
            "KRIYA_MEDIA_URL": f"file:{folder / 'media'}",
            "KRIYA_SEARCH_DIR": str(folder / "search"),
        }
    )
    app = create_app(settings, (catalog.app.attach, checkout.app.attach, admin.app.attach))
    with app.app_context():
        flask_migrate.upgrade()
    app.test_cli_runner().invoke(args=["reference", "load"])
    return app


def _begin() -> int:
    """Make a curator of a council and what waits there; give the council's id."""
    with transaction() as session:
        council = session.scalars(sa.select(Council).where(Council.code == "17")).one()
        person = User(
            email=EMAIL, name="Kurator", password_hash=passwords.hash_of(PASSWORD), locale="id",
            confirmed_at=now(), created_at=now(),
        )  # fmt: skip
        session.add(person)
        session.flush()
        accounts.grant(session, Actor.system("bench"), person, Role.CURATOR, "17")
        _add(session, council.id, WAITING, decided=False)
        return council.id


def _decide(council_id: int, number: int) -> None:
    with transaction() as session:
        _add(session, council_id, number, decided=True)


def _add(session: Session, council_id: int, number: int, *, decided: bool) -> None:
    rows = Rows(session)
    crafts = list(session.scalars(sa.select(Craft.id).order_by(Craft.id).limit(12)))
    curator = session.scalars(sa.select(User.id).where(User.email == EMAIL)).one()
    shops = list(session.scalars(sa.select(Workshop.id))) or [
        rows.add(
            Workshop, slug=f"bengkel-{n}", name=f"Bengkel {n}", maker_name=f"Ibu {n}", craft_id=crafts[n % 12],
            regency_code="17.71", council_id=council_id, created_at=now(),
        )
        for n in range(WORKSHOPS)
    ]  # fmt: skip
    start = rows.next_key(Product)
    for place in range(number):
        sent = now() - timedelta(hours=place % 2000)
        product = rows.add(
            Product, slug=f"karya-{start + place}", workshop_id=shops[place % len(shops)], created_at=sent
        )
        listing = rows.add(
            Listing, product_id=product, version=1, craft_id=crafts[place % 12], title=f"Kain {place}",
            state=ListingState.LIVE if decided else ListingState.SUBMITTED, story=STORY, created_at=sent,
            updated_at=sent, edits=1,
        )  # fmt: skip
        submission = rows.add(
            Submission, listing_id=listing, council_id=council_id, number=1, listing_edits=1, declaration=True,
            state=SubmissionState.DECIDED if decided else SubmissionState.WAITING,
            snapshot={"title": f"Kain {place}", "story": STORY}, submitted_by_id=curator, created_at=sent,
        )  # fmt: skip
        if decided:
            rows.add(
                Decision, submission_id=submission, outcome=Outcome.PASS, total=80, reason="Rapi.",
                rubric_version=1, decided_by_id=curator, decided_at=sent,
            )  # fmt: skip
    rows.write()


def _measure(app: Flask, decided: int, pages: Sequence[str]) -> None:
    client = app.test_client()
    page = client.get("/account/sign-in").get_data(as_text=True)
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    client.post("/account/sign-in", data={"email": EMAIL, "password": PASSWORD, "csrf_token": token})
    for address in pages:
        spent, passed = [], []
        sent = 0

        def count(*_anything: Any) -> None:
            nonlocal sent
            sent += 1

        for _round in range(ROUNDS if address in QUEUE else FEW):
            began, moment = time.process_time(), time.perf_counter()
            client.get(address)
            spent.append(1000 * (time.process_time() - began))
            passed.append(1000 * (time.perf_counter() - moment))
        event.listen(db.engine, "before_cursor_execute", count)
        answer = client.get(address)
        event.remove(db.engine, "before_cursor_execute", count)
        words = f"{statistics.median(passed):7.1f} ms ({statistics.median(spent):6.1f}) {sent:3} statements"
        print(f"{decided:7} decided  {address:24} {answer.status_code} {words}", flush=True)
