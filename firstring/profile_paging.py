"""The profile's `[[staff.credential]]`, `[licences]`, `[permits]` and `[[policy]]`: licences and how jobs are paged."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from models.company import Company, Credential, Patience, Person, Policy, Step
from models.enums import Channel, Priority, Trade
from routing import policies
from routing.licences import LICENCES, PermitAnswer
from routing.licences.judge import EVERYWHERE, has_record, title
from routing.licences.permits import WORKS
from triage.situations import SITUATIONS

LICENCE_OF = {Trade.PLUMBING: "plumber", Trade.HVAC: "hvac", Trade.ELECTRICAL: "electrician", Trade.GAS: "gas"}
"""The licence that somebody of a trade is expected to have."""

SOON = timedelta(days=30)
"""Before its last day a licence is spoken of: a renewal takes weeks."""

CLASSES = frozenset(row.cls for row in SITUATIONS.values())


def _one_of(words: Iterable[str], what: str) -> AfterValidator:
    known = sorted(words)

    def check(value: str) -> str:
        if value not in known:
            raise ValueError(f"must be {what}: {', '.join(known)}")
        return value

    return AfterValidator(check)


Kind = Annotated[str, _one_of(LICENCES, "a kind of licence")]
Work = Annotated[str, _one_of(WORKS, "a kind of work")]
Class = Annotated[str, _one_of(CLASSES, "a class of situations")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class StaffCredential(_Strict):
    """[[staff.credential]]: a licence or certificate, of the company's state unless said; "US" is good everywhere."""

    kind: Kind
    grade: str = ""
    state: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    number: str = ""
    expires: date | None = None
    gas: bool = False
    supervises: bool = False

    @model_validator(mode="after")
    def _of_a_known_grade(self) -> Self:
        grades = LICENCES[self.kind].grades
        if self.grade not in grades:
            named = ", ".join(grade or '""' for grade in grades)
            raise ValueError(f"the grade of this {LICENCES[self.kind].says} must be one of: {named}")
        return self

    def to_credential(self, state: str) -> Credential:
        """Frozen. `state` is the company's."""
        facts = self.model_dump()
        facts["state"] = self.state or (EVERYWHERE if self.kind == "epa608" else state)
        return Credential(**facts)


class LicenceRules(_Strict):
    """[licences]: what the company's state does not have."""

    not_required: list[Kind] = []


class Rung(_Strict):
    """[[policy.rung]]: whom to reach, how, for how long; a heavy sleeper is called again within it."""

    who: str
    channels: list[Channel] = Field(default=[Channel.TEXT, Channel.CALL], min_length=1)
    wait_s: int = Field(ge=10, le=7200)
    repeat_calls: int = Field(default=0, ge=0, le=10)
    repeat_call_after_s: int = Field(default=60, ge=10, le=3600)


class PagingPolicy(_Strict):
    """[[policy]]: how jobs of these priorities, trades and classes are paged. What is left out means any."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    rung: list[Rung] = Field(min_length=1, max_length=12)
    priorities: list[Priority] = []
    trades: list[Trade] = []
    classes: list[Class] = []
    at_night: Literal["page", "text", "morning"] = "page"
    pages_a_night: int = Field(default=3, ge=1)
    head_within_s: int = Field(default=720, ge=60, le=7200)
    asked_after_s: int = Field(default=600, ge=60, le=7200)
    paged_again_after_s: int = Field(default=900, ge=120, le=14400)
    late_after_s: int = Field(default=1800, ge=300, le=14400)

    def to_policy(self) -> Policy:
        """Frozen."""
        return Policy(
            id=self.id,
            steps=tuple(
                Step(one.who, tuple(one.channels), one.wait_s, one.repeat_calls, one.repeat_call_after_s)
                for one in self.rung
            ),
            priorities=frozenset(self.priorities),
            trades=frozenset(self.trades),
            classes=frozenset(self.classes),
            at_night=self.at_night,
            pages_a_night=self.pages_a_night,
            head_within_s=self.head_within_s,
            patience=Patience(self.asked_after_s, self.paged_again_after_s, self.late_after_s),
        )


Permits = dict[Work, PermitAnswer]


def mistakes(company: Company) -> Iterable[tuple[tuple[str | int, ...], str]]:
    """What is wrong with the policies of a company that is otherwise fit: place in the file, sentence."""
    for place, policy in enumerate(company.policies):
        for wrong in policies.faults(policy, company):
            yield ("policy", place), wrong


def ending(company: Company, today: date) -> list[str]:
    """Warnings: licences that have expired by this day of the company's wall or soon will, with none to follow them."""
    return [
        f"{one.name}: {title(held)} {'expired' if held.expires < today else 'expires'} {held.expires.isoformat()}"
        f"{', so they are not paged for what needs it' if held.expires < today else ''}"
        for one in company.staff
        for held in one.credentials
        if held.expires is not None and held.expires < today + SOON and not _followed(one, held, today + SOON)
    ]


def _followed(person: Person, ending_one: Credential, by: date) -> bool:
    """Whether another licence of the kind, grade and state is good on that day."""
    what = (ending_one.kind, ending_one.grade, ending_one.state)
    same = [one for one in person.credentials if (one.kind, one.grade, one.state) == what]
    return any(one.expires is None or one.expires >= by for one in same)


def by_mail(company: Company) -> list[str]:
    """Ids of the policies that reach people by e-mail: they need a mail server."""
    return [one.id for one in company.policies if any(Channel.EMAIL in step.channels for step in one.steps)]


def unrecorded(company: Company) -> list[str]:
    """Warnings: trades of people who may be paged, for which no licence is on record."""
    return [
        f"{one.name}: no {LICENCES[kind].says} is on record, so the profile's word counts: add [[staff.credential]], "
        f'or [licences] not_required = ["{kind}"] where the state has none'
        for one in company.staff
        for trade, kind in LICENCE_OF.items()
        if one.opted_in and trade in one.trades and kind not in company.unlicensed and not _on_record(one, trade)
    ]


def _on_record(person: Person, trade: Trade) -> bool:
    if trade is Trade.GAS:
        return any(one.gas or one.kind == "gas" for one in person.credentials)
    return has_record(person, trade)
