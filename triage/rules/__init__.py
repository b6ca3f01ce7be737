"""Rules as data: the word language, dangers, rows, answers, signals, and the priority that follows.

Never here: models.
"""
