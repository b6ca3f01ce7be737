"""Callers who write: triaged like a call, answered as far as a text can, never for ever.

received.py   claimed and heard, once
hear.py       whose text it is, and who answers it
talk.py       the conversation with a caller
echo.py       our own words, sent back
flood.py      who writes on and on
outside.py    who was sent out of a building: all out, or a cry for help
danger.py     whether the story's page covers a danger
urgent.py     URGENT
address.py    read back, and R to fix
wish.py       "after 5": the time that is meant; wish_words.py its grammar; wishing.py what follows
asking.py     the one thing to ask next
unasked.py    words out of the blue, pictures without words
reading.py    thanks, R, URGENT, 1 and 2
record.py     the conversation in the call's record
answering.py  answers leave through the outbox, and come to rest
"""

from callbacks.replies.answering import reply
from callbacks.replies.hear import hear
from callbacks.replies.received import key_of, receive
from callbacks.replies.record import Text
from callbacks.replies.urgent import URGENT_TIMER, silence

__all__ = ["URGENT_TIMER", "Text", "hear", "key_of", "receive", "reply", "silence"]
