"""The company as every room sees it: plain frozen facts, made from `business.toml` by `firstring.profile`."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from models.enums import Trade


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
