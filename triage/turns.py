"""The utterances of a call, each read once, and what they come to together: dangers kept, doubts settled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from triage.answers import CONFIRM, Answers, read_answers
from triage.assessment import Evidence, Hazard
from triage.cards import card_turns
from triage.entities import ASKS_NUMBER, Spoken
from triage.hazards import Found, find_hazards, rank
from triage.normalise import words_of
from triage.numbers import is_number_word
from triage.rows import RowFound, find_rows
from triage.rules import Utterable

STAYS_YES = frozenset({"Q_VULN", "Q_NEARELEC", "Q_SYMP", "Q_SMOKE"})
"""Answers that a later "no" does not take back: who said there is a baby has one."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the caller said in one go. `asked` is the id of the question it answers; `confidence` the recogniser's."""

    text: str
    asked: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance, read. Positions of its evidence count the words of the whole call.

    `card`: it holds a card number or speaks of one; no digit of it goes into any evidence or entity.
    """

    utterance: Utterance
    heard: Utterable
    dangers: Found
    rows: tuple[RowFound, ...]
    answers: Answers
    offset: int
    card: bool

    def spoken(self) -> Spoken:
        """The utterance as entities need it."""
        agreed = self.answers.given.get("Q_CB") == "yes"
        said = self.utterance
        return Spoken(said.text, self.heard, said.asked, said.confidence, self.offset, agreed)


def read_turns(utterances: Sequence[Utterance]) -> list[Turn]:
    """Every utterance by itself, in the light of the question that it says it answers."""
    turns: list[Turn] = []
    words = [Utterable(words_of(utterance.text)) for utterance in utterances]
    asked = frozenset(number for number, utterance in enumerate(utterances) if utterance.asked in ASKS_NUMBER)
    cards = card_turns(words, asked)
    offset = 0
    for number, (utterance, heard) in enumerate(zip(utterances, words, strict=True)):
        dangers = find_hazards(heard, utterance.confidence)
        answers = read_answers(heard, utterance.asked)
        turn = Turn(utterance, heard, dangers, find_rows(heard, dangers), answers, offset, number in cards)
        turns.append(_in_place(turn))
        offset += len(heard.words)
    return turns


def _in_place(turn: Turn) -> Turn:
    """The turn with its evidence at its place in the whole call, and free of a card's digits."""

    def move(evidence: Evidence) -> Evidence:
        digits = turn.card and any(map(is_number_word, evidence.words.split()))
        words = "" if digits else evidence.words
        return replace(evidence, words=words, start=evidence.start + turn.offset, end=evidence.end + turn.offset)

    def hazards(found: Iterable[Hazard]) -> tuple[Hazard, ...]:
        return tuple(replace(hazard, evidence=move(hazard.evidence)) for hazard in found)

    dangers = replace(turn.dangers, hazards=hazards(turn.dangers.hazards), unsure=hazards(turn.dangers.unsure))
    rows = tuple(replace(row, evidence=move(row.evidence)) for row in turn.rows)
    answers = replace(turn.answers, evidence=tuple(move(evidence) for evidence in turn.answers.evidence))
    return replace(turn, dangers=dangers, rows=rows, answers=answers)


def settle(turns: Sequence[Turn]) -> tuple[dict[str, Hazard], Hazard | None]:
    """Dangers believed, by row, and the first one still in doubt.

    A doubt is asked about once. Denied: dropped. Yes, unclear or anything else: believed. What is believed stays.
    """
    believed: dict[str, Hazard] = {}
    doubts: list[Hazard] = []
    dropped: set[str] = set()
    for turn in turns:
        if turn.utterance.asked == CONFIRM and doubts:
            doubt = doubts.pop(0)
            if turn.answers.given.get(CONFIRM) == "no":
                dropped.add(doubt.name)
            else:
                believed.setdefault(doubt.situation, doubt)
        for hazard in turn.dangers.hazards:
            believed.setdefault(hazard.situation, hazard)
        names = {hazard.name for hazard in believed.values()} | dropped | {doubt.name for doubt in doubts}
        doubts += [hazard for hazard in turn.dangers.unsure if hazard.name not in names]
        doubts = sorted((d for d in doubts if d.name not in {h.name for h in believed.values()}), key=rank)
    return believed, doubts[0] if doubts else None


def merge_answers(turns: Sequence[Turn]) -> dict[str, str]:
    """Every question answered so far; the later answer stands, save where a "yes" stays."""
    merged: dict[str, str] = {}
    for turn in turns:
        for question, value in turn.answers.given.items():
            if not (question in STAYS_YES and merged.get(question) == "yes"):
                merged[question] = value
    return merged


def merge_rows(turns: Sequence[Turn], hazards: dict[str, Hazard]) -> dict[str, RowFound]:
    """Every row heard so far, by id; one that is going on stands before the same said to be over."""
    merged = {row: RowFound(row, hazard.evidence) for row, hazard in hazards.items()}
    for found in (row for turn in turns for row in turn.rows):
        known = merged.get(found.row)
        if known is None or (known.over and not found.over):
            merged[found.row] = found
    return merged
