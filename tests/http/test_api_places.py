"""An app looks for a place to charge: lists, maps, one place, and what it would cost."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.pricing.tariffs.choice.model import Rule
from app.pricing.tariffs.choice.write import write_rule
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.publish import publish_tariff
from tests.http.program import Program, open_program
from tests.http.test_api_sign_in import shows, signs_in
from tests.http.test_own_price import ACME, has_groups
from tests.scenarios.test_places import opens, priced
from tests.scenarios.world import CODE, OPERATOR

LIST = "/locations?operator=voltstraat"


@pytest.fixture
async def town(program: Program) -> Program:
    """Besides the one socket two locations of other prices."""
    await opens(program.world, "AAA", "51.99", "0.40")
    await opens(program.world, "BBB", "52.50", "0.60")
    return program


async def names(program: Program, query: str = "") -> list[str]:
    """The ids of what is found."""
    answer = await program.get(f"{LIST}{query}")
    assert 200 == answer.status_code, answer.text
    return [each["location_id"] for each in answer.json()["locations"]]


async def test_locations_are_looked_for(town: Program):
    """By words, near a point, in a box, by power, connector, availability and price."""
    here = (await town.get(f"/evses/{CODE}")).json()["location_id"]

    assert sorted(["AAA", "BBB", here]) == sorted(await names(town))
    assert ["BBB"] == await names(town, "&q=plein+bbb")
    assert ["AAA"] == await names(town, "&near=51.99,4.48&radius_m=1000")
    assert ["BBB"] == await names(town, "&bbox=4,52,5,53")
    assert [] == await names(town, "&min_kw=50")
    assert 3 == len(await names(town, "&connector=CHADEMO,IEC_62196_T2&min_kw=22"))
    assert [here] == await names(town, "&available=true")
    assert ["AAA"] == await names(town, "&max_price_kwh=0.45")


async def test_a_map_counts_what_is_cheap_enough(town: Program):
    """By the same price as the list."""
    box = "/map/clusters?operator=voltstraat&zoom=15&bbox=3,50,6,53"
    cheap = (await town.get(f"{box}&max_price_kwh=0.45")).json()["clusters"]
    every = (await town.get(box)).json()["clusters"]

    assert ["AAA"] == [each["location_id"] for each in cheap]
    assert 3 == len(every)


async def test_what_many_look_at_is_kept_for_a_moment(town: Program):
    """The same question gets the same answer; another one is looked up."""
    async with open_program(town.world, timedelta(hours=1)) as other:
        before = await other.get(LIST)
        await opens(town.world, "CCC", "51.00", "0.40")
        again = await other.get(LIST)
        driver = await other.get(LIST, **shows(await signs_in(other)))
        elsewhere = await names(other, "&q=ccc")

    assert before.text == again.text
    assert before.headers["ETag"] == again.headers["ETag"]
    assert before.text == driver.text  # of no group: what a stranger sees
    assert ["CCC"] == elsewhere


@pytest.mark.parametrize("order", ["", "&near=52,4.48&radius_m=100000"])
async def test_a_list_comes_page_by_page(town: Program, order: str):
    """Every location once, in the order of the whole list."""
    whole = await names(town, order)
    found, cursor = [], ""
    while cursor is not None:
        page = (await town.get(f"{LIST}&limit=1{order}{cursor}")).json()
        found += [each["location_id"] for each in page["locations"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"

    assert whole == found
    assert 3 == len(found)


@pytest.mark.parametrize(
    "query",
    [
        "&near=91,0",
        "&near=north",
        "&bbox=5,53,4,52",
        "&bbox=1,2,3",
        "&min_kw=NaN",
        "&cursor=~x&near=52,4",
        "&cursor=5~x",
        "&cursor=none",
        "&radius_m=0",
        "&limit=101",
        "&connector=',--",
    ],
)
async def test_what_is_no_question_is_refused(town: Program, query: str):
    """With the field that is wrong."""
    answer = await town.get(f"{LIST}{query}")

    assert (422, "invalid_request") == (answer.status_code, answer.json()["code"])


async def test_a_location_is_looked_at(town: Program):
    """With its charging points and what is free; nothing has changed by the ETag."""
    answer = await town.get("/locations/AAA?operator=voltstraat")
    again = await town.get(
        "/locations/AAA?operator=voltstraat", If_None_Match=answer.headers["etag"]
    )
    body = answer.json()
    (evse,) = body["evses"]

    assert ("Plein AAA", "51.990000", None) == (body["name"], body["latitude"], body["metres"])
    assert ("AAA22222", "offline", "0.4") == (
        evse["code"],
        evse["state"],
        evse["price"]["components"][0]["price"],
    )
    assert ("public, max-age=30", 304) == (answer.headers["cache-control"], again.status_code)
    for unknown in ("/locations/ZZZ?operator=voltstraat", "/locations/%00?operator=voltstraat"):
        assert (await town.get(unknown)).status_code in {404, 422}
    assert 404 == (await town.get("/locations/AAA?operator=nobody")).status_code


async def test_a_charging_point_is_found_by_code_and_evse_id(town: Program):
    """Both lead to the same."""
    by_code = await town.get("/evses/AAA22222")
    by_id = await town.get("/evses/nl*vlt*eaaa")
    unknown = await town.get("/evses/ZZZZZZ")

    assert ("voltstraat", "AAA") == (by_code.json()["operator"], by_code.json()["location_id"])
    assert by_code.json() == by_id.json()
    assert (404, "unknown_code") == (unknown.status_code, unknown.json()["code"])


async def test_a_driver_sees_own_prices(town: Program):
    """In the list, at the place and in a quote; who shows another token is told so."""
    async with town.world.database.work(OPERATOR) as work:
        await publish_tariff(work, parse_tariff(priced("fleets", "0.30")))
        await write_rule(work, Rule("acme", "fleets", ACME))
    await has_groups(town.world, "fleet:ACME")
    tokens = await signs_in(town)
    mine = await town.get(f"{LIST}&max_price_kwh=0.30", **shows(tokens))
    point = await town.get(f"/evses/{CODE}", **shows(tokens))
    quoted = await town.get(f"/evses/{CODE}/quote?kwh=10", **shows(tokens))
    wrong = await town.get(LIST, Authorization="Bearer nonsense")

    assert 3 == len(mine.json()["locations"])
    assert "fleets" == point.json()["evse"]["price"]["tariff_id"]
    # 10 kWh x 0.30 EUR/kWh = 3.00 EUR.
    assert {"minor": 300, "currency": "EUR"} == quoted.json()["cost"]
    assert (401, "not_signed_in") == (wrong.status_code, wrong.json()["code"])
    assert [] == await names(town, "&max_price_kwh=0.30")


async def test_a_map_shows_clusters(town: Program):
    """Far out one, near by each; what does not fit is not counted."""
    town.world.clock.advance(seconds=10)
    await town.world.worker.run_due()
    path = "/map/clusters?operator=voltstraat&bbox=-10,35,30,70"
    far = await town.get(f"{path}&zoom=3")
    near = await town.get(f"{path}&zoom=15")
    fast = await town.get(f"{path}&zoom=3&min_kw=50")
    boxless = await town.get("/map/clusters?operator=voltstraat&zoom=3")

    assert [(3, 3, None)] == [
        (each["locations"], each["evses"], each["location_id"]) for each in far.json()["clusters"]
    ]
    assert 3 == len(near.json()["clusters"])
    assert [] == fast.json()["clusters"]
    assert (422, "public, max-age=30") == (boxless.status_code, far.headers["cache-control"])


async def test_energy_is_quoted_with_its_lines(town: Program):
    """30 kWh x 0.50 EUR/kWh = 15.00 EUR; 30 kWh at 22 kW take 1 h 21 min 49 s."""
    answer = await town.get(f"/evses/{CODE}/quote?kwh=30&locale=nl")
    body = answer.json()

    assert {"minor": 1500, "currency": "EUR"} == body["cost"]
    assert 1500 == body["net"]["minor"] + body["vat"]["minor"]
    assert 1500 == sum(each["amount"]["minor"] for each in body["lines"])
    assert ("30", "22") == (body["energy_kwh"], body["power_kw"])
    assert body["words"][0].startswith("Energie")


async def test_time_and_money_are_quoted(town: Program):
    """An hour at 11 kW is 11 kWh; 10.00 EUR buy 20 kWh at 0.50 EUR, and a watt-hour more."""
    hour = (await town.get(f"/evses/{CODE}/quote?minutes=60&kw=11")).json()
    tenner = (await town.get(f"/evses/{CODE}/quote?cost=1000&currency=EUR")).json()

    assert (Decimal(11), 550) == (Decimal(hour["energy_kwh"]), hour["cost"]["minor"])
    # Half up: 20.009 kWh x 0.50 = 10.0045 EUR are 10.00 EUR, 20.010 kWh are 10.01 EUR.
    assert (Decimal("20.009"), 1000) == (Decimal(tenner["energy_kwh"]), tenner["cost"]["minor"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "kwh"),
        ("?kwh=10&minutes=5", "kwh"),
        ("?kwh=501", "kwh"),
        ("?kwh=0", "kwh"),
        ("?kwh=1&kw=0", "kw"),
        ("?cost=100&currency=SEK", "currency"),
        ("?cost=100", "currency"),
        ("?kwh=1&at=2026-03-01T09:00:00Z", "at"),
        ("?kwh=1&at=2026-04-01T09:00:00Z", "at"),
    ],
)
async def test_what_is_no_session_is_not_quoted(town: Program, query: str, field: str):
    """And it is said what is wrong."""
    answer = await town.get(f"/evses/{CODE}/quote{query}")

    assert 422 == answer.status_code
    assert field == answer.json()["facts"]["field"]
