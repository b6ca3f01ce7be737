"""Who is woken for what: the ladder, a pure function of the duty order, the licences and the policy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from models.company import Company, Patience, Person, Policy, Step
from models.enums import Channel, Priority, Trade
from routing import policies
from routing.licences import ANYWHERE, Site, may_be_sent


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: whom to reach, how, and how many seconds to wait before the next step.

    `patience` is the policy's, for whoever takes the job here.
    """

    people: tuple[str, ...]
    channels: tuple[Channel, ...]
    wait_s: int
    patience: Patience = field(default_factory=Patience)

    def to_json(self) -> dict[str, Any]:
        """For the snapshot in the run."""
        return {
            "people": list(self.people),
            "channels": [one.value for one in self.channels],
            "wait_s": self.wait_s,
            "patience": asdict(self.patience),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Rung":
        """Back from the snapshot; one of an earlier version has no patience of its own."""
        channels = tuple(Channel(one) for one in data["channels"])
        return cls(tuple(data["people"]), channels, data["wait_s"], Patience(**data.get("patience", {})))


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody on duty who is not paged, and why, in complete sentences."""

    person_id: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The ladder of one job. `starts_at` is set when it waits until the night is over (never a P1)."""

    policy: str
    rungs: tuple[Rung, ...]
    passed_over: tuple[Passed, ...]
    starts_at: datetime | None = None


def plan(
    company: Company,
    trade: Trade | None,
    *,
    at: datetime,
    gas: bool = False,
    order: Sequence[str] | None = None,
    situation: str | None = None,
    site: Site = ANYWHERE,
    priority: Priority | str | None = None,
    pages_tonight: Mapping[str, int] | None = None,
) -> Plan:
    """Whom to page for a job, in which order, and who is passed over.

    `order` is who is on duty, ids, first is paged first (None: the profile's ladder). `situation` decides what is
    needed, without one `trade` and `gas` do; the trade `office` is for managers only, whatever the situation. `site` is
    what is known of the place (`licences.site_of`). No `priority` is a P1. `pages_tonight` counts by person the jobs
    since the night began (`policies.night`). `at` is now: licences are judged by its day, the policy by its hour.

    The ladder ends at those who answer for the shop. Raises LookupError when nobody at all may be paged: the profile
    check refuses such a profile.
    """
    policy = policies.choose(company, Priority(priority or Priority.P1), trade, situation)
    tonight = policies.night(company, at)
    if tonight and policy.at_night == "text":
        policy = policies.without_ringing(policy)
    on_duty = _people(company, order or company.on_call)
    by_name = _people(company, (step.who for step in policy.steps))
    day = at.astimezone(company.timezone).date()
    against = {
        one.id: _against(company, one, trade, gas=gas, on=day, situation=situation, site=site)
        for one in (*on_duty, *by_name)
    }
    hands = [one.id for one in on_duty if not against[one.id]]
    heads = _heads(company, on_duty)
    if not (hands or heads):
        raise LookupError("nobody on the on-call ladder may be paged")
    names = {one.id for one in by_name if not against[one.id] or (one.is_head and one.opted_in)}
    cast = _Cast(_rested(hands, pages_tonight or {}, policy), heads, frozenset(names))
    passed = tuple(Passed(one, why) for one, why in against.items() if why and one not in names.union(heads))
    starts_at = tonight[1] if tonight and policy.at_night == "morning" else None
    return Plan(policy.id, _rungs(policy, cast), passed, starts_at)


def _against(
    company: Company, person: Person, trade: Trade | None, *, gas: bool, on: date, situation: str | None, site: Site
) -> tuple[str, ...]:
    if not person.opted_in:
        return (f"{person.name}: has not opted in to be paged",)
    about = None if trade is Trade.OFFICE else situation
    return may_be_sent(person, about, on, company=company, trade=trade, gas=gas, site=site).reasons


def _people(company: Company, ids: Iterable[str]) -> list[Person]:
    """Those of these who are (still) on the staff, each once."""
    return [found for one in dict.fromkeys(ids) if (found := company.find(one))]


def _heads(company: Company, on_duty: Iterable[Person]) -> tuple[str, ...]:
    """Those who answer for the shop: of the duty, else of the profile's ladder, else of the staff."""
    for people in (on_duty, _people(company, company.on_call), company.staff):
        if found := tuple(one.id for one in people if one.is_head and one.opted_in):
            return found
    return ()


def _rested(hands: list[str], pages_tonight: Mapping[str, int], policy: Policy) -> tuple[str, ...]:
    """The fatigue guard: whoever was woken too often tonight comes second, if the second was not."""
    tired = [pages_tonight.get(one, 0) > policy.pages_a_night for one in hands[:2]]
    return (hands[1], hands[0], *hands[2:]) if tired == [True, False] else tuple(hands)


@dataclass(frozen=True, slots=True)
class _Cast:
    """Who the words of a policy mean this time: `names` are those of its people by name who may be paged."""

    hands: tuple[str, ...]
    heads: tuple[str, ...]
    names: frozenset[str]

    def of(self, who: str) -> tuple[str, ...]:
        """The people of a step; nobody when there is none. Without hands the first is a head."""
        match who:
            case "first":
                return self.hands[:1] or self.heads[:1]
            case "second":
                return self.hands[1:2]
            case "managers":
                return self.heads
            case "everyone":
                return tuple(dict.fromkeys((*self.hands, *self.heads)))
        return (who,) if who in self.names else ()


def _rungs(policy: Policy, cast: _Cast) -> tuple[Rung, ...]:
    """The policy's steps with the names filled in.

    A step of nobody is left out, and one whose other word means those who have just been tried; the last never.
    """
    *steps, last = policy.steps
    found: list[Rung] = []
    before = ("", frozenset[str]())
    for step in steps:
        people = cast.of(step.who)
        if people and (step.who == before[0] or before[1] != {*people}):
            found += _repeated(step, people)
            before = (step.who, frozenset(people))
    found += _repeated(last, cast.of(last.who) or cast.of("everyone"))
    return tuple(replace(one, patience=policy.patience) for one in found)


def _repeated(step: Step, people: tuple[str, ...]) -> list[Rung]:
    """One rung, and one more for each time that a heavy sleeper is called again; together they last `wait_s`."""
    if not step.repeat_calls:
        return [Rung(people, step.channels, step.wait_s)]
    apart = step.repeat_call_after_s
    again = [Rung(people, (Channel.CALL,), apart)] * (step.repeat_calls - 1)
    rest = step.wait_s - apart * step.repeat_calls
    return [Rung(people, step.channels, apart), *again, Rung(people, (Channel.CALL,), rest)]
