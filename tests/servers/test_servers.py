"""The servers that tests run on are real ones."""

import smtplib
from email.message import EmailMessage

import boto3
import psycopg
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from playwright.sync_api import Browser

from tests.servers.postgres import Postgres
from tests.servers.s3 import S3
from tests.servers.smtp import Letterbox


def test_a_copied_database_holds_what_its_template_held(postgres: Postgres) -> None:
    def build(url: str) -> None:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE shelf (piece text)")
            connection.execute("INSERT INTO shelf VALUES ('tenun cual')")

    template = postgres.template("shelf", build)
    first, second = postgres.create_database(template), postgres.create_database(template)
    with psycopg.connect(first) as connection:
        connection.execute("DELETE FROM shelf")
    with psycopg.connect(second) as connection:
        assert connection.execute("SELECT piece FROM shelf").fetchall() == [("tenun cual",)]
        assert connection.info.server_version >= 150000
        connection.execute("CREATE EXTENSION pg_trgm")
    postgres.drop_database(first)
    postgres.drop_database(second)


def test_the_object_store_gives_back_what_it_took_and_checks_keys(s3: S3) -> None:
    bucket = s3.create_bucket()
    ours = _client(s3, s3.secret_key)
    ours.put_object(Bucket=bucket, Key="photos/one.webp", Body=b"picture", ContentType="image/webp")
    assert ours.get_object(Bucket=bucket, Key="photos/one.webp")["Body"].read() == b"picture"

    with pytest.raises(ClientError):
        _client(s3, "another secret").get_object(Bucket=bucket, Key="photos/one.webp")


def test_a_mail_arrives_in_the_letterbox(smtp: Letterbox) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "toko@kriya.invalid",
        "ibu@kriya.invalid",
        "Terima kasih",
    )
    message.set_content("Pesanan Anda sedang dikemas.")
    with smtplib.SMTP("127.0.0.1", smtp.port) as connection:
        connection.send_message(message)
    assert smtp.messages[0]["Subject"] == "Terima kasih"
    assert smtp.recipients == [["ibu@kriya.invalid"]]


@pytest.mark.browser
def test_the_browser_runs_scripts(browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_content("<h1>Kriya</h1><script>document.querySelector('h1').append(' Nusantara')</script>")
    assert page.inner_text("h1") == "Kriya Nusantara"
    context.close()


def _client(s3: S3, secret: str):  # type: ignore[no-untyped-def]  # boto3 makes its classes at run time
    return boto3.client(
        "s3",
        endpoint_url=s3.endpoint,
        aws_access_key_id=s3.access_key,
        aws_secret_access_key=secret,
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
    )
