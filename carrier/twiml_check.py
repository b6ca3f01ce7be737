"""Checks TwiML as strictly as Twilio's schema would: unknown elements, attributes and nesting, and our own rules.

The table is read out of the installed SDK: each of its classes is an element, and each of its methods that nests
another class says what that element may be called, hold and be given. The SDK itself accepts any misspelt attribute.
"""

import ast
import inspect
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType

from twilio.twiml import TwiML, lower_camel, messaging_response, voice_response  # type: ignore[import-untyped]

DOCUMENT_SIZE = 64 * 1024  # bytes; from memory of Twilio's documentation
ACTION_NEEDED = frozenset({"Gather", "Record"})
"""Without `action` they ask their own URL again, for ever."""


@dataclass
class Element:
    """One element of the schema: children by their tag, attributes, and whether it may hold text."""

    tag: str
    children: dict[str, "Element"] = field(default_factory=dict)
    attributes: set[str] = field(default_factory=set)
    text: bool = False


def check(xml: str, *, messaging: bool = False) -> list[str]:
    """What is wrong with a TwiML document, in words; empty when nothing is. `messaging` for answers to texts."""
    try:
        root = ET.fromstring(xml)
    except ET.ParseError as error:
        return [f"not XML: {error}"]
    if root.tag != "Response":
        return [f"the root is <{root.tag}>, not <Response>"]
    schema = _schema(messaging_response, "MessagingResponse") if messaging else _schema(voice_response, "VoiceResponse")
    size = [f"longer than {DOCUMENT_SIZE} bytes"] if len(xml.encode()) > DOCUMENT_SIZE else []
    return size + list(_walk(root, schema)) + list(_our_rules(root))


def _walk(node: ET.Element, known: Element) -> Iterator[str]:
    for name in node.attrib:
        if name not in known.attributes:
            yield f"<{node.tag}> has no attribute {name}"
    if not known.text and any((text or "").strip() for text in (node.text, *(child.tail for child in node))):
        yield f"<{node.tag}> holds no text"
    for child in node:
        inner = known.children.get(child.tag)
        if inner is None:
            yield f"<{node.tag}> holds no <{child.tag}>"
        else:
            yield from _walk(child, inner)


def _our_rules(root: ET.Element) -> Iterator[str]:
    verbs = list(root)
    for node in root.iter():
        if node.tag in ACTION_NEEDED and not node.get("action"):
            yield f"<{node.tag}> without action"
        if node.tag == "Stream" and (not node.get("url", "").startswith("wss://") or "?" in node.get("url", "")):
            yield "<Stream> needs a wss URL without a query"
        if node.tag == "Redirect" and not (node.text or "").strip():
            yield "<Redirect> without a URL"
    for place, verb in enumerate(verbs):
        if verb.tag == "Connect" and not verb.get("action") and place == len(verbs) - 1:
            yield "nothing after <Connect>: a broken stream would cut the caller off"
        if verb.tag == "Reject" and place:
            yield "<Reject> is not the first verb"
        if verb.tag in ("Redirect", "Hangup", "Reject") and place < len(verbs) - 1:
            yield f"nothing after <{verb.tag}> can run"


@cache
def _schema(module: ModuleType, root: str) -> Element:
    classes = {node.name: node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.ClassDef)}
    elements = {name: Element(_tag(node), text=_holds_text(node)) for name, node in classes.items()}
    for name, node in classes.items():
        for call in _nested(node):
            inner = elements[call.func.id]  # type: ignore[attr-defined]
            own = _value_parameters(classes[call.func.id])  # type: ignore[attr-defined]
            elements[name].children[inner.tag] = inner
            inner.attributes |= {_attribute(word.arg) for word in call.keywords if word.arg and word.arg not in own}
    return elements[root]


def _nested(node: ast.ClassDef) -> Iterator[ast.Call]:
    """Each `self.nest(Class(...))` in the class."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "nest":
            inner = call.args[0]
            if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name):
                yield inner


def _assigned(node: ast.ClassDef, attribute: str) -> Iterator[ast.expr]:
    """What is assigned to `self.<attribute>` in the class."""
    for statement in ast.walk(node):
        if isinstance(statement, ast.Assign):
            target = statement.targets[0]
            if isinstance(target, ast.Attribute) and target.attr == attribute:
                yield statement.value


def _tag(node: ast.ClassDef) -> str:
    return next((value.value for value in _assigned(node, "name") if isinstance(value, ast.Constant)), node.name)  # type: ignore[return-value]


def _value_parameters(node: ast.ClassDef) -> set[str]:
    return {value.id for value in _assigned(node, "value") if isinstance(value, ast.Name)}


def _holds_text(node: ast.ClassDef) -> bool:
    return bool(_value_parameters(node))


def _attribute(parameter: str) -> str:
    return str(lower_camel(TwiML.MAP.get(parameter, parameter)))
