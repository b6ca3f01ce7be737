"""The utterances of a call, each read once, and what they come to together: dangers kept, doubts settled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from models.enums import Priority
from triage.assessment import Evidence, Hazard
from triage.entities.cards import card_turns
from triage.entities.find import ASKS_NUMBER, Spoken
from triage.learned.encoder import Span
from triage.learned.ensemble import Ensemble
from triage.learned.suspicion import suspect
from triage.rules.answers import CONFIRM, Answers, read_answers
from triage.rules.book import Utterable, load_book
from triage.rules.hazards import Found, find_hazards, rank, silenced
from triage.rules.rows import RowFound, find_rows
from triage.rules.scope import BARE, BETWEEN, BETWEEN_BARE, NEGATORS, played_down
from triage.situations import SITUATIONS
from triage.words.normalise import Words, with_sources
from triage.words.numbers import is_number_word

OPEN_QUESTIONS = frozenset({None, "Q_PROB", "Q_SCOPE", "Q_REASON", "Q_JOB", "anything_else"})
"""Questions to which callers say in their own words what they want."""

ASKS_OF_DANGER = frozenset({"Q_SAFE", "Q_ORG", "did_you_mean_us"})
"""Questions to whose answers we listen for dangers as if nothing had been asked."""

A_FEW = 4
"""Fewer words than these beside a denial say nothing of their own ("no there is no gas smell")."""

TELLING = 6
"""An answer of fewer words, numbers left out, tells nothing but what was asked."""

CONFIRMED = 0.2
"""A row by rule that is no danger (no heat, no water) is doubted where the models' chance that its utterance is urgent
is below this: they have read what was said besides ("the other heater works"). On the tuning texts this takes away half
of the false P1 and none of the true ones."""

REMEMBERED = 512
"""Utterances whose reading is kept in memory."""

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
    plain: Words
    dangers: Found
    rows: tuple[RowFound, ...]
    answers: Answers
    offset: int
    card: bool
    spans: tuple[Span, ...] = ()
    harmless: bool = False  # sounds worse than it is: the models alone raise nothing in it

    @property
    def open(self) -> bool:
        """Whether it is what the caller says of their own accord."""
        return self.utterance.asked in OPEN_QUESTIONS

    @property
    def own(self) -> tuple[int, ...]:
        """The places, among the words of the call, of its words less the dangers they deny."""
        return tuple(place + self.offset for place in own_places(self.heard, self.dangers))

    def spoken(self) -> Spoken:
        """The utterance as entities need it."""
        agreed = self.answers.given.get("Q_CB") == "yes"
        said = self.utterance
        return Spoken(said.text, self.heard, said.asked, said.confidence, self.offset, agreed, self.spans)


def own_places(heard: Utterable, dangers: Found) -> tuple[int, ...]:
    """The places of an utterance's words less the dangers it denies; none when it did little else than deny them."""
    rest = _not_denied(heard, dangers)
    telling = [at for at in rest if heard.words[at] not in NEGATORS | BARE | BETWEEN]
    return () if dangers.denied and len(telling) < A_FEW else rest


def _not_denied(heard: Utterable, dangers: Found) -> tuple[int, ...]:
    """The places of the words less the dangers they deny, and less what plays them down, unless that is all."""
    kept = tuple(at for at in range(len(heard.words)) if at not in dangers.denied)
    plain = played_down(heard)
    return tuple(at for at in kept if at not in plain) or kept


def read_turns(utterances: Sequence[Utterance], models: Ensemble | None) -> list[Turn]:
    """Every utterance by itself, in the light of the question that it answers. Without models: by rule alone."""
    read = [_read(utterance, models) for utterance in utterances]
    asked = frozenset(number for number, utterance in enumerate(utterances) if utterance.asked in ASKS_NUMBER)
    cards = card_turns([turn.heard for turn in read], asked)
    turns: list[Turn] = []
    offset = 0
    for number, turn in enumerate(read):
        card = number in cards
        turns.append(_in_place(replace(turn, offset=offset, card=card, spans=() if card else turn.spans)))
        offset += len(turn.heard.words)
    if cards:  # what was remembered holds digits that are to be forgotten
        _read.cache_clear()
        if models:
            models.encoder.forget()
    return turns


