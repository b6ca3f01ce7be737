"""How good understanding is: labelled texts against what was made of them. `firstring triage --score` is its door.

Never here: anything that a call in progress imports, and nothing that decides what is understood.
"""
