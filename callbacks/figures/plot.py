"""The figures as a picture: calls and missed ones, texts and promises in time. Needs matplotlib (extra `train`)."""

from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure

from callbacks.figures.count import Figures

COLOURS = {"answered": "#4c78a8", "missed": "#e45756", "kept": "#54a24b", "texted": "#b279a2"}


def draw(groups: Mapping[str, Figures], path: Path, title: str) -> None:
    """Write the picture; its format is that of the file's name (png, svg, pdf)."""
    names, rows = list(groups), list(groups.values())
    figure = Figure(figsize=(max(7.0, 0.3 * len(names) + 3), 6.0), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    places = range(len(names))
    above.bar(places, [one.answered for one in rows], color=COLOURS["answered"], label="answered")
    above.bar(places, [one.missed for one in rows], width=0.4, color=COLOURS["missed"], label="missed")
    above.set_ylabel("calls")
    above.set_title(title)
    for label, key, part, whole in (
        ("promises kept", "kept", [one.kept for one in rows], [one.kept + one.broken for one in rows]),
        ("texted within 60 s", "texted", [one.texted_within_60_s for one in rows], [one.texts_due for one in rows]),
    ):
        shares = [100 * some / of if of else float("nan") for some, of in zip(part, whole, strict=True)]
        below.plot(places, shares, marker="o", color=COLOURS[key], label=label)
    below.axhline(90, color="grey", linewidth=0.8, linestyle="--")
    below.set_ylim(0, 103)
    below.set_ylabel("per cent")
    below.set_xticks(list(places), names, rotation=60 if len(names) > 8 else 0)
    for axes in (above, below):
        axes.legend(loc="lower left", frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)
