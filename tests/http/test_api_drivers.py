"""Drivers in groups, by the API."""

import pytest

from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from tests.http.program import Program
from tests.scenarios.world import OPERATOR

WAY = "/operator/drivers"
ANNA = {"email": "anna@example.com"}


async def known(program: Program, *scopes: Scope) -> dict[str, str]:
    """Return the header of a new key."""
    async with program.world.database.work(OPERATOR) as work:
        _, text = await create_key(work, KeyOrder("fleet desk", frozenset(scopes)))
    return {"Authorization": f"Bearer {text}"}


async def test_a_driver_is_put_into_groups(program: Program):
    """In exactly the groups that were named last, each once; also before the first sign-in."""
    desk = await known(program, Scope.DRIVERS_READ, Scope.DRIVERS_WRITE)
    twice = ["private:CLUB", "fleet:ACME", "fleet:ACME"]
    first = await program.put(f"{WAY}/groups", {**ANNA, "groups": twice}, **desk)
    seen = await program.post(f"{WAY}/search", {"email": "Anna@Example.com"}, **desk)
    none = await program.put(f"{WAY}/groups", {**ANNA, "groups": []}, **desk)

    assert (200, ["fleet:ACME", "private:CLUB"]) == (first.status_code, first.json()["groups"])
    assert first.json() == seen.json()
    assert {**first.json(), "groups": []} == none.json()


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({**ANNA, "groups": ["friends"]}, "group_invalid"),
        ({**ANNA, "groups": ["ad_hoc"]}, "group_invalid"),
        ({**ANNA, "groups": ["public"]}, "group_invalid"),
        ({**ANNA, "groups": ["roaming:NL*TNM"]}, "group_invalid"),
        ({**ANNA, "groups": ["fleet:" + "A" * 75]}, "group_invalid"),
        ({**ANNA, "groups": ["fleet:ACME "]}, "group_invalid"),
        ({**ANNA, "groups": ["fleet"] * 21}, "invalid_request"),
        ({"email": "anna", "groups": []}, "not_an_address"),
    ],
)
async def test_groups_that_cannot_be(program: Program, order: dict, code: str):
    """How somebody comes is no group of drivers, and a name has its length."""
    answer = await program.put(f"{WAY}/groups", order, **await known(program, Scope.DRIVERS_WRITE))

    assert (422, code) == (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1])


async def test_who_is_not_known_is_not_found(program: Program):
    """Looking makes nobody known."""
    desk = await known(program, Scope.DRIVERS_READ)

    assert 404 == (await program.post(f"{WAY}/search", ANNA, **desk)).status_code


async def test_reading_is_not_writing(program: Program):
    """A key that may only read puts nobody into groups."""
    desk = await known(program, Scope.DRIVERS_READ)
    answer = await program.put(f"{WAY}/groups", {**ANNA, "groups": []}, **desk)

    assert 403 == answer.status_code
