"""A whole call so far, added up: one situation in the lead, its priority, what is known, what is still to ask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from models.enums import Intent, Priority, Trade
from triage.assessment import Assessment, Context, Evidence, Hazard
from triage.entities.find import find_entities
from triage.entities.streets import Area
from triage.learned.encoder import NONE
from triage.learned.ensemble import Ensemble, RulesSay, Scores, placed
from triage.places import in_spoken_words, spoken_places
from triage.rules.degrees import read_degrees
from triage.rules.hazards import danger_of, make_hazard, rank
from triage.rules.priority import Facts, added_rows, facts_of
from triage.rules.rows import RowFound
from triage.rules.signals import BY_ROW
from triage.situations import SITUATIONS
from triage.turns import Turn, Utterance, merge_answers, merge_rows, read_turns, settle
from triage.weigh import URGENT, Reading, found_priority, highest, rows_intent, weigh

ROW_BAR = 0.4
"""A row that the models think this likely stands beside those that the rules found."""


def read_call(
    utterances: Sequence[Utterance], context: Context, *, area: Area, models: Ensemble, version: str
) -> Assessment:
    """Everything understood of the call so far."""
    turns = read_turns(utterances, models)
    settled = settle(turns)
    hazards, unsure = dict(settled.believed), settled.unsure
    facts = _facts(turns, context)
    rows = merge_rows(turns, hazards)
    says = _says(_ordered(rows.values(), _ranked(hazards), facts), facts, hazards, unsure)
    scores = _judge(turns, settled.denied, says, models)
    if not all(turn.harmless for turn in turns if turn.open):
        _add_likely_row(rows, scores)
    for row, source in added_rows(rows, facts).items():
        rows[row] = RowFound(row, replace(rows[source].evidence, rule=f"modifier:{source}+{row}"))
        if name := danger_of(row):
            hazards[row] = make_hazard(name, row, rows[row].evidence)
    dangers = _ranked(hazards)
    ordered = _ordered(rows.values(), dangers, facts, scores)
    leading = ordered[0].evidence.start if ordered else None
    entities = find_entities([turn.spoken() for turn in turns if not turn.card], context, area, leading)
    assessment = weigh(Reading(turns, ordered, dangers, unsure, facts, entities, scores), version)
    return in_spoken_words(assessment, spoken_places((turn.utterance.text, turn.plain) for turn in turns))


def rules_say(utterance: Utterance, context: Context) -> tuple[RulesSay, tuple[str, ...]]:
    """What the rules alone make of one utterance, and its words less the dangers they deny: what models weigh."""
    turns = read_turns([utterance], None)
    settled = settle(turns)
    facts = _facts(turns, context)
    ordered = _ordered(merge_rows(turns, settled.believed).values(), _ranked(settled.believed), facts)
    return _says(ordered, facts, settled.believed, settled.unsure), tuple(
        turns[0].heard.words[place] for place in turns[0].own
    )


def _facts(turns: Sequence[Turn], context: Context) -> Facts:
    degrees = read_degrees([(turn.heard, turn.utterance.asked) for turn in turns])
    return facts_of(context, merge_answers(turns), degrees.indoor_f, degrees.outdoor_f)


def _ranked(hazards: Mapping[str, Hazard]) -> tuple[Hazard, ...]:
    return tuple(sorted(hazards.values(), key=rank))


def _says(ordered: Sequence[RowFound], facts: Facts, hazards: Mapping[str, Hazard], unsure: Hazard | None) -> RulesSay:
    """What the rules alone make of the call."""
    priority = highest(ordered, facts)
    intent = rows_intent(ordered, priority) if ordered else None
    rows = frozenset(found.row for found in ordered)
    return RulesSay(Intent.EMERGENCY if hazards else intent, priority, rows, bool(hazards), unsure is not None)


def _judge(turns: Sequence[Turn], denied: Mapping[int, Hazard], says: RulesSay, models: Ensemble) -> Scores:
    """What the models make of what the caller said of their own accord, less the dangers that they denied.

    Its peaks are those of the call as it grew, so that later words take nothing back.
    """
    told = [number for number, turn in enumerate(turns) if turn.open] or [*range(min(1, len(turns)))]
    asked = turns[told[0]].utterance.asked if len(told) == 1 else None
    spoken = [word for turn in turns for word in turn.heard.words]
    own: list[int] = []
    scores, peaks = Scores(), (0.0, 0.0)
    for number in told:
        own += _undenied(turns[number], denied.get(number))
        scores = models.judge([spoken[place] for place in own], asked, says)
        if not turns[number].harmless:
            peaks = max(peaks[0], scores.urgent), max(peaks[1], scores.intents.get(Intent.EMERGENCY, 0.0))
    return replace(scores, evidence=tuple(placed(item, own) for item in scores.evidence), peaks=peaks)


def _undenied(turn: Turn, doubt: Hazard | None) -> tuple[int, ...]:
    """The places of an utterance's own words; of one whose doubt was denied, those that the doubt did not rest on.

    What only the models suspected rested on the whole of it.
    """
    if doubt is None:
        return turn.own
    if doubt.evidence.rule.startswith("model:"):
        return ()
    return tuple(place for place in turn.own if not doubt.evidence.start <= place < doubt.evidence.end)


def _add_likely_row(rows: dict[str, RowFound], scores: Scores) -> None:
    """Set the row that the models think of beside those found by rule, when they are sure enough.

    Dangers to life come in by `suspicion` alone: there they are asked about when they are in doubt.
    """
    likely = {row: chance for row, chance in scores.rows.items() if row != NONE}
    row = max(likely, key=lambda one: likely[one], default=None)
    if row is None or row in rows or likely[row] < ROW_BAR or SITUATIONS[row].life_safety:
        return
    if not (rows and row in BY_ROW):  # "I found someone else" asks for nobody: what is a signal needs its own words
        rows[row] = RowFound(row, Evidence(f"model:{row}", score=round(likely[row], 3)), guessed=True)


def _ordered(
    rows: Iterable[RowFound], dangers: Sequence[Hazard], facts: Facts, scores: Scores | None = None
) -> list[RowFound]:
    """Rows, the one in the lead first: dangers in script order, then the P1, then the likeliest.

    Without scores by priority, and of one priority the one about which most was said.
    """
    place = {hazard.situation: n for n, hazard in enumerate(dangers)}

    def key(found: RowFound) -> tuple[int, str, bool, float, int]:
        priority = found_priority(found, facts) or "P9"
        office = SITUATIONS[found.row].trade is Trade.OFFICE and priority == "P9"
        weight = float(found.weight)
        if scores is not None and scores.rows:
            confirmed = not found.guessed or scores.peaks[0] >= URGENT
            priority = priority if priority == Priority.P1 and confirmed else "P9"
            answered = found.evidence.rule.startswith("modifier:")  # what an answer makes of it stands first
            office, weight = False, 1.0 if answered else scores.rows[found.row]
        return place.get(found.row, len(place)), priority, office, -weight, found.evidence.start

    return sorted(rows, key=key)
