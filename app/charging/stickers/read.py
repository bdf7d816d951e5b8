"""What is known of stickers: their list with scans, and the points that nobody scans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from app.charging.chargers.model import Evse
from app.charging.chargers.read import evses_among
from app.charging.stickers import store
from app.charging.stickers.model import ALL, Part, Sticker, StickerState
from app.charging.stickers.tally import KEPT
from app.infra.database import Work

SCANS_OF = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Listed:
    """A sticker, its scans of the last 30 days, and the day of the last one of 400."""

    sticker: Sticker
    scans: int
    last_scan: date | None


@dataclass(frozen=True, slots=True)
class Silent:
    """A point that nobody scanned since *last_scan*; None is for 400 days, or never."""

    evse: Evse
    last_scan: date | None

    @property
    def place(self) -> str:
        """Where the point stands in the list: by location."""
        return f"{self.evse.location.location_id}~{self.evse.evse_uid}"


async def list_stickers(
    work: Work,
    *,
    location_ids: Sequence[str] = (),
    evse_uids: Sequence[str] = (),
    state: StickerState | None = None,
    part: Part = ALL,
) -> list[Listed]:
    """Return the operator's stickers by code and number, or a *part* of them. A step."""
    chosen: Sequence[str] | None = None
    if location_ids or evse_uids:
        evses = await evses_among(work, location_ids=location_ids, evse_uids=evse_uids)
        chosen = [evse.evse_uid for evse in evses]
    today = work.now.date()
    lately = await store.scans_since(work, today - SCANS_OF)
    ever = await store.scans_since(work, today - KEPT)
    return [
        Listed(each, lately.get(key, (0, today))[0], ever[key][1] if key in ever else None)
        for each in await store.of_operator(work, chosen, state, part)
        for key in [(each.evse_uid, each.number)]
    ]


async def points_without_scans(work: Work, days: int, after: str = "") -> list[Silent]:
    """
    Return the operator's points without a scan in the last *days*, by location. A step.

    Those *after* a place of that list.
    """
    since = work.now.date() - timedelta(days=days)
    last: dict[str, date] = {}
    for (evse_uid, _), (_, day) in (await store.scans_since(work, date.min)).items():
        last[evse_uid] = max(day, last.get(evse_uid, day))
    points = [Silent(evse, last.get(evse.evse_uid)) for evse in await evses_among(work)]
    silent = (each for each in points if (each.last_scan or date.min) < since)
    return sorted((each for each in silent if each.place > after), key=attrgetter("place"))
