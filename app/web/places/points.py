"""Clusters as the map draws them, and how much of the map they need."""

from collections.abc import Collection
from decimal import Decimal
from typing import Final, Protocol

import msgspec

from app.directpay.places.views import ClusterView

# West, south, east, north in degrees.
Extent = tuple[Decimal, Decimal, Decimal, Decimal]
# The half of what is shown around one point alone, in degrees: a town.
_AROUND: Final = Decimal("0.05")


class Positioned(Protocol):
    """What is somewhere."""

    @property
    def latitude(self) -> Decimal:
        """Return degrees north of the equator."""

    @property
    def longitude(self) -> Decimal:
        """Return degrees east of Greenwich."""


def points(clusters: Collection[ClusterView]) -> dict[str, object]:
    """Return *clusters* as GeoJSON; one that is a location alone has its *id*."""
    return {"type": "FeatureCollection", "features": [_feature(each) for each in clusters]}


def extent_of(found: Collection[Positioned]) -> Extent | None:
    """Return the smallest part of the map that shows all of *found*, None for nothing."""
    if not found:
        return None
    west, east = _span([each.longitude for each in found])
    south, north = _span([each.latitude for each in found])
    return west, south, east, north


def _span(values: Collection[Decimal]) -> tuple[Decimal, Decimal]:
    low, high = min(values), max(values)
    return (low, high) if high - low > _AROUND else (low - _AROUND, high + _AROUND)


def _feature(cluster: ClusterView) -> dict[str, object]:
    properties: dict[str, object] = {"count": cluster.locations}
    if cluster.location_id is not None:
        properties["id"] = cluster.location_id
    position = [_number(cluster.longitude), _number(cluster.latitude)]
    geometry = {"type": "Point", "coordinates": position}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _number(degrees: Decimal) -> object:
    """Return *degrees* as JSON has numbers: with as many digits as it has."""
    return msgspec.Raw(f"{degrees:f}".encode())
