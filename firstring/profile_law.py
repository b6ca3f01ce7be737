"""[texting], [consent] and [retention] of business.toml: what the law leaves to the shop."""

from typing import Annotated, Literal, Self

import phonenumbers
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from models.company import Company
from models.lawful import Consenting, Retention, Texting


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _line(value: str) -> str:
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not value.startswith("+"):
        raise ValueError("must be a phone number with + and country code, such as +15125550199")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _country(value: str) -> str:
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("must be a country in two capitals, such as US")
    return value


_DAYS = Retention()

Service = Annotated[str, Field(pattern=r"^MG[0-9a-fA-F]{32}$")]


class TextingTable(_Strict):
    """[texting]: how texts to customers leave. Without a campaign none does, but in a sandbox."""

    a2p_campaign_sid: str | None = Field(default=None, pattern=r"^[A-Z]{2}[0-9A-Za-z]{5,32}$")
    messaging_service_sid: Service | None = None
    marketing_service_sid: Service | None = None
    sandbox: bool = False
    twilio_answers_keywords: bool = True

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.marketing_service_sid and self.marketing_service_sid == self.messaging_service_sid:
            raise ValueError("marketing_service_sid must be another service than messaging_service_sid")
        return self

    def to_texting(self) -> Texting:
        """The same, frozen."""
        return Texting(
            campaign=self.a2p_campaign_sid,
            service=self.messaging_service_sid,
            marketing_service=self.marketing_service_sid,
            sandbox=self.sandbox,
            twilio_answers=self.twilio_answers_keywords,
        )


class ConsentTable(_Strict):
    """[consent]: how far a no reaches, which lines are never dialled, and in which countries customers are."""

    revoke_scope: Literal["all", "purpose"] = "all"
    emergency_lines: list[Annotated[str, AfterValidator(_line)]] = []
    countries: list[Annotated[str, AfterValidator(_country)]] = Field(default=["US", "CA"], min_length=1)

    def to_consenting(self) -> Consenting:
        """The same, frozen."""
        return Consenting(self.revoke_scope, frozenset(self.emergency_lines), frozenset(self.countries))


class RetentionTable(_Strict):
    """[retention]: days until something is deleted."""

    audio_days: int = Field(default=_DAYS.audio_days, ge=1, le=365)
    words_days: int = Field(default=_DAYS.words_days, ge=7, le=3650)
    structured_days: int | None = Field(default=_DAYS.structured_days, ge=30, le=3650)
    consent_days: int = Field(default=_DAYS.consent_days, ge=1825, le=36500)

    @model_validator(mode="after")
    def _words_first(self) -> Self:
        if self.structured_days is not None and self.structured_days < self.words_days:
            raise ValueError("structured_days must not be less than words_days")
        return self

    def to_retention(self) -> Retention:
        """The same, frozen."""
        return Retention(self.audio_days, self.words_days, self.structured_days, self.consent_days)


def warnings(company: Company) -> list[str]:
    """What a shop should know at the start about its texts."""
    texting = company.texting
    if texting.sandbox:
        return ["texting.sandbox is true: texts leave unregistered; only for a pretend Twilio or test credentials"]
    if not texting.registered:
        return ["[texting] a2p_campaign_sid is not set: no text to a customer will leave (pages to staff will)"]
    return []
