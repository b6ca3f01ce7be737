"""How likely a window of sound is speech: Silero VAD at 8 kHz through onnxruntime.

Run inline on the event loop: a window costs less than handing it to a thread would
(`python -m voice.ears.measure`; figures in `docs/ears.md`).
"""

from pathlib import Path

import numpy as np
import onnxruntime

from voice.recogniser.protocol import SAMPLE_RATE, Pcm8k

WINDOW = 256
"""Samples judged at a time (32 ms): the only length the model takes at 8 kHz."""

_CONTEXT = 32  # samples of the window before, put in front; the model was trained so
_STATE = (2, 1, 128)
_WEIGHTS = Path(__file__).parents[1] / "data" / "silero_vad.onnx"


class Model:
    """The loaded network: one for the process, shared by every call. Holds nothing of any call."""

    def __init__(self, path: Path = _WEIGHTS) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a window is 50 µs of work: more threads only spin
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class Activity:
    """The speech probability of one call's windows, in order; keeps what the network carries from one to the next."""

    def __init__(self, model: Model) -> None:
        self._run = model.session.run
        self._state = np.zeros(_STATE, np.float32)
        self._input = np.zeros((1, _CONTEXT + WINDOW), np.float32)
        self._rate = np.array(SAMPLE_RATE, np.int64)

    def probability(self, window: Pcm8k) -> float:
        """0 to 1 for the next WINDOW samples; ValueError for any other number of them."""
        if window.shape != (WINDOW,):
            raise ValueError(f"a window is {WINDOW} samples, not {window.shape}")
        sound = self._input
        sound[0, :_CONTEXT] = sound[0, WINDOW:]
        np.divide(window, 32768, out=sound[0, _CONTEXT:], casting="unsafe")
        probability, self._state = self._run(None, {"input": sound, "state": self._state, "sr": self._rate})
        return float(probability[0, 0])
