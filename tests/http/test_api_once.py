"""Orders that come again with their `Idempotency-Key`: carried out once, answered alike."""

from datetime import timedelta

import psycopg

from app.infra.answered.claim import KEEP_ANSWERS, Order, answered_schedules, claim
from tests.http.program import KEY, Program, bearer

# Where money moves, or a session begins or stops.
MOVES = {
    "startSession",
    "stopSession",
    "payAgain",
    "addToHold",
    "askRefund",
    "approveRefund",
    "grantCredit",
    "refundCredit",
    "makeCodes",
}


def test_what_moves_money_asks_for_a_key(program: Program):
    """The key is required where an order that comes twice would cost somebody."""
    asking = {
        operation["operationId"]
        for methods in program.description["paths"].values()  # type: ignore[attr-defined]
        for operation in methods.values()
        for each in operation.get("parameters", ())
        if each["name"] == "Idempotency-Key" and each["required"]
    }

    assert set() == MOVES - asking


async def test_the_same_order_is_answered_with_the_same_bytes(program: Program):
    """Status, place and body are the first ones, whatever became of the session."""
    order = await program.orders()
    first = await program.post("/sessions", order, Idempotency_Key=KEY)
    program.world.clock.advance(minutes=10)
    again = await program.post("/sessions", order, Idempotency_Key=KEY)

    assert (201, first.content) == (again.status_code, again.content)
    assert first.headers["location"] == again.headers["location"]
    assert "no-store" == again.headers["cache-control"]


async def test_a_stop_comes_twice(program: Program):
    """The second one does nothing, not even look how the session is by now."""
    begun = await program.begins_and_plugs_in()
    path = f"/sessions/{begun['token']}/stop"
    first = await program.post(path, Idempotency_Key=KEY, **bearer(begun))
    await program.world.worker.run_due()
    await program.world.stops()
    again = await program.post(path, Idempotency_Key=KEY, **bearer(begun))

    assert 200 == first.status_code
    assert first.content == again.content


async def test_a_stop_without_a_key_is_refused(program: Program):
    """The header is named as missing, and the car charges on."""
    begun = await program.begins_and_plugs_in()
    path = f"/api/v1/sessions/{begun['token']}/stop"
    answer = await program.http.post(path, headers=bearer(begun))
    stage = (await program.get(f"/sessions/{begun['token']}")).json()["stage"]

    assert (422, "Idempotency-Key") == (answer.status_code, answer.json()["errors"][0]["field"])
    assert "charging" == stage


async def test_what_was_refused_may_come_again(program: Program):
    """A price that is not the shown one is no answer to keep."""
    order = await program.orders()
    refused = await program.post("/sessions", {**order, "tariff_version": 9}, Idempotency_Key=KEY)
    begun = await program.post("/sessions", order, Idempotency_Key=KEY)

    assert refused.is_client_error
    assert 201 == begun.status_code


async def test_an_order_under_way_is_waited_for(program: Program):
    """Another process carries it out: come back. When that process is gone, it is done here."""
    order = await program.orders()
    request = program.http.build_request("POST", "/api/v1/sessions", json=order)
    at_work = Order(KEY, "POST /api/v1/sessions ", request.content)
    assert await claim(at_work, database=program.world.database) is None
    early = await program.post("/sessions", order, Idempotency_Key=KEY)
    await program.world.passes(minutes=2)
    late = await program.post("/sessions", order, Idempotency_Key=KEY)

    assert (409, "order_under_way") == (early.status_code, early.json()["code"])
    assert "1" == early.headers["retry-after"]
    assert 201 == late.status_code


async def test_who_reads_the_database_learns_no_token(program: Program, sql: psycopg.Connection):
    """What is kept opens with the caller's key alone; after a week it is gone."""
    begun = await program.begins()
    rows = sql.execute("SELECT order_digest, sealed FROM answered_order").fetchall()
    (sweep,) = answered_schedules(program.world.database)
    program.world.clock.advance(hours=KEEP_ANSWERS / timedelta(hours=1) - 1)
    await sweep.run()
    kept = sql.execute("SELECT count(*) FROM answered_order").fetchone()
    program.world.clock.advance(hours=2)
    await sweep.run()

    assert 1 == len(rows)
    assert begun["control"].encode() not in rows[0][1]
    assert KEY.encode() not in rows[0][0] + rows[0][1]
    assert (1,) == kept
    assert (0,) == sql.execute("SELECT count(*) FROM answered_order").fetchone()
