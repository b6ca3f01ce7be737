"""Addresses of the technician's page: signed, good for a day, with nothing in them that names anybody.

A token is base32 of (the run's id, the minute of its end, a MAC). The person is not in it: the MAC is made over the
person's id as well, so the one of the staff for whom it fits is the one whom the token was made for.
"""

import hmac
from base64 import b32decode, b32encode
from binascii import Error
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from models.company import Person

GOOD_FOR = timedelta(hours=24)

RUN, END, MAC = 16, 4, 15
"""Bytes; 35 in all, because that is 56 characters of base32 without padding. 120 bits of MAC cannot be guessed."""

LENGTH = (RUN + END + MAC) * 8 // 5


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads tokens. `base` is our public address; `key` is kept for this use alone."""

    base: str
    key: bytes = field(repr=False)

    def url(self, run_id: str, person_id: str, now: datetime) -> str:
        """The address of this person's page of this run; good for a day from `now`."""
        end = int((now + GOOD_FOR).timestamp()) // 60
        told = bytes.fromhex(run_id) + end.to_bytes(END, "big")
        token = b32encode(told + self._mac(told, person_id)).decode().lower()
        return f"{self.base.rstrip('/')}/t/{token}"

    def read(self, token: str, people: Iterable[Person], now: datetime) -> tuple[str, Person] | None:
        """The run's id and the person a token was made for; None when it is forged, expired or nobody's any more.

        Every person is tried, whoever fits, so that the time taken tells nothing.
        """
        if len(token) != LENGTH:
            return None
        try:
            raw = b32decode(token.upper())
        except (Error, ValueError):
            return None
        told, mac = raw[: RUN + END], raw[RUN + END :]
        fitting = [one for one in people if hmac.compare_digest(mac, self._mac(told, one.id))]
        end = int.from_bytes(told[RUN:], "big")
        if not fitting or now.timestamp() >= end * 60:
            return None
        return told[:RUN].hex(), fitting[0]

    def _mac(self, told: bytes, person_id: str) -> bytes:
        return hmac.new(self.key, told + person_id.encode(), sha256).digest()[:MAC]
