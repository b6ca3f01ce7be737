"""Reading a profile that may be wrong anywhere: its tables and lists, empty where there is none or something else."""

from collections.abc import Mapping
from typing import Any


def table(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A table of the file, or of a table."""
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def rows(data: Mapping[str, Any], name: str) -> list[Any]:
    """A list of a table."""
    value = data.get(name)
    return value if isinstance(value, list) else []


def tables(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of tables; what is none is left out."""
    return [one for one in rows(data, name) if isinstance(one, dict)]
