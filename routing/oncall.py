"""Who is woken for what: the ladder, as a pure function of the company and the job."""

from dataclasses import dataclass
from typing import Any

from models.company import Company, Person
from models.enums import Channel, Trade

# docs/domain/intake.md section 10: at once text and call to the first; +3 min call again; +4 second; +8 manager;
# +12 everyone.
REPEAT_AFTER_S = 180
SECOND_AFTER_S = 60
MANAGER_AFTER_S = 240
EVERYONE_AFTER_S = 240
GIVE_UP_AFTER_S = 600

BOTH = (Channel.TEXT, Channel.CALL)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: whom to reach, how, and how many seconds to wait before the next step."""

    people: tuple[str, ...]
    channels: tuple[Channel, ...]
    wait_s: int

    def to_json(self) -> dict[str, Any]:
        """For the snapshot in the run."""
        return {"people": list(self.people), "channels": [one.value for one in self.channels], "wait_s": self.wait_s}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Rung":
        """Back from the snapshot."""
        return cls(tuple(data["people"]), tuple(Channel(one) for one in data["channels"]), data["wait_s"])


def fit(person: Person, trade: Trade | None, *, gas: bool) -> bool:
    """Whether this person may be sent: opted in, of the trade, gas-qualified for gas (intake.md section 9).

    Managers and the owner answer for the shop whatever the trade.
    """
    if not person.opted_in:
        return False
    if person.roles & {"manager", "owner"}:
        return True
    if gas and not person.gas_qualified:
        return False
    return trade is None or trade in person.trades or (gas and person.gas_qualified)


def ladder(company: Company, trade: Trade | None, *, gas: bool) -> tuple[Rung, ...]:
    """The rungs for a job of this trade, first to last. Ends at a person who answers for the shop.

    Raises LookupError when nobody on the rota has opted in: the profile check refuses such a profile.
    """
    everyone = [company.person(one) for one in company.on_call]
    able = [person for person in everyone if fit(person, trade, gas=gas)]
    if not able:
        raise LookupError("nobody on the on-call ladder may be paged")
    hands = [person for person in able if not person.roles & {"manager", "owner"}]
    heads = [person for person in able if person.roles & {"manager", "owner"}]
    order = [*hands[:2], *heads] if hands else heads
    rungs = [Rung((order[0].id,), BOTH, REPEAT_AFTER_S), Rung((order[0].id,), (Channel.CALL,), SECOND_AFTER_S)]
    rungs += [Rung((person.id,), BOTH, MANAGER_AFTER_S) for person in order[1:]]
    rungs.append(Rung(tuple(person.id for person in able), BOTH, GIVE_UP_AFTER_S))
    return tuple(rungs)
