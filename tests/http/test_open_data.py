"""What everybody may read: places, status and ad hoc prices, without signing in."""

import json
from decimal import Decimal

import httpx

from app.charging.chargers.model import EvseStatus
from app.hooks.open_data.feed import Asked, OpenData
from app.roaming.wire.codec import read
from app.roaming.wire.locations import Location
from app.roaming.wire.versions import Version
from tests.scenarios.world import World

LOCATIONS = "/open-data/voltstraat/2.3.0/locations"


async def test_places_with_status_and_prices(door: httpx.AsyncClient):
    """The socket is free, and names the tariff that the other feed tells."""
    places = (await door.get(LOCATIONS)).json()
    tariffs = (await door.get("/open-data/voltstraat/2.3.0/tariffs")).json()
    location = read(Location, places["data"][0])
    (evse,) = location.evses
    (tariff,) = tariffs["data"]

    assert (1000, "KADE", "+31 10 123 4567") == (
        places["status_code"],
        location.id,
        location.help_phone,
    )
    assert ("NL*VLT*E1*1", "AVAILABLE") == (evse.evse_id, evse.status)
    assert (tariff["id"],) == evse.connectors[0].tariff_ids
    assert ("AD_HOC_PAYMENT", "YES") == (tariff["type"], tariff["tax_included"])
    assert Decimal("0.5") == Decimal(str(tariff["elements"][0]["price_components"][0]["price"]))


async def test_the_older_version_too(door: httpx.AsyncClient):
    """Member states ask for 2.2.1: its prices are without VAT and say their VAT."""
    answer = await door.get("/open-data/voltstraat/2.2.1/tariffs")
    component = answer.json()["data"][0]["elements"][0]["price_components"][0]

    assert ("ENERGY", 21) == (component["type"], component["vat"])
    assert component["price"] < 0.5


async def test_pages_and_caches(door: httpx.AsyncClient):
    """It may be kept for half a minute, by anybody, and read from any web page."""
    answer = await door.get(LOCATIONS)
    again = await door.get(LOCATIONS, headers={"If-None-Match": answer.headers["etag"]})
    beyond = await door.get(f"{LOCATIONS}?offset=100")

    assert "public, max-age=30" == answer.headers["cache-control"]
    assert "*" == answer.headers["access-control-allow-origin"]
    assert ("1", "100") == (answer.headers["x-total-count"], answer.headers["x-limit"])
    assert (304, b"") == (again.status_code, again.content)
    assert [] == beyond.json()["data"]
    assert "link" not in answer.headers


async def test_where_the_feeds_are(door: httpx.AsyncClient):
    """An operator's feeds by their addresses, each of which answers."""
    feeds = (await door.get("/open-data/voltstraat")).json()
    answers = [await door.get(httpx.URL(feed["url"]).path) for feed in feeds]

    assert 4 == len(feeds)
    assert {200} == {answer.status_code for answer in answers}


async def test_what_is_not_there(door: httpx.AsyncClient):
    """Another operator, version, module or page: a sentence, in OCPI's envelope."""
    paths = ("nobody/2.3.0/locations", "voltstraat/3.0/locations", "voltstraat/2.3.0/cdrs")
    answers = [await door.get(f"/open-data/{path}") for path in (*paths, "nobody")]
    broken = await door.get(f"{LOCATIONS}?offset=-1")

    assert [404] * 4 == [answer.status_code for answer in answers]
    assert 400 == broken.status_code
    assert all(2000 == json.loads(answer.content)["status_code"] for answer in [*answers, broken])


async def test_a_change_is_told_within_half_a_minute(world: World, roaming_desk):
    """A page is read anew after its time; what came in between is in it."""
    asked = Asked("voltstraat", Version.V230, "locations", 0)
    before = await OpenData(roaming_desk).page(asked)
    await world.reports(EvseStatus.FAULTED)
    after = await OpenData(roaming_desk).page(asked)

    assert b'"status":"AVAILABLE"' in before.body.plain
    assert b'"status":"OUTOFORDER"' in after.body.plain
