"""Locations on the real database as drivers look for them: by words, near, in a box, clustered."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charging.chargers.model import Connector, EvseStatus
from app.charging.chargers.places import keep, store
from app.charging.chargers.places.model import (
    After,
    Area,
    Near,
    Sought,
    cells_around,
    entry_of,
    words_of,
)
from app.charging.chargers.places.read import clusters, page_of_places
from app.charging.chargers.record_status import record_status
from app.charging.chargers.reports import StatusReport
from app.charging.chargers.setup.model import HoldKey, HoldScope
from app.charging.chargers.setup.save import (
    remove_evse,
    save_charge_point,
    save_evse,
    save_hold,
    save_location,
)
from app.charging.chargers.stations.connect import charge_point_connected
from app.charging.chargers.stations.find import find_charge_point
from app.charging.chargers.stations.forget import forget_connections
from app.kernel.money import Money
from tests.fakes.points import (
    AC_22,
    DC_150,
    LOCATION,
    OPERATOR,
    OTHER_OPERATOR,
    PASSWORD,
    draft,
    furnish,
)

CHADEMO_50 = Connector("2", "CHADEMO", "CABLE", "DC", Decimal(50))
EUROPE = Area(Decimal(-11), Decimal(35), Decimal(32), Decimal(70))
# From the quay: 0.01 degrees of latitude are 1,112 m; 0.02 of longitude at 52.37 N 1,358 m.
NORTH = replace(LOCATION, location_id="N", name="Noorderplein", latitude=Decimal("52.380000"))
EAST = replace(LOCATION, location_id="E", name="Oosterdok", longitude=Decimal("4.920000"))
ZURICH = replace(
    LOCATION,
    location_id="ZRH",
    name="Zürich West",
    address="Große Straße 5",
    postal_code="8005",
    city="Zürich",
    country="CH",
    latitude=Decimal("47.388000"),
    longitude=Decimal("8.517000"),
    time_zone="Europe/Zurich",
)
PLACES = {NORTH: (DC_150,), EAST: (AC_22, CHADEMO_50), ZURICH: (AC_22,)}
QUAY = Near(LOCATION.latitude, LOCATION.longitude)


async def add(database, place, connectors, operator=OPERATOR):
    """Save a location with a station of one EVSE."""
    name = place.location_id
    async with database.work(operator.operator_id) as work:
        await save_location(work, place)
        await save_charge_point(work, f"CP-{name}", PASSWORD)
        await save_evse(
            work,
            draft(
                f"EVSE-{name}",
                f"C{name}222222"[:12],
                evse_id=f"NL*LMP*E{name}7",
                location_id=name,
                identity=f"CP-{name}",
                connectors=connectors,
            ),
        )


@pytest.fixture
async def town(database):
    """A quay with two EVSEs of 22 kW, and three more locations, drawn on the map."""
    await furnish(database)
    async with database.work(OPERATOR.operator_id) as work:
        await save_hold(work, HoldKey(HoldScope.OPERATOR, "", "DC"), Money(6000, "EUR"))
    for place, connectors in PLACES.items():
        await add(database, place, connectors)
    await draw(database)
    return database


async def draw(database):
    """Run the job that draws the map."""
    (job,) = keep.place_jobs(database)
    await job.run(operator_id=OPERATOR.operator_id)


async def ids(database, sought, after=None, limit=50):
    """Return the ids of what is found."""
    async with database.work(OPERATOR.operator_id) as work:
        page = await page_of_places(work, sought, after, limit)
    return [each.place.location.location_id for each in page.found]


async def seen(database, area, zoom, **sought):
    """Return each cluster as its number of locations and EVSEs, the north first."""
    async with database.work(OPERATOR.operator_id) as work:
        found = await clusters(work, area, zoom, Sought(**sought))
    found = sorted(found, key=lambda each: each.latitude, reverse=True)
    return [(each.locations, each.evses, each.location_id) for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["AMS-1", "E", "N", "ZRH"]),
        ("noord", ["N"]),
        ("KADE amst", ["AMS-1", "E", "N"]),
        ("zurich", ["ZRH"]),
        ("Zürich", ["ZRH"]),
        ("grosse strasse", ["ZRH"]),
        ("8005", ["ZRH"]),
        ("nl*lmp*e1", ["AMS-1"]),
        ("NLLMPEE7", ["E"]),
        ("nl-lmp-e", ["AMS-1", "E", "N", "ZRH"]),
        ("kade rotterdam", []),
        ("%", ["AMS-1", "E", "N", "ZRH"]),
        ("a\0b", []),
    ],
)
async def test_words_find_a_location(town, text, expected):
    """Each word is the begin of one of the name, street, post code or town, or of an EVSE id."""
    assert expected == await ids(town, Sought(text=text))


async def test_what_is_near_comes_nearest_first(town):
    """Metres along the great circle order the list, and what is too far is left out."""
    async with town.work(OPERATOR.operator_id) as work:
        page = await page_of_places(work, Sought(near=QUAY), None, 50)

    assert [("AMS-1", 0), ("N", 1112), ("E", 1358)] == [
        (each.place.location.location_id, each.metres) for each in page.found
    ]
    assert ["AMS-1", "N"] == await ids(town, Sought(near=replace(QUAY, metres=1200)))
    assert ["N", "E"] == await ids(town, Sought(near=QUAY), After("AMS-1", 0))
    assert ["N"] == await ids(town, Sought(near=QUAY), After("AMS-1", 0), limit=1)


async def test_a_list_goes_on_behind_the_last_one(town):
    """Without a point the list is by id."""
    assert ["AMS-1", "E"] == await ids(town, Sought(), limit=2)
    assert ["N", "ZRH"] == await ids(town, Sought(), After("E"), limit=2)


async def test_a_box_holds_what_is_inside(town):
    """Also one that crosses 180 degrees."""
    box = Area(Decimal("4.89"), Decimal("52.36"), Decimal("4.91"), Decimal("52.39"))

    assert ["AMS-1", "N"] == await ids(town, Sought(area=box))
    assert ["ZRH"] == await ids(
        town, Sought(area=Area(Decimal(8), Decimal(-90), Decimal(-170), Decimal(90)))
    )


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        ({"min_kw": Decimal(50)}, ["E", "N"]),
        ({"min_kw": Decimal("50.1")}, ["N"]),
        ({"connectors": ("IEC_62196_T2",)}, ["AMS-1", "E", "ZRH"]),
        ({"connectors": ("IEC_62196_T2",), "min_kw": Decimal(50)}, []),
        ({"connectors": ("CHADEMO", "IEC_62196_T2_COMBO")}, ["E", "N"]),
        ({"connectors": ("MCS",)}, []),
    ],
)
async def test_power_and_plugs_belong_together(town, sought, expected):
    """A type 2 socket beside a CHAdeMO cable of 50 kW is no type 2 socket of 50 kW."""
    assert expected == await ids(town, Sought(**sought))
    assert len(expected) == sum(count for count, _, _ in await seen(town, EUROPE, 4, **sought))
    assert len(expected) == sum(count for count, _, _ in await seen(town, EUROPE, 10, **sought))


async def connect(database, name, clock, status=EvseStatus.AVAILABLE):
    """Let a station open its connection and report itself."""
    charge_point = await find_charge_point(f"CP-{name}", database=database)
    await charge_point_connected(charge_point, "ocpp1.6", database=database)
    report = StatusReport(
        OPERATOR.operator_id, f"CP-{name}", None, 1, status, None, None, clock.now()
    )
    await record_status(report, database=database)


async def test_free_now_is_free_and_reachable(town, clock):
    """A location counts while one fitting EVSE is free on a station that is connected."""
    await connect(town, "N", clock)
    await connect(town, "E", clock)
    free = Sought(available=True)
    both = await ids(town, free)
    fast = await ids(town, replace(free, min_kw=Decimal(100)))
    typed = await ids(town, replace(free, connectors=("CHADEMO",)))
    counted = await seen(town, EUROPE, 4, available=True)
    clock.advance(seconds=1)
    await connect(town, "N", clock, EvseStatus.CHARGING)
    one = await ids(town, free)
    await forget_connections(database=town)

    assert ["E", "N"] == both
    assert ["N"] == fast
    assert ["E"] == typed
    assert [(2, 2, None)] == counted
    assert ["E"] == one
    assert [] == await ids(town, free)


async def test_clusters_fall_apart_when_the_map_comes_nearer(town):
    """Far out a country is one circle; near by each location stands for itself."""
    assert [(3, 4, None), (1, 1, "ZRH")] == await seen(town, EUROPE, 5)
    assert [(1, 1, "E"), (1, 1, "N"), (1, 2, "AMS-1")] == sorted(
        await seen(town, replace(EUROPE, south=Decimal(50)), 15), key=lambda each: each[1:]
    )
    assert [(1, 1, "ZRH")] == await seen(town, EUROPE, 12, text="zurich")


async def test_a_cluster_stands_in_the_middle_of_its_locations(town):
    """The average of three: (52.37 + 52.38 + 52.37) / 3 and (4.90 + 4.90 + 4.92) / 3."""
    async with town.work(OPERATOR.operator_id) as work:
        (found,) = await clusters(work, replace(EUROPE, south=Decimal(50)), 5, Sought())

    assert (Decimal("52.373333"), Decimal("4.906667")) == (found.latitude, found.longitude)


async def test_what_is_taken_away_is_found_no_more(town):
    """Nor is what moved found where it was."""
    async with town.work(OPERATOR.operator_id) as work:
        await remove_evse(work, "EVSE-ZRH")
        await save_evse(
            work,
            draft(
                "EVSE-N",
                "CN222222",
                evse_id="NL*LMP*EN7",
                location_id="AMS-1",
                identity="CP-N",
                connectors=(DC_150,),
            ),
        )
        await save_location(work, replace(LOCATION, name="Haven"))
    await draw(town)

    assert ["AMS-1", "E"] == await ids(town, Sought())
    assert ["AMS-1"] == await ids(town, Sought(min_kw=Decimal(100)))
    assert ["AMS-1"] == await ids(town, Sought(text="haven"))
    assert [(2, 4, None)] == await seen(town, EUROPE, 5)


async def test_nobody_finds_another_operators_locations(town):
    """Neither in the list, nor on the map, nor by words."""
    await furnish(town, OTHER_OPERATOR, mark="2")
    await add(town, replace(ZURICH, location_id="X", name="Geheim"), (AC_22,), OTHER_OPERATOR)

    assert ["AMS-1", "E", "N", "ZRH"] == await ids(town, Sought())
    assert [] == await ids(town, Sought(text="geheim"))
    assert [(3, 4, None), (1, 1, "ZRH")] == await seen(town, EUROPE, 5)


async def test_what_nobody_noted_is_indexed_by_the_clock(town, sql):
    """Locations of before the map, or copied into the database, are found soon after."""
    sql.execute("DELETE FROM place")
    sql.execute("DELETE FROM place_word")
    before = await ids(town, Sought())
    (schedule,) = keep.place_schedules(town)
    await schedule.run()
    again = await keep.index_missing(database=town)

    assert [] == before
    assert ["AMS-1", "E", "N", "ZRH"] == await ids(town, Sought())
    assert ["ZRH"] == await ids(town, Sought(text="zur"))
    assert 0 == again


async def test_a_change_defers_one_drawing_of_the_map(town, sql):
    """However many locations one import changes."""
    asked = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'places.draw'"
    found = sql.execute(asked).fetchone()

    assert (1,) == found


@given(st.text(max_size=30))
def test_whatever_is_written_is_found_by_what_is_written(text):
    """A location is indexed under the very words that its name typed in asks for."""
    entry = entry_of(replace(LOCATION, name=text), (), (), 1)

    assert entry.words >= set(words_of(text))
    assert all("\0" not in word for word in entry.words)


async def test_two_who_change_one_location_at_once_wait_for_each_other(town):
    """The second one indexes what the first one has committed."""
    async with town.work(OPERATOR.operator_id) as work:
        await store.lock(work)
        for _ in range(2):
            await store.forget(work, ["N"])
            await store.add(work, ["N"])

    assert ["N"] == await ids(town, Sought(text="noord"))


@given(
    west=st.decimals(-180, 180, places=6),
    south=st.decimals(-90, 89, places=6),
    zoom=st.integers(0, 22),
)
def test_an_area_of_whole_cells_holds_the_area(west, south, zoom):
    """Widened, never cut, and a neighbour within it asks for the same."""
    area = Area(west, south, west, south + 1)
    whole = cells_around(area, zoom)

    assert whole.west <= area.west <= area.east <= whole.east
    assert whole.south <= area.south <= area.north <= whole.north
    assert whole == cells_around(Area(whole.west, whole.south, west, south + 1), zoom)
