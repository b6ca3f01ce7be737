"""Account, order and claim numbers: letters and digits after the word that says whose number it is."""

from collections.abc import Iterator, Mapping, Sequence

from triage.assessment import Slot
from triage.words.spelled import read_code

LEADS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "account": (
        ("account",), ("invoice",), ("membership",), ("member",), ("customer",), ("contract",), ("policy",), ("bill",),
        ("agreement",), ("cuenta",), ("factura",), ("statement",),
    ),
    "po": (
        ("purchase", "order"), ("work", "order"), ("p", "o"), ("po",), ("w", "o"), ("wo",), ("job", "number"),
        ("service", "order"), ("orden",), ("orden", "de", "trabajo"), ("orden", "de", "compra"), ("ticket",),
    ),
    "claim": (("claim",), ("authorization",), ("reclamo",), ("reclamacion",), ("dispatch", "number")),
}  # fmt: skip
"""What stands before each kind of number."""

ASKED = {"Q_PO": "po", "Q_ACCT": "account", "Q_INSUR": "claim"}
"""The questions that ask for one."""

AFTER_LEAD, ANSWERED = 0.85, 0.75
"""How sure a number is after the words that say whose it is, and as an answer."""

_BETWEEN = frozenset(
    "number no is it it's the for ends in ending id code num numero de es la el um uh and this".split()
)
_NAMES_ONLY = (("p", "o"), ("w", "o"), ("po",), ("wo",), ("work", "order"), ("purchase", "order"))
_LETTERS_OF_A_SENTENCE = frozenset("a i".split())
_WITHIN = 4
_MONEY = frozenset("dollars dollar bucks cents percent grand dolares pesos".split())
_COUNTED = _MONEY | frozenset("hundred thousand year years month months day days minutes hours".split())
_BILLS = frozenset({"bill", "invoice", "factura", "statement", "contract", "agreement"})
"""What is for an amount or for a time: "a bill for three hundred"."""


def find_codes(words: Sequence[str], asked: str | None) -> dict[str, Slot]:
    """The last number of each kind in the words: a correction comes last."""
    found = {}
    for kind, start, at in _leads(words):
        if slot := _after(words, start, at):
            found[kind] = slot
    wanted = ASKED.get(asked or "")
    if (
        wanted
        and wanted not in found
        and (answers := [slot for at in range(len(words)) if (slot := code_at(words, at))])
    ):
        longest = max(len(slot.value) for slot in answers)
        found[wanted] = [slot for slot in answers if len(slot.value) == longest][-1]
    return found


def code_at(words: Sequence[str], start: int) -> Slot | None:
    """The letters and digits from this word, less "p o" and "work order" before them; None unless there is a digit."""
    at = start
    for name in _NAMES_ONLY:
        if tuple(words[start : start + len(name)]) == name:
            at = start + len(name)
            break
    at += at < len(words) and words[at] == "number"
    code = read_code(words, at)
    if code is None or not any(letter.isdigit() for letter in code[0]) or len(code[0]) < 2:
        return None
    value, end = code
    if end < len(words) and words[end] in _COUNTED:
        return None
    if words[end - 1] in _LETTERS_OF_A_SENTENCE:  # "four two one a man came"
        value, end = value[:-1], end - 1
    return Slot(value, " ".join(words[start:end]), ANSWERED, start, end)


def _leads(words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Kind, where its words begin and where they end."""
    for at in range(len(words)):
        for kind, leads in LEADS.items():
            for lead in leads:
                if tuple(words[at : at + len(lead)]) == lead:
                    yield kind, at, at + len(lead)


def _after(words: Sequence[str], start: int, end: int) -> Slot | None:
    at = end
    while at < len(words) and at - end < _WITHIN and words[at] in _BETWEEN:
        at += 1
    if words[end - 1] in _BILLS and "for" in words[end:at]:
        return None
    slot = code_at(words, at)
    if slot is None or slot.start != at:
        return None
    spoken = " ".join(words[start : slot.end])
    return Slot(slot.value, spoken if at == end else slot.spoken, AFTER_LEAD, start if at == end else at, slot.end)
