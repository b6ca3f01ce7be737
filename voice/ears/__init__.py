"""From frames of the media stream to whole utterances: µ-law, the ring, voice activity, endpointing.

Audio time is counted in samples and never read from a clock. Never here: what was said.
"""
