"""From audio, with the default engine: every emergency of the fixtures is paged, none of the others is."""

import pytest

from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from firstring.studio import read_wav
from fixtures.texts import Utterance as Fixture
from fixtures.texts import utterances
from triage.assessment import Context
from triage.triage import Triage, Utterance
from voice.dialogue.dialogue import Dialogue
from voice.dialogue.moves import Answered, Heard, PageNow
from voice.recogniser.protocol import Engine
from voice.recogniser.sphinx import SphinxEngine

CALLER = "+15125550199"
JANUARY = 1
OPENINGS = [one for one in utterances() if one.lang == "en" and one.asked is None]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return SphinxEngine()


@pytest.fixture(scope="module")
def triage() -> Triage:
    shop = profiles.load(EXAMPLE_PROFILE)
    return Triage.load(zips=shop.zips, city=shop.city, state=shop.state, streets=shop.streets)


@pytest.mark.parametrize("opening", OPENINGS, ids=lambda one: one.id)
def test_what_was_spoken_pages_somebody_if_and_only_if_it_is_an_emergency(
    opening: Fixture, engine: Engine, triage: Triage
) -> None:
    heard = engine.decode(read_wav(opening.path), "general")
    assessment = triage.assess([Utterance(heard.text, None, heard.confidence)], Context(caller=CALLER, month=JANUARY))
    dialogue = Dialogue(profiles.load(EXAMPLE_PROFILE))
    state, _ = dialogue.step(dialogue.begin(), Answered(CALLER, open_now=True, can_transfer=True))
    _, moves = dialogue.step(state, Heard(assessment, heard.text))
    paged = any(isinstance(move, PageNow) for move in moves)
    assert paged == (opening.expect.priority == "P1"), heard.text
