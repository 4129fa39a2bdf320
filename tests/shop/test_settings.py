"""A shop that is half configured does not start, and says what is missing."""

import pytest

from shop.config import REQUIRED, Settings, SettingsError

WHOLE = {
    "KRIYA_DATABASE_URL": "postgresql://kriya@db/kriya",
    "KRIYA_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "KRIYA_BASE_URL": "https://kriya.example.id",
    "KRIYA_STRIPE_API_KEY": "sk_live_0123456789",
    "KRIYA_STRIPE_WEBHOOK_SECRET": "whsec_0123456789",
    "KRIYA_MEDIA_URL": "s3://kriya",
    "KRIYA_SMTP_URL": "smtp://mail.example.id",
}


def test_a_whole_configuration_starts() -> None:
    settings = Settings.from_env(WHOLE | {"PATH": "/usr/bin", "KRIYA_PAYMENT_MINUTES": "45"})

    assert settings.payment_minutes == 45
    assert settings.https
    assert not settings.demo


def test_every_required_setting_is_missed() -> None:
    assert {f"KRIYA_{name.upper()}" for name in REQUIRED} == set(WHOLE)
    for name in WHOLE:
        rest = {key: value for key, value in WHOLE.items() if key != name}
        with pytest.raises(SettingsError, match=f"{name} is missing"):
            Settings.from_env(rest)


@pytest.mark.parametrize("name", [*WHOLE, "KRIYA_REDIS_URL"])
@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_setting_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is empty"):
        Settings.from_env(WHOLE | {name: value})


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(SettingsError, match="KRIYA_STRIPE_APIKEY is not a setting"):
        Settings.from_env(WHOLE | {"KRIYA_STRIPE_APIKEY": "sk_live_0123456789"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KRIYA_SECRET_KEY", "change-me"),
        ("KRIYA_SECRET_KEY", "demonstration-only-not-a-secret-0123456789"),
        ("KRIYA_STRIPE_WEBHOOK_SECRET", "whsec_demonstration_only_0123456789"),
        ("KRIYA_STRIPE_WEBHOOK_SECRET", "whsec_example"),
        ("KRIYA_STRIPE_API_KEY", "sk_test_demonstration"),
    ],
)
def test_the_value_of_an_example_is_refused_outside_the_demonstration(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} still has the value of the example"):
        Settings.from_env(WHOLE | {name: value})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("KRIYA_DATABASE_URL", "mysql://db/kriya", "sqlite:/// or postgresql://"),
        ("KRIYA_BASE_URL", "kriya.example.id", "must be an address"),
        ("KRIYA_MEDIA_URL", "/var/media", "file:<folder> or s3://<bucket>"),
        ("KRIYA_SECRET_KEY", "short", "at least 32 characters"),
        ("KRIYA_STRIPE_WEBHOOK_SECRET", "0123456789", "whsec_"),
        ("KRIYA_PAYMENT_MINUTES", "20", "at least 30"),
        ("KRIYA_PAYMENT_MINUTES", "4٥", "a whole number"),
        ("KRIYA_PAYMENT_MINUTES", "1_000", "a whole number"),
        ("KRIYA_DEMO", "maybe", "1 or 0"),
        ("KRIYA_SEARCH", "sphinx", "whoosh"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Settings.from_env(WHOLE | {name: value})


def test_the_demonstration_needs_nothing() -> None:
    settings = Settings.from_env({"KRIYA_DEMO": "1", "PORT": "9000"})

    assert settings.demo
    assert settings.base_url == "http://127.0.0.1:9000"
    assert settings.database_url.startswith("sqlite:///")


def test_settings_do_not_change_while_the_shop_runs() -> None:
    settings = Settings.from_env(WHOLE)

    with pytest.raises(AttributeError):
        settings.demo = True  # type: ignore[misc]
