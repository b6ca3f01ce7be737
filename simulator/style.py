"""How the far end of a media stream behaves: strictly like Twilio, or like the sloppy clients met in the field."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class MediaStyle:
    """Everything about a media stream that may differ from one telephone company, proxy or bad day to the next."""

    frame_bytes: tuple[int, ...] = (160,)
    """Sizes of the frames in turn. Real calls: 160 bytes, 20 ms (captures)."""
    bunch: int = 1
    """Frames that are held back and sent together."""
    sequence_numbers: bool = True
    timestamps: Literal["ms", "samples"] = "ms"
    first_timestamp: int = 155
    """Milliseconds on the first frame: 155 and 171 were seen on real calls, never 0 (captures)."""
    marks: bool = True
    """Whether marks are sent back at all."""
    starts: int = 1
    """How often `start` is sent."""
    stop: bool = True
    closes: bool = True
    """False: the socket stays open and silent when the call has ended, as after a lost route."""
    handshake: Literal["signed", "slash", "unsigned"] = "signed"
    """`slash` signs the URL with a trailing slash, as one live server saw; `unsigned` sends no signature."""
    stalls: tuple[tuple[float, float], ...] = ()
    """(at, length) in seconds of stream time: frames due in that span come together at its end."""

    def held_until(self, due: float) -> float:
        """When a frame due at `due` (seconds of stream time) really leaves."""
        for at, length in self.stalls:
            if at <= due < at + length:
                return at + length
        return due


STRICT = MediaStyle()
SLOPPY = MediaStyle(
    frame_bytes=(160, 333, 1, 80, 512, 160),
    bunch=3,
    sequence_numbers=False,
    timestamps="samples",
    first_timestamp=0,
    marks=False,
    stop=False,
)
