"""Facts about tariffs that others react to."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PricesChanged(Event):
    """A tariff with dynamic prices has a new version: sessions that follow it look again."""

    tariff_id: str
