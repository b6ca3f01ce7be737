"""The command: `python -m callbacks.promise.rehearsal [--weeks 10] [--seed 1] [--json] [--plot FILE]`."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from callbacks.promise.rehearsal.figures import draw_plot, rehearse, table
from callbacks.promise.rehearsal.weeks import KINDS


def main() -> None:
    """Rehearse, print, draw."""
    parser = argparse.ArgumentParser(description="How often the promise is kept, in weeks that are drawn.")
    parser.add_argument("--weeks", type=int, default=10, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=[kind.name for kind in KINDS], action="append")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plot", type=Path)
    asked = parser.parse_args()
    kinds = [kind for kind in KINDS if not asked.kind or kind.name in asked.kind]
    lines = rehearse(kinds, range(asked.seed, asked.seed + asked.weeks))
    if asked.plot:
        draw_plot(lines, asked.plot)
    out = [json.dumps({**asdict(one), "longer": one.longer}) for one in lines] if asked.json else [table(lines)]
    sys.stdout.write("\n".join(out) + "\n")


main()
