"""What we say must be understood over a telephone: every English line goes through the recogniser.

The recogniser knows English only. Spanish lines are checked for level (test_prompts_bank) and for a length that their
words need, which catches a line that was cut off, or spoken by the wrong voice, or not at all.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from firstring.profile import load as load_profile
from models.enums import Language
from voice.ears.mulaw import decode
from voice.prompts import atoms
from voice.prompts.bank import PromptBank
from voice.prompts.texts import spoken
from voice.recogniser.choose import load as load_recogniser
from voice.recogniser.protocol import Engine

BANK = PromptBank.load(load_profile(Path(__file__).parents[2] / "fixtures" / "business.toml"))
ATOMS = set(atoms.english())
SCRIPTS = sorted(key for key in BANK.words if re.fullmatch(r"en/S\d\d", key))
LINES = sorted(key for key in BANK.words if key.startswith("en/") and key[3:] not in ATOMS and key not in SCRIPTS)
SPANISH = sorted(key for key in BANK.words if key.startswith("es/"))

SMALL = set(
    "a an the is are am was be been it its it's i i'm me my we us our you your they them their this that there to of "
    "in on at for and or not no if do did don't can will with what what's any as by from up out".split()
)
"""Words that carry little; what is left is what somebody must hear to act rightly."""

MUST_HEAR = {
    "S01": "leave building now nine one touch light switches",
    "S02": "everyone outside fresh air now nine one",
}


@cache
def _engine() -> Engine:
    return load_recogniser("sphinx")


@cache
def _heard(key: str) -> str:
    return _engine().decode(decode(BANK.clips[key])).text


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", spoken(text, Language.EN).lower().replace("-", " "))


def _content(text: str) -> Counter[str]:
    return Counter(word for word in _words(text) if word not in SMALL)


def _recall(keys: Iterable[str]) -> float:
    got = wanted = 0
    for key in keys:
        content = _content(BANK.words[key])
        got += (content & Counter(_heard(key).split())).total()
        wanted += content.total()
    return got / wanted


if __name__ == "__main__":  # measure again: python -m tests.voice.test_prompts_intelligible
    import time

    t = time.time()
    for key in [*SCRIPTS, *LINES]:
        print(f"{_recall([key]):.2f} {key} | {BANK.words[key]} | {_heard(key)}")  # noqa: T201
    print(_recall(SCRIPTS), _recall(LINES), time.time() - t)
