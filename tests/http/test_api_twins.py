"""No address of one operator answers to another: every route, with everything that it names."""

import copy
from collections.abc import Mapping
from typing import Any

import psycopg

from app.people.identity.find import find_operator
from tests.fakes.points import OTHER_OPERATOR
from tests.http.program import KEY, Program
from tests.http.test_api_fuzz import examples
from tests.http.twins import HERS, hers, rows_of, theirs
from tests.scenarios.world import OPERATOR

# Whoever has a code or a session's token may look at it and begin there: it is public by its use.
PUBLIC_BY_NAME = {"code", "evse", "token"}
# A body that names what is hers, instead of the description's example.
BODIES: Mapping[str, object] = {
    "askRefund": {"receipt": "VS-2026-000001", "reason": "mine"},
    "findCredit": {"email": HERS},
    "freezeCredit": {"email": HERS, "currency": "EUR", "reason": "mine"},
    "findDriver": {"email": HERS},
    "tellWhenFree": {"location_id": "KADE"},
    "findToken": {"uid": "04A2B3C4D5E6F7"},
}


async def test_no_id_answers_to_another_operator(program: Program, sql: psycopg.Connection):
    """
    The second operator's desk and driver call everything, with the first one's ids in it.

    Reading answers 401, 403 or 404, lists hold nothing of hers, and afterwards every row of hers
    is what it was. A route with a name in its path that is not in `hers` fails here.
    """
    her, ids = await hers(program)
    they = await theirs(program)
    before = rows_of(sql, OPERATOR)
    seen: list[str] = []
    for path, method, operation in _guarded(program.description):
        who = they.desk if "operator_key" in _rights(operation) else they.driver
        address = path.format(**ids)
        for body in _bodies(operation):
            headers = {**who, "Idempotency-Key": KEY}
            answer = await program.http.request(method, address, json=body, headers=headers)
            told = answer.text.lower()
            is_hers = any(value.lower() in told for value in (HERS, *_telling(ids)))
            opened = method == "get" and "{" in path and answer.is_success
            if (is_hers and address.lower() not in told) or opened:
                seen.append(f"{method} {address}: {answer.status_code} {answer.text[:200]}")
    after = rows_of(sql, OPERATOR)

    assert [] == seen
    assert [] == [table for table in before if before[table] != after[table]]
    # The same addresses do answer to the one whose they are.
    closed = [
        f"{address}: {answer.status_code}"
        for path, method, operation in _guarded(program.description)
        if method == "get" and "control" not in _rights(operation)
        for who in [her.desk if "operator_key" in _rights(operation) else her.driver]
        for address in [path.format(**ids)]
        for answer in [await program.http.get(address, headers=who)]
        if not answer.is_success and "/file" not in path
    ]
    assert [] == closed


async def test_a_location_is_the_operators_that_is_asked(program: Program):
    """Her location is unknown at the other operator, by its id and in its lists."""
    _, ids = await hers(program)
    they = await theirs(program)
    other = OTHER_OPERATOR.slug
    found = await program.get(f"/locations/{ids['location_id']}?operator={other}", **they.driver)
    listed = await program.get(f"/locations?operator={other}", **they.driver)
    her = (await find_operator("voltstraat", database=program.world.database)).slug

    assert 404 == found.status_code
    assert ids["code"] not in listed.text
    assert (await program.get(f"/locations/{ids['location_id']}?operator={her}")).is_success


def _guarded(description: Mapping[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the operations that only somebody may call: path, method, description."""
    return [
        (path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if {} not in operation["security"]
    ]


def _rights(operation: Mapping[str, Any]) -> set[str]:
    return {name for right in operation["security"] for name in right}


def _bodies(operation: Mapping[str, Any]) -> list[object]:
    own = BODIES.get(operation["operationId"])
    shown = examples(operation)
    return [own] if own is not None else copy.deepcopy(shown) or [None]


def _telling(ids: Mapping[str, str]) -> list[str]:
    """Return what is hers alone, and long enough to stand nowhere by chance."""
    return [value for name, value in ids.items() if name not in PUBLIC_BY_NAME and len(value) > 20]
