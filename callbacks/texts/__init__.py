"""What customers read: every text, English and Spanish, the company's own words in place of ours where it has them.

templates.toml  the texts
book.py         reading them, and the company's own
say.py          filling them
septets.py      how long a text is on the air
faults.py       what is wrong with a company's own texts, found at the start
"""

from callbacks.texts.say import (
    agreed,
    emergency_by_text,
    missed,
    promised,
    question,
    say,
    slipped,
    spoken,
)
from routing.when import told

__all__ = ["agreed", "emergency_by_text", "missed", "promised", "question", "say", "slipped", "spoken", "told"]
