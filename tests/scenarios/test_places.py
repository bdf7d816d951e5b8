"""Drivers look for a place: what it costs them there is what its page says."""

from decimal import Decimal

import msgspec
import pytest

from app.charging.chargers.errors import LocationNotFound
from app.charging.chargers.model import Connector, EvseStatus, Location
from app.charging.chargers.places.model import Area, Sought
from app.charging.chargers.setup.model import EvseDraft
from app.charging.chargers.setup.save import save_charge_point, save_evse, save_location
from app.directpay.places import priced as pricing
from app.directpay.places.errors import AreaTooLarge
from app.directpay.places.find import find_clusters, find_place, find_places
from app.directpay.places.model import Wanted
from app.directpay.places.shelf import MapAsked
from app.directpay.scan import price_for, scan
from app.pricing.tariffs.choice.model import Group, GroupKind, Place, PlaceKind, Rule
from app.pricing.tariffs.choice.write import write_rule, write_rules
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.publish import publish_tariff
from tests.fakes.points import OTHER_OPERATOR, PASSWORD
from tests.scenarios.world import CODE, OPERATOR, TARIFF, World

ACME = Group(GroupKind.FLEET, "ACME")
T2 = Connector("1", "IEC_62196_T2", "SOCKET", "AC_3_PHASE", Decimal(22))


def priced(name: str, price: str) -> dict:
    """A tariff with one price per kWh, incl. VAT."""
    component = {"type": "ENERGY", "price": Decimal(price), "step_size": 1}
    return {**TARIFF, "id": name, "elements": [{"price_components": [component]}]}


async def opens(world: World, name: str, north: str, price: str | None = None) -> str:
    """Open a location with one socket, at a price of its own; return the code."""
    code = f"{name}22222"
    async with world.database.work(OPERATOR) as work:
        place = Location(
            *(name, f"Plein {name}", "Plein 1", "3011 AA", "Rotterdam", "NL"),
            latitude=Decimal(north),
            longitude=Decimal("4.48"),
            time_zone="Europe/Amsterdam",
        )
        await save_location(work, place)
        await save_charge_point(work, f"CP-{name}", PASSWORD)
        evse = EvseDraft(name, f"NL*VLT*E{name}", code, name, f"CP-{name}", 1, 1, (T2,), "")
        await save_evse(work, evse)
        if price is not None:
            await publish_tariff(work, parse_tariff(priced(name, price)))
            await write_rule(work, Rule(name, name, place=Place(PlaceKind.LOCATION, name)))
    return code


@pytest.fixture
async def town(world: World) -> World:
    """Besides the one socket two locations of other prices, and a price for ACME's cars."""
    await opens(world, "AAA", "51.99", "0.40")
    await opens(world, "BBB", "52.50", "0.60")
    async with world.database.work(OPERATOR) as work:
        await publish_tariff(work, parse_tariff(priced("fleets", "0.30")))
        await write_rule(work, Rule("acme", "fleets", ACME))
    return world


async def found(world: World, limit: int = 50, groups=frozenset(), **parts: object):
    """Return a page of places."""
    price = parts.pop("max_price_kwh", None)
    after = parts.pop("after", None)
    wanted = Wanted(Sought(**parts), limit, after, price)
    return await find_places(wanted, operator_id=OPERATOR, groups=groups, desk=world.desk)


@pytest.mark.parametrize("groups", [frozenset(), frozenset({ACME})])
async def test_a_place_costs_what_its_page_says(town: World, groups: frozenset[Group]):
    """Every price in the list is the one of the code's page, for whoever comes and for a fleet."""
    for place in (await found(town, groups=groups)).places:
        for evse in place.evses:
            page = await price_for(evse.code, groups, desk=town.desk)
            assert evse.price is not None
            shown = {name: getattr(page, name) for name in evse.price.__struct_fields__}

            assert shown == msgspec.structs.asdict(evse.price)


async def test_a_dynamic_price_is_that_of_the_hour(town: World):
    """A night tariff in the list changes with the clock, as on the page."""
    day = {**TARIFF["elements"][0], "restrictions": {"start_time": "07:00", "end_time": "23:00"}}
    night = priced("x", "0.20")["elements"][0]
    async with town.database.work(OPERATOR) as work:
        await publish_tariff(work, parse_tariff({**TARIFF, "id": "AAA", "elements": [day, night]}))
    first = (await found(town, text="aaa")).places[0].from_price
    town.clock.advance(hours=14)
    second = (await found(town, text="aaa")).places[0].from_price

    assert first is not None
    assert second is not None
    assert ["0.50", "0.20"] == [f"{each.per_kwh:.2f}" for each in (first, second)]


