"""When a segment of Whisper's is not what a caller said: the text it makes up over silence and noise. Pure rules.

Whisper was trained on subtitles; given no speech it writes "thank you", "thanks for watching" or one phrase over and
over, often with a good probability. So its own three figures are asked first, and then whether anybody spoke at all.
"""

from collections.abc import Mapping
from typing import Any

NO_SPEECH = 0.6
"""Probability of <|nospeech|>: `no_speech_threshold` of whisper.transcribe; believed when the text is unsure too."""

LOG_PROBABILITY = -1.0
"""Mean log probability of the tokens: `logprob_threshold` of whisper.transcribe, below which it decodes again."""

COMPRESSION = 2.4
"""Length over its zlib length: `compression_ratio_threshold` of whisper.transcribe; above it the text goes round."""

SUPPORT = 0.1
"""Share of the segment's windows with voice. Below a tenth nobody spoke: a lone "yes" of 0.3 s within a segment of 2 s
has 0.15. Our own number: no weights could be had to measure it with."""

SUPPORT_IF_NO_SPEECH = 0.3
"""Share of voice that is enough when Whisper itself thinks that there is no speech: sure of its words ("thank you",
-0.3) it keeps them over silence, which its own rule lets pass. Our own number, as above."""


def rejection(segment: Mapping[str, Any], support: float) -> str | None:
    """Why a segment is thrown away, or None to keep it.

    `segment` has whisper's no_speech_prob, avg_logprob and compression_ratio; `support` is the share (0 to 1) of its
    time in which a voice was heard.
    """
    silent = segment["no_speech_prob"] > NO_SPEECH
    if support < SUPPORT:
        return f"no voice under it ({support:.2f} of the time)"
    if segment["compression_ratio"] > COMPRESSION:
        return f"repeats itself (compression ratio {segment['compression_ratio']:.1f})"
    if segment["avg_logprob"] < LOG_PROBABILITY:
        return f"{'no speech' if silent else 'improbable'} (mean log probability {segment['avg_logprob']:.2f})"
    if silent and support < SUPPORT_IF_NO_SPEECH:
        return f"no speech (probability {segment['no_speech_prob']:.2f}, voice {support:.2f} of the time)"
    return None
