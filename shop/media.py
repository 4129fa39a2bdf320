"""The media store: files by key in a local folder or an S3 bucket. The only module that imports boto3.

Keys are `private/…` (obtainable only through a view that checks the reader) or `public/…` (served under /media).
"""

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol, cast

from flask import Flask, current_app

from shop.config import Settings
from shop.errors import NotFound, Unavailable

KEY = re.compile(r"(?:private|public)/[A-Za-z0-9][A-Za-z0-9_.-]*(?:/[A-Za-z0-9][A-Za-z0-9_.-]*)*")
TYPES = {".avif": "image/avif", ".webp": "image/webp", ".jpg": "image/jpeg", ".png": "image/png"}


class NoSuchFile(NotFound):
    """There is no file under that key."""


class StoreUnavailable(Unavailable):
    """The store does not answer."""

    message = "Photographs cannot be kept at the moment. Please try again shortly."


class MediaStore(Protocol):
    """Where files are kept. Every operation may be repeated safely."""

    def put(self, key: str, data: bytes) -> None:
        """Keep a file, replacing what was there."""

    def get(self, key: str) -> bytes:
        """Give a file's bytes. :raise NoSuchFile:"""

    def copy(self, source: str, target: str) -> None:
        """Keep a second copy under another key. :raise NoSuchFile:"""

    def delete(self, key: str) -> None:
        """Forget a file; one that is not there is forgotten already."""

    def keys(self, prefix: str) -> Iterator[str]:
        """Give every key below a prefix."""

    def healthy(self) -> bool:
        """Say whether the store answers."""


def check_key(key: str) -> str:
    """Give the key back if it is well formed. :raise NoSuchFile: otherwise."""
    if not KEY.fullmatch(key) or ".." in key:
        raise NoSuchFile
    return key


def content_type(key: str) -> str:
    """Give the media type by the key's ending."""
    return TYPES.get(Path(key).suffix, "application/octet-stream")


class FolderStore:
    """Files in a folder of this machine; writes are atomic."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / check_key(key)

    def put(self, key: str, data: bytes) -> None:
        """Write beside, sync, then move into place."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{secrets.token_hex(6)}.part")
        try:
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise StoreUnavailable from error

    def get(self, key: str) -> bytes:
        """Read a file."""
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise NoSuchFile from error

    def copy(self, source: str, target: str) -> None:
        """Link where the file system can, else copy."""
        destination = self._path(target)
        destination.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(self._path(source), destination)
        except FileExistsError:
            return
        except FileNotFoundError as error:
            raise NoSuchFile from error
        except OSError:
            self.put(target, self.get(source))

    def delete(self, key: str) -> None:
        """Remove a file."""
        self._path(key).unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[str]:
        """Walk the folder."""
        for path in sorted((self.folder / prefix).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self.folder).as_posix()

    def healthy(self) -> bool:
        """Say whether the folder can be written."""
        return os.access(self.folder, os.W_OK)


class BucketStore:
    """Files in an S3 bucket."""

    def __init__(self, bucket: str, settings: Settings) -> None:
        # 0.7 s and 30 MB: loaded only where a bucket is used.
        import boto3
        from botocore.config import Config

        self.bucket = bucket
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=settings.s3_endpoint or None,
            aws_access_key_id=settings.s3_access_key or None,
            aws_secret_access_key=settings.s3_secret_key or None,
            region_name=settings.s3_region,
            config=Config(
                connect_timeout=settings.s3_timeout,
                read_timeout=settings.s3_timeout,
                retries={"max_attempts": 2},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                s3={"addressing_style": "path"},
            ),
        )

    def _call(self, operation: str, **arguments: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self.client, operation)(Bucket=self.bucket, **arguments)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404", "NotFound"}:
                raise NoSuchFile from error
            raise StoreUnavailable from error
        except BotoCoreError as error:
            raise StoreUnavailable from error

    def put(self, key: str, data: bytes) -> None:
        """Upload."""
        self._call("put_object", Key=check_key(key), Body=data, ContentType=content_type(key))

    def get(self, key: str) -> bytes:
        """Download."""
        return cast(bytes, self._call("get_object", Key=check_key(key))["Body"].read())

    def copy(self, source: str, target: str) -> None:
        """Copy inside the bucket."""
        origin = {"Bucket": self.bucket, "Key": check_key(source)}
        self._call("copy_object", Key=check_key(target), CopySource=origin)

    def delete(self, key: str) -> None:
        """Remove."""
        self._call("delete_object", Key=check_key(key))

    def keys(self, prefix: str) -> Iterator[str]:
        """List page by page."""
        token: dict[str, str] = {}
        while True:
            page = self._call("list_objects_v2", Prefix=prefix, **token)
            yield from (item["Key"] for item in page.get("Contents", []))
            if not page.get("IsTruncated"):
                return
            token = {"ContinuationToken": page["NextContinuationToken"]}

    def healthy(self) -> bool:
        """Say whether the bucket answers."""
        try:
            self._call("list_objects_v2", MaxKeys=1)
        except (StoreUnavailable, NoSuchFile):
            return False
        return True


def store_for(settings: Settings) -> MediaStore:
    """Build the store that `KRIYA_MEDIA_URL` names: `file:<folder>` or `s3://<bucket>`."""
    if settings.media_url.startswith("file:"):
        return FolderStore(Path(settings.media_url.removeprefix("file:")))
    return BucketStore(settings.media_url.removeprefix("s3://").strip("/"), settings)


def init_app(app: Flask, settings: Settings, store: MediaStore | None = None) -> None:
    """Attach the store to the application; tests may hand in their own."""
    app.extensions["kriya.media"] = store or store_for(settings)


def current() -> MediaStore:
    """Give the store of the running application."""
    return cast(MediaStore, current_app.extensions["kriya.media"])
