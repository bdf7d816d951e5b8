"""A driver keeps places, and is told when one is free."""

import pytest

from app.charging.chargers.model import EvseStatus
from app.directpay.favourites.model import MOST_FAVOURITES, MOST_WATCHES
from app.directpay.favourites.react import favourite_schedules
from tests.http.program import Program
from tests.http.test_api_sign_in import ANNA, shows, signs_in
from tests.scenarios.test_places import opens
from tests.scenarios.world import CODE

BEN = {**ANNA, "email": "ben@example.com"}


@pytest.fixture
async def anna(program: Program) -> dict[str, str]:
    """Anna, signed in, at an operator with two locations."""
    await opens(program.world, "AAA", "51.99", "0.40")
    return shows(await signs_in(program))


async def kept(program: Program, who: dict[str, str]) -> list[str]:
    """The ids of somebody's favourites."""
    answer = await program.get("/me/favourites", **who)
    assert 200 == answer.status_code, answer.text
    return [each["location_id"] for each in answer.json()["locations"]]


async def waits(program: Program, who: dict[str, str], **what: str) -> dict:
    """Ask to be told when something is free."""
    answer = await program.post("/me/watches", what, **who)
    assert 201 == answer.status_code, answer.text
    return answer.json()


async def waiting(program: Program, who: dict[str, str]) -> list[str]:
    """The ids of what somebody waits for."""
    answer = await program.get("/me/watches", **who)
    return [each["id"] for each in answer.json()["watches"]]


async def free_mails(program: Program, address: str = "anna@example.com") -> list[str]:
    """What somebody was mailed about places that are free, after all jobs have run."""
    await program.world.worker.run_due()
    mails = (each for each in program.world.mailer.mails if each.recipient == address)
    return [each.text for each in mails if f"/c/{CODE}" in each.text]


async def test_places_are_kept(program: Program, anna: dict[str, str]):
    """In the order in which they were added, once each, and only for who keeps them."""
    for location_id in ("KADE", "AAA", "KADE"):
        program.world.clock.advance(seconds=1)
        assert 204 == (await program.put(f"/me/favourites/{location_id}", None, **anna)).status_code
    ben = shows(await signs_in(program, **BEN))
    unknown = await program.put("/me/favourites/ZZZ", None, **anna)
    found = await kept(program, anna)
    for _ in range(2):
        assert 204 == (await program.delete("/me/favourites/KADE", **anna)).status_code

    assert ["KADE", "AAA"] == found
    assert [] == await kept(program, ben)
    assert (404, "location_not_found") == (unknown.status_code, unknown.json()["code"])
    assert ["AAA"] == await kept(program, anna)
    assert ["AAA"] == (await program.get("/me/data", **anna)).json()["favourites"]


async def test_nobody_keeps_endless_lists(program: Program, anna: dict[str, str], sql):
    """A hundred favourites; what is on the list can be added again."""
    driver = (await program.get("/me", **anna)).json()["id"]
    sql.execute(
        "INSERT INTO favourite SELECT operator_id, %s, 'L' || n, now()"
        f" FROM operator, generate_series(1, {MOST_FAVOURITES - 1}) AS n",
        (driver,),
    )
    first = await program.put("/me/favourites/KADE", None, **anna)
    again = await program.put("/me/favourites/KADE", None, **anna)
    full = await program.put("/me/favourites/AAA", None, **anna)

    assert [204, 204, 409] == [first.status_code, again.status_code, full.status_code]
    assert ("list_full", MOST_FAVOURITES) == (full.json()["code"], full.json()["facts"]["limit"])


async def test_who_waits_is_told_once(program: Program, anna: dict[str, str]):
    """One mail when the first charging point of the place is free; then nobody waits any more."""
    world = program.world
    await world.reports(EvseStatus.CHARGING)
    await waits(program, anna, location_id="KADE")
    taken = await free_mails(program)
    world.clock.advance(minutes=1)
    await world.reports(EvseStatus.AVAILABLE)
    told = await free_mails(program)
    for status in (EvseStatus.CHARGING, EvseStatus.AVAILABLE):
        world.clock.advance(minutes=1)
        await world.reports(status)
    (sweep,) = favourite_schedules(world.database)
    await sweep.run()

    assert [] == taken
    assert 1 == len(told)
    assert "Kade" in told[0]
    assert told == await free_mails(program)
    assert [] == await waiting(program, anna)


