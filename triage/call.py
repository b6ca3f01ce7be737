"""A whole call so far, added up: one situation in the lead, its priority, what is known, what is still to ask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models.enums import Intent, Language, Priority, Trade
from triage.assessment import Assessment, Context, Entities, Hazard
from triage.classifier import Classifier, Scores
from triage.degrees import read_degrees
from triage.entities import find_entities
from triage.hazards import make_hazard, rank
from triage.priority import Facts, added_rows, facts_of, row_priority
from triage.rows import RowFound
from triage.rules import Utterable, load_book
from triage.scope import BARE, BETWEEN, NEGATORS
from triage.signals import find_signals, language_of
from triage.situations import SITUATIONS
from triage.streets import Area
from triage.trades import trade_of
from triage.turns import Turn, Utterance, merge_answers, merge_rows, read_turns, settle

OPEN_QUESTIONS = frozenset({None, "Q_PROB", "Q_SCOPE", "Q_REASON", "Q_JOB"})
"""Questions to which callers say in their own words what they want."""

LIKELY_EMERGENCY = 0.8
"""From here on the classifier alone makes a P1: it may raise a priority, never lower one (intake.md section 2). On the
folds of `python -m triage.training` 0.7 gives a precision of 0.84, 0.8 of 0.88, 0.9 of 0.96."""

SURE = 0.97
"""Confidence in an intent that a danger decides: rules are almost never wrong (docs/domain/understanding.md)."""

A_FEW = 4
"""Fewer words than these beside a denial say nothing of their own ("no there is no gas smell")."""

NEEDS_A_VALUE = frozenset({"Q_CB", "Q_ADDR", "Q_NAME"})
"""Questions that are not answered until what they ask for was understood."""


def _danger_of(row: str) -> str | None:
    """The name of the danger that a row stands for, if it is one."""
    return next((rule.hazard for rule in load_book("hazards.toml").rules if rule.stands_for == row), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one call's words come to, before it is weighed."""

    turns: Sequence[Turn]
    ordered: Sequence[RowFound]
    dangers: tuple[Hazard, ...]
    unsure: Hazard | None
    facts: Facts
    entities: Entities
    scores: Scores


def read_call(
    utterances: Sequence[Utterance], context: Context, *, area: Area, classifier: Classifier, version: str
) -> Assessment:
    """Everything understood of the call so far."""
    turns = read_turns(utterances)
    hazards, unsure = settle(turns)
    degrees = read_degrees([(turn.heard, turn.utterance.asked) for turn in turns])
    facts = facts_of(context, merge_answers(turns), degrees.indoor_f, degrees.outdoor_f)
    rows = merge_rows(turns, hazards)
    for row, source in added_rows(rows, facts).items():
        rows[row] = RowFound(row, replace(rows[source].evidence, rule=f"modifier:{source}+{row}"))
        if name := _danger_of(row):
            hazards[row] = make_hazard(name, row, rows[row].evidence)
    dangers = tuple(sorted(hazards.values(), key=rank))
    ordered = _ordered(rows.values(), dangers, facts)
    leading = ordered[0].evidence.start if ordered else None
    entities = find_entities([turn.spoken() for turn in turns if not turn.card], context, area, leading)
    scores = classifier.classify(_told(turns))
    return _weigh(Reading(turns, ordered, dangers, unsure, facts, entities, scores), version)


def _told(turns: Sequence[Turn]) -> str:
    """What the caller said of their own accord, less the dangers they denied: what the classifier reads."""
    told = [turn for turn in turns if turn.utterance.asked in OPEN_QUESTIONS] or list(turns[:1])
    return " ".join(word for turn in told for word in _own_words(turn))


def _own_words(turn: Turn) -> list[str]:
    """The words of an utterance less the dangers it denies; none when it did little else than deny them."""
    denied = turn.dangers.denied
    rest = [word for at, word in enumerate(turn.heard.words) if at not in denied]
    only_denies = denied and len([word for word in rest if word not in NEGATORS | BARE | BETWEEN]) < A_FEW
    return [] if only_denies else rest


def _ordered(rows: Iterable[RowFound], dangers: Sequence[Hazard], facts: Facts) -> list[RowFound]:
    """Rows, the one in the lead first: dangers in script order, then by priority, then the most said about it."""
    place = {hazard.situation: n for n, hazard in enumerate(dangers)}

    def key(found: RowFound) -> tuple[int, str, bool, int, int]:
        row = SITUATIONS[found.row]
        priority = row_priority(row, facts, over=found.over) or "P9"
        office = row.trade is Trade.OFFICE and priority == "P9"
        return place.get(found.row, len(place)), priority, office, -found.weight, found.evidence.start

    return sorted(rows, key=key)


