"""How the shipped models are learnt: texts, noise, training, comparison. `firstring train` is its door.

Needs the extra `train`. Never here: anything that a call in progress imports.
"""

from pathlib import Path

TEXTS = Path(__file__).parents[1] / "data" / "texts"
"""The labelled texts: train, tune and test, one JSON object a line."""
