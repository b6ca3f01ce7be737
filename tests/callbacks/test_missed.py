"""Missed is a precise word."""

import pytest

from callbacks.missed import Ending, Missed, judge
from models.enums import TransferStatus

SERVED = Ending(final_status="completed", streamed=True, outcome="resolved")


@pytest.mark.parametrize(
    ("ending", "rule"),
    [
        (Ending("no-answer", streamed=False, outcome=None), Missed.NEVER_ANSWERED),
        (Ending("completed", streamed=False, outcome=None), Missed.NO_STREAM),
        (Ending("completed", streamed=True, outcome=None), Missed.ABANDONED),
        (Ending("completed", streamed=True, outcome=None, transfer=TransferStatus.FAILED), Missed.NOBODY_FREE),
        (Ending("completed", streamed=True, outcome=None, transfer=TransferStatus.RINGING), Missed.NOBODY_FREE),
        (Ending("completed", streamed=False, outcome=None, recording_s=11), Missed.VOICEMAIL),
        (SERVED, None),
        (Ending("completed", streamed=True, outcome=None, transfer=TransferStatus.BRIDGED), None),
        (Ending("completed", streamed=True, outcome=None, transfer=TransferStatus.OVER), None),
        (Ending("completed", streamed=True, outcome=None, transfer=TransferStatus.LEFT), Missed.NOBODY_FREE),
        (Ending(None, streamed=True, outcome="wrong_number"), None),
    ],
)
def test_the_five_rules(ending: Ending, rule: Missed | None) -> None:
    assert judge(ending) == rule
