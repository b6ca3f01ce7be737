"""Rows of situations.json in an utterance, by rule: the dangers' rows and all the others."""

from dataclasses import dataclass

from triage.assessment import Evidence
from triage.rules.book import Match, Utterable, load_book
from triage.rules.hazards import Found, silenced
from triage.rules.scope import Reading, reading


@dataclass(frozen=True, slots=True)
class RowFound:
    """A row heard in an utterance. `over`: said to have passed or to be repaired; `guessed`: by the models alone;
    `doubted`: by a rule, and the models do not find the utterance urgent."""

    row: str
    evidence: Evidence
    over: bool = False
    guessed: bool = False
    doubted: bool = False

    @property
    def weight(self) -> int:
        """How many words it rests on: the more, the more it says."""
        return len(self.evidence.words.split())


def find_rows(heard: Utterable, dangers: Found) -> tuple[RowFound, ...]:
    """The rows in one utterance, each once (its longest match), less those that another row stands in for."""
    longest: dict[str, tuple[Match, bool]] = {}
    for match in load_book("rows.toml").matches(heard):
        if silenced(match, heard):
            continue
        meant = Reading.PRESENT if "plain" in match.rule.flags else reading(heard, match.start, match.end)
        if meant is Reading.DENIED:
            continue
        known = longest.get(match.rule.id)
        if known is None or match.end - match.start > known[0].end - known[0].start:
            longest[match.rule.id] = (match, meant is Reading.OVER)
    replaced = dangers.replaced.union(*(match.rule.instead_of for match, _ in longest.values()))
    found = [RowFound(hazard.situation, hazard.evidence) for hazard in dangers.hazards]
    for rule, (match, over) in longest.items():
        if not {rule, match.rule.stands_for} & replaced:
            evidence = Evidence(f"row:{rule}", match.words, match.start, match.end)
            found.append(RowFound(match.rule.stands_for, evidence, over))
    return tuple({item.row: item for item in reversed(found)}.values())[::-1]
