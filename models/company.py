"""The company as every room sees it: plain frozen facts, made from `business.toml` by `firstring.profile`."""

from dataclasses import dataclass, field
from datetime import date, time
from zoneinfo import ZoneInfo

from models.enums import Trade


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
