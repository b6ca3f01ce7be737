"""Paging: the run, its rungs, and the answer. A lost page is a flooded house; a doubled one is a nuisance.

Every function here works inside the caller's transaction: rows first, acts later (the carrier's engine).

    run.py     the ladder: a run begins, its rungs are paged, time climbs, and it ends at a person
    ladder.py  whom to page: the rota, the licences, the policy, the night
    news.py    what became of a page: the window of its rung, the next method, what was learned since
    answer.py  yes and no, on the way, arrived, somebody else instead, a part that is missing
    after.py   taken, and then silence: asked once, then paged again
    overdue.py on the way, and never there: asked once, then a manager told
    joining.py the caller rings again about the same danger: one ladder
    reply.py   the answers that come by text
    pressing.py  the caller presses: help, URGENT, the same danger once more
    hands.py   who may be sent for the job
    customer.py, customer_words.py, texts.py   what the customer, in their language, and the staff are told
    story.py   what happened, for people to read

The order in which rows are held, everywhere, so that no two transactions wait for each other: a timer that rings holds
its own row; then the run; then the job; then messages. Whoever holds a run never waits for a timer (`cancel` with
`wait=False`): a look that rings meanwhile waits for the run, and asks again, with the run held, whether it is wanted.
Whoever holds a job and not its run never asks for the run.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlmodel import Session

from models.company import Company
from models.tables import Timer
from routing.paging.after import LATE_TIMER, REOPEN_TIMER, SILENT_TIMER, late_due, reopen_due, silent_due
from routing.paging.answer import (
    Answer,
    acknowledge,
    arrived,
    called,
    decline,
    on_way,
    part_missing,
    reassign,
)
from routing.paging.customer import held as still_held
from routing.paging.hands import for_the_work, told_to_send, who_may_go
from routing.paging.joining import in_hand, rings_again
from routing.paging.news import brief, page_news, reached
from routing.paging.overdue import NOT_THERE_TIMER, OVERDUE_TIMER, not_there_due, overdue_due
from routing.paging.pressing import Stands, call_for_help, press, remind, stands
from routing.paging.reply import Reply, answer_text, own_words, read_reply
from routing.paging.run import LAST_REPEATS, RUNG_TIMER, rung_due, start
from routing.paging.story import story

LOOKS: Mapping[str, Callable[[Session, Timer, Company, datetime], None]] = {
    RUNG_TIMER: rung_due,
    SILENT_TIMER: silent_due,
    REOPEN_TIMER: reopen_due,
    LATE_TIMER: late_due,
    OVERDUE_TIMER: overdue_due,
    NOT_THERE_TIMER: not_there_due,
}
"""By kind of timer: the look that is due when it rings. The engine runs them."""

__all__ = [
    "LAST_REPEATS",
    "LATE_TIMER",
    "LOOKS",
    "REOPEN_TIMER",
    "RUNG_TIMER",
    "SILENT_TIMER",
    "Answer",
    "Reply",
    "Stands",
    "acknowledge",
    "answer_text",
    "arrived",
    "brief",
    "call_for_help",
    "called",
    "decline",
    "for_the_work",
    "in_hand",
    "on_way",
    "own_words",
    "page_news",
    "part_missing",
    "press",
    "reached",
    "read_reply",
    "reassign",
    "remind",
    "rings_again",
    "rung_due",
    "stands",
    "start",
    "still_held",
    "story",
    "told_to_send",
    "who_may_go",
]