@lru_cache(REMEMBERED)
def _read(utterance: Utterance, models: Ensemble | None) -> Turn:
    """One utterance alone; a call is assessed anew with every event, so the last few are remembered."""
    plain = with_sources(utterance.text)
    heard, asked = Utterable(plain.words), utterance.asked
    dangers = find_hazards(heard, utterance.confidence)
    answers = read_answers(heard, asked)
    if models is None:
        return Turn(utterance, heard, plain, dangers, find_rows(heard, dangers), answers, 0, False)
    answering = asked not in OPEN_QUESTIONS | ASKS_OF_DANGER
    harmless = any(not silenced(match, heard) for match in load_book("harmless.toml").matches(heard))
    own = _not_denied(heard, dangers)
    if asked != CONFIRM and not harmless and _tells(heard, own, TELLING if answering else 2):
        dangers = suspect(dangers, heard.words, own, models, answering=answering)
    rows = find_rows(heard, dangers)
    if not answering and _doubtful(rows, dangers) and models.suspects([heard.words[at] for at in own])[1] < CONFIRMED:
        rows = tuple(replace(row, doubted=True) for row in rows)
    spans = models.spans(heard.words, asked)
    return Turn(utterance, heard, plain, dangers, rows, answers, 0, False, spans, harmless)


def _tells(heard: Utterable, own: Sequence[int], least: int) -> bool:
    """Whether the words at these places say something: no numbers, no words of denial alone."""
    words = [heard.words[at] for at in own if not is_number_word(heard.words[at])]
    rest = set(words) - NEGATORS - BARE - BETWEEN - BETWEEN_BARE - {"or"}
    return len(words) >= least and (len(own) == len(heard.words) or len(rest) > 1)


def _doubtful(rows: Sequence[RowFound], dangers: Found) -> bool:
    """Whether a P1 rests on a rule for what is no danger."""
    certain = {hazard.situation for hazard in dangers.hazards}
    return any(SITUATIONS[row.row].priority is Priority.P1 and row.row not in certain for row in rows)


def _in_place(turn: Turn) -> Turn:
    """The turn with its evidence at its place in the whole call, and free of a card's digits."""

    def move(evidence: Evidence) -> Evidence:
        digits = turn.card and any(map(is_number_word, evidence.words.split()))
        words = "" if digits else evidence.words
        if evidence.start < 0:
            return replace(evidence, words=words)
        return replace(evidence, words=words, start=evidence.start + turn.offset, end=evidence.end + turn.offset)

    def hazards(found: Iterable[Hazard]) -> tuple[Hazard, ...]:
        return tuple(replace(hazard, evidence=move(hazard.evidence)) for hazard in found)

    dangers = replace(turn.dangers, hazards=hazards(turn.dangers.hazards), unsure=hazards(turn.dangers.unsure))
    rows = tuple(replace(row, evidence=move(row.evidence)) for row in turn.rows)
    answers = replace(turn.answers, evidence=tuple(move(evidence) for evidence in turn.answers.evidence))
    return replace(turn, dangers=dangers, rows=rows, answers=answers)


@dataclass(frozen=True, slots=True)
class Settled:
    """Dangers believed, by row; the first one still in doubt; and, by utterance, the doubts that were denied."""

    believed: dict[str, Hazard]
    unsure: Hazard | None
    denied: dict[int, Hazard]


def settle(turns: Sequence[Turn]) -> Settled:
    """What comes of the dangers of all utterances together.

    A doubt is asked about once. Denied: dropped. Yes, unclear or anything else: believed. What is believed stays.
    """
    believed: dict[str, Hazard] = {}
    doubts: list[tuple[Hazard, int]] = []
    denied: dict[int, Hazard] = {}
    for number, turn in enumerate(turns):
        if turn.utterance.asked == CONFIRM and doubts:
            doubt, told = doubts.pop(0)
            if turn.answers.given.get(CONFIRM) == "no":
                denied[told] = doubt
            else:
                believed.setdefault(doubt.situation, doubt)
        for hazard in turn.dangers.hazards:
            believed.setdefault(hazard.situation, hazard)
        known = {hazard.name for hazard in (*believed.values(), *denied.values(), *(doubt for doubt, _ in doubts))}
        doubts += [(hazard, number) for hazard in turn.dangers.unsure if hazard.name not in known]
        certain = {hazard.name for hazard in believed.values()}
        doubts = sorted((one for one in doubts if one[0].name not in certain), key=lambda one: rank(one[0]))
    return Settled(believed, doubts[0][0] if doubts else None, denied)


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
        if known is None or (known.over, known.doubted) > (found.over, found.doubted):
            merged[found.row] = found
    return merged
