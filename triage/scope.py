"""Is what was matched really so, now? Negation, doubt, the past and the repaired, questions and conditions.

Third persons ("my tenant says she smells gas") and playing down ("probably nothing") change nothing
(docs/domain/intake.md section 2, points 2 and 3).
"""

from enum import Enum

from triage.patterns import Pattern, compile_pattern
from triage.rules import Utterable, found_near


class Reading(Enum):
    """How a match is to be taken."""

    PRESENT = "present"
    DOUBTFUL = "doubtful"
    HAD = "had"  # "we had a ...": said of what is over, and of what has just happened
    OVER = "over"  # past, or repaired
    DENIED = "denied"


_NEGATORS = frozenset("not never without nor neither nobody sin nunca tampoco ningun ninguna nada jamas".split())
_BARE = frozenset({"no", "zero"})
_BETWEEN = frozenset(
    "any a an the really actually even currently more longer smelling smell see seeing hear hearing have having notice "
    "noticing noticed got getting be been is of like kind sort strong real that this in some visible active sign signs "
    "hint evidence trace to un una el la los de hay ve veo siento oigo tengo se siente anything such my our".split()
)
_BETWEEN_BARE = frozenset("more longer sign signs of strong real visible active actual hint evidence kind trace".split())
_VERBS = frozenset(
    "is are was burst leaking flooding spraying everywhere coming pouring broke gushing overflowing will can".split()
)
_NOT_DENIALS = frozenset({"doubt", "question", "joke", "kidding", "wonder", "only", "just"})


def _list(*sources: str) -> tuple[Pattern, ...]:
    return tuple(compile_pattern(source, {}) for source in sources)


_DOUBT = _list(
    "(don't|do not|didn't) (really)? (think|believe)", "(not|isn't|wasn't|never) (really|totally|completely|too)? (sure|certain) (if|whether|that|it's|what)",
    "(don't|do not|didn't) know (if|whether|that|it's)", "(can't|couldn't) tell (if|whether|that|it's)", "no idea (if|whether)", "no (se|estoy seguro|estoy segura|creo) (si|que)",
)
_QUESTION = _list(
    "what (do|should|would) (i|we|you) do if", "(in case of|in case there's|in case there is|in the event of)", "what if", "(do|can|could) (you|y'all|you guys|you all) ~1 (do|handle|fix|work on|take care of|deal with|service|repair|help with|check|test)",
    "(worried|afraid|scared|nervous) ~3 (might|could|may|would|will)", "(make sure|checked) ~4 (no|not|isn't|aren't|doesn't|don't)", "(hacen|arreglan|reparan) ustedes",
)
_PAST = _list(
    "(last|the other|this past) (year|month|winter|summer|spring|fall|season)", "(years|months|weeks|year|month|week) (ago|back)", "back in", "(used to|previously|in the past)",
    "(when|before) (we|i) (bought|moved)", "last time", "(el ano pasado|el mes pasado|hace anos|hace meses)",
)
_HAD = _list("(had|already had|once had|have had)")
_RESOLVED = _list(
    "(you|they|he|she|somebody|someone|we|plumber|electrician|utility|company|guys|guy|tech|department) ~1 (fixed|repaired|took care of|replaced|handled|capped|cleared|solved) ~1", "(fixed|repaired|resolved|taken care of|solved|cleared|replaced) (it|that|now|already|last|since|a)",
    "(is|it's|was|were|been|got|gets|already|all|all been) (fixed|repaired|resolved|taken care of|solved|cleared|better now)", "(is|it's|everything|everything's|all) (fine|ok|okay|good|gone|normal|better) (now|again)", "false alarm", "(not|isn't|doesn't|don't|aren't) ~3 (anymore|any more|any longer)", "(ya lo|ya se|ya la) (arreglaron|arreglo|reparo)",
)
_NOW = _list(
    "(again|still|tonight|today|currently|otra vez|todavia|ahora|ahorita)", "right now", "(came|coming|come|comes|is|it's) back", "(this) (morning|afternoon|evening)", "(now|so now|and now) (i|it|it's|there|there's|we|the|my|they|another)", "keeps",
    "(another|new) (one|leak|smell)",
)
_REACH = 12
"""How many words away a mark of time still speaks of the match."""


def reading(heard: Utterable, start: int, end: int) -> Reading:
    """How the words from `start` to `end` are meant in their utterance."""
    if _negated(heard, start, end):
        return Reading.DENIED
    if _precedes(_DOUBT, heard, start, 5):
        return Reading.DOUBTFUL
    if found_near(_NOW, heard, start, end, _REACH):
        return Reading.PRESENT
    if found_near(_PAST, heard, start, end, _REACH) or found_near(_RESOLVED, heard, end, end, _REACH):
        return Reading.OVER
    if _precedes(_QUESTION, heard, start, 10):
        return Reading.DOUBTFUL
    return Reading.HAD if _precedes(_HAD, heard, start, 3) else Reading.PRESENT


def _precedes(patterns: tuple[Pattern, ...], heard: Utterable, start: int, reach: int) -> bool:
    """Whether one of the patterns begins within `reach` words before `start`."""
    return any(heard.find(pattern, at) is not None for pattern in patterns for at in range(max(0, start - reach), start))


def _negated(heard: Utterable, start: int, end: int) -> bool:
    words = heard.words
    if words[start] in _NEGATORS | _BARE:
        return False
    at = start - 1
    while at >= 0 and words[at] in _BETWEEN | _BETWEEN_BARE:
        at -= 1
    if at < 0:
        return False
    if words[at] in _NEGATORS:
        return not _NOT_DENIALS & set(words[at + 1 : start])
    between = set(words[at + 1 : start])
    if words[at] not in _BARE or not between <= _BETWEEN_BARE:
        return False
    said_as_answer = at == 0 and bool(_VERBS & set(words[start:end]))  # "no, water is coming in"
    return not said_as_answer
