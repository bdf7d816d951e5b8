"""An operator's program writes prices, and reads what is known."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.people.identity.keys.model import Scope
from app.pricing.tariffs.choice.write import assign_tariff
from app.pricing.tariffs.dynamic.define import define_series
from app.pricing.tariffs.dynamic.model import Definition, Rails
from tests.fakes.clock import START
from tests.http.program import Program
from tests.http.test_api_keys import key_for
from tests.pricing.dynamic.entsoe import acknowledgement, document, period, series
from tests.scenarios.world import OPERATOR

SPOT = "/operator/price-series/spot"


@pytest.fixture
async def robot(program: Program) -> dict[str, str]:
    """The header of a program that may read and write the series `spot`."""
    async with program.world.database.work(OPERATOR) as work:
        rails = Rails(lead_minutes=30)
        spot = Definition("spot", "Europe/Amsterdam", "EUR", default="per-kwh", rails=rails)
        await define_series(work, [spot])
    return await key_for(program, Scope.PRICES_READ, Scope.PRICES_WRITE)


async def put(program: Program, body: bytes | str, media_type: str, **headers: str):
    """Send a document."""
    sent = {**headers, "Content-Type": media_type}
    content = body if isinstance(body, bytes) else body.encode()
    return await program._send("PUT", SPOT, headers=sent, content=content)


def at(minutes: int) -> str:
    """An instant so many minutes from now."""
    return f"{START + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


async def test_prices_are_written_row_by_row(program: Program, robot: dict[str, str]):
    """One is too late, one no number, one is taken; and it can be read again."""
    text = f"start,price\n{at(0)},0.3\n{at(60)},0.4\n{at(120)},x\n"

    answer = await put(program, text, "text/csv; charset=utf-8", **robot)
    known = await program.get(SPOT, **robot)

    assert 200 == answer.status_code, answer.text
    body = answer.json()
    assert (1, 1, [1, 3]) == (body["version"], body["taken"], [n["row"] for n in body["refused"]])
    assert ["spot version 2"] == body["tariffs"]
    found = known.json()
    assert [{"start": at(60), "end": at(120), "price": "0.4"}] == found["prices"]
    assert ("kwh", "EUR", 1) == (found["unit"], found["currency"], found["version"])
    assert ["series_silent"] == [note.partition(":")[0] for note in found["notes"]]


async def test_json_and_the_day_ahead_document_are_taken_too(
    program: Program, robot: dict[str, str]
):
    """By the content type; the same again is no change."""
    body = f'{{"prices": [{{"start": "{at(60)}", "price": 0.41}}]}}'
    xml = document(series(period("2026-03-02T12:00Z", "2026-03-02T15:00Z", "PT60M", {1: "250"})))

    first = await put(program, body, "application/json", **robot)
    second = await put(program, xml, "application/xml", **robot)
    again = await put(program, xml, "application/xml", **robot)

    assert [1, 3, 0] == [each.json()["taken"] for each in (first, second, again)]
    assert 3 == again.json()["unchanged"]
    prices = (await program.get(SPOT, **robot)).json()["prices"]
    assert ["0.41", "0.25", "0.25", "0.25"] == [slot["price"] for slot in prices]


async def test_a_version_is_read_as_it_was(program: Program, robot: dict[str, str]):
    """With an ETag, because it never changes."""
    for price in ("0.3", "0.4"):
        await put(program, f"start,price\n{at(60)},{price}\n", "text/csv", **robot)

    first = await program._send("GET", f"{SPOT}?version=1", headers=robot)
    etag = {"If-None-Match": first.headers["etag"]}
    again = await program._send("GET", f"{SPOT}?version=1", headers={**robot, **etag})
    none = await program._send("GET", f"{SPOT}?version=9", headers=robot)

    assert ["0.3"] == [slot["price"] for slot in first.json()["prices"]]
    assert (304, 404) == (again.status_code, none.status_code)


@pytest.mark.parametrize(
    ("body", "media_type", "reason"),
    [
        (b"start,price\n", "application/pdf", "is not one of"),
        (b"{", "application/json", "not JSON"),
        (acknowledgement("No matching data found"), "application/xml", "No matching data"),
    ],
)
async def test_a_document_that_cannot_be_read_is_a_problem(
    program: Program, robot: dict[str, str], body: bytes, media_type: str, reason: str
):
    """And nothing is written."""
    answer = await put(program, body, media_type, **robot)

    assert (422, "price_document_invalid") == (answer.status_code, answer.json()["code"])
    assert reason in answer.json()["detail"]


async def test_only_the_right_key_writes(program: Program, robot: dict[str, str]):
    """Reading is not writing, and a series of this name must exist."""
    reader = await key_for(program, Scope.PRICES_READ)

    refused = await put(program, "start,price\n", "text/csv", **reader)
    nobody = await put(program, "start,price\n", "text/csv")
    unknown = await program.get("/operator/price-series/nope", **robot)

    assert (403, "scope_missing") == (refused.status_code, refused.json()["code"])
    assert {"scope": "prices:write"} == refused.json()["facts"]
    assert (401, 404) == (nobody.status_code, unknown.status_code)


async def test_the_driver_sees_what_was_written(program: Program, robot: dict[str, str]):
    """The code's price has the lock and the curve, and the order takes its id."""
    async with program.world.database.work(OPERATOR) as work:
        await assign_tariff(work, "spot")
    await put(program, f"start,price\n{at(60)},0.4\n{at(120)},0.3\n", "text/csv", **robot)
    await program.world.passes(minutes=60)

    price = (await program.get("/codes/VKTAA2")).json()["price"]
    begun = await program.begins()

    assert ("session_start", at(180)) == (price["lock"], price["curve_until"])
    assert ["0.5", "0.4", "0.3"] == [f"{Decimal(point['price']):.1f}" for point in price["curve"]]
    assert "spot-202603021100" == price["tariff_id"]
    assert begun["token"]


