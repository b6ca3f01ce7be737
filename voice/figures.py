"""Figures for Prometheus. Labels hold kinds, never a number, a name or a word that was said."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)

MILLISECONDS = tuple(ms / 1000 for ms in (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000))


class Figures:
    """The figures of one running house, in a registry of their own (a test runs several houses)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.calls = Counter("firstring_calls", "Calls by how they were answered", ["answered"], registry=self.registry)
        self.endings = Counter("firstring_call_endings", "Calls by outcome", ["outcome"], registry=self.registry)
        self.lines_busy = Gauge("firstring_lines_busy", "Calls with an open stream", registry=self.registry)
        self.turn = Histogram(
            "firstring_turn_seconds", "End of speech to first audio", buckets=SECONDS, registry=self.registry
        )
        self.decode = Histogram(
            "firstring_decode_seconds", "Recogniser's time for an utterance", buckets=SECONDS, registry=self.registry
        )
        self.lateness = Histogram(
            "firstring_frame_lateness_seconds",
            "Frames of the caller's voice: how much later than their time they were taken up",
            buckets=MILLISECONDS,
            registry=self.registry,
        )
        self.hazards = Counter("firstring_hazards", "Hazards heard", ["hazard"], registry=self.registry)
        self.bad_frames = Counter("firstring_bad_frames", "Media messages that were none", registry=self.registry)
        self.refused = Counter(
            "firstring_requests_refused", "Requests refused at the door", ["reason"], registry=self.registry
        )
        self.errors = Counter(
            "firstring_errors", "Errors that were caught and survived", ["where"], registry=self.registry
        )
        self.overdue = Gauge("firstring_overdue_seconds", "Age of the oldest overdue row", registry=self.registry)
        self.recogniser_wait = Gauge(
            "firstring_recogniser_wait_seconds", "Wait for a recogniser", ["quantile"], registry=self.registry
        )
        self.recogniser_respawns = Gauge(
            "firstring_recogniser_respawns", "Recogniser processes replaced", registry=self.registry
        )
        self.partials_dropped = Gauge(
            "firstring_partials_dropped", "Partial audio dropped under load", registry=self.registry
        )
