"""The business profile: `business.toml` checked whole, every mistake at once with the line that is wrong."""

import re
import tomllib
from collections.abc import Iterable
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from firstring import profile_callbacks as calling
from firstring import profile_followups as asking
from firstring import profile_law as law
from firstring import profile_paging as paging
from firstring import profile_rota as rota
from firstring import profile_texts as wording
from firstring.profile_reading import rows, table
from models.company import Company, Hours, Person, Transfers
from models.enums import Language, Trade

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Role = Literal["technician", "csr", "manager", "owner"]


class ProfileError(Exception):
    """The profile cannot be used; `mistakes` are complete sentences, each with file and line."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def _e164(value: str) -> str:
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number) or not value.startswith("+"):
        raise ValueError("must be a phone number with + and country code, such as +15125550100")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("must be a time zone such as America/Chicago")
    return value


def _opens_before_it_closes(value: tuple[time, time]) -> tuple[time, time]:
    if value[0] >= value[1]:
        raise ValueError("must open before it closes")
    return value


PhoneNumber = Annotated[str, AfterValidator(_e164)]
Zip = Annotated[str, Field(pattern=r"^\d{5}$")]
Opening = Annotated[tuple[time, time], AfterValidator(_opens_before_it_closes)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class CompanyFacts(_Strict):
    """[company]: who the shop is."""

    name: str = Field(min_length=2, max_length=60)
    spoken_name: str = Field(min_length=2, max_length=60)
    assistant: str = Field(default="Riley", min_length=2, max_length=20)
    phone: PhoneNumber
    timezone: Annotated[str, AfterValidator(_zone)]
    trades: list[Trade] = Field(min_length=1)
    city: str
    location: str = ""
    state: str = Field(pattern=r"^[A-Z]{2}$")


class Utilities(_Strict):
    """[utilities]: named in the safety scripts."""

    gas: str = "your gas company"
    electric: str = "your electric company"


class Fees(_Strict):
    """[fees]: as they are spoken."""

    visit: str = ""
    after_hours_note: str = ""


class Week(_Strict):
    """Hours of the company's own time by weekday; a day that is left out has none."""

    monday: Opening | None = None
    tuesday: Opening | None = None
    wednesday: Opening | None = None
    thursday: Opening | None = None
    friday: Opening | None = None
    saturday: Opening | None = None
    sunday: Opening | None = None

    def to_hours(self) -> tuple[Hours, ...]:
        """The same, frozen."""
        openings = [(day, getattr(self, name)) for day, name in enumerate(DAYS)]
        return tuple(Hours(weekday=day, opens=span[0], closes=span[1]) for day, span in openings if span)


class OpeningHours(Week):
    """[hours]: when the shop is open."""

    holidays: list[date] = []


class StaffHours(Week):
    """[staff.hours]: when one person is at the desk."""

    @model_validator(mode="after")
    def _some_day(self) -> Self:
        if not self.to_hours():
            raise ValueError("name at least one weekday, or leave the hours out: then the shop's count")
        return self


class Area(_Strict):
    """[area]: where the trucks go."""

    zips: list[Zip] = []
    streets: list[str] = []


