"""Slots of one utterance: what the rules find and what the tagger hears, weighed against each other kind by kind."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from triage.assessment import Slot
from triage.entities.codes import code_at, find_codes
from triage.entities.equipment import device_like, find_devices, find_makers, maker_of
from triage.entities.names import find_name, is_given, written_name
from triage.entities.people import is_somebody_else
from triage.learned.encoder import Span
from triage.rules.book import Utterable, found_near, load_book

PHRASES = frozenset({"onset", "window", "access", "age", "role", "place"})
CODES = frozenset({"account", "po", "claim"})
KINDS = ("name", "equipment", "brand", *sorted(PHRASES), *sorted(CODES))
"""Slots that one utterance tells by itself; numbers to call and addresses are added up over utterances."""

RULED = 0.7
"""How sure a slot is that only a rule found."""

BOTH = 0.95
"""How sure one is that the rules and the tagger both found."""

TAGGED = 0.7
"""The least confidence in which the tagger alone is believed."""

NEEDS_TAGGER = frozenset({"name", "equipment", "place", "window", "onset"})
"""Kinds in which a rule alone is not believed, unless it was asked for or the rule is as sure as SURE_RULE: many a
furnace is spoken of that is not the caller's trouble. F1 on the tuning texts, rules alone, tagger alone, together so:
name 0.78, 0.80, 0.89; equipment 0.70, 0.72, 0.75; place 0.68, 0.74, 0.78; window 0.39, 0.32, 0.47; onset 0.53, 0.57,
0.65; with rules alone believed too: 0.87, 0.73, 0.71, 0.40, 0.49."""

NEEDS_RULE = frozenset({"onset", "role"})
"""Kinds in which the tagger alone is not believed."""

TAGGERS_WORDS = frozenset({"onset"})
"""Kinds in which the tagger knows better than the rule where they begin and end."""

SURE_RULE = 0.8
"""How sure a rule must be to be enough by itself; those for roles are (101 of 104 on the tuning texts)."""

ASK_AGAIN = 0.75
"""Below this it is worth asking once more: of the slots of the tuning texts 13 of 27 below it were right, 702 of 849
above it."""

ASKS_FOR: Mapping[str, frozenset[str]] = {
    question: frozenset(kinds.split())
    for question, kinds in {
        "Q_NAME": "name", "Q_NAME_OK": "name", "Q_CB": "callback", "Q_CB_OK": "callback",
        "Q_EQUIP": "equipment brand age",
        "Q_WHEN": "onset", "Q_WINDOW": "window", "Q_ACCESS": "access", "Q_PO": "po", "Q_ACCT": "account",
        "Q_INSUR": "claim", "Q_OWN": "role", "Q_AUTH": "role", "Q_TYPE": "place",
    }.items()
}  # fmt: skip
"""Slots that each question asks for: its answer replaces what was known of them."""

ASKS_NAME = frozenset({"Q_NAME", "Q_NAME_OK"})

ANSWERS = {"Q_WHEN": "onset", "Q_WINDOW": "window", "Q_ACCESS": "access"}
"""Questions whose whole answer is the slot, where nothing in it was found."""

REFUSED = "no name"
"""The kind of the phrases that refuse a name; what else is in such an answer is one only if it begins as names do."""

WHOLE_ANSWER = 0.5
_UNLESS = 5
_NO_ANSWER = frozenset("no yes yeah nope not sure idea clue know nothing none either neither fine ok okay".split())
_TIMES = {"onset": "Q_WINDOW", "window": "Q_WHEN"}
"""A time is no onset when we asked for a window, nor the other way round."""

_WANTED = frozenset(
    "come coming send visit appointment schedule book booked reschedule move switch available availability works work "
    "flexible estimate quote need want could can would slot soonest arrive somebody someone push home free pueden "
    "cita".split()
)
_HOMES = frozenset(
    "house home apartment condo townhouse townhome duplex trailer cabin cottage flat farmhouse bungalow "
    "fourplex triplex "
    "apartments casa apartamento departamento dorm rental residence".split()
)
_TENANT, _OWNER = (
    ("rent", "leas", "tenant", "inquilin", "alquil"),
    ("own", "homeowner", "landlord", "duen", "propietari"),
)


def find_slots(heard: Utterable, spans: Sequence[Span] | None, asked: str | None, *, named: bool) -> dict[str, Slot]:
    """The surest slot of each kind in an utterance.

    `spans`: what the tagger hears; None where there is none. `named`: the caller's name is known already.
    """
    ruled = _by_rule(heard, asked, named=named)
    tagged = _by_tagger(heard.words, spans or ())
    wanted = KINDS if spans is None else ASKS_FOR.get(asked or "", frozenset())
    found = {}
    for kind in KINDS:
        slot = _weighed(kind, ruled.get(kind, ()), tagged.get(kind, ()), alone=kind in wanted)
        if slot is not None:
            found[kind] = slot
    if asked in ASKS_NAME and REFUSED in ruled and "name" in found and not _given_after_all(found["name"], ruled):
        del found["name"]
    for kind, question in _TIMES.items():
        if asked == question and (moved := found.pop(kind, None)):
            found.setdefault(ANSWERS[question], moved)
    kind = ANSWERS.get(asked or "", "")
    if kind and kind not in found and (whole := _whole(heard.words)):
        found[kind] = whole
    return {kind: replace(slot, again=slot.confidence < ASK_AGAIN) for kind, slot in found.items()}


def _given_after_all(name: Slot, ruled: Mapping[str, Sequence[Slot]]) -> bool:
    """Whether a name stands in an answer that refuses one: it begins as names do, was spelled, or said to be theirs."""
    return is_given(name.spoken) or any(one.confidence >= SURE_RULE for one in ruled.get("name", ()))


def _weighed(kind: str, ruled: Sequence[Slot], tagged: Sequence[Slot], *, alone: bool) -> Slot | None:
    """The surest of a kind: where rule and tagger hear it at one place, there; else the tagger's, else the rule's.

    `alone`: a rule's word is enough, because it was asked for or there is no tagger.
    """
    agreed = [(one, rule) for one in tagged for rule in ruled if one.start < rule.end and rule.start < one.end]
    if agreed:
        one, rule = max(agreed, key=lambda pair: pair[0].confidence)
        better = one if kind in TAGGERS_WORDS and not (rule.start < one.start and one.end <= rule.end) else rule
        return replace(better, confidence=max(BOTH, rule.confidence))
    best = max(tagged, key=lambda slot: slot.confidence, default=None)
    if best is not None and best.confidence >= TAGGED and (alone or kind not in NEEDS_RULE):
        return best
    enough = alone or kind not in NEEDS_TAGGER
    return next((rule for rule in ruled if enough or rule.confidence >= SURE_RULE), None)


def _by_rule(heard: Utterable, asked: str | None, *, named: bool) -> Mapping[str, list[Slot]]:
    words = heard.words
    found = defaultdict(list, {kind: [slot] for kind, slot in find_codes(words, asked).items()})
    for kind, names in (("equipment", find_devices(words)), ("brand", find_makers(words))):
        for one in names:
            if one.confidence >= RULED:
                said = " ".join(words[one.start : one.end])
                found[kind].append(Slot(one.value, said, one.confidence, one.start, one.end))
    if (not named or asked in ASKS_NAME) and (name := find_name(words, asked=asked in ASKS_NAME)):
        found["name"] = [name]
    wants = asked == "Q_WINDOW" or bool(_WANTED & set(words))
    for match in load_book("slots.toml").matches(heard):
        kind, _, value = match.rule.stands_for.partition(":")
        silenced = found_near(match.rule.unless, heard, match.start, match.end, _UNLESS)
        if not silenced and (wants or "wanted" not in match.rule.flags):
            sure = SURE_RULE if kind == "role" else RULED
            found[kind].append(Slot(value or match.words, match.words, sure, match.start, match.end))
    for kind in PHRASES:
        found[kind].sort(key=lambda slot: slot.start - slot.end)
    return found


def _by_tagger(words: Sequence[str], spans: Iterable[Span]) -> Mapping[str, list[Slot]]:
    found = defaultdict(list)
    for span in spans:
        somebody_else = span.kind == "name" and is_somebody_else(words, span.start, span.end)
        if span.kind in KINDS and not somebody_else and (slot := _written(span, words)):
            found[span.kind].append(slot)
    return found


def _written(span: Span, words: Sequence[str]) -> Slot | None:
    """A span as a slot, its value as it is written; None where it cannot be (an account without a digit)."""
    end = span.end - (span.end - span.start > 1 and words[span.end - 1] == "is")
    said = words[span.start : end]
    value = " ".join(said)
    match span.kind:
        case "name":
            value = written_name(said)
        case "equipment":
            value = device_like(said)
        case "brand":
            value = maker_of(said) or value.title()
        case "role":
            value = _role(said)
        case "place":
            value = "home" if _HOMES & set(said) else "business"
        case "account" | "po" | "claim":
            code = code_at(words, span.start)
            if code is None:
                return None
            value = code.value
    return Slot(value, " ".join(said), round(span.confidence, 3), span.start, end)


def _role(said: Sequence[str]) -> str:
    for role, stems in (("tenant", _TENANT), ("owner", _OWNER)):
        if any(word.startswith(stems) for word in said):
            return role
    return "manager"


def _whole(words: Sequence[str]) -> Slot | None:
    """The whole answer as the slot, unless it only says yes, no or nothing."""
    if len(words) < 2 or _NO_ANSWER & set(words[:3]):
        return None
    return Slot(" ".join(words), " ".join(words), WHOLE_ANSWER, 0, len(words))
