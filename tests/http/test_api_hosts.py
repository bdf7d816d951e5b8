"""What the API answers at whose host."""

import pytest

from tests.fakes.points import OTHER_OPERATOR, furnish
from tests.http.program import Program
from tests.http.test_api_sign_in import shows, signs_in
from tests.http.test_hosts import OURS, THEIRS, two_hosts
from tests.http.twins import desk_of
from tests.scenarios.world import CODE, OPERATOR

ELSEWHERE = (404, "served_elsewhere")


def at(host: str) -> dict[str, str]:
    """Return the header of a request to a host."""
    return {"Host": host}


def told(answer) -> tuple[int, str]:
    """Return the status and the code of a problem."""
    return answer.status_code, answer.json().get("code", "")


@pytest.fixture
async def hosted(program: Program) -> Program:
    """The API, with two operators at hosts of their own."""
    await furnish(program.world.database, OTHER_OPERATOR, mark="2")
    await two_hosts(program.world)
    return program


async def test_a_host_of_nobody_answers_nothing(hosted: Program):
    """Neither a point nor a list, nor the description, nor an operator's own program."""
    key = await desk_of(hosted, OPERATOR)
    for path in (f"/codes/{CODE}", "/locations?operator=voltstraat", "/brand", "/nothing"):
        answer = await hosted.get(path, **at("evil.example"))

        assert 404 == answer.status_code, path
        assert "volt" not in answer.text.lower()
    refused = await hosted.get("/operator/key", **at("evil.example"), **key)
    described = await hosted.http.get("/api/openapi.json", headers=at("evil.example"))

    assert (404, "host_unknown") == told(refused)
    assert 404 == described.status_code


async def test_what_an_address_names_is_at_its_operators_host(hosted: Program):
    """A point and an operator: elsewhere the problem says where."""
    for path in (f"/codes/{CODE}", f"/evses/{CODE}", "/locations?operator=voltstraat", "/brand"):
        here = await hosted.get(path, **at(OURS))
        assert 200 == here.status_code, path

    for path in (f"/codes/{CODE}", f"/evses/{CODE}", "/locations?operator=voltstraat"):
        there = await hosted.get(path, **at(THEIRS))
        assert ELSEWHERE == told(there), path
        assert f"https://{OURS}" == there.json()["facts"]["address"]


async def test_a_session_is_begun_and_seen_at_its_operators_host(hosted: Program):
    """At another operator's host nothing begins, and a session that runs is not told of."""
    hosted.http.headers["Host"] = OURS
    order = await hosted.orders()
    foreign = await hosted.post("/sessions", order, **at(THEIRS))
    begun = await hosted.post("/sessions", order)
    path = f"/sessions/{begun.json()['token']}"
    control = {"Authorization": f"Bearer {begun.json()['control']}"}

    assert ELSEWHERE == told(foreign)
    assert 201 == begun.status_code
    assert ELSEWHERE == told(await hosted.get(path, **at(THEIRS), **control))
    assert ELSEWHERE == told(await hosted.post(f"{path}/stop", **at(THEIRS), **control))
    assert 200 == (await hosted.get(path, **control)).status_code


async def test_drivers_are_known_at_their_operators_host(hosted: Program):
    """Neither is a code mailed there, nor does what a driver signed in with count there."""
    wanted = {"operator": "voltstraat", "email": "anna@example.com"}
    sent = await hosted.post("/sign-in/codes", wanted, **at(THEIRS))
    hosted.http.headers["Host"] = OURS
    anna = shows(await signs_in(hosted))

    assert ELSEWHERE == told(sent)
    assert 200 == (await hosted.get("/me", **anna)).status_code
    for path in ("/me", "/me/sessions", "/me/wallet"):
        assert ELSEWHERE == told(await hosted.get(path, **at(THEIRS), **anna)), path


async def test_a_scan_says_where_its_operator_is(hosted: Program):
    """What an app scanned of another operator's is no page of its own host's."""
    order = {"text": f"https://{OURS}/c/{CODE}"}
    here = await hosted.post("/scans", order, **at(OURS))
    there = await hosted.post("/scans", order, **at(THEIRS))

    assert 200 == here.status_code
    assert ELSEWHERE == told(there)
    assert f"https://{OURS}" == there.json()["facts"]["address"]


async def test_a_key_is_good_at_every_host_of_ours(hosted: Program):
    """An operator's own programs need not know at which host its drivers are."""
    key = await desk_of(hosted, OPERATOR)
    seen = [await hosted.get("/operator/key", **at(host), **key) for host in (OURS, "pay.example")]

    assert [200, 200] == [each.status_code for each in seen]


async def test_without_hosts_every_name_is_good(program: Program):
    """Nothing changes for an installation behind several names."""
    answer = await program.get(f"/codes/{CODE}", **at("whatever.example"))

    assert 200 == answer.status_code