def _weigh(call: Reading, version: str) -> Assessment:
    """Priority, intent, trade, script and questions, from what was heard."""
    lead = SITUATIONS[call.ordered[0].row] if call.ordered else None
    priorities = [row_priority(SITUATIONS[found.row], call.facts, over=found.over) for found in call.ordered]
    priority = min((p for p in priorities if p is not None), default=None)
    intent, confidence = _intent(call, priority)
    if lead is None:
        priority = Priority.P2 if call.unsure else _likely_priority(intent, confidence)
    evidence = (
        *(found.evidence for found in call.ordered),
        *(item for turn in call.turns for item in turn.answers.evidence),
        *(() if call.ordered else call.scores.evidence),
    )
    script = call.dangers[0].script if call.dangers else lead.script if lead else "S00"
    spanish = any(language_of(turn.heard) is Language.ES for turn in call.turns)
    return Assessment(
        intent=intent,
        priority=priority,
        trade=lead.trade if lead else _likely_trade(call, intent),
        situation=lead.id if lead else None,
        situations=tuple(found.row for found in call.ordered),
        hazards=call.dangers,
        unsure=call.unsure,
        script=None if script == "S00" else script,
        confidence=confidence,
        entities=call.entities,
        answers=dict(call.facts.answers),
        signals=_signals(call.turns),
        vulnerable=call.facts.vulnerable,
        language=Language.ES if spanish else Language.EN,
        ask=_still_to_ask(call),
        evidence=evidence,
        version=version,
    )


def _likely_priority(intent: Intent, confidence: float) -> Priority | None:
    """The priority where no row was heard and only the classifier speaks."""
    match intent:
        case Intent.EMERGENCY:
            return Priority.P1 if confidence >= LIKELY_EMERGENCY else Priority.P2
        case Intent.ROUTINE | Intent.QUOTE | Intent.MEMBERSHIP:
            return Priority.P3
        case _:
            return None


def _likely_trade(call: Reading, intent: Intent) -> Trade | None:
    if call.unsure is not None:
        return SITUATIONS[call.unsure.situation].trade
    if intent in (Intent.BILLING, Intent.MEMBERSHIP):
        return Trade.OFFICE
    words = [word for turn in call.turns for word in turn.heard.words]
    return trade_of(Utterable(words)) if intent is not Intent.OTHER else None


def _signals(turns: Sequence[Turn]) -> frozenset[str]:
    """The signals of the last utterance: what was asked of us before has been dealt with."""
    if not turns:
        return frozenset()
    last = turns[-1]
    signals = find_signals(last.heard, frozenset(found.row for found in last.rows), last.answers.yes_no)
    return signals | {"card_number"} if last.card else signals


def _intent(call: Reading, priority: Priority | None) -> tuple[Intent, float]:
    """The intent, by rule where a row or danger was heard, else by the classifier; below its bar it is `other`.

    Where a danger is in doubt there is something to be done, whatever the answer is.
    """
    if call.dangers:
        return Intent.EMERGENCY, SURE
    if not call.ordered:
        intent, confidence = call.scores.decided()
        return (Intent.ROUTINE if call.unsure and intent is Intent.OTHER else intent), confidence
    lead = SITUATIONS[call.ordered[0].row]
    intent = lead.owner_intent
    if intent is not Intent.OTHER:
        if lead.cls != "ADMIN" and priority is Priority.P1:
            intent = Intent.EMERGENCY
        elif intent is Intent.EMERGENCY and priority != lead.priority:
            intent = Intent.ROUTINE
        elif intent is Intent.ROUTINE and priority is Priority.P3 and any(f.row == "A12" for f in call.ordered):
            intent = Intent.QUOTE  # work to be done, and the price of it was asked
    return intent, round(0.7 + 0.25 * call.scores.of(intent), 3)


def _still_to_ask(call: Reading) -> tuple[str, ...]:
    """The lead's questions less those that are answered, by an answer or by what was said."""
    if not call.ordered:
        return ()
    entities, facts = call.entities, call.facts
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
    known = {turn.answers.spoken_to for turn in call.turns} | set(facts.answers)
    known |= {question for question, value in told.items() if value is not None}
    known -= {question for question in NEEDS_A_VALUE if told[question] is None}
    return tuple(question for question in SITUATIONS[call.ordered[0].row].questions if question not in known)
