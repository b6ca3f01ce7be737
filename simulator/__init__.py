"""A pretend telephone company: REST, TwiML, media streams, phones that text and press keys.

It talks to FirstRing over the wire only and imports nothing of it.

    exchange = Exchange(account_sid, auth_token, speed=4.0)
    async with exchange.serve() as base_url:
        exchange.number("+19045550100", voice_url="http://127.0.0.1:8000/twilio/voice")
        caller = exchange.phone("+15125550199")
        call = await caller.dial("+19045550100")
        await call.play(load_wav("leak.wav"))
        await call.hang_up()
"""

from simulator.audio import load_wav, ulaw_encode
from simulator.exchange import Exchange
from simulator.faults import Faults
from simulator.leg import Leg
from simulator.phone import Phone
from simulator.records import Complaint, Text
from simulator.style import SLOPPY, STRICT, MediaStyle

__all__ = [
    "SLOPPY",
    "STRICT",
    "Complaint",
    "Exchange",
    "Faults",
    "Leg",
    "MediaStyle",
    "Phone",
    "Text",
    "load_wav",
    "ulaw_encode",
]
