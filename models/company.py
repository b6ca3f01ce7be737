"""The company as every room sees it: plain frozen facts, made from `business.toml` by `firstring.profile`."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.enums import Channel, Priority, Trade
from models.lawful import Consenting, Retention, Texting


@dataclass(frozen=True, slots=True)
class Credential:
    """A licence or certificate (docs/domain/intake.md section 9). `expires` is its last good day; None: never."""

    kind: str  # electrician, plumber, gas, hvac, epa608, backflow, medical_gas, ...
    grade: str  # apprentice, residential, journeyman, master; class_a; type_2, universal; "" where there is none
    state: str  # two capitals
    number: str
    expires: date | None = None
    gas: bool = False
    supervises: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the staff. `phone` is E.164; `opted_in` is consent to be paged (docs/domain/legal.md L3)."""

    id: str
    name: str
    phone: str
    roles: frozenset[str]  # of: technician, csr, manager, owner
    trades: frozenset[Trade] = frozenset()
    gas_qualified: bool = False
    opted_in: bool = False
    email: str | None = None
    languages: frozenset[str] = frozenset({"en"})
    credentials: tuple[Credential, ...] = ()
    hours: "tuple[Hours, ...]" = ()  # at the desk; none: the shop's

    @property
    def is_head(self) -> bool:
        """Whether this person answers for the shop: a manager or the owner."""
        return bool(self.roles & {"manager", "owner"})


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of a policy, before anybody is named: whom to reach, by which channels in order, and for how long.

    `who` is first, second, managers, everyone or the id of a person. Heavy sleepers: called again `repeat_calls` times,
    `repeat_call_after_s` apart, within `wait_s`.
    """

    who: str
    channels: tuple[Channel, ...]
    wait_s: int
    repeat_calls: int = 0
    repeat_call_after_s: int = 0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long whoever took a job may be silent, in seconds: after the yes, and after the time of arrival they gave."""

    asked_after_s: int = 600
    paged_again_after_s: int = 900  # from the yes too: when the call that the customer was promised is due
    late_after_s: int = 1800  # after the minutes they gave: asked, and then those who answer for the shop are told


@dataclass(frozen=True, slots=True)
class Policy:
    """How a job is paged (docs/domain/intake.md section 10). Empty sets mean any; the last step reaches a head."""

    id: str
    steps: tuple[Step, ...]
    priorities: frozenset[Priority] = frozenset()
    trades: frozenset[Trade] = frozenset()
    classes: frozenset[str] = frozenset()  # of situations: LIFE_SAFETY, PROPERTY_DAMAGE, ...
    at_night: str = "page"  # page, text (nothing rings), morning (it waits)
    pages_a_night: int = 3  # more than so many to one person in a night: the second goes first
    head_within_s: int = 720  # from the start to the first who answers for the shop
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class Turn:
    """A rule of the rota: who is on duty in some hours of the week, one after another or always the same.

    `people` take turns of `every` hours, days or weeks from `since` on (local wall time); `unit` "" means that all of
    them are on at once. `days` are weekdays on which the hours begin (0 = Monday); hours that close at or before they
    open run into the next day; `opens` and `closes` both 00:00 are the whole day. Empty `trades` means all.
    """

    id: str
    level: int  # 1 is paged first, 2 stands behind
    people: tuple[str, ...]
    unit: str = ""  # hours, days, weeks
    every: int = 1
    since: datetime | None = None  # naive: wall time of the company
    days: frozenset[int] = frozenset(range(7))
    opens: time = time(0)
    closes: time = time(0)
    trades: frozenset[Trade] = frozenset()
    holidays: str = "as_usual"  # as_usual, only, never


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day off: one date, the same day every year (`year` None), or of one location only ("" is everywhere)."""

    name: str
    month: int
    day: int
    year: int | None = None
    location: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of one weekday (0 = Monday), local time of the company."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Transfers:
    """How callers are handed to the desk. `plain` joins the legs directly, `room` in a conference with a hold line.

    18 seconds are three rings; with the whisper a caller hears words again after at most 30.
    """

    way: Literal["plain", "room"] = "plain"
    order: Literal["in_order", "in_turn"] = "in_order"  # in turn: who waited longest for a call is rung first
    ring_s: int = 18
    hold_s: int = 120  # while everybody is talking to somebody else
    music: bool = True  # between the words for a caller on hold; else a telephone rings


@dataclass(frozen=True, slots=True)
class Callbacks:
    """How callers are called back. `retry_minutes` are of open hours, one after each try in vain."""

    ring: bool = True  # the product rings whoever is free with the next caller; else the desk looks
    ring_after_s: int = 60  # so long the desk has to take a new caller by hand
    retry_minutes: tuple[int, ...] = (5, 30, 120)
    hold_minutes: int = 10  # a caller who was taken and not called goes back to the queue


@dataclass(frozen=True, slots=True)
class FollowUps:
    """What customers are asked after a job, in days. Without a `review_url` nobody is asked anything."""

    review_url: str | None = None  # the same for everybody
    after_days: int = 1  # from the job's completion
    reminder_days: int = 3  # from the first text
    referral_days: int = 90  # from the completion, and between two; 0: never


class PageLinks(Protocol):
    """Makes and reads the addresses of the technician's page (routing/links.py)."""

    def url(self, run_id: str, person_id: str, now: datetime) -> str:
        """The address of this person's page of this run; good for a day from `now`."""
        ...

    def read(self, token: str, people: "tuple[Person, ...]", now: datetime) -> "tuple[str, Person] | None":
        """The run's id and the person a token was made for; None when it is forged, expired or nobody's any more."""
        ...


