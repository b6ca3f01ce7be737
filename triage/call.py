"""A whole call so far, added up: every utterance read once, dangers kept, doubts settled, one situation in the lead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models.enums import Intent, Language, Priority, Trade
from triage.address import Area
from triage.answers import CONFIRM, Answers, read_answers
from triage.assessment import Assessment, Context, Entities, Evidence, Hazard
from triage.cards import card_turns
from triage.classifier import Classifier, Scores
from triage.degrees import read_degrees
from triage.entities import Spoken, find_entities
from triage.hazards import Found, find_hazards, make_hazard, rank
from triage.normalise import words_of
from triage.priority import Facts, added_rows, facts_of, row_priority
from triage.rows import RowFound, find_rows
from triage.rules import Utterable, load_book
from triage.signals import find_signals, language_of
from triage.situations import SITUATIONS

STAYS_YES = frozenset({"Q_VULN", "Q_NEARELEC", "Q_SYMP", "Q_SMOKE"})
"""Answers that a later "no" does not take back: who said there is a baby has one."""

SURE = 0.97
"""Confidence in an intent that a danger decides: rules are almost never wrong (docs/domain/understanding.md)."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the caller said in one go. `asked` is the id of the question it answers; `confidence` the recogniser's."""

    text: str
    asked: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance, read. Positions of its evidence count the words of the whole call."""

    utterance: Utterance
    heard: Utterable
    dangers: Found
    rows: tuple[RowFound, ...]
    answers: Answers
    offset: int

    def spoken(self) -> Spoken:
        """The utterance as entities need it."""
        agreed = self.answers.given.get("Q_CB") == "yes"
        said = self.utterance
        return Spoken(said.text, self.heard, said.asked, said.confidence, self.offset, agreed)


def read_turns(utterances: Sequence[Utterance], context: Context) -> list[Turn]:
    """Every utterance by itself. The last one answers `context.asked` when it does not say what it answers."""
    turns: list[Turn] = []
    offset = 0
    for number, utterance in enumerate(utterances):
        if utterance.asked is None and number == len(utterances) - 1:
            utterance = replace(utterance, asked=context.asked)
        heard = Utterable(words_of(utterance.text))
        dangers = find_hazards(heard, utterance.confidence)
        rows = find_rows(heard, dangers)
        answers = read_answers(heard, utterance.asked)
        turns.append(_shifted(Turn(utterance, heard, dangers, rows, answers, offset)))
        offset += len(heard.words)
    return turns


def _shifted(turn: Turn) -> Turn:
    """The turn with its evidence at its place in the whole call."""

    def move(evidence: Evidence) -> Evidence:
        return replace(evidence, start=evidence.start + turn.offset, end=evidence.end + turn.offset)

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


def _merge_answers(turns: Sequence[Turn]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for turn in turns:
        for question, value in turn.answers.given.items():
            if not (question in STAYS_YES and merged.get(question) == "yes"):
                merged[question] = value
    return merged


def _merge_rows(turns: Sequence[Turn], hazards: dict[str, Hazard]) -> dict[str, RowFound]:
    merged = {row: RowFound(row, hazard.evidence) for row, hazard in hazards.items()}
    for found in (row for turn in turns for row in turn.rows):
        known = merged.get(found.row)
        if known is None or (known.over and not found.over):
            merged[found.row] = found
    return merged


def _danger_of(row: str) -> str | None:
    """The name of the danger that a row stands for, if it is one."""
    return next((rule.hazard for rule in load_book("hazards.toml").rules if rule.stands_for == row), None)


def read_call(
    utterances: Sequence[Utterance], context: Context, *, area: Area, classifier: Classifier, version: str
) -> Assessment:
    """Everything understood of the call so far."""
    turns = read_turns(utterances, context)
    hazards, unsure = settle(turns)
    answers = _merge_answers(turns)
    degrees = read_degrees([(turn.heard, turn.utterance.asked) for turn in turns])
    facts = facts_of(context, answers, degrees.indoor_f, degrees.outdoor_f)
    rows = _merge_rows(turns, hazards)
    for row, source in added_rows(rows, facts).items():
        rows[row] = RowFound(row, replace(rows[source].evidence, rule=f"modifier:{source}+{row}"))
        if name := _danger_of(row):
            hazards[row] = make_hazard(name, row, rows[row].evidence)
    dangers = tuple(sorted(hazards.values(), key=rank))
    lead = _ordered(rows.values(), dangers, facts)
    leading = lead[0].evidence.start if lead else None
    entities = find_entities([turn.spoken() for turn in turns], context, area, leading)
    scores = classifier.classify(" ".join(turn.heard.text for turn in turns))
    return _assessment(turns, lead, dangers, unsure, facts, answers, entities, scores, version)


def _ordered(rows: Iterable[RowFound], dangers: Sequence[Hazard], facts: Facts) -> list[RowFound]:
    """Rows, the one in the lead first: dangers in script order, then by priority, then the most said about it."""
    place = {hazard.situation: n for n, hazard in enumerate(dangers)}

    def key(found: RowFound) -> tuple[int, str, bool, int, int]:
        row = SITUATIONS[found.row]
        priority = row_priority(row, facts, over=found.over) or "P9"
        office = row.trade is Trade.OFFICE and priority == "P9"
        return place.get(found.row, len(place)), priority, office, -found.weight, found.evidence.start

    return sorted(rows, key=key)


def _assessment(
    turns: Sequence[Turn],
    ordered: Sequence[RowFound],
    dangers: tuple[Hazard, ...],
    unsure: Hazard | None,
    facts: Facts,
    answers: dict[str, str],
    entities: Entities,
    scores: Scores,
    version: str,
) -> Assessment:
    lead = SITUATIONS[ordered[0].row] if ordered else None
    priorities = [row_priority(SITUATIONS[found.row], facts, over=found.over) for found in ordered]
    priority = min((p for p in priorities if p is not None), default=Priority.P2 if unsure else None)
    intent, confidence = _intent(ordered, dangers, priority, scores)
    evidence = (
        *(found.evidence for found in ordered),
        *(item for turn in turns for item in turn.answers.evidence),
        *scores.evidence,
    )
    script = dangers[0].script if dangers else lead.script if lead else "S00"
    spanish = any(language_of(turn.heard) is Language.ES for turn in turns)
    return Assessment(
        intent=intent,
        priority=priority,
        trade=lead.trade if lead else None,
        situation=lead.id if lead else None,
        situations=tuple(found.row for found in ordered),
        hazards=dangers,
        unsure=unsure,
        script=None if script == "S00" else script,
        confidence=confidence,
        entities=entities,
        answers=answers,
        signals=_signals(turns),
        vulnerable=facts.vulnerable,
        language=Language.ES if spanish else Language.EN,
        ask=_still_to_ask(ordered, turns, facts, entities),
        evidence=evidence,
        version=version,
    )


def _signals(turns: Sequence[Turn]) -> frozenset[str]:
    """The signals of the last utterance: what was asked of us before has been dealt with."""
    if not turns:
        return frozenset()
    last = turns[-1]
    rows = frozenset(found.row for found in last.rows)
    asked = last.utterance.asked
    signals = find_signals(last.heard, rows, last.answers.given.get(asked) if asked else None)
    card = len(turns) - 1 in card_turns([turn.heard for turn in turns])
    return signals | {"card_number"} if card else signals


def _intent(
    ordered: Sequence[RowFound], dangers: Sequence[Hazard], priority: Priority | None, scores: Scores
) -> tuple[Intent, float]:
    """The intent, by rule where a row or danger was heard, else by the classifier; below its bar it is `other`."""
    if dangers:
        return Intent.EMERGENCY, SURE
    if not ordered:
        return scores.decided()
    lead = SITUATIONS[ordered[0].row]
    intent = lead.owner_intent
    if intent is not Intent.OTHER:
        if lead.cls != "ADMIN" and priority is Priority.P1:
            intent = Intent.EMERGENCY
        elif intent is Intent.EMERGENCY and priority != lead.priority:
            intent = Intent.ROUTINE
    return intent, round(0.7 + 0.25 * scores.of(intent), 3)


def _still_to_ask(
    ordered: Sequence[RowFound], turns: Sequence[Turn], facts: Facts, entities: Entities
) -> tuple[str, ...]:
    """The lead's questions less those that are answered, by an answer or by what was said."""
    if not ordered:
        return ()
    known = {turn.answers.spoken_to for turn in turns} | set(facts.answers)
    told = {
        "Q_CB": entities.callback,
        "Q_NAME": entities.name,
        "Q_WHEN": entities.onset,
        "Q_EQUIP": entities.equipment,
        "Q_PO": entities.po,
        "Q_ADDR": entities.address if entities.address and entities.address.complete else None,
        "Q_TIN": facts.indoor_f,
        "Q_VULN": facts.vulnerable,
    }
    known |= {question for question, value in told.items() if value is not None}
    for question in ("Q_CB", "Q_ADDR", "Q_NAME"):
        if told[question] is None:
            known.discard(question)
    return tuple(question for question in SITUATIONS[ordered[0].row].questions if question not in known)