async def test_a_list_keeps_to_what_is_cheap_enough(town: World):
    """Pages are filled with what fits, however much lies between; the end is the end."""
    cheap = await found(town, max_price_kwh=Decimal("0.50"))
    pages, after = [], None
    for _ in range(9):
        page = await found(town, limit=1, max_price_kwh=Decimal("0.50"), after=after)
        pages += [place.location_id for place in page.places]
        if (after := page.more) is None:
            break
    own = await found(town, max_price_kwh=Decimal("0.30"), groups=frozenset({ACME}))

    assert [place.location_id for place in cheap.places] == pages
    assert 2 == len(pages)
    assert "BBB" not in pages
    assert 3 == len(own.places)
    assert () == (await found(town, max_price_kwh=Decimal("0.30"))).places


async def test_a_place_shows_what_is_free_now(town: World):
    """The socket that is charged at is not, and those without a connection are offline."""
    (before,) = (await found(town, text="kade")).places
    page = await scan(CODE, "en", desk=town.desk)
    await town.reports(EvseStatus.CHARGING)
    (after,) = (await found(town, text="kade")).places

    assert (1, page.point.state) == (before.free, before.evses[0].state)
    assert (0, "occupied") == (after.free, after.evses[0].state)
    assert "offline" == (await found(town, text="plein aaa")).places[0].evses[0].state


async def test_a_place_is_looked_at_by_itself(town: World):
    """By its id; what there is none of, or what has no EVSE in use, is not found."""
    place = await find_place("AAA", operator_id=OPERATOR, desk=town.desk)

    assert ("Plein AAA", "AAA22222") == (place.name, place.evses[0].code)
    assert (Decimal("51.99"), Decimal("4.48")) == (place.latitude, place.longitude)
    with pytest.raises(LocationNotFound):
        await find_place("ZZZ", operator_id=OPERATOR, desk=town.desk)


async def test_the_map_is_drawn_by_a_job(town: World):
    """Some seconds after a change far-out zooms count it; near by it is there at once."""
    area = Area(Decimal(-10), Decimal(35), Decimal(30), Decimal(70))
    before = await find_clusters(MapAsked(OPERATOR, area, 3, Sought()), desk=town.desk)
    near = await find_clusters(MapAsked(OPERATOR, area, 12, Sought()), desk=town.desk)
    town.clock.advance(seconds=10)
    await town.worker.run_due()
    after = await find_clusters(MapAsked(OPERATOR, area, 3, Sought()), desk=town.desk)

    assert () == before
    assert 3 == sum(each.locations for each in near)
    assert [(3, 3)] == [(each.locations, each.evses) for each in after]


async def test_a_place_where_nothing_is_sold_has_no_price(town: World):
    """It is on the list, for it is there; but nothing is cheap enough."""
    async with town.database.work(OPERATOR) as work:
        await write_rules(work, [])
    (place,) = (await found(town, text="aaa")).places

    assert (None, None) == (place.from_price, place.evses[0].price)
    assert () == (await found(town, max_price_kwh=Decimal(9))).places


async def test_what_is_free_far_out_is_kept_for_whose_map_it_is(town: World):
    """A second look of half a minute is the first one; another operator's is its own."""
    area = Area(Decimal(-10), Decimal(35), Decimal(30), Decimal(70))
    free = Sought(available=True, area=area)

    async def seen(operator_id=OPERATOR, zoom=3):
        found = await find_clusters(MapAsked(operator_id, area, zoom, free), desk=town.desk)
        return sum(each.locations for each in found)

    first = await seen()
    await town.reports(EvseStatus.CHARGING)

    assert [1, 1, 0] == [first, await seen(), await seen(zoom=12)]
    assert 0 == await seen(OTHER_OPERATOR.operator_id)


@pytest.mark.parametrize("zoom", [3, 12])
@pytest.mark.parametrize(
    ("price", "ids"),
    [("0.39", set()), ("0.40", {"AAA"}), ("0.5", {"AAA", "KADE"}), ("9", {"AAA", "BBB", "KADE"})],
)
async def test_a_map_shows_what_is_cheap_enough(town: World, zoom: int, price: str, ids: set[str]):
    """As many locations as the list has, at the price for everybody."""
    area = Area(Decimal(3), Decimal(50), Decimal(6), Decimal(53))
    asked = MapAsked(OPERATOR, area, zoom, Sought(area=area), Decimal(price))
    clusters = await find_clusters(asked, desk=town.desk)
    listed = await found(town, area=area, max_price_kwh=Decimal(price))

    assert ids == {each.location_id for each in listed.places}
    assert len(ids) == sum(each.locations for each in clusters)


async def test_a_box_can_be_too_large_for_prices(town: World, monkeypatch: pytest.MonkeyPatch):
    """Where more would have to be priced than can be, nobody waits."""
    monkeypatch.setattr(pricing, "MOST_PRICED", 2)
    area = Area(Decimal(3), Decimal(50), Decimal(6), Decimal(53))
    asked = MapAsked(OPERATOR, area, 3, Sought(area=area), Decimal(1))

    with pytest.raises(AreaTooLarge):
        await find_clusters(asked, desk=town.desk)
