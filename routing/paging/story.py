"""What happened to a page run, in order: written down as it happens, for people to read."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from models.tables import PageRun, RunEvent

WORDS = (
    STARTED := "started",
    NEXT_METHOD := "next_method",
    PASSED := "passed",
    SILENT := "silent",
    REMINDED := "reminded",
    OVERDUE := "overdue",
    NOT_THERE := "not_there",
    REOPENED := "reopened",
    CLIMBED := "climbed",
    REPEATED := "repeated",
    EXHAUSTED := "exhausted",
    UNREACHED := "unreached",
    LET_DOWN := "let_down",
    RANG_AGAIN := "rang_again",
    PRESSED := "pressed",
    TAKEN := "taken",
    TOO_LATE := "too_late",
    ANSWERED := "answered",
    CALLED := "called",
    ON_WAY := "on_way",
    ARRIVED := "arrived",
    PART_MISSING := "part_missing",
)
"""What can happen, in the order in which things of one instant follow each other."""

HEARD_OF = (CALLED, ON_WAY, ARRIVED, PART_MISSING)
"""After any of these nobody need ask whether the holder of a job is about it."""


def note(
    session: Session, run: PageRun, what: str, now: datetime, person_id: str | None = None, detail: str = ""
) -> None:
    """Write down what happened; `what` is one of `WORDS`, `detail` is for people."""
    session.add(RunEvent(run_id=run.id, at=now, what=what, person_id=person_id, detail=detail))
    session.flush()


def story(session: Session, run: PageRun) -> list[RunEvent]:
    """Everything that happened to a run, first to last."""
    found = session.exec(select(RunEvent).where(RunEvent.run_id == run.id)).all()
    return sorted(found, key=lambda one: (one.at, WORDS.index(one.what)))


def holders(session: Session, run: PageRun) -> set[str]:
    """Ids of everybody who has ever taken the run's job."""
    found = select(RunEvent.person_id).where(RunEvent.run_id == run.id, RunEvent.what == TAKEN)
    return {one for one in session.exec(found) if one}


def count(session: Session, run: PageRun, what: str) -> int:
    """How often it happened."""
    return session.exec(select(func.count()).where(RunEvent.run_id == run.id, RunEvent.what == what)).one()


def last(session: Session, run: PageRun, what: str) -> datetime | None:
    """When it happened last."""
    found = select(RunEvent.at).where(RunEvent.run_id == run.id, RunEvent.what == what)
    return session.exec(found.order_by(col(RunEvent.at).desc())).first()


def heard_of(session: Session, run: PageRun) -> bool:
    """Whether whoever holds the job has set out, phoned, arrived or asked for a part since they took it."""
    return any(said_since(session, run, what, run.acknowledged_at) for what in HEARD_OF)


def said_since(session: Session, run: PageRun, what: str, since: datetime | None) -> bool:
    """Whether it happened at that instant or later."""
    latest = last(session, run, what)
    return latest is not None and (since is None or latest >= since)
