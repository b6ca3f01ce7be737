"""The project's own texts: a grammar of what callers say (`texts/*.txt`), and lines drawn from it, always the same."""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from voice.recogniser.spoken import SPOKEN, spelled

TEXTS = Path(__file__).parent / "texts"
GRAMMAR = ("frame", "hazards", "trades", "office", "asked", "names")
ROOT = Path(__file__).resolve().parents[2]
SITUATIONS = ROOT / "triage" / "data" / "situations.json"
FIXTURES = ROOT / "fixtures" / "audio"
HELD_OUT = TEXTS / "held_out.txt"

LINES = {"general": 36_000, "address": 12_000, "phone": 12_000, "name": 6_000, "yes_no": 3_000}
"""Distinct lines drawn for each topic (fewer where the grammar has no more to say)."""

WEIGHT = re.compile(r"(\d+)\* ")
REFERENCE = re.compile(r"\{(\w+)\}")
GROUP = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")
WORD = re.compile(r"[a-z']+")
UNSAYABLE = re.compile(r"[^ -~]|[\d<(]")  # Spanish accents, digits, placeholders and stage directions


@dataclass(slots=True)
class Rule:
    """The ways to say one thing, each with its weight."""

    ways: list[str] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)


def grammar(names: Iterable[str] = GRAMMAR) -> dict[str, Rule]:
    """Read the texts. Raises ValueError, naming file and line, for a line outside a rule or an unknown reference."""
    rules: dict[str, Rule] = {}
    for name in names:
        rule: Rule | None = None
        for number, line in enumerate((TEXTS / f"{name}.txt").read_text().splitlines(), 1):
            if line.endswith("=") and not line.startswith((" ", "#")):
                rule = rules.setdefault(line.removesuffix("=").strip(), Rule())
            elif line.strip() and not line.startswith("#"):
                if rule is None or not line.startswith(" "):
                    raise ValueError(f"{name}.txt:{number}: not inside a rule")
                weight = WEIGHT.match(line.strip())
                rule.weights.append(int(weight[1]) if weight else 1)
                rule.ways.append(WEIGHT.sub("", line.strip(), count=1))
    known = rules.keys() | SPOKEN.keys() | {"first_spelled", "last_spelled"}
    for name, rule in rules.items():
        for missing in set(REFERENCE.findall(" ".join(rule.ways))) - known:
            raise ValueError(f"rule {name} speaks of {{{missing}}}, which is nowhere")
    return rules


def say(rules: dict[str, Rule], name: str, rng: Random) -> str:
    """One way to say the thing called `name`. {last_spelled} spells the {last} said before it in the same line."""
    return " ".join(_expand(rules, name, rng, {}).split())


def _expand(rules: dict[str, Rule], name: str, rng: Random, said: dict[str, str]) -> str:
    if name.endswith("_spelled"):
        kind = name.removesuffix("_spelled")
        return spelled(rng, said.get(kind) or rng.choice(rules[kind].ways))
    if name in SPOKEN and name not in rules:
        return SPOKEN[name](rng)
    text = rng.choices(rules[name].ways, rules[name].weights)[0]
    while match := GROUP.search(text):
        chosen = rng.choice((match[1] if match[1] is not None else f"{match[2]}|").split("|"))
        text = text[: match.start()] + chosen + text[match.end() :]
    while match := REFERENCE.search(text):
        said[match[1]] = _expand(rules, match[1], rng, said)
        text = text[: match.start()] + said[match[1]] + text[match.end() :]
    return text


def draw(topic: str, count: int, seed: int = 1) -> list[str]:
    """Up to `count` distinct lines for a topic, in the order they were drawn; the same for the same seed."""
    rules, rng = grammar(), Random(f"{seed}:{topic}")
    lines: dict[str, None] = {}
    for _ in range(20 * count):
        if len(lines) == count:
            break
        lines[say(rules, topic, rng)] = None
    return list(lines)


def situation_lines() -> list[str]:
    """What callers say in `triage/data/situations.json`: English phrases and near misses, as plain words."""
    book = json.loads(SITUATIONS.read_text())
    phrases = [phrase for row in book["rows"] for phrase in row["phrases"].split("|")]
    phrases += [miss["text"] for miss in book["near_miss"]]
    return [" ".join(WORD.findall(phrase.lower())) for phrase in phrases if not UNSAYABLE.search(phrase)]


def own_held_out() -> list[str]:
    """The lines of `held_out.txt`: odd ones (the first, the third) choose settings, even ones are the test."""
    return [line for line in HELD_OUT.read_text().splitlines() if line and not line.startswith("#")]


def held_out() -> list[str]:
    """Every reference text that something is measured on: `held_out.txt` and the fixtures' own."""
    lines = own_held_out()
    for path in sorted(FIXTURES.glob("*.toml")):
        book = tomllib.loads(path.read_text())
        lines += [one["text"] for one in book.get("utterance", ()) if one.get("lang", "en") == "en"]
        lines += [turn["text"] for call in book.get("call", ()) for turn in call.get("turn", ()) if "text" in turn]
    return lines


def fourgrams(line: str) -> Iterator[tuple[str, ...]]:
    """Every four words in a row of a line."""
    words = line.split()
    return (tuple(words[at : at + 4]) for at in range(len(words) - 3))


def unseen(lines: Iterable[str], measured: Iterable[str]) -> list[str]:
    """The lines that share no four words in a row with any measured line, and are not a measured line themselves.

    Lines of up to three words stay even so: a caller's "yes" and "gas leak" are everybody's.
    """
    secret = {gram for line in measured for gram in fourgrams(line)}
    return [line for line in lines if not any(gram in secret for gram in fourgrams(line))]
