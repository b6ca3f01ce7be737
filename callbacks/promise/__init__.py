"""The promise: a time at which a person will call, computed from what the company knows, kept nine times of ten."""

from callbacks.promise.hours import spoken_day

# isort: split
# The order of the queue, which `giving` asks for, and the texts beside it need the hours above.
from callbacks.promise.giving import chance, give, spare

__all__ = ["chance", "give", "spare", "spoken_day"]
