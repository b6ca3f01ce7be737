"""How the shipped models are learnt: texts, noise, training, comparison. `firstring train` is its door.

Needs the extra `train`. Never here: anything that a call in progress imports.
"""
