"""What a call comes to: intent, priority, trade, script and what is still to ask, from everything that was heard in it.

Rules and models each may raise a priority; only what the caller answers lowers one (docs/domain/intake.md, section 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.enums import Intent, Language, Priority, Trade
from triage.assessment import Assessment, Entities, Evidence, Hazard
from triage.learned.encoder import NONE
from triage.learned.ensemble import Scores
from triage.rules.priority import NO_COOL, NO_HEAT, Facts, row_priority
from triage.rules.rows import RowFound
from triage.rules.signals import find_signals, language_of
from triage.situations import SITUATIONS, Situation
from triage.turns import Turn

URGENT = 0.45
"""A chance of P1 that makes a P1 where the rules heard less. On the tuning texts 0.35 hears 97.7 % of the emergencies
at a precision of 0.943, 0.45 hears 97.5 % at 0.956; with a quarter of the words wrong it is 93.7 % at 0.87 and 92.6 %
at 0.89."""

SURELY_URGENT = 0.5
"""The same while a danger that only the models suspect is still to be asked about."""

EMERGENCY_BAR = 0.45
"""A chance of an emergency that makes one, even where something else is likelier; set together with URGENT."""

A_FEW_WORDS = 4
"""Of so few words a rule has read the whole."""

LIKELY = 0.25
"""A chance from which the intent of a row that a rule heard stands, although another is likelier."""

SURE_BAR = 0.5
"""Below this chance of its intent an assessment is not sure, and a person should hear the call."""

DANGER_SURE = 0.9
"""The least confidence in an intent that a danger decides."""

IN_ANY_EMERGENCY = ("Q_SAFE", "Q_CB", "Q_ADDR", "Q_PROB")
"""What is asked when something is urgent and nobody knows yet what (docs/domain/intake.md, section 5)."""

NEEDS_A_VALUE = frozenset({"Q_CB", "Q_ADDR", "Q_NAME"})
"""Questions that are not answered until what they ask for was understood."""


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


def weigh(call: Reading, version: str) -> Assessment:
    """The assessment of a call, with its evidence."""
    lead = SITUATIONS[call.ordered[0].row] if call.ordered else None
    priority = _priority(call, lead)
    intent, confidence = _intent(call, lead, priority)
    script = call.dangers[0].script if call.dangers else lead.script if lead else "S00"
    spanish = any(language_of(turn.heard) is Language.ES for turn in call.turns)
    return Assessment(
        intent=intent,
        priority=priority,
        trade=lead.trade if lead else _likely_trade(call),
        situation=lead.id if lead else None,
        situations=tuple(found.row for found in call.ordered),
        hazards=call.dangers,
        unsure=call.unsure,
        script=None if script == "S00" else script,
        confidence=round(confidence, 3),
        sure=not call.turns or bool(call.dangers) or confidence >= SURE_BAR,
        entities=call.entities,
        answers=dict(call.facts.answers),
        signals=_signals(call.turns),
        vulnerable=call.facts.vulnerable,
        language=Language.ES if spanish else Language.EN,
        ask=_still_to_ask(call, priority),
        evidence=_evidence(call, version),
        version=version,
    )


def _evidence(call: Reading, version: str) -> tuple[Evidence, ...]:
    """Rows, then answers, then what the models made of the words, then what rules and models they were."""
    if not call.turns:
        return ()
    return (
        *(found.evidence for found in call.ordered),
        *((call.unsure.evidence,) if call.unsure else ()),
        *(item for turn in call.turns for item in turn.answers.evidence),
        *call.scores.evidence,
        Evidence(f"version:{version}"),
    )


def highest(rows: Sequence[RowFound], facts: Facts) -> Priority | None:
    """The highest priority of some rows in the light of the facts."""
    return _first(*(found_priority(found, facts) for found in rows))


def found_priority(found: RowFound, facts: Facts) -> Priority | None:
    """The priority of a row that was found; no P1 where it is doubted, unless weather or people make it one."""
    row = SITUATIONS[found.row]
    priority = row_priority(row, facts, over=found.over)
    if priority is Priority.P1 and found.doubted and not (row.id in NO_HEAT | NO_COOL and facts.comfort_known):
        return Priority.P2
    return priority


def _priority(call: Reading, lead: Situation | None) -> Priority | None:
    """The highest of what rules and models heard and of what is known of the lead, unless an answer has lowered it."""
    ruled = highest([found for found in call.ordered if not found.guessed], call.facts)
    known = highest(call.ordered[:1], call.facts)
    if ruled is not Priority.P1 and _lowered(call, lead):
        return _first(ruled, known)
    if ruled is Priority.P1 or _pressing(call, lead):
        return Priority.P1
    raised = known if lead is not None and call.facts.weather_known and lead.priority and known else None
    likely = {label: chance for label, chance in call.scores.priorities.items() if label != Priority.P1}
    best = max(likely, key=lambda one: likely[one], default=NONE)
    return _first(
        ruled, raised, None if best == NONE else Priority(best), Priority.P2 if call.unsure is not None else None
    )


def _pressing(call: Reading, lead: Situation | None) -> bool:
    """Whether the models find it urgent, or an emergency of a kind that is.

    What a rule doubts is asked about before they may say so, and of what they alone suspect they must be surer.
    """
    urgent, emergency = call.scores.peaks
    if call.unsure is not None:
        return call.unsure.evidence.rule.startswith("model:") and urgent >= SURELY_URGENT
    return urgent >= URGENT or (emergency >= EMERGENCY_BAR and not _mild(lead))


def _mild(lead: Situation | None) -> bool:
    """Whether the row is an emergency that is no P1."""
    return lead is not None and lead.owner_intent is Intent.EMERGENCY and lead.priority is not Priority.P1


def _first(*priorities: Priority | None) -> Priority | None:
    return min((priority for priority in priorities if priority is not None), default=None)


def _lowered(call: Reading, lead: Situation | None) -> bool:
    """Whether what the caller told has lowered the situation in the lead."""
    if lead is None or lead.priority is None:
        return False
    now = row_priority(lead, call.facts, over=call.ordered[0].over)
    return now is not None and now > lead.priority


def _intent(call: Reading, lead: Situation | None, priority: Priority | None) -> tuple[Intent, float]:
    """The intent and how sure it is: an emergency where there is a danger or a P1, else what is likeliest.

    A P1 of the office (our own technician's damage) stays what it is. Where a danger is in doubt there is something to
    be done, whatever the answer is.
    """
    intent, chance = call.scores.best()
    emergency = call.scores.intents.get(Intent.EMERGENCY, 0.0)
    ours = lead is not None and lead.owner_intent is Intent.OTHER
    if call.dangers or (priority is Priority.P1 and not ours):
        return Intent.EMERGENCY, max(DANGER_SURE if call.dangers else 0.0, emergency)
    if _mild(lead) and (emergency >= EMERGENCY_BAR or not call.ordered[0].guessed):  # all drains slow: it is P2
        return Intent.EMERGENCY, emergency
    if intent is Intent.EMERGENCY or (call.unsure and intent is Intent.OTHER):
        intent = Intent.ROUTINE
    if lead is not None and not call.ordered[0].guessed:  # what a rule heard wins where it is likely enough
        ruled = rows_intent(call.ordered, priority)
        likely = call.scores.intents.get(ruled, 0.0)
        short = sum(len(turn.heard.words) for turn in call.turns) <= A_FEW_WORDS
        if ruled is not Intent.EMERGENCY and (
            likely >= LIKELY or short or (lead.trade is not Trade.OFFICE and intent is Intent.OTHER)
        ):
            return ruled, likely
    return intent, chance


def rows_intent(ordered: Sequence[RowFound], priority: Priority | None) -> Intent:
    """The intent by rule alone: that of the row in the lead."""
    lead = SITUATIONS[ordered[0].row]
    intent = lead.owner_intent
    if intent is Intent.OTHER:
        return intent
    if lead.cls != "ADMIN" and priority is Priority.P1:
        return Intent.EMERGENCY
    if intent is Intent.EMERGENCY and priority != lead.priority:
        return Intent.ROUTINE
    if intent is Intent.ROUTINE and priority is Priority.P3 and any(found.row == "A12" for found in ordered):
        return Intent.QUOTE  # work to be done, and the price of it was asked
    return intent


def _likely_trade(call: Reading) -> Trade | None:
    if call.unsure is not None:
        return SITUATIONS[call.unsure.situation].trade
    trades = {trade: chance for trade, chance in call.scores.trades.items() if trade != Trade.GAS}
    trade = max(trades, key=lambda one: trades[one], default=NONE)  # "gas" before a thing speaks of that thing
    return None if trade == NONE else Trade(trade)


def _signals(turns: Sequence[Turn]) -> frozenset[str]:
    """The signals of the last utterance: what was asked of us before has been dealt with."""
    if not turns:
        return frozenset()
    last = turns[-1]
    signals = find_signals(last.heard, frozenset(found.row for found in last.rows), last.answers.yes_no)
    return signals | {"card_number"} if last.card else signals


def _still_to_ask(call: Reading, priority: Priority | None) -> tuple[str, ...]:
    """The lead's questions, or those of any emergency, less those answered, by an answer or by what was said."""
    if call.ordered:
        wanted = SITUATIONS[call.ordered[0].row].questions
    elif priority is Priority.P1:
        wanted = IN_ANY_EMERGENCY
    else:
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
    return tuple(question for question in wanted if question not in known)
