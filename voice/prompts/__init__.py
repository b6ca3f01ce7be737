"""The voice of the house: every line it can say, as text and as µ-law, and the command that renders them.

Never here: when a line is said.
"""
