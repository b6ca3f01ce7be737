"""The desk at work, event by event: callers on the line while there is time for them beside every promise that was
given, else the queue, each CSR one caller at a time.

The queue is the product's: P1 first, then whoever's time comes first; who was tried already comes when the next try is
due and behind those whose telephone never rang (docs/promise.md).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random

from callbacks.promise.estimate import AFTER_S, REACT_S, RING_S
from callbacks.promise.handling import RECENT_S, Handling
from callbacks.promise.rehearsal.weeks import Caller, Week, believed
from callbacks.promise.slack import spare

PATIENCE_S = 120.0
"""How long a caller on the line waits for a person: `hold_seconds` of the profile."""

RETRIES_S = (300.0, 1800.0, 7200.0)
COMES_BACK = 0.7
"""Live callers whom nobody took in time and who leave a number."""


@dataclass(slots=True)
class Owed:
    """Somebody who is owed a call: when they were missed, what they were told, when their telephone rang."""

    caller: Caller
    at: float
    promised: float = float("inf")
    tried: int = 0
    next_try: float = 0.0
    dialled: float | None = None

    def rank(self) -> tuple[bool, bool, float, float]:
        """The order in which they are called."""
        return (not self.caller.urgent, bool(self.tried), self.promised if not self.tried else self.next_try, self.at)


@dataclass(slots=True)
class Desk:
    """Everything that is known at a moment: what a rule may look at when it gives a time."""

    now: float = 0.0
    waiting: list[Owed] = field(default_factory=list)
    talking: dict[int, float] = field(default_factory=dict)  # by CSR: since when
    talks: list[tuple[float, float]] = field(default_factory=list)  # (seconds, ended) of talks that are over
    tried: int = 0
    unanswered: int = 0
    calls: list[float] = field(default_factory=list)  # all that came
    live: int = 0
    handed: int = 0  # of the live ones: taken by a person while they were on the line
    urgent: list[float] = field(default_factory=list)


Rule = Callable[[Desk, Owed], float]
"""The time that is given to a caller who was missed this instant."""


def play(week: Week, rule: Rule) -> tuple[list[Owed], Desk]:
    """Let the week happen under a rule: everybody who was owed a call, and what is remembered of the week."""
    played = _Play(week, rule)
    return played.run(), played.desk


class _Play:
    def __init__(self, week: Week, rule: Rule) -> None:
        self.week, self.rule, self.desk = week, rule, Desk()
        self.owed: list[Owed] = []
        self.line: list[Caller] = []  # live callers on hold
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.order = count()
        self.dice = Random(week.seed)
        for caller in week.callers:
            self._at(caller.at, lambda caller=caller: self._comes(caller))  # type: ignore[misc]
        for spans in week.shifts:
            for opens, _ in spans:
                self._at(opens, self._work)

    def run(self) -> list[Owed]:
        """Until nothing more happens."""
        while self.events:
            self.desk.now, _, happens = heappop(self.events)
            happens()
        return self.owed

    def _at(self, when: float, happens: Callable[[], None]) -> None:
        heappush(self.events, (when, next(self.order), happens))

    def _free(self) -> list[int]:
        now = self.desk.now
        there = (who for who, spans in enumerate(self.week.shifts) if any(a <= now < b for a, b in spans))
        return [who for who in there if who not in self.desk.talking]

    def _open(self) -> bool:
        return any(a <= self.desk.now < b for spans in self.week.shifts for a, b in spans)

    def _comes(self, caller: Caller) -> None:
        self.desk.calls.append(self.desk.now)
        if caller.missed or not self._open():
            self._miss(caller)
            return
        self.desk.live += 1
        if caller.urgent:
            self.desk.urgent.append(self.desk.now)
        self.line.append(caller)
        self._at(self.desk.now + PATIENCE_S, lambda: self._gives_up(caller))
        self._work()

    def _gives_up(self, caller: Caller) -> None:
        if caller in self.line:
            self.line.remove(caller)
            if self.dice.random() < COMES_BACK:
                self._miss(caller)

    def _miss(self, caller: Caller) -> None:
        owed = Owed(caller, self.desk.now)
        owed.promised = self.rule(self.desk, owed)
        if caller.urgent and caller.missed:
            self.desk.urgent.append(self.desk.now)
        self.owed.append(owed)
        self.desk.waiting.append(owed)
        self._work()

    def _work(self) -> None:
        """Everybody who is free takes whoever is next."""
        for who in self._free():
            ready = [one for one in self.desk.waiting if one.next_try <= self.desk.now]
            if (caller := self._on_the_line()) is not None:
                self.line.remove(caller)
                self.desk.handed += 1
                self._talk(who, caller.talk)
            elif ready:
                self._call(who, min(ready, key=Owed.rank))

    def _on_the_line(self) -> Caller | None:
        """Who of those on the line may be handed to the desk now: an emergency always."""
        if not self.line:
            return None
        urgent = next((one for one in self.line if one.urgent), None)
        if urgent is not None:
            return urgent
        promised = [one.promised for one in self.desk.waiting if not one.tried]
        now = self.desk.now
        lately = sum(at > now - RECENT_S for at in self.desk.urgent) * 3600 / RECENT_S
        return self.line[0] if spare(now, believed(self.week, now), promised, Handling(), lately) else None

    def _call(self, who: int, owed: Owed) -> None:
        self.desk.waiting.remove(owed)
        reacts = self.dice.expovariate(1 / REACT_S)
        owed.dialled = owed.dialled or self.desk.now + reacts
        owed.tried += 1
        self.desk.tried += 1
        if owed.tried >= owed.caller.tries:
            self._talk(who, owed.caller.talk, reacts)
            return
        self.desk.unanswered += 1
        self._busy(who, reacts + RING_S)
        if owed.tried <= len(RETRIES_S):
            owed.next_try = self.desk.now + RETRIES_S[owed.tried - 1]
            self.desk.waiting.append(owed)
            self._at(owed.next_try, self._work)

    def _talk(self, who: int, talk: float, reacts: float = 0.0) -> None:
        self._busy(who, reacts + talk + self.dice.expovariate(1 / AFTER_S))
        ends = self.desk.now + reacts + talk
        self._at(ends, lambda: self.desk.talks.append((talk, ends)))

    def _busy(self, who: int, lasts: float) -> None:
        self.desk.talking[who] = self.desk.now
        self._at(self.desk.now + lasts, lambda: self._done(who))

    def _done(self, who: int) -> None:
        self.desk.talking.pop(who)
        self._work()
