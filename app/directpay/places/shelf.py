"""Clusters that cost the database a second, kept for a while: of what is free now, far out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from app.charging.chargers.places.model import DRAWN, Area, Cluster, Sought, cells_around
from app.infra.kept.values import Kept

_LASTS: Final = timedelta(seconds=30)
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class MapAsked:
    """
    The clusters of an operator's map that are asked for.

    *max_price_kwh* leaves out where no EVSE has a price per kWh of at most so many major units.
    """

    operator_id: UUID
    area: Area
    zoom: int
    sought: Sought
    max_price_kwh: Decimal | None = None

    @property
    def is_dear(self) -> bool:
        """Tell whether all charging points of a country, or prices are to be looked at."""
        return self.max_price_kwh is not None or (self.zoom <= DRAWN and self.sought.available)

    def rounded(self) -> "MapAsked":
        """Return the map with an area of whole cells, so that neighbours ask for the same."""
        area = cells_around(self.area, self.zoom)
        return replace(self, area=area, sought=replace(self.sought, area=area))


Look = Callable[[MapAsked], Awaitable[Sequence[Cluster]]]


@dataclass(slots=True)
class MapShelf:
    """What one process has looked at lately; who asks for the same meanwhile waits with it."""

    _kept: Kept[MapAsked, Sequence[Cluster]] | None = field(default=None)

    async def clusters(self, asked: MapAsked, look: Look) -> Sequence[Cluster]:
        """Return what *look* finds, at most half a minute old where that is dear."""
        if not asked.is_dear:
            return await look(asked)
        if self._kept is None:
            self._kept = Kept(look, lambda _: _LASTS, most=_MOST)
        return await self._kept.get(asked.rounded())