class Spare(Protocol):
    """Says whether the desk may talk to somebody more without breaking a promise (callbacks/promise/giving.py)."""

    def __call__(self, session: Session, company: "Company", now: datetime) -> bool:
        """True when there is time for one more talk beside every promise that was given."""
        ...


@dataclass(frozen=True, slots=True)
class Company:
    """One trades company: who it is, when it is open, whom it wakes and what it may say."""

    name: str
    spoken_name: str
    phone: str  # E.164, the number that callers dial
    timezone: ZoneInfo
    trades: frozenset[Trade]
    staff: tuple[Person, ...]
    on_call: tuple[str, ...]  # ids of staff, first is paged first; the last is always a person who answers for the shop
    hours: tuple[Hours, ...]
    holidays: frozenset[date] = frozenset()
    zips: frozenset[str] = frozenset()
    streets: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    gas_utility: str = "your gas company"
    electric_utility: str = "your electric company"
    visit_fee: str = ""
    after_hours_note: str = ""
    assistant_name: str = "Riley"
    own_numbers: frozenset[str] = field(default_factory=frozenset)
    turns: tuple[Turn, ...] = ()  # the rota; empty: `on_call` is the order, day and night
    days_off: tuple[Holiday, ...] = ()  # of the rota
    location: str = ""
    links: PageLinks | None = None  # None: pages carry the address and the number themselves
    policies: tuple[Policy, ...] = ()  # the first that fits; none: `routing.policies.DEFAULTS`
    unlicensed: frozenset[str] = frozenset()  # kinds of licence that the company's state does not have
    permits: tuple[tuple[str, str], ...] = ()  # kind of work to yes, no, ask: where the town differs from the table
    transfers: Transfers = Transfers()
    callbacks: Callbacks = Callbacks()
    spare: Spare | None = None  # None: there always is
    texts: tuple[tuple[str, str, str], ...] = ()  # key, language, words: its own in place of callbacks/texts
    texting: Texting = field(default_factory=Texting)
    consenting: Consenting = field(default_factory=Consenting)
    retention: Retention = field(default_factory=Retention)
    follow_ups: FollowUps = FollowUps()

    def is_open(self, moment: datetime) -> bool:
        """Whether the shop is open: weekday hours in its own zone, holidays out."""
        return self.within(self.hours, moment)

    def within(self, hours: tuple[Hours, ...], moment: datetime) -> bool:
        """Whether a moment lies in such hours of the week, in the company's zone and on none of its holidays."""
        local = moment.astimezone(self.timezone)
        if local.date() in self.holidays:
            return False
        return any(span.weekday == local.weekday() and span.opens <= local.time() < span.closes for span in hours)

    def person(self, person_id: str) -> Person:
        """The member of staff with this id. Raises KeyError."""
        for someone in self.staff:
            if someone.id == person_id:
                return someone
        raise KeyError(person_id)

    def find(self, person_id: str | None) -> Person | None:
        """The member of staff with this id, or None: people leave, what they were paged for stays."""
        return next((someone for someone in self.staff if someone.id == person_id), None)

    def with_role(self, role: str) -> tuple[Person, ...]:
        """Staff with a role, in the profile's order."""
        return tuple(person for person in self.staff if role in person.roles)


def at_work(person: Person, company: Company, moment: datetime) -> bool:
    """Whether somebody at the desk is at work: in their own hours, or the shop's when they have none; no holidays.

    Own hours may reach beyond the shop's: whether it is open is another question (`Company.is_open`).
    """
    return company.within(person.hours or company.hours, moment)