async def test_everybody_who_waits_is_told(program: Program, anna: dict[str, str]):
    """Of one charging point or of any at the place."""
    world = program.world
    await world.reports(EvseStatus.CHARGING)
    ben = shows(await signs_in(program, **BEN))
    evse = (await program.get(f"/evses/{CODE}")).json()["evse"]["evse_uid"]
    await waits(program, anna, location_id="KADE", evse_uid=evse)
    await waits(program, ben, location_id="KADE")
    world.clock.advance(minutes=1)
    await world.reports(EvseStatus.AVAILABLE)

    assert (1, 1) == (
        len(await free_mails(program)),
        len(await free_mails(program, "ben@example.com")),
    )


async def test_who_waits_twice_waits_once(program: Program, anna: dict[str, str]):
    """The same watch is answered; it is taken back by its id, and nobody else's can be."""
    await program.world.reports(EvseStatus.CHARGING)
    first = await waits(program, anna, location_id="KADE")
    second = await waits(program, anna, location_id="KADE")
    ben = shows(await signs_in(program, **BEN))
    foreign = await program.delete(f"/me/watches/{first['id']}", **ben)
    mine = await program.delete(f"/me/watches/{first['id']}", **anna)
    gone = await program.delete(f"/me/watches/{first['id']}", **anna)

    assert first == second
    assert [404, 204, 404] == [foreign.status_code, mine.status_code, gone.status_code]
    assert [] == await waiting(program, anna)


async def test_what_is_free_is_not_waited_for(program: Program, anna: dict[str, str]):
    """Nor what there is none of; and nobody waits for everything."""
    free = await program.post("/me/watches", {"location_id": "KADE"}, **anna)
    unknown = await program.post("/me/watches", {"location_id": "ZZZ"}, **anna)
    other = {"location_id": "AAA", "evse_uid": "VLT-9"}
    elsewhere = await program.post("/me/watches", other, **anna)
    answers = []
    for letter in "ABCDEFGHJKM":
        await opens(program.world, letter * 3 + "2", "52.1")
        answer = await program.post("/me/watches", {"location_id": letter * 3 + "2"}, **anna)
        answers.append(answer.status_code)

    assert (409, "free_already") == (free.status_code, free.json()["code"])
    assert (404, 404) == (unknown.status_code, elsewhere.status_code)
    assert [*[201] * MOST_WATCHES, 409] == answers


async def test_a_watch_ends_after_a_day(program: Program, anna: dict[str, str], sql):
    """Then nothing is told, and a week later nothing is known of it."""
    world = program.world
    await world.reports(EvseStatus.CHARGING)
    made = await waits(program, anna, location_id="KADE")
    world.clock.advance(hours=24)
    await world.reports(EvseStatus.AVAILABLE)
    told = await free_mails(program)
    world.clock.advance(days=7, seconds=1)
    (sweep,) = favourite_schedules(world.database)
    await sweep.run()

    assert made["expires_at"] > made["since"]
    assert [] == told
    assert (0,) == sql.execute("SELECT count(*) FROM watch").fetchone()


async def test_a_point_that_came_back_is_noticed(program: Program, anna: dict[str, str]):
    """It was free all the time, but nobody could know: the sweep tells."""
    world = program.world
    await world.disconnects()
    await waits(program, anna, location_id="KADE")
    await world.connects()
    (sweep,) = favourite_schedules(world.database)
    await sweep.run()

    assert 1 == len(await free_mails(program))


async def test_who_leaves_keeps_nothing(program: Program, anna: dict[str, str], sql):
    """Favourites and watches go with the driver."""
    await program.world.reports(EvseStatus.CHARGING)
    await program.put("/me/favourites/KADE", None, **anna)
    await waits(program, anna, location_id="KADE")
    known = (await program.get("/me/data", **anna)).json()
    assert 204 == (await program.delete("/me", **anna)).status_code

    assert (1, 1) == (len(known["favourites"]), len(known["watches"]))
    for table in ("favourite", "watch"):
        assert (0,) == sql.execute(f"SELECT count(*) FROM {table}").fetchone()
