"""What a process keeps of a scan page, and for how long."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import pytest

from app.charging.chargers.errors import UnknownCode
from app.charging.chargers.model import EvseStatus
from app.directpay.scan import Standing, look_at, standing_at
from app.directpay.views import PointState, ScanView
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.publish import publish_tariff
from app.web.drawing.scan_cache import Lifetimes, ScanCache
from app.web.words.payment import Device
from tests.http.site import Site
from tests.scenarios.world import CODE, OPERATOR, TARIFF, World


@dataclass
class Shelf:
    """A cache over the world that keeps what stands there ten seconds, and its state one."""

    world: World
    now: int = 0
    read: list[str] = field(default_factory=list)
    holds_for: timedelta | None = None

    def __post_init__(self) -> None:
        """Begin with nothing."""
        lifetimes = Lifetimes(timedelta(seconds=10), timedelta(seconds=1))
        self.scans = ScanCache(self._stands, self._look, lifetimes, nanoseconds=lambda: self.now)

    async def _stands(self, code: str) -> Standing:
        self.read.append("stands")
        standing = await standing_at(code, desk=self.world.desk)
        return replace(standing, holds_for=self.holds_for)

    async def _look(self, standing: Standing, language: str) -> ScanView:
        self.read.append("state")
        return await partial(look_at, desk=self.world.desk)(standing, language)

    async def sees(self, *, after: int = 0) -> ScanView:
        """What a visitor sees *after* so many seconds."""
        self.now += after * 1_000_000_000
        return (await self.scans.at(CODE, "en")).view


async def new_price(world: World) -> None:
    """Publish a second version of the tariff."""
    element = {"price_components": [{"type": "ENERGY", "price": "0.60", "step_size": 1}]}
    async with world.database.work(OPERATOR) as work:
        await publish_tariff(work, parse_tariff({**TARIFF, "elements": [element]}))


async def test_a_visit_within_a_second_reads_nothing(site: Site):
    """And its page is the very same."""
    shelf = Shelf(site.world)
    first = (await shelf.scans.at(CODE, "en")).page(Device.OTHER)
    second = (await shelf.scans.at(CODE, "en")).page(Device.OTHER)

    assert ["stands", "state"] == shelf.read
    assert first is second


async def test_the_state_is_looked_at_every_second(site: Site):
    """What stands there is not asked again, and the state of its socket is true."""
    shelf = Shelf(site.world)
    states = [(await shelf.sees()).point.state]
    await site.world.reports(EvseStatus.CHARGING)
    states.append((await shelf.sees(after=1)).point.state)
    await site.world.reports(EvseStatus.AVAILABLE)
    await site.world.pays()
    states.append((await shelf.sees(after=1)).point.state)
    await site.world.disconnects()
    states.append((await shelf.sees(after=1)).point.state)

    assert ["stands", "state", "state", "state", "state"] == shelf.read
    assert [
        PointState.FREE,
        PointState.OCCUPIED,
        PointState.SOMEONE_PAYING,
        PointState.OFFLINE,
    ] == states


async def test_a_page_that_did_not_change_is_rendered_once(site: Site):
    """A new look that sees the same leads to the same page."""
    shelf = Shelf(site.world)
    first = (await shelf.scans.at(CODE, "en")).page(Device.OTHER)
    shelf.now += 5_000_000_000

    assert first is (await shelf.scans.at(CODE, "en")).page(Device.OTHER)
    assert ["stands", "state", "state"] == shelf.read


async def test_a_new_price_is_seen_after_ten_seconds(site: Site):
    """Until then the page shows the old one; paying checks it anyway."""
    shelf = Shelf(site.world)
    await shelf.sees()
    await new_price(site.world)
    versions = [(await shelf.sees(after=after)).price.tariff_version for after in (9, 1)]

    assert [1, 2] == versions


async def test_a_price_is_not_kept_past_its_own_end(site: Site):
    """When the price changes by itself in three seconds, it is kept no longer."""
    shelf = Shelf(site.world, holds_for=timedelta(seconds=3))
    await shelf.sees()
    await new_price(site.world)
    versions = [(await shelf.sees(after=after)).price.tariff_version for after in (2, 1)]

    assert [1, 2] == versions


async def test_what_was_forgotten_is_read_anew(site: Site):
    """After somebody paid, or was refused, nothing old is shown."""
    shelf = Shelf(site.world)
    await shelf.sees()
    await new_price(site.world)
    shelf.scans.forget(CODE)

    assert 2 == (await shelf.sees()).price.tariff_version


async def test_a_socket_that_was_taken_away_is_not_found(site: Site):
    """Although what stood there is still known."""
    shelf = Shelf(site.world)
    await shelf.sees()
    site.world.worker.sql.execute("UPDATE evse SET removed_at = now()")

    with pytest.raises(UnknownCode):
        await shelf.sees(after=1)
