"""One step being worked out: the state so far, the moves so far, and the promises that hold for every step.

Nothing follows an ending; one page a call; one job a call; a row is always written before the line that tells of it,
because `page`, `open_job` and `promise` come before `say` in every caller of them.
"""

from dataclasses import replace
from typing import Any

from models.company import Company
from models.enums import Language
from voice.dialogue.moves import (
    Close,
    Line,
    Listen,
    Move,
    OpenJob,
    PageNow,
    PromiseCallback,
    Say,
    Topic,
    TransferToPerson,
)
from voice.dialogue.state import State

TRIES = 2
"""How often a question is spoken at most (docs/domain/lessons.md 7)."""


class Turn:
    """A step in the making. Lives only inside `Dialogue.step`."""

    def __init__(self, company: Company, state: State) -> None:
        self.company = company
        self.state = state
        self.moves: list[Move] = []

    @property
    def over(self) -> bool:
        """Whether the call has ended or was handed on."""
        return self.state.outcome is not None

    def know(self, **changes: Any) -> None:
        """Change the state."""
        self.state = replace(self.state, **changes)

    def do(self, move: Move) -> None:
        """Add a move, unless the call is over."""
        if not self.over:
            self.moves.append(move)

    def say(self, *lines: str | Line, urgent: bool = False, language: Language | None = None) -> None:
        """Speak lines, in the caller's language unless told otherwise; joins what is already being said.

        Of several urgent lines in one step only the first clears the line, or it would clear the others.
        """
        urgent = urgent and not any(isinstance(move, Say) and move.urgent for move in self.moves[:-1])
        spoken = tuple(Line(line) if isinstance(line, str) else line for line in lines)
        tongue = language or self.state.language
        last = self.moves[-1] if self.moves else None
        if isinstance(last, Say) and last.language is tongue and last.urgent is urgent and not self.over:
            self.moves[-1] = replace(last, lines=last.lines + spoken)
        else:
            self.do(Say(spoken, tongue, urgent))

    def tell_once(self, line: str) -> None:
        """Speak a line that is said once a call."""
        if line not in self.state.told:
            self.know(told=self.state.told | {line})
            self.say(line)

    def ask(self, question: str, *lines: str | Line, topic: Topic = Topic.GENERAL, log: str | None = None) -> None:
        """Put a question (in its own words unless lines are given) and wait. Its tries are counted under `log`."""
        self.say(*(lines or (question,)))
        self.know(asked=(*self.state.asked, log or question), waiting=question, topic=topic)
        self.listen()

    def listen(self) -> None:
        """Wait for the answer to what was asked last."""
        self.do(Listen(self.state.topic, self.state.waiting))

    def settle(self, *questions: str) -> None:
        """These need no asking any more."""
        self.know(settled=self.state.settled | set(questions))

    def page(self, reason: str, situation: str | None) -> None:
        """Wake somebody, once a call."""
        if not self.state.paged:
            self.do(PageNow(reason, situation))
            self.know(paged=True, job_open=True)

    def open_job(self, reason: str) -> None:
        """Write the job, once a call; a page has written it already."""
        if not self.state.job_open:
            self.do(OpenJob(reason))
            self.know(job_open=True)

    def promise(self, reason: str) -> None:
        """Write a callback with a time."""
        self.do(PromiseCallback(reason))

    def transfer(self, reason: str) -> None:
        """Hand the call to a person; the end of the conversation."""
        self.say("please_hold_for_person")
        self.do(TransferToPerson(reason))
        self.know(outcome="transferred", waiting=None, doubt=None)

    def close(self, outcome: str, *lines: str) -> None:
        """Say the last lines and end the call."""
        self.say(*lines)
        self.do(Close(outcome))
        self.know(outcome=outcome, waiting=None, doubt=None)
