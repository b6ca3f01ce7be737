"""OpenAI's Whisper, any size: whole utterances at their end, made-up text thrown away. Torch is imported only here."""

import math
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.ears.activity import WINDOW, Activity, Model
from voice.recogniser.protocol import SAMPLE_RATE, Pcm8k, Stream, Transcript, Word
from voice.recogniser.whisper_rules import rejection
from voice.recogniser.whisper_text import plain

LANGUAGES = ("en", "es")
LANGUAGE_SETTING = "FIRSTRING_WHISPER_LANGUAGE"

LONGEST = 28 * SAMPLE_RATE
"""Samples decoded at once: the encoder takes 30 s, and the last timestamps of a full window are unsafe."""

SEARCH = 8 * SAMPLE_RATE
"""Longer audio is cut at the quietest 20 ms of the last 8 s before that: nobody speaks for 8 s without a breath."""

QUIET = SAMPLE_RATE // 50

VOICE = 0.5
"""Silero's probability from which a window has voice in it: its own default."""


class WhisperEngine:
    """A loaded Whisper. It has no partial texts: the encoder pays for 30 s of audio however little was said."""

    name = "whisper"

    def __init__(self, model: str, language: str | None = None) -> None:
        """`model`: a size's name (downloaded by whisper's own loader if its cache lacks it) or a checkpoint's path.

        `language`: en, es or auto (the likelier of the two); default from FIRSTRING_WHISPER_LANGUAGE, else auto.
        Raises ValueError for another language, and RuntimeError or OSError where the model cannot be loaded.
        """
        import torch
        import whisper
        from whisper import timing

        language = language or os.environ.get(LANGUAGE_SETTING) or "auto"
        if language not in (*LANGUAGES, "auto"):
            raise ValueError(f"{LANGUAGE_SETTING}={language}: en, es or auto")
        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "0")) or os.cpu_count() or 1)
        self._whisper, self._timing = whisper, timing
        self._types = {True: torch.float16, False: torch.float32}
        self._model = whisper.load_model(os.path.expanduser(model))
        self._language = language if self._model.is_multilingual else "en"
        self._activity = Model()

    def stream(self, topic: str = "general") -> Stream | None:  # noqa: ARG002
        """No partial texts: always None."""
        return None

    def decode(self, pcm: Pcm8k, topic: str = "general") -> Transcript:
        """Decode a whole utterance, in pieces where it is longer than 28 s."""
        began = time.perf_counter()
        voiced = self._voiced(pcm)
        words: list[Word] = []
        reasons: list[str] = []
        for start, end in pieces(pcm):
            at = start / SAMPLE_RATE
            language, segments = self._segments(pcm[start:end])
            for segment in segments:
                first, last = (int((at + segment[edge]) * SAMPLE_RATE / WINDOW) for edge in ("start", "end"))
                under = voiced[first : last + 1]
                reason = rejection(segment, float(under.mean()) if len(under) else 0.0)
                if reason:
                    reasons.append(reason)
                else:
                    words += words_of(segment, language, at, dictated=topic == "phone")
        return Transcript(
            text=" ".join(word.text for word in words),
            words=tuple(words),
            confidence=sum(word.confidence for word in words) / len(words) if words else 0.0,
            audio_s=len(pcm) / SAMPLE_RATE,
            decode_s=time.perf_counter() - began,
            rejected="; ".join(reasons) if reasons and not words else None,
        )

    def _spoken(self, mel: Any) -> str:
        if self._language != "auto":
            return self._language
        _, probabilities = self._model.detect_language(mel)
        return max(LANGUAGES, key=lambda code: float(probabilities[code]))

    def _segments(self, pcm: Pcm8k) -> tuple[str, list[dict[str, Any]]]:
        """The language of at most 28 s and its segments, each with words, decoded in one pass.

        Not whisper.transcribe: that goes back to the last time mark and decodes the rest of the window again, so that
        an utterance costs two or three passes where one is enough.
        """
        sound = doubled(pcm)
        frames = len(sound) // self._whisper.audio.HOP_LENGTH
        mel = self._whisper.log_mel_spectrogram(self._whisper.pad_or_trim(sound), self._model.dims.n_mels)
        mel = mel.to(self._model.device)
        language = self._spoken(mel)
        options = self._whisper.DecodingOptions(
            language=language, temperature=0.0, fp16=self._model.device.type == "cuda"
        )
        result = self._whisper.decode(self._model, mel.to(self._types[options.fp16]), options)
        tokenizer = self._whisper.tokenizer.get_tokenizer(
            self._model.is_multilingual, num_languages=self._model.num_languages, language=language, task="transcribe"
        )
        figures = {name: getattr(result, name) for name in ("no_speech_prob", "avg_logprob", "compression_ratio")}
        spoken = [
            {"seek": 0, "start": start, "end": end, "text": tokenizer.decode(tokens), "tokens": tokens} | figures
            for start, end, tokens in marked(result.tokens, tokenizer.timestamp_begin, len(pcm) / SAMPLE_RATE)
        ]
        self._timing.add_word_timestamps(
            segments=spoken,
            model=self._model,
            tokenizer=tokenizer,
            mel=mel,
            num_frames=frames,
            last_speech_timestamp=0.0,
        )
        return language, spoken

    def _voiced(self, pcm: Pcm8k) -> NDArray[np.bool_]:
        """Which windows of 32 ms have voice in them, shape (n // WINDOW,): Silero, as on the call itself."""
        activity = Activity(self._activity)
        whole = pcm[: len(pcm) // WINDOW * WINDOW].reshape(-1, WINDOW)
        return np.array([activity.probability(window) > VOICE for window in whole], np.bool_)


def pieces(pcm: Pcm8k) -> Iterator[tuple[int, int]]:
    """Start and end of pieces of at most 28 s that together are all of the samples, cut where it is quietest."""
    start = 0
    while len(pcm) - start > LONGEST:
        end = start + LONGEST
        tail = pcm[end - SEARCH : end].astype(np.float64).reshape(-1, QUIET)
        cut = end - SEARCH + int((tail**2).mean(axis=1).argmin()) * QUIET + QUIET // 2
        yield start, cut
        start = cut
    if len(pcm) > start:
        yield start, len(pcm)


def marked(tokens: Sequence[int], first_mark: int, duration: float) -> Iterator[tuple[float, float, list[int]]]:
    """Start, end (seconds) and text tokens of each stretch between time marks; a mark is 20 ms times what is above
    `first_mark`. What has no mark before it starts at 0 or where the last ended, and without one after it ends with
    the sound."""
    start, text = 0.0, list[int]()
    for token in tokens:
        if token < first_mark:
            text.append(token)
            continue
        mark = min((token - first_mark) * 0.02, duration)
        if text:
            yield start, mark, text
        start, text = mark, []
    if text:
        yield start, duration, text


def doubled(pcm: Pcm8k) -> NDArray[np.float32]:
    """The samples at 16 kHz, full scale ±1, shape (2n,): resampled through the spectrum, nothing added above 4 kHz."""
    length = len(pcm)
    spectrum = np.zeros(length + 1, np.complex128)
    spectrum[: length // 2 + 1] = np.fft.rfft(pcm / 32768.0)
    return np.asarray(np.fft.irfft(spectrum, 2 * length) * 2, np.float32)


def words_of(segment: Mapping[str, Any], language: str, offset: float, dictated: bool = False) -> list[Word]:
    """The words of a segment in plain spelling; those that one written piece became ("235") share its time evenly."""
    words: list[Word] = []
    for _, run in groupby(enumerate(segment["words"]), key=_Runs()):
        group = [piece for _, piece in run]
        said = plain("".join(piece["word"] for piece in group), language, dictated)
        start, end = float(group[0]["start"]), float(group[-1]["end"])
        sure = math.fsum(float(piece["probability"]) for piece in group) / len(group)
        each = (end - start) / max(len(said), 1)
        for number, word in enumerate(said):
            begins = offset + start + number * each
            words.append(Word(word, round(begins, 3), round(begins + each, 3), min(max(sure, 0.0), 1.0)))
    return words


class _Runs:
    """Numbers the runs of pieces that are written together: a new one begins at each piece with a space before it."""

    def __init__(self) -> None:
        self._run = 0

    def __call__(self, numbered: tuple[int, Mapping[str, Any]]) -> int:
        if numbered[1]["word"].startswith(" "):
            self._run += 1
        return self._run
