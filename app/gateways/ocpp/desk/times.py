"""Times in payloads."""

from datetime import datetime

from app.gateways.ocpp.values import write_instant


def times(**given: datetime | None) -> dict[str, str]:
    """Return the times that are *given* by their names, as the wire has them."""
    return {name: write_instant(at) for name, at in given.items() if at is not None}
