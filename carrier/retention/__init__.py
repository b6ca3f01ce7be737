"""What is kept and for how long (docs/domain/legal.md L15): sound, words and names go on schedule or on request.

Whoever is under a legal hold is left as they are. Consents stay: they prove what we were allowed to do.
"""

from carrier.retention.access import note
from carrier.retention.keeping import RETENTION, begin, due
from carrier.retention.tapes import Tapes
from carrier.retention.wiping import Wiped, forget

__all__ = ["RETENTION", "Tapes", "Wiped", "begin", "due", "forget", "note"]
