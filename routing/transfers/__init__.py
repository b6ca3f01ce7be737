"""Handing a caller to a person who has been told what matters. The states are in machine.py, the rows in handing.py."""

from routing.transfers.handing import FINAL as FINAL
from routing.transfers.handing import advance as advance
from routing.transfers.handing import begin as begin
from routing.transfers.handing import caller_left as caller_left
from routing.transfers.handing import happened as happened
from routing.transfers.handing import leg_news as leg_news
from routing.transfers.handing import leg_of as leg_of
from routing.transfers.handing import leg_over as leg_over
from routing.transfers.handing import live as live
from routing.transfers.handing import of_call as of_call
from routing.transfers.handing import rung as rung
from routing.transfers.looks import handlers as handlers
from routing.transfers.machine import Event as Event
from routing.transfers.watch import let_go as let_go
from routing.transfers.watch import stay as stay
from routing.transfers.whisper import KEYS as KEYS
