"""Every guarded route of the API x every sort of caller who may not pass."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.manage import revoke_key
from app.people.identity.keys.model import Scope
from tests.fakes.clock import FakeClock
from tests.http.program import Program
from tests.http.test_api_sign_in import shows, signs_in
from tests.scenarios.world import OPERATOR

# Every value that an address can want fits one of these; a guard speaks before they are looked at.
ANY_ID = str(UUID(int=1))


Route = tuple[str, str]


def routes(program: Program, guard: str) -> Iterator[Route]:
    """Yield method and path of each operation that asks for *guard* and for nothing else."""
    paths: dict[str, dict[str, dict[str, object]]] = program.description["paths"]  # type: ignore[assignment]
    for path, methods in paths.items():
        for method, operation in methods.items():
            if operation.get("security") == [{guard: []}]:
                yield method.upper(), re.sub(r"\{[^}]*\}", ANY_ID, path)


async def answers(
    program: Program, guard: str, header: dict[str, str]
) -> dict[Route, tuple[int, str, str]]:
    """Return status, code and the scope that is missed of every route that asks for *guard*."""
    return {route: await answer(program, route, header) for route in routes(program, guard)}


async def answer(program: Program, route: Route, header: dict[str, str]) -> tuple[int, str, str]:
    """Return status, code and the scope that is missed when a route is called."""
    method, path = route
    got = await program.http.request(method, path, headers=header, json={})
    if got.headers.get("content-type") != "application/problem+json":
        return got.status_code, "", ""
    told = got.json()
    return got.status_code, told["code"], told["facts"].get("scope", "")


async def key(program: Program, *scopes: Scope, days: int | None = None) -> tuple[str, str]:
    """Return the prefix and the text of a new key."""
    lifetime = None if days is None else timedelta(days=days)
    async with program.world.database.work(OPERATOR) as work:
        made, text = await create_key(work, KeyOrder("robot", frozenset(scopes), lifetime))
    return made.prefix, text


def bearer(text: str) -> dict[str, str]:
    """Return the header that shows a key or a token."""
    return {"Authorization": f"Bearer {text}"}


async def test_each_route_wants_the_one_scope_that_it_names(program: Program):
    """Without any scope it names one; with all others it is still shut, with that one it opens."""
    _, bare = await key(program)
    wanted = await answers(program, "operator_key", bearer(bare))
    assert (200, "", "") == wanted.pop(("GET", "/api/v1/operator/key"))
    assert len(wanted) > 60
    assert {(403, "scope_missing")} == {(status, code) for status, code, _ in wanted.values()}
    shut, wrong = [], []
    for scope in Scope:
        _, others = await key(program, *(each for each in Scope if each is not scope))
        _, alone = await key(program, scope)
        for route in [each for each, (*_, named) in wanted.items() if named == scope]:
            shut.append((await answer(program, route, bearer(others)))[1])
            wrong.append((await answer(program, route, bearer(alone)))[1] == "scope_missing")

    assert len(wanted) * ["scope_missing"] == shut
    assert not any(wrong)


async def test_only_what_reads_opens_to_who_may_read(program: Program):
    """
    No scope that reads lets anybody change something, and none that writes is needed to look.

    Words that people are looked for by are sent as a body; a charge point is asked on its line.
    """
    _, bare = await key(program)
    wanted = await answers(program, "operator_key", bearer(bare))
    del wanted["GET", "/api/v1/operator/key"]
    odd = {
        (method, path.rpartition("/")[2])
        for (method, path), (*_, named) in wanted.items()
        if named.endswith(":read") != (method == "GET")
    }

    assert {("POST", "search"), ("GET", "configuration")} == odd


async def test_keys_that_are_over_open_nothing(program: Program, clock: FakeClock):
    """Expired, revoked, one letter off, no key at all, a driver's token: each is told 401."""
    driver = shows(await signs_in(program))
    _, old = await key(program, *Scope, days=1)
    prefix, revoked = await key(program, *Scope)
    _, good = await key(program, *Scope)
    async with program.world.database.work(OPERATOR) as work:
        await revoke_key(work, prefix)
    clock.advance(hours=25)
    off = good[:-1] + ("A" if good[-1] != "A" else "B")
    for header in (bearer(old), bearer(revoked), bearer(off), {}, driver):
        found = await answers(program, "operator_key", header)

        assert {(401, "api_key_invalid", "")} == set(found.values())


async def test_no_key_is_a_driver(program: Program):
    """What is a driver's own opens to no key, to no control token and to nobody."""
    _, good = await key(program, *Scope)
    begun = await program.begins()
    for header in (bearer(good), bearer(begun["control"]), bearer("a.b.c"), {}):
        found = await answers(program, "driver", header)

        assert len(found) > 40
        assert {(401, "not_signed_in", "")} == set(found.values())
