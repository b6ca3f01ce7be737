"""After the job: how was it, told to everybody with the same link; one reminder; long after that a referral ask.

asking.py    the looks: asked, reminded, the last word; timers of one kind
stopping.py  why nothing more is asked, and calling it off
answers.py   what a customer writes back, and the owner who hears of an unhappy one
reading.py   what an answer says; its words are in words.toml
"""

from callbacks.followups.answers import answer
from callbacks.followups.asking import FOLLOW_UP, heard, look
from callbacks.followups.stopping import of_job

__all__ = ["FOLLOW_UP", "answer", "heard", "look", "of_job"]
