"""Callers who write: triaged like a call, answered as far as a text can, never for ever.

hear.py       whose text it is, and who answers it
talk.py       the conversation with a caller
urgent.py     URGENT, and nothing else
address.py    read back, and R to fix
wish.py       "after 5": the time that is meant; wish_words.py its grammar; wishing.py what follows
asking.py     the one thing to ask next
reading.py    thanks, R, URGENT, 1 and 2
record.py     the conversation in the call's record
answering.py  answers leave through the outbox, and come to rest
"""

from callbacks.replies.answering import reply
from callbacks.replies.hear import hear
from callbacks.replies.record import Text
from callbacks.replies.urgent import URGENT_TIMER, silence

__all__ = ["URGENT_TIMER", "Text", "hear", "reply", "silence"]