class Staff(_Strict):
    """[[staff]]: somebody who can be rung."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    name: str = Field(min_length=2)
    phone: PhoneNumber
    roles: list[Role] = Field(min_length=1)
    trades: list[Trade] = []
    gas_qualified: bool = False
    opted_in: bool = False
    email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    languages: list[Language] = Field(default=[Language.EN], min_length=1)
    credential: list[paging.StaffCredential] = []
    hours: StaffHours | None = None


PLAIN_RING_S = 18
"""With a whisper of 8 s and 4 s for the key, a caller handed over plainly hears words after 30 s."""


class Transfer(_Strict):
    """[transfer]: how callers are handed to the desk."""

    way: Literal["plain", "room"] = "plain"
    order: Literal["in_order", "in_turn"] = "in_order"
    ring_seconds: int = Field(default=18, ge=10, le=60)
    hold_seconds: int = Field(default=120, ge=0, le=600)
    music: bool = True

    @model_validator(mode="after")
    def _words_within_30_s(self) -> "Transfer":
        if self.way == "plain" and self.ring_seconds > PLAIN_RING_S:
            raise ValueError(
                f'transfer.ring_seconds: at most {PLAIN_RING_S} with way = "plain", so that a caller is not left '
                'longer than 30 s without words; way = "room" may ring longer'
            )
        return self

    def to_transfers(self) -> Transfers:
        """The same, frozen."""
        return Transfers(self.way, self.order, self.ring_seconds, self.hold_seconds, self.music)


class OnCall(_Strict):
    """[on_call]: who is woken, in order."""

    ladder: list[str] = Field(min_length=1)


class Profile(_Strict):
    """The whole file."""

    company: CompanyFacts
    utilities: Utilities = Utilities()
    fees: Fees = Fees()
    hours: OpeningHours = OpeningHours()
    area: Area = Area()
    staff: list[Staff] = Field(min_length=1)
    on_call: OnCall
    transfer: Transfer = Transfer()
    callbacks: calling.CallbacksTable = calling.CallbacksTable()
    licences: paging.LicenceRules = paging.LicenceRules()
    permits: paging.Permits = {}
    policy: list[paging.PagingPolicy] = []
    turn: list[rota.TurnTable] = []
    texts: wording.Texts = {}
    holiday: list[rota.HolidayTable] = []
    texting: law.TextingTable = law.TextingTable()
    consent: law.ConsentTable = law.ConsentTable()
    retention: law.RetentionTable = law.RetentionTable()
    follow_ups: asking.FollowUpsTable = asking.FollowUpsTable()

    def to_company(self) -> Company:
        """The same facts, frozen, as every room sees them."""
        facts = self.company
        return Company(
            name=facts.name,
            spoken_name=facts.spoken_name,
            assistant_name=facts.assistant,
            phone=facts.phone,
            timezone=ZoneInfo(facts.timezone),
            trades=frozenset(facts.trades),
            staff=tuple(
                Person(
                    id=one.id,
                    name=one.name,
                    phone=one.phone,
                    roles=frozenset(one.roles),
                    trades=frozenset(one.trades),
                    gas_qualified=one.gas_qualified,
                    opted_in=one.opted_in,
                    email=one.email,
                    languages=frozenset(one.languages),
                    credentials=tuple(held.to_credential(facts.state) for held in one.credential),
                    hours=one.hours.to_hours() if one.hours else (),
                )
                for one in self.staff
            ),
            on_call=tuple(self.on_call.ladder),
            hours=self.hours.to_hours(),
            holidays=frozenset(self.hours.holidays),
            zips=frozenset(self.area.zips),
            streets=tuple(street.lower() for street in self.area.streets),
            city=facts.city,
            state=facts.state,
            gas_utility=self.utilities.gas,
            electric_utility=self.utilities.electric,
            visit_fee=self.fees.visit,
            after_hours_note=self.fees.after_hours_note,
            own_numbers=frozenset({facts.phone}),
            transfers=self.transfer.to_transfers(),
            callbacks=self.callbacks.to_callbacks(),
            texting=self.texting.to_texting(),
            consenting=self.consent.to_consenting(),
            retention=self.retention.to_retention(),
            follow_ups=self.follow_ups.to_follow_ups(),
            policies=tuple(one.to_policy() for one in self.policy),
            turns=tuple(one.to_turn() for one in self.turn),
            days_off=tuple(one.to_holiday() for one in self.holiday),
            location=facts.location,
            unlicensed=frozenset(self.licences.not_required),
            permits=tuple((work, answer.value) for work, answer in self.permits.items()),
            texts=wording.to_texts(self.texts),
        )


def load(path: Path) -> Company:
    """Read and check a profile. Raises ProfileError with every mistake and its line."""
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError([f"{path}: cannot be read: {error}. Set FIRSTRING_PROFILE to your business.toml"]) from None
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError([f"{path}: not TOML: {error}"]) from None
    lines = line_numbers(source)
    mistakes: list[tuple[int, str]] = []
    profile: Profile | None = None
    try:
        profile = Profile.model_validate(data)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            mistakes.append((_line(lines, one["loc"]), f"{_dotted(one['loc'])}: {_plain(one['msg'])}"))
    mistakes += [(_line(lines, where), f"{_dotted(where)}: {what}") for where, what in _across(data)]
    for where, what in paging.mistakes(profile.to_company()) if profile else ():
        mistakes.append((_line(lines, where), f"{_dotted(where)}: {what}"))
    if mistakes or profile is None:
        raise ProfileError([f"{path}:{line}: {what}" for line, what in sorted(set(mistakes))])
    return profile.to_company()


def _across(data: dict[str, Any]) -> Iterable[tuple[tuple[str | int, ...], str]]:
    """Mistakes that no single field shows. Tolerant of data that is wrong in other ways."""
    staff = (
        [one for one in data.get("staff", []) if isinstance(one, dict)] if isinstance(data.get("staff"), list) else []
    )
    ids = [one.get("id") for one in staff]
    for place, one in enumerate(staff):
        if ids.index(one.get("id")) != place:
            yield ("staff", place, "id"), "somebody above has this id already"
    yield from _numbers(data, staff)
    yield from rota.across(data)
    yield from wording.across(data)
    ladder = rows(table(data, "on_call"), "ladder")
    by_id = {one.get("id"): one for one in staff}
    for name in ladder:
        if name not in by_id:
            yield ("on_call", "ladder"), f"{name} is not the id of anyone in [[staff]]"
        elif by_id[name].get("opted_in") is not True:
            yield (
                ("on_call", "ladder"),
                f"{name} has not opted in to be paged: record the consent, then set opted_in = true",
            )
    if ladder and ladder[-1] in by_id:
        if not {"owner", "manager"} & set(rows(by_id[ladder[-1]], "roles")):
            yield ("on_call", "ladder"), "must end with a manager or the owner, so that somebody answers for the shop"


def _numbers(data: dict[str, Any], staff: list[dict[str, Any]]) -> Iterable[tuple[tuple[str | int, ...], str]]:
    """Numbers that cannot be told apart, and trades that nobody on the ladder has."""
    company = table(data, "company")
    phones = [one.get("phone") for one in staff]
    for place, phone in enumerate(phones):
        if phone and phone == company.get("phone"):
            yield ("staff", place, "phone"), "is the company's own number: nobody would be reached"
        elif phone and phones.index(phone) != place:
            yield ("staff", place, "phone"), "somebody above has this number already"
    able = [one for one in staff if one.get("id") in rows(table(data, "on_call"), "ladder")]
    for trade in rows(company, "trades"):
        if not any(trade in rows(one, "trades") for one in able):
            yield (
                ("on_call", "ladder"),
                f"nobody on the ladder does {trade}: add somebody, or take it out of company.trades",
            )


def warnings(company: Company, today: date) -> list[str]:
    """What a profile may leave out, and what callers then get; licences that end, by this day of its wall."""
    missing = []
    if not company.with_role("csr"):
        missing.append("nobody has the role csr: no call is handed over, and no caller is given a time")
    if not company.hours:
        missing.append("no opening hours: no caller is given a time")
    return missing + asking.warnings(company) + paging.unrecorded(company) + paging.ending(company, today)


def line_numbers(source: str) -> dict[tuple[str | int, ...], int]:
    """Where each table and key of a TOML text stands: path to line number, counted from 1."""
    found: dict[tuple[str | int, ...], int] = {(): 1}
    counts: dict[tuple[str | int, ...], int] = {}
    where: tuple[str | int, ...] = ()
    for number, line in enumerate(source.splitlines(), start=1):
        if header := re.match(r"\s*\[\[\s*([\w.-]+)\s*\]\]", line):
            table = _under(header[1], counts)
            counts[table] = counts.get(table, -1) + 1
            where = (*table, counts[table])
            found.setdefault(table, number)
            found[where] = number
        elif header := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            where = _under(header[1], counts)
            found[where] = number
        elif key := re.match(r"\s*([\w-]+)\s*=", line):
            found[(*where, key[1])] = number
    return found


def _under(name: str, counts: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    """The path of a header: a part that is a list stands for its latest table."""
    path: tuple[str | int, ...] = ()
    for part in name.split("."):
        path = (*path, counts[path], part) if path in counts else (*path, part)
    return path


def _line(lines: dict[tuple[str | int, ...], int], where: tuple[str | int, ...]) -> int:
    while where not in lines:
        where = where[:-1]
    return lines[where]


def _dotted(where: tuple[str | int, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in where)


_IN_WORDS = {
    "Field required": "is missing",
    "Extra inputs are not permitted": "there is no such key; is it misspelt?",
    "String should match pattern '^\\d{5}$'": "must be five digits",
    "String should match pattern '^[A-Z]{2}$'": "must be two capital letters, such as TX",
}


def _plain(message: str) -> str:
    return _IN_WORDS.get(message, message.removeprefix("Value error, "))
