"""The callback queue: who is called first, who calls them, what comes of it.

order.py      who comes first, as data
signing.py    who is there and free
taking.py     one person, one caller
beginning.py  a person's telephone rings; the gate is asked
calling.py    the states of one try, and what follows from each
outcome.py    talked or not, whoever says so
folding.py    one number is one caller
closing.py    the end without a talk, and the way back
stopping.py   our telephone need not ring any more
ringing.py    the product rings people by itself
watch.py      timers; looks.py what they do
whisper.py    what is heard before the key
by_text.py    NEXT, IN, OUT, TALKED

The order in which rows are held, everywhere, so that no two transactions wait for each other: a timer that rings holds
its own row; then the number of the caller (callbacks/episode.py, `hold`), before their call or callback is written and
before a page's run is held (routing/paging); then the call; the attempt; the callback; messages. One transaction gives
one caller to one person (ringing.py): the index that keeps a person to one caller makes others wait for its end.
"""

from callbacks.queue.beginning import begin, live
from callbacks.queue.by_text import by_text
from callbacks.queue.calling import staff_news
from callbacks.queue.closing import close, reopen
from callbacks.queue.folding import owed
from callbacks.queue.looks import handlers
from callbacks.queue.order import may_ring_at, place, unsettled, waiting
from callbacks.queue.outcome import by_hand
from callbacks.queue.ringing import look
from callbacks.queue.signing import idle, sign
from callbacks.queue.taking import Answer, Taking, let_go, take
from callbacks.queue.whisper import job_of

__all__ = [
    "Answer",
    "Taking",
    "begin",
    "by_hand",
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
