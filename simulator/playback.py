"""What the product has sent to be played and the caller has not heard yet."""

from collections import deque

LIMIT = 8000 * 60 * 30  # bytes of audio that may wait: half an hour; more is refused and complained about


class Playback:
    """The buffer of a media stream: audio and marks in the order in which they came."""

    def __init__(self) -> None:
        self._queue: deque[bytes | str] = deque()
        self._first = 0  # bytes of the front piece that were played already
        self.waiting = 0
        """Bytes of audio not yet played."""

    @property
    def empty(self) -> bool:
        """Whether neither audio nor marks wait."""
        return not self._queue

    def add(self, ulaw: bytes) -> bool:
        """Append audio; False when the buffer is full and the audio was dropped."""
        if self.waiting + len(ulaw) > LIMIT:
            return False
        if ulaw:
            self._queue.append(ulaw)
            self.waiting += len(ulaw)
        return True

    def mark(self, name: str) -> bool:
        """Append a mark; True when it is passed at once because nothing waits before it."""
        if not self._queue:
            return True
        self._queue.append(name)
        return False

    def clear(self) -> list[str]:
        """Drop all audio; gives the marks that were pending."""
        marks = [item for item in self._queue if isinstance(item, str)]
        self._queue.clear()
        self._first = self.waiting = 0
        return marks

    def take(self, size: int) -> tuple[bytes, list[str]]:
        """Play up to `size` bytes: the audio, and the marks passed while or right after playing it."""
        audio, marks = bytearray(), list[str]()
        while self._queue:
            item = self._queue[0]
            if isinstance(item, str):
                marks.append(item)
                self._queue.popleft()
                continue
            if len(audio) == size:
                break
            piece = item[self._first : self._first + size - len(audio)]
            audio += piece
            self._first += len(piece)
            if self._first == len(item):
                self._queue.popleft()
                self._first = 0
        self.waiting -= len(audio)
        return bytes(audio), marks
