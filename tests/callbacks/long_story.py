"""How long the transaction of one text takes in a story that grows: `python -m tests.callbacks.long_story`."""

import sys
import tempfile
from datetime import timedelta
from time import perf_counter

from sqlmodel import SQLModel

from callbacks import replies
from firstring import profile
from firstring.assembly import triage_of
from firstring.settings import EXAMPLE_PROFILE
from models.clock import system_clock
from models.database import Database
from models.enums import CallStatus
from models.tables import Call

WRITER = "+15125550177"
SHORT = "my kitchen sink is leaking under the cabinet and water is on the floor please come over soon number"
LONG = ("my kitchen sink is leaking two two five five one two " * 40)[:1590]


def main() -> None:
    """Two minutes between texts, so that none is one too many of its hour."""
    company = profile.load(EXAMPLE_PROFILE)
    triage, now = triage_of(company), system_clock()
    for words, count in ((SHORT, 121), (LONG, 41)):
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{folder}/story.db")
            SQLModel.metadata.create_all(database.engine)
            call = Call(sid="CA1", caller=WRITER, received_at=now, ended_at=now, status=CallStatus.ENDED)
            database.work(lambda session, call=call: session.add(call))
            took = []
            for at in range(count):
                text = replies.Text(f"SM{at}", WRITER, company.phone, f"{words} {at}")
                began = perf_counter()
                database.work(replies.hear, triage, company, text, now + at * timedelta(minutes=2.1))
                took.append(perf_counter() - began)
            database.close()
        sys.stdout.write(f"{count} texts of {len(words)}: mean {sum(took) / count:.3f} s, worst {max(took):.3f} s\n")


if __name__ == "__main__":
    main()
