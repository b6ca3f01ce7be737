"""What is said next: a pure function of what is known and what just happened.

Never here: audio, clock, socket, database.
"""
