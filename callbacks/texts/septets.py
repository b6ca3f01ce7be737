"""How long a text is on the air: septets of GSM-7, and the segments that are paid for."""

from routing.words import GSM_7, gsm

EXTENSION = frozenset("^{}\\[~]|€\f")
"""Characters of two septets: an escape and themselves (3GPP TS 23.038, section 6.2.1.1)."""

ALONE, JOINED = 160, 153
"""Septets of a text in one segment, and of each of several (seven go to the header that joins them)."""

TWO = 2 * JOINED


def septets(text: str) -> int | None:
    """Septets of a text in GSM-7; None when it holds something else: then carriers send 70 characters a segment."""
    if not_gsm(text):
        return None
    return len(text) + sum(one in EXTENSION for one in text)


def segments(text: str) -> int:
    """How many texts a text is billed as; at most one more when an extension character would be cut in two."""
    length = septets(text)
    if length is None:
        units = len(text.encode("utf-16-be")) // 2
        return 1 if units <= 70 else -(-units // 67)
    return 1 if length <= ALONE else -(-length // JOINED)


def not_gsm(text: str) -> str:
    """The characters of a text that GSM-7 has not, each once, in the order in which they come."""
    return "".join(dict.fromkeys(one for one in text if one not in GSM_7 and one not in EXTENSION))


def plainly(character: str) -> str:
    """What to write instead of a character that GSM-7 has not; empty when there is nothing like it."""
    return gsm(character)
