"""Play weeks under both rules, count what was kept and how long the times were, and draw it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from callbacks.promise.rehearsal.desk import Desk, Owed, Rule, play
from callbacks.promise.rehearsal.rules import Ours, naive, oracle
from callbacks.promise.rehearsal.weeks import DAY, KINDS, Kind, Shop, Week, draw, hours

HISTORY_SEEDS = (9001, 9002, 9003, 9004)
"""The four weeks before: what the estimator has learned from. Never among the weeks that are reported."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table. Waits are the mean from the call to the time that was given, in minutes."""

    week: str
    rule: str
    who: str  # all, or those who called while the shop was open
    callers: int
    kept: float
    promised_min: float
    oracle_min: float
    handed: float  # share of those on the line for a person who got one at once

    @property
    def longer(self) -> float:
        """How much longer than the oracle's, as a share."""
        return self.promised_min / self.oracle_min - 1


def past(shop: Shop) -> Desk:
    """What the shop remembers of four ordinary weeks."""
    whole = Desk()
    for back, seed in enumerate(HISTORY_SEEDS, 1):
        _, one = play(draw(KINDS[0], shop, seed), naive(shop))
        shift = -7 * DAY * back
        whole.talks += [(lasts, ended + shift) for lasts, ended in one.talks]
        whole.calls += [at + shift for at in one.calls]
        whole.urgent += [at + shift for at in one.urgent]
        whole.tried, whole.unanswered = whole.tried + one.tried, whole.unanswered + one.unanswered
    whole.talks.sort(key=lambda talk: talk[1])
    return whole


def rehearse(kinds: Sequence[Kind], seeds: Sequence[int], shop: Shop = Shop()) -> list[Line]:  # noqa: B008
    """Every kind of week with every seed, under our rule and the naive one."""
    before = past(shop)
    lines: list[Line] = []
    for kind in kinds:
        rules: dict[str, Callable[[Week], Rule]] = {
            "ours": lambda week: Ours(week, before),
            "naive": lambda _: naive(shop),
        }
        for name, rule in rules.items():
            weeks = [draw(kind, shop, seed) for seed in seeds]
            played = [play(week, rule(week)) for week in weeks]
            owed = [one for each, _ in played for one in each if one.dialled is not None]
            handed = sum(desk.handed for _, desk in played) / max(1, sum(desk.live for _, desk in played))
            lines.append(_line(kind.name, name, "all", owed, handed))
            lines.append(_line(kind.name, name, "open", [*filter(_by_day, owed)], handed))
    return lines


def _by_day(owed: Owed) -> bool:
    return any(opens <= owed.at < closes for opens, closes in hours())


def _line(week: str, rule: str, who: str, owed: list[Owed], handed: float) -> Line:
    many = max(1, len(owed))
    return Line(
        week,
        rule,
        who,
        len(owed),
        sum(one.dialled is not None and one.dialled <= one.promised for one in owed) / many,
        sum(one.promised - one.at for one in owed) / many / 60,
        sum(oracle(one) - one.at for one in owed) / many / 60,
        handed,
    )


def table(lines: Sequence[Line]) -> str:
    """The table of docs/promise.md."""
    head = (
        "| week | rule | callers | n | kept | promised, min | oracle, min | longer | handed over |\n" + "|---" * 9 + "|"
    )
    rows = (
        f"| {one.week} | {one.rule} | {one.who} | {one.callers} | {one.kept:.1%} | {one.promised_min:.0f} "
        f"| {one.oracle_min:.0f} | {one.longer:+.0%} | {one.handed:.0%} |"
        for one in lines
    )
    return "\n".join([head, *rows])


def draw_plot(lines: Sequence[Line], path: Path) -> None:
    """The share that was kept, by kind of week, ours beside the naive rule. Needs matplotlib (the extra `train`)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.6), layout="constrained")
    axes = figure.subplots(1, 2)
    weeks = list(dict.fromkeys(one.week for one in lines))
    for offset, rule in ((-0.2, "ours"), (0.2, "naive")):
        mine = [one for one in lines if one.rule == rule and one.who == "all"]
        places = [weeks.index(one.week) + offset for one in mine]
        axes[0].bar(places, [100 * one.kept for one in mine], 0.38, label=rule)
        axes[1].bar(places, [one.promised_min / one.oracle_min for one in mine], 0.38, label=rule)
    axes[0].axhline(90, color="black", linewidth=0.8)
    axes[1].axhline(1.25, color="black", linewidth=0.8)
    axes[0].set_ylabel("promises kept, %")
    axes[1].set_ylabel("promised wait / oracle's")
    for each in axes:
        each.set_xticks(range(len(weeks)), weeks, fontsize=8)
    axes[0].legend()
    figure.savefig(path, dpi=110)
