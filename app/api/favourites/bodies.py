"""What an app sends and gets back about places that a driver keeps and waits for."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from app.api.places.examples import LOCATION
from app.directpay.favourites.model import Watch
from app.directpay.places.views import PlaceView


class Favourites(Struct, frozen=True):
    """The places that a driver keeps, as they are now."""

    locations: tuple[PlaceView, ...]


class WatchOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """What to wait for: any charging point of a location, or with *evse_uid* this one alone."""

    location_id: Annotated[str, Meta(min_length=1, max_length=50)]
    evse_uid: Annotated[str, Meta(min_length=1, max_length=50)] | None = None


class WatchView(Struct, frozen=True):
    """What a driver waits for until *expires_at*."""

    id: UUID
    location_id: str
    evse_uid: str | None
    since: datetime
    expires_at: datetime


class Watches(Struct, frozen=True):
    """All that a driver waits for."""

    watches: tuple[WatchView, ...]


def watch_view(watch: Watch) -> WatchView:
    """Return a watch as its driver may see it."""
    return WatchView(
        id=watch.watch_id,
        location_id=watch.location_id,
        evse_uid=watch.evse_uid,
        since=watch.made_at,
        expires_at=watch.expires_at,
    )


FAVOURITES = Favourites((LOCATION,))
WATCH_ORDER = WatchOrder("KADE")
WATCH = WatchView(
    id=UUID("019c0000-0000-7000-8000-000000000007"),
    location_id="KADE",
    evse_uid=None,
    since=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    expires_at=datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
)
WATCHES = Watches((WATCH,))
