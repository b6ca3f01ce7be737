"""The reliability diagram: is it right as often as it is sure? Needs matplotlib (extra `train`)."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from triage.scoring.run import Run


def plot(runs: Sequence[Run], path: Path) -> None:
    """Write a PNG: above, the share that is right by confidence, with intervals; below, how many texts. Raises OSError.

    Every run is a line; on the diagonal confidence is the truth.
    """
    figure = Figure(figsize=(7, 7), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    above.plot((0, 1), (0, 1), color="grey", linestyle=":", label="perfect")
    for run in runs:
        bins = [one for one in run.figures.calibration.bins if one.confidence is not None]
        sure = [one.confidence or 0.0 for one in bins]
        right = [one.right.share or 0.0 for one in bins]
        reach = (
            [share - (one.right.low or 0.0) for share, one in zip(right, bins, strict=True)],
            [(one.right.high or 0.0) - share for share, one in zip(right, bins, strict=True)],
        )
        name = f"{run.noise:.0%} of the words wrong" if run.noise else "as they are"
        label = f"{name}: ECE {run.figures.calibration.ece:.3f}"
        above.errorbar(sure, right, yerr=reach, marker="o", capsize=3, label=label)
        below.plot(sure, [one.right.of for one in bins], marker="o")
    above.set(ylabel="share with the right intent", ylim=(0, 1.02), title="Confidence and truth")
    above.legend(loc="lower right")
    below.set(xlabel="confidence", ylabel="texts", xlim=(0, 1), yscale="log")
    figure.savefig(path, format="png", dpi=120)
