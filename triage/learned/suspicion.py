"""Dangers that the models hear where no rule does: they may raise or add a row, and never take one away."""

from collections.abc import Sequence
from dataclasses import replace

from models.enums import Intent
from triage.assessment import Evidence, Hazard
from triage.learned.encoder import INTENTS, SITUATION_IDS, softmax
from triage.learned.ensemble import LIFE, Ensemble, placed
from triage.rules.hazards import Found, danger_of, make_hazard

LIFE_BAR, LIFE_DOUBT = 0.45, 0.2
"""The chance that somebody can be hurt from which a danger is believed, and from which it is asked about. On the tuning
texts with a quarter of the words wrong 0.35 believes 98 % of the dangers to life, 0.5 believes 97 %."""

URGENT_BAR, URGENT_DOUBT = 0.2, 0.1
"""The same of its being urgent: a furnace's dust that burns off on the first cold day is such a row, and is not."""

SECOND = 0.1
"""The linear model's chance of an emergency without which a danger that only the encoder hears is asked about. On the
tuning texts more than this asks about true dangers (0.35: 4 % of them with a tenth of the words wrong)."""

WINDOW, STEP = 80, 40
"""Words that are read at once, and how far apart readings begin: in a long story the danger is one sentence."""

BESIDE = 0.75
"""The chance from which a danger to life is believed beside another danger that a rule heard; no question is asked."""

LIFE_ROWS = tuple(row for row, life in zip(SITUATION_IDS, LIFE, strict=True) if life and row not in ("H02", "H04"))
"""Rows that the models may suspect. No heat or cooling for a frail person follows from the row and who is there."""


def suspect(found: Found, heard: Sequence[str], own: Sequence[int], models: Ensemble, *, answering: bool) -> Found:
    """What was found by rule in an utterance, with what the models suspect besides.

    `own` are the places of the words that are read: all that were `heard` but for the dangers they deny. Where a rule
    has heard of a danger to life, or asks about one, the models add nothing. `answering`: something else was asked, so
    what they suspect is asked about first. What the caller denies here is not suspected here.
    """
    if not own or found.unsure or any(hazard.life_safety for hazard in found.hazards):
        return found
    windows = [own[at : at + WINDOW] for at in _starts(own)]
    rows = tuple(row for row in LIFE_ROWS if danger_of(row) not in found.denied_names)
    (hazard, life, urgent), read = max(
        ((_read(heard, one, rows, models), one) for one in windows), key=lambda one: _worst(one[0])
    )
    if life < (BESIDE if found.hazards else LIFE_DOUBT) or urgent < URGENT_DOUBT:
        return found
    if life >= LIFE_BAR and urgent >= URGENT_BAR and not answering and _agrees([heard[at] for at in read], models):
        return replace(found, hazards=(hazard, *found.hazards))
    return replace(found, unsure=(hazard,))


def _agrees(words: Sequence[str], models: Ensemble) -> bool:
    chances = softmax(models.linear.logits(words))
    return bool(chances[INTENTS.index(Intent.EMERGENCY)] >= SECOND)


def _starts(own: Sequence[int]) -> range:
    return range(0, max(1, len(own) - STEP), STEP)


def _worst(suspected: tuple[Hazard, float, float]) -> float:
    _, life, urgent = suspected
    return life * urgent


def _read(
    heard: Sequence[str], own: Sequence[int], rows: Sequence[str], models: Ensemble
) -> tuple[Hazard, float, float]:
    """The likeliest danger to life in some words, the chance that there is one, and that of its being urgent."""
    words = [heard[place] for place in own]
    chances, urgent = models.suspects(words)
    life = sum(chances[row] for row in rows)
    row = max(rows, key=lambda one: chances[one])
    return make_hazard(danger_of(row), row, _because(row, life, words, own, models)), life, urgent


def _because(row: str, life: float, words: Sequence[str], own: Sequence[int], models: Ensemble) -> Evidence:
    """The words that speak most for an emergency, at their place in the utterance."""
    said = next(iter(models.linear.speaking_for(Intent.EMERGENCY, words)), Evidence(""))
    return replace(placed(said, own), rule=f"model:{row}", score=round(life, 3))
