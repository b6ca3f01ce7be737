"""The profile's `[follow_ups]`: what customers are asked after a job, and when."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.company import Company, FollowUps

SHORTEST_INTERVAL = 30
"""Days between two referral asks to one customer."""


class FollowUpsTable(BaseModel):
    """[follow_ups]: nobody is asked anything without a link that everybody is given."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    review_url: str | None = Field(default=None, pattern=r"^https://[\w./?=&%#~+:-]+$", max_length=60)
    after_days: int = Field(default=1, ge=1, le=14)
    reminder_days: int = Field(default=3, ge=1, le=14)
    referral_days: int = Field(default=90, ge=0, le=730)

    @model_validator(mode="after")
    def _not_too_often(self) -> Self:
        if 0 < self.referral_days < SHORTEST_INTERVAL:
            raise ValueError(f"referral_days must be 0 (never) or at least {SHORTEST_INTERVAL}")
        return self

    def to_follow_ups(self) -> FollowUps:
        """The same, frozen."""
        return FollowUps(self.review_url, self.after_days, self.reminder_days, self.referral_days)


def warnings(company: Company) -> list[str]:
    """What a shop that wants to ask should know at the start."""
    if company.follow_ups.review_url is None or company.texting.markets:
        return []
    return ["[follow_ups] nobody is asked: [texting] marketing_service_sid is not set"]
