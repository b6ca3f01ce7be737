"""TwiML as Twilio reads it: parsed, and checked element by element against the tables of `grammar`."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from itertools import pairwise

from simulator.grammar import MESSAGING, VOICE, Element

MAX_BYTES = 64 * 1024  # one TwiML response; from memory, not confirmed
TWIML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


class TwimlError(Exception):
    """TwiML that Twilio would not run. `code` is Twilio's: 11750, 12100, 12200, 12300."""

    def __init__(self, code: int, what: str) -> None:
        super().__init__(f"{code} {what}")
        self.code, self.what = code, what


@dataclass(frozen=True, slots=True)
class Verb:
    """One element: its name, attributes, own text and children in order."""

    name: str
    attributes: dict[str, str]
    text: str
    children: "tuple[Verb, ...]"

    def get(self, name: str, default: str = "") -> str:
        """An attribute, or `default` when it is absent."""
        return self.attributes.get(name, default)

    def number(self, name: str, default: float) -> float:
        """A numeric attribute."""
        return float(self.attributes.get(name, default))

    def flag(self, name: str, default: bool = False) -> bool:
        """A true/false attribute."""
        return self.attributes[name] == "true" if name in self.attributes else default


def check_content_type(header: str) -> None:
    """The reply must say that it is XML: as plain text it would be read aloud (Twilio's webhook rules)."""
    kind = header.partition(";")[0].strip().lower()
    if kind not in TWIML_TYPES:
        raise TwimlError(12300, f"content type {kind or 'missing'} is not XML")


def parse(source: str | bytes, *, messaging: bool = False) -> tuple[Verb, ...]:
    """The verbs of a document. Raises TwimlError with what is wrong and where."""
    if len(source) > MAX_BYTES:
        raise TwimlError(11750, "document above 64 KB")
    try:
        root = ET.fromstring(source)
    except (ET.ParseError, UnicodeDecodeError, ValueError) as error:
        raise TwimlError(12100, f"document does not parse: {type(error).__name__}") from None
    if root.tag != "Response":
        raise TwimlError(12100, "the root element is not <Response>")
    grammar = MESSAGING if messaging else VOICE
    return _read(root, grammar, "").children


def _read(node: ET.Element, grammar: dict[str, Element], path: str) -> Verb:
    here = f"{path}/{node.tag}"
    rule = grammar.get(node.tag)
    if rule is None:
        raise TwimlError(12200, f"element {here} is unknown, or not done by this exchange")
    for name, value in node.attrib.items():
        _check_attribute(rule, here, name, value)
    text = "".join([node.text or "", *(child.tail or "" for child in node)]).strip()
    if text and not rule.text:
        raise TwimlError(12200, f"text is not allowed in {here}")
    for child in node:
        if child.tag not in rule.children:
            raise TwimlError(12200, f"element {child.tag} is not allowed in {here}")
    if rule.one_of and len(node) > 1 and any(a.tag != b.tag or a.tag in rule.one_of for a, b in pairwise(node)):
        raise TwimlError(12200, f"too many elements in {here}")
    missing = rule.required - node.attrib.keys()
    if missing:
        raise TwimlError(12200, f"attribute {min(missing)} is missing in {here}")
    return Verb(node.tag, dict(node.attrib), text, tuple(_read(child, grammar, here) for child in node))


def _check_attribute(rule: Element, here: str, name: str, value: str) -> None:
    pattern = rule.attributes.get(name)
    if pattern is None:
        raise TwimlError(12200, f"attribute {name} in {here} is unknown, or not done by this exchange")
    if not re.fullmatch(pattern, value, re.DOTALL):
        raise TwimlError(12200, f"bad value of attribute {name} in {here}")
