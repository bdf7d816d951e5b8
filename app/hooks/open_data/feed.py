"""
The pages of the feed, each made at most every half minute, whoever asks.

Source: Regulation (EU) 2023/1804 (AFIR), Art. 20: static and dynamic data of every public
charging point, free of charge, and within a minute of a change.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from msgspec import structs

from app.charging.chargers.public.read import Window, count_locations, page_of_locations
from app.infra.database import Work
from app.infra.kept.packed import FOR_NOW, Packed
from app.infra.kept.values import Kept
from app.people.identity.find import find_operator
from app.people.identity.read import get_operator
from app.pricing.tariffs.choice.model import AD_HOC
from app.pricing.tariffs.model import OcpiObject
from app.roaming.desk import RoamingDesk
from app.roaming.here.offer import Offer, offer_for
from app.roaming.here.places import ocpi_location
from app.roaming.wire.codec import encode_plain, plain
from app.roaming.wire.envelope import Envelope, Status
from app.roaming.wire.versions import Version

PAGE: Final = 100
# Half a minute old at most here, and half a minute in the caches on the way.
LIFETIME: Final = timedelta(seconds=30)
_AD_HOC: Final = frozenset({AD_HOC})
_MOST_PAGES: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A page: of an operator, in a version, of `locations` or `tariffs`, from an *offset* on."""

    slug: str
    version: Version
    module: str
    offset: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is ready to send; *total* counts the objects of all pages."""

    body: Packed
    total: int
    offset: int
    count: int

    @property
    def next_offset(self) -> int | None:
        """Return where the next page begins, None after the last one."""
        after = self.offset + self.count
        return after if self.count and after < self.total else None


class OpenData:
    """The feeds of all operators; what was asked for lately is kept."""

    def __init__(self, desk: RoamingDesk) -> None:
        """Read from the database of *desk*."""
        self._desk = desk
        self._pages: Kept[Asked, Page] = Kept(self._read, lambda _: LIFETIME, most=_MOST_PAGES)

    @property
    def base_url(self) -> str:
        """Return our own address."""
        return self._desk.base_url

    async def page(self, asked: Asked) -> Page:
        """Return a page, at most half a minute old. Raises OperatorNotFound."""
        return await self._pages.get(asked)

    async def _read(self, asked: Asked) -> Page:
        operator = await find_operator(asked.slug, database=self._desk.database)
        async with self._desk.database.work(operator.operator_id) as work:
            offer = await offer_for(work, _AD_HOC)
            read = _tariffs if asked.module == "tariffs" else _locations
            found, total = await read(work, offer, asked.offset)
        said = Envelope(status_code=Status.SUCCESS, status_message="Success", timestamp=work.now)
        body = {"data": plain(found, asked.version), **plain(said, asked.version)}
        return Page(Packed(encode_plain(body), quality=FOR_NOW), total, asked.offset, len(found))


async def _locations(work: Work, offer: Offer, offset: int) -> tuple[list[OcpiObject], int]:
    window = Window(offset=offset, limit=PAGE)
    operator = await get_operator(work)
    places = await page_of_locations(work, window)
    found: list[OcpiObject] = [ocpi_location(place, operator, offer) for place in places]
    return found, await count_locations(work, window)


async def _tariffs(_: Work, offer: Offer, offset: int) -> tuple[list[OcpiObject], int]:
    # OCPI, mod_tariffs, "TariffType": what drivers without a contract pay.
    every = [structs.replace(tariff, type="AD_HOC_PAYMENT") for tariff in offer.every_tariff()]
    return list(every[offset : offset + PAGE]), len(every)
