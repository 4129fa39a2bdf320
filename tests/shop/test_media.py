"""The media store keeps files by key, in a folder or in a bucket, alike."""

from pathlib import Path

import boto3
import pytest
from flask import Flask

from shop import media
from shop.config import Settings
from shop.media import MediaStore, NoSuchFile, StoreUnavailable
from tests import fakes, shops
from tests.pages import Page
from tests.servers.s3 import S3


def bucket_settings(s3: S3, bucket: str, tmp_path: Path) -> Settings:
    return shops.settings(
        "sqlite://",
        tmp_path,
        media_url=f"s3://{bucket}",
        s3_endpoint=s3.endpoint,
        s3_access_key=s3.access_key,
        s3_secret_key=s3.secret_key,
    )


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MediaStore:
    """Give an empty store of each kind."""
    if request.param == "folder":
        return media.store_for(shops.settings("sqlite://", tmp_path))
    s3: S3 = request.getfixturevalue("s3")
    return media.store_for(bucket_settings(s3, s3.create_bucket(), tmp_path))


def test_a_file_comes_back_as_it_was_and_can_be_replaced(store: MediaStore) -> None:
    store.put("private/one/a.webp", b"first")
    store.put("private/one/a.webp", b"second")

    assert store.get("private/one/a.webp") == b"second"


def test_a_copy_stays_when_the_first_is_deleted(store: MediaStore) -> None:
    store.put("private/a.webp", b"picture")

    store.copy("private/a.webp", "public/b.webp")
    store.copy("private/a.webp", "public/b.webp")
    store.delete("private/a.webp")
    store.delete("private/a.webp")

    assert store.get("public/b.webp") == b"picture"
    with pytest.raises(NoSuchFile):
        store.get("private/a.webp")
    with pytest.raises(NoSuchFile):
        store.copy("private/a.webp", "public/c.webp")


def test_keys_are_listed_below_a_prefix(store: MediaStore) -> None:
    for key in ("private/one/a.webp", "private/one/b.webp", "public/c.webp"):
        store.put(key, b"x")

    assert sorted(store.keys("private/one/")) == ["private/one/a.webp", "private/one/b.webp"]
    assert list(store.keys("public/nothing/")) == []
    assert store.healthy()


@pytest.mark.parametrize(
    "key",
    [
        "a.webp",
        "secret/a.webp",
        "public/../private/a",
        "public//a",
        "public/.hidden",
        "/public/a",
        "public/a b",
        "",
    ],
)
def test_a_key_that_is_not_well_formed_names_no_file(store: MediaStore, key: str) -> None:
    with pytest.raises(NoSuchFile):
        store.get(key)
    with pytest.raises(NoSuchFile):
        store.put(key, b"x")


def test_many_keys_are_listed_page_by_page(s3: S3, tmp_path: Path) -> None:
    bucket = s3.create_bucket()
    folder = s3.folder / bucket / "private"
    folder.mkdir()
    for number in range(1010):
        (folder / f"{number:04}.webp").write_bytes(b"")

    store = media.store_for(bucket_settings(s3, bucket, tmp_path))

    assert len(list(store.keys("private/"))) == 1010


def test_a_bucket_keeps_the_kind_of_a_file(s3: S3, tmp_path: Path) -> None:
    bucket = s3.create_bucket()
    media.store_for(bucket_settings(s3, bucket, tmp_path)).put("public/a.avif", b"x")

    client = boto3.client(
        "s3",
        endpoint_url=s3.endpoint,
        aws_access_key_id=s3.access_key,
        aws_secret_access_key=s3.secret_key,
        region_name="us-east-1",
    )

    assert client.get_object(Bucket=bucket, Key="public/a.avif")["ContentType"] == "image/avif"


def test_a_store_that_does_not_answer_is_said_to_be_so(s3: S3, tmp_path: Path) -> None:
    gone = media.store_for(bucket_settings(s3, "no-such-bucket", tmp_path))
    deaf = media.store_for(
        shops.settings(
            "sqlite://", tmp_path, media_url="s3://b", s3_endpoint="http://127.0.0.1:9", s3_timeout=1,
            s3_access_key="a", s3_secret_key="b",
        )
    )  # fmt: skip

    assert not gone.healthy()
    assert not deaf.healthy()
    with pytest.raises(StoreUnavailable):
        deaf.put("public/a.webp", b"x")


def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    store = media.FolderStore(tmp_path / "media")
    store.put("public/a.webp", b"picture")

    assert [path.name for path in (tmp_path / "media" / "public").iterdir()] == ["a.webp"]


def test_public_files_are_served_for_ever_and_private_ones_never(app: Flask, page: Page) -> None:
    store = media.current()
    store.put("public/ab/cd.webp", b"picture")
    store.put("private/ab/cd.webp", b"draft")

    page.get("/media/public/ab/cd.webp")
    assert page.status == 200
    assert page.headers["Content-Type"] == "image/webp"
    assert "immutable" in page.headers["Cache-Control"]
    for path in (
        "/media/private/ab/cd.webp",
        "/media/public/../private/ab/cd.webp",
        "/media/public/nothing.webp",
    ):
        assert page.get(path).status == 404


def test_a_broken_store_is_named_when_operators_ask(app: Flask, page: Page) -> None:
    working, broken = media.current(), fakes.MemoryStore()
    broken.out_of_order = True
    app.extensions["kriya.media"] = broken
    try:
        response = page.client.get("/readyz")
    finally:
        app.extensions["kriya.media"] = working

    assert response.status_code == 503
    assert "media" in response.get_json()["missing"]
