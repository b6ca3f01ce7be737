"""Settings from the environment (and `.env`). Nonsense stops the start, with the setting's name and how to mend it."""

import difflib
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.clock import Clock, system_clock

EXAMPLE_PROFILE = Path(__file__).parent.parent / "fixtures" / "business.toml"


class SettingsError(Exception):
    """A setting is wrong; `mistakes` name each with how to mend it."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def is_local(url: str) -> bool:
    """Whether a URL is on this machine."""
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    local = is_local(value)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be the address Twilio reaches you at, such as https://phone.example.com")
    if parts.scheme == "http" and not local:
        raise ValueError("must be https: Twilio opens media streams over TLS only (http is for this machine alone)")
    return value.rstrip("/")


def _database_url(value: str) -> str:
    if value.startswith("postgresql://"):
        value = value.replace("postgresql://", "postgresql+psycopg://", 1)
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return value


def _api_url(value: str | None) -> str | None:
    if value is not None and (urlsplit(value).scheme not in {"https", "http"} or not urlsplit(value).hostname):
        raise ValueError("must be a URL such as http://127.0.0.1:4010; leave it out for the real Twilio")
    return value


def _heartbeat_url(value: str | None) -> str | None:
    if value is not None and (urlsplit(value).scheme not in {"https", "http"} or not urlsplit(value).hostname):
        raise ValueError("must be the URL that your monitoring service wants to be asked for")
    return value


def _smtp_url(value: SecretStr | None) -> SecretStr | None:
    parts = urlsplit(value.get_secret_value()) if value is not None else None
    if parts is not None and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        raise ValueError("must be a URL such as smtp://user:password@mail.example.com:587, or smtps://")
    return value


def _secret_key(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < 32:
        raise ValueError("must have at least 32 characters; make one with: openssl rand -hex 32")
    return value


class Settings(BaseSettings):
    """Everything the environment decides. The company itself is in the profile."""

    model_config = SettingsConfigDict(env_prefix="FIRSTRING_", env_file=".env", extra="ignore", populate_by_name=True)

    public_url: Annotated[str, AfterValidator(_public_url)]
    secret_key: Annotated[SecretStr, AfterValidator(_secret_key)]
    twilio_account_sid: str = Field(validation_alias="TWILIO_ACCOUNT_SID", pattern=r"^AC[0-9a-fA-F]{32}$")
    twilio_auth_token: SecretStr = Field(validation_alias="TWILIO_AUTH_TOKEN", min_length=8)
    twilio_api_url: Annotated[str | None, AfterValidator(_api_url)] = None
    second_account_sid: str | None = Field(default=None, pattern=r"^AC[0-9a-fA-F]{32}$")
    second_auth_token: SecretStr | None = Field(default=None, min_length=8)
    second_number: str | None = Field(default=None, pattern=r"^\+[1-9]\d{6,14}$")
    second_api_url: Annotated[str | None, AfterValidator(_api_url)] = None
    smtp_url: Annotated[SecretStr | None, AfterValidator(_smtp_url)] = None
    smtp_from: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$")
    heartbeat_url: Annotated[str | None, AfterValidator(_heartbeat_url)] = None
    database_url: Annotated[str, AfterValidator(_database_url)] = "sqlite:///firstring.db"
    profile: Path
    recordings: Path | None = None
    prompts: Path = Path("prompts")
    stt: Literal["auto", "sphinx", "whisper"] = "auto"
    recognisers: int = Field(default=max(1, (os.cpu_count() or 2) - 1), ge=1, le=64)
    lines: int = Field(default=24, ge=1, le=1000)
    engine: Literal["inside", "outside"] = "inside"
    pretend_time: AwareDatetime | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _pretend_only(self) -> Self:
        if self.pretend_time and not is_local(self.twilio_api_url or ""):
            raise ValueError("FIRSTRING_PRETEND_TIME: only with a pretend Twilio on this machine; take it out")
        return self

    @model_validator(mode="after")
    def _whole(self) -> Self:
        second = (self.second_account_sid, self.second_auth_token, self.second_number)
        if any(second) and not all(second):
            raise ValueError("FIRSTRING_SECOND_ACCOUNT_SID, _SECOND_AUTH_TOKEN and _SECOND_NUMBER: all three, or none")
        if self.smtp_url and not self.smtp_from:
            raise ValueError("FIRSTRING_SMTP_FROM: is missing; set it to the address that pages by e-mail come from")
        return self

    @property
    def clock(self) -> Clock:
        """The machine's clock; or, beside a pretend Twilio, one that began at FIRSTRING_PRETEND_TIME."""
        if self.pretend_time is None:
            return system_clock
        ahead = self.pretend_time - system_clock()
        return lambda: system_clock() + ahead

    @property
    def stream_url(self) -> str:
        """The address of the media stream: wss for https, ws on this machine alone."""
        return "ws" + self.public_url.removeprefix("http") + "/twilio/media"

    @property
    def api_key(self) -> str:
        """The bearer key of /api/v1, derived from the secret so that there is one secret to keep."""
        return derived_key(self.secret_key.get_secret_value(), "api")


def derived_key(secret: str, use: str) -> str:
    """A key for one use: HMAC-SHA256 of its name under the secret, 64 hex characters."""
    return hmac.new(secret.encode(), use.encode(), hashlib.sha256).hexdigest()


def fresh_secret() -> str:
    """A secret key for a demo or a test: 64 hex characters."""
    return secrets.token_hex(32)


ELSEWHERE = {"FIRSTRING_WHISPER_MODEL", "FIRSTRING_WHISPER_LANGUAGE"}
"""Settings that a room reads for itself."""

_HOW = {
    "FIRSTRING_PUBLIC_URL": "set it to the address Twilio reaches you at, such as https://phone.example.com",
    "FIRSTRING_PROFILE": "set it to your business.toml; begin with a copy of fixtures/business.toml",
    "FIRSTRING_SECRET_KEY": "make one with: openssl rand -hex 32",
    "TWILIO_ACCOUNT_SID": "copy it from the Twilio console; it begins with AC and has 34 characters",
    "TWILIO_AUTH_TOKEN": "copy the primary auth token from the Twilio console",
}


def load() -> Settings:
    """Read the environment. Raises SettingsError naming every setting that is missing, wrong or misspelt."""
    mistakes = [f"{name}: there is no such setting{_meant(name)}" for name in sorted(os.environ) if _unknown(name)]
    try:
        settings = Settings()  # type: ignore[call-arg]
    except ValidationError as error:
        mistakes += [_sentence(one["loc"], one["type"], one["msg"]) for one in error.errors()]
    if mistakes:
        raise SettingsError(mistakes)
    return settings


def _names() -> set[str]:
    return {f"FIRSTRING_{name.upper()}" for name in Settings.model_fields} | ELSEWHERE


def _unknown(name: str) -> bool:
    return name.startswith("FIRSTRING_") and name not in _names()


def _meant(name: str) -> str:
    close = difflib.get_close_matches(name, _names(), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _sentence(where: tuple[str | int, ...], kind: str, message: str) -> str:
    if not where:
        return message.removeprefix("Value error, ")
    field = str(where[0])
    name = field if field.startswith("TWILIO_") else f"FIRSTRING_{field.upper()}"
    said = "is missing" if kind == "missing" else message.removeprefix("Value error, ")
    how = f" ({_HOW[name]})" if name in _HOW else ""
    return f"{name}: {said}{how}"