async def test_what_the_driver_saw_can_be_shown_again(program: Program, robot: dict[str, str]):
    """The tariff with its locked price and the rule that chose it, whatever came since."""
    async with program.world.database.work(OPERATOR) as work:
        await assign_tariff(work, "spot")
    await put(program, f"start,price\n{at(60)},0.4\n{at(120)},0.3\n", "text/csv", **robot)
    await program.world.passes(minutes=60)
    begun = await program.begins()
    await put(program, f"start,price\n{at(120)},0.9\n", "text/csv", **robot)

    tariff = await program.get(f"/sessions/{begun['token']}/tariff")
    agreed = (await program.get(f"/sessions/{begun['token']}")).json()["agreed"]

    assert "spot-202603021100" == tariff.json()["id"]
    prices = [each["price_components"][0]["price"] for each in tariff.json()["elements"]]
    assert [Decimal("0.4"), Decimal("0.5")] == [Decimal(str(price)) for price in prices]
    assert ("spot-202603021100", 2, "session_start") == (
        agreed["tariff_id"],
        agreed["tariff_version"],
        agreed["lock"],
    )
    assert ("everywhere", "public") == (agreed["chosen_by"]["name"], agreed["chosen_by"]["group"])


async def test_a_static_tariff_is_shown_again_too(program: Program):
    """With numbers as numbers, and no lock."""
    begun = await program.begins()

    tariff = await program.get(f"/sessions/{begun['token']}/tariff")
    agreed = (await program.get(f"/sessions/{begun['token']}")).json()["agreed"]

    assert b'"price":0.50' in tariff.content
    assert ("per-kwh", None) == (agreed["tariff_id"], agreed["lock"])
    assert 404 == (await program.get("/sessions/unknown/tariff")).status_code


async def test_two_days_of_five_minutes_fit_into_a_request(program: Program, robot: dict[str, str]):
    """576 rows, 20 kB; more than a mebibyte is refused."""
    lines = [
        f"{at(60 + 5 * number)},{at(65 + 5 * number)},0.{number % 90 + 10}" for number in range(576)
    ]

    answer = await put(program, "start,end,price\n" + "\n".join(lines), "text/csv", **robot)
    huge = await put(program, b"x" * 1_048_577, "text/csv", **robot)

    assert (200, 576) == (answer.status_code, answer.json()["taken"])
    assert 413 == huge.status_code


async def test_nothing_is_written_over_what_was_not_seen(program: Program, robot: dict[str, str]):
    """Who read before another program wrote has to read again."""
    seen = (await program.get(SPOT, **robot)).headers["etag"]
    first = await put(program, f"start,price\n{at(60)},0.4\n", "text/csv", **robot)
    late = await put(
        program, f"start,price\n{at(60)},0.5\n", "text/csv", **robot, **{"If-Match": seen}
    )
    now = (await program.get(SPOT, **robot)).headers["etag"]
    same = await program.get(SPOT, **robot, If_None_Match=now)
    again = await put(
        program, f"start,price\n{at(60)},0.5\n", "text/csv", **robot, **{"If-Match": now}
    )

    assert [200, 412, 304, 200] == [each.status_code for each in (first, late, same, again)]
    assert "version_changed" == late.json()["code"]
    assert 1 == again.json()["taken"]
