"""What Twilio's codes mean for what we sent: a table in `data/codes.toml`."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path


class Meaning(StrEnum):
    """What to do about a code; the sections of the table."""

    DEAD = "dead"  # the number, for this channel
    OPTED_OUT = "opted_out"
    UNREACHED = "unreached"  # the next method
    SENDER = "sender"  # this account may not send this way
    ACCOUNT = "account"  # the account is refused altogether
    LATER = "later"
    OVER = "over"


OURS_TO_MEND = frozenset({Meaning.SENDER, Meaning.ACCOUNT})
"""Faults of our own configuration: the owner hears of them."""


def _read(path: Path) -> Mapping[int, tuple[Meaning, str]]:
    table = tomllib.loads(path.read_text("utf-8"))
    return {int(code): (Meaning(section), words) for section, lines in table.items() for code, words in lines.items()}


CODES = _read(Path(__file__).parent / "data" / "codes.toml")


def meaning(code: int | None) -> Meaning | None:
    """What a code means; None for no code and for one that says nothing to us."""
    return CODES[code][0] if code is not None and code in CODES else None


def in_words(code: int) -> str:
    """The code for people: its words, or its number."""
    return CODES[code][1] if code in CODES else f"code {code}"
