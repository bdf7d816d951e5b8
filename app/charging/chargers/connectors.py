"""Connectors as the database keeps them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from app.charging.chargers.model import Connector

# Charge points of one model have the same.
_MOST_KINDS: Final = 1000


@lru_cache(_MOST_KINDS)
def connectors_in(text: str) -> tuple[Connector, ...]:
    """Return connectors as `connectors_of` does, from the JSON as *text*."""
    return msgspec.json.decode(text, type=tuple[Connector, ...])


def connectors_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Connector, ...]:
    """Return connectors as they were *stored*: as JSON, with the power as text."""
    return msgspec.convert(stored, tuple[Connector, ...])
