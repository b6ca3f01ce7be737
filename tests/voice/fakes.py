"""A recogniser engine that does what the topic of an utterance says, in a real worker process."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from voice.recogniser.protocol import Pcm8k, Transcript


@dataclass
class ScriptedStream:
    engine: "ScriptedEngine"
    topic: str
    heard: list[Pcm8k] = field(default_factory=list)

    def feed(self, pcm: Pcm8k) -> str | None:
        self.engine.act(f"feed {self.topic}")
        self.heard.append(pcm)
        return f"{self.topic} {np.concatenate(self.heard).sum()}"

    def close(self) -> None:
        self.engine.act("close")


class ScriptedEngine:
    """The text of an utterance is its length and the sum of its samples, so that nothing lost goes unseen.

    Topics: `die`, `die_once`, `stall`, `stall_once`, `raise`, `raise_once`, `deaf` (no decoder free), `print`,
    `threads`, `wait` (until the test opens the gate). `log` in the folder gets a line for everything asked.
    """

    name = "scripted"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if (folder / "broken").exists():
            raise FileNotFoundError("no weights here")

    def stream(self, topic: str = "general") -> ScriptedStream | None:
        return None if topic == "deaf" else ScriptedStream(self, topic)

    def decode(self, pcm: Pcm8k, topic: str = "general") -> Transcript:
        self.act(topic)
        if topic == "threads":
            return Transcript(os.environ["OMP_NUM_THREADS"])
        return Transcript(text=f"{len(pcm)} {pcm.sum()}", audio_s=len(pcm) / 8000)

    def act(self, topic: str) -> None:
        with (self.folder / "log").open("a") as log:
            log.write(topic + "\n")
        deed, _, once = topic.removeprefix("feed ").partition("_")
        if once and not self._first(topic):
            return
        match deed:
            case "die":
                os._exit(1)
            case "stall":
                os.read(os.pipe()[0], 1)  # for ever
            case "raise":
                raise RuntimeError("the caller said 555 0199")
            case "print":
                sys.stdout.write("chatter\n")
                sys.stdout.flush()
            case "wait":
                (self.folder / "gate").read_bytes()

    def _first(self, topic: str) -> bool:
        mark = self.folder / topic.replace(" ", "-")
        if mark.exists():
            return False
        mark.touch()
        return True
