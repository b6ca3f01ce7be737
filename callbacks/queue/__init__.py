"""The callback queue: who is called first, who calls them, what comes of it.

order.py      who comes first, as data
signing.py    who is there and free
taking.py     one person, one caller
beginning.py  a person's telephone rings; the gate is asked
calling.py    the states of one try, and what follows from each
closing.py    the end without a talk, and the way back
ringing.py    the product rings people by itself
watch.py      timers; looks.py what they do
whisper.py    what is heard before the key
by_text.py    NEXT, IN, OUT
"""

from callbacks.queue.beginning import begin, live
from callbacks.queue.by_text import by_text
from callbacks.queue.calling import staff_news
from callbacks.queue.closing import close, reopen
from callbacks.queue.looks import handlers
from callbacks.queue.order import may_ring_at, place, unsettled, waiting
from callbacks.queue.ringing import look
from callbacks.queue.signing import busy, idle, sign
from callbacks.queue.taking import Answer, Taking, let_go, take
from callbacks.queue.watch import owed
from callbacks.queue.whisper import job_of

__all__ = [
    "Answer",
    "Taking",
    "begin",
    "busy",
    "by_text",
    "close",
    "handlers",
    "idle",
    "job_of",
    "let_go",
    "live",
    "look",
    "may_ring_at",
    "owed",
    "place",
    "reopen",
    "sign",
    "staff_news",
    "take",
    "unsettled",
    "waiting",
]
