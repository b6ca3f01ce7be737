"""Nonsense stops the start, with the name of the setting and how to mend it."""

import pytest

from firstring.settings import EXAMPLE_PROFILE, Settings, SettingsError, derived_key, load

GOOD = {
    "FIRSTRING_PUBLIC_URL": "https://phone.example.com",
    "FIRSTRING_SECRET_KEY": "k" * 32,
    "FIRSTRING_PROFILE": str(EXAMPLE_PROFILE),
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "t" * 32,
}


def read(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> Settings:
    monkeypatch.chdir("/")  # no .env of the developer's
    for name, value in {**GOOD, **changes}.items():
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    return load()


def test_good_settings_give_the_stream_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch).stream_url == "wss://phone.example.com/twilio/media"
    local = read(monkeypatch, FIRSTRING_PUBLIC_URL="http://127.0.0.1:8000/")
    assert local.stream_url == "ws://127.0.0.1:8000/twilio/media"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FIRSTRING_PUBLIC_URL", None, "FIRSTRING_PUBLIC_URL: is missing"),
        ("FIRSTRING_PUBLIC_URL", "http://phone.example.com", "must be https"),
        ("FIRSTRING_PUBLIC_URL", "phone.example.com", "such as https://phone.example.com"),
        ("FIRSTRING_SECRET_KEY", "short", "openssl rand -hex 32"),
        ("TWILIO_ACCOUNT_SID", "ACshort", "TWILIO_ACCOUNT_SID"),
        ("FIRSTRING_DATABASE_URL", "mysql://x", "must begin with sqlite:/// or postgresql://"),
        ("FIRSTRING_STT", "vosk", "FIRSTRING_STT"),
        ("FIRSTRING_PROFILE", None, "begin with a copy of fixtures/business.toml"),
        ("FIRSTRING_PROFLE", "x", "there is no such setting; did you mean FIRSTRING_PROFILE?"),
        ("FIRSTRING_TWILIO_API_URL", "banana", "FIRSTRING_TWILIO_API_URL: must be a URL"),
        ("FIRSTRING_LINES", "0", "FIRSTRING_LINES"),
        ("FIRSTRING_PRETEND_TIME", "2026-11-18T10:15:00-06:00", "only with a pretend Twilio"),
    ],
)
def test_each_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, **{name: value})
    assert said in str(caught.value)


def test_every_mistake_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, TWILIO_AUTH_TOKEN=None, FIRSTRING_SECRET_KEY=None)
    assert len(caught.value.mistakes) == 2


def test_a_bad_secret_is_not_repeated_in_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, FIRSTRING_SECRET_KEY="hunter2")
    assert "hunter2" not in str(caught.value)


def test_a_postgres_url_gets_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, FIRSTRING_DATABASE_URL="postgresql://h/d")
    assert settings.database_url == "postgresql+psycopg://h/d"


def test_keys_for_two_uses_differ() -> None:
    assert derived_key("s" * 32, "api") != derived_key("s" * 32, "page")
