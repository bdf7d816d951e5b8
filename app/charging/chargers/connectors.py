"""Connectors as the database keeps them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.charging.chargers.model import Connector


def connectors_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Connector, ...]:
    """Return connectors as they were *stored*: as JSON, with the power as text."""
    return tuple(
        Connector(**{**each, "max_power_kw": Decimal(each["max_power_kw"])}) for each in stored
    )
