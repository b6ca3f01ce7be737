"""The promise: a time at which a person will call, computed from what the company knows, kept nine times of ten."""

from callbacks.promise.hours import is_open, next_opening, round_up, spoken_day

# isort: split
# The order of the queue, which `giving` asks for, and the texts beside it need the hours above.
from callbacks.promise.giving import chance, give, spare

__all__ = ["chance", "give", "is_open", "next_opening", "round_up", "spare", "spoken_day"]
