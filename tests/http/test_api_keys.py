"""An operator's own program at the API: known by its key, and by nothing else."""

import pytest

from app.api.keys import WRONG_KEYS_PER_NETWORK
from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from tests.http.program import Program
from tests.scenarios.world import OPERATOR


async def key_for(program: Program, *scopes: Scope) -> dict[str, str]:
    """Return the header that shows a new key of the operator."""
    async with program.world.database.work(OPERATOR) as work:
        _, text = await create_key(work, KeyOrder("price robot", frozenset(scopes)))
    return {"Authorization": f"Bearer {text}"}


async def test_a_key_says_what_it_may_do(program: Program):
    """Name, prefix, scopes, and no end."""
    headers = await key_for(program, Scope.PRICES_WRITE)

    answer = await program.get("/operator/key", **headers)

    assert 200 == answer.status_code
    body = answer.json()
    assert body.pop("prefix") in headers["Authorization"]
    assert {"name": "price robot", "scopes": ["prices:write"], "expires_at": None} == body
    assert "no-store" == answer.headers["cache-control"]


@pytest.mark.parametrize("presented", [None, "Bearer", "Bearer wrong", "Basic dXNlcjpwYXNz"])
async def test_without_a_good_key_the_answer_is_401(program: Program, presented: str | None):
    """The problem says what to send, and the header how."""
    headers = {} if presented is None else {"Authorization": presented}

    answer = await program.get("/operator/key", **headers)

    assert 401 == answer.status_code
    assert "api_key_invalid" == answer.json()["code"]
    assert "Bearer" == answer.headers["www-authenticate"]


async def test_trying_out_keys_is_slowed_down(program: Program):
    """After sixty wrong keys in a minute a network is told to wait; a good key still passes."""
    headers = await key_for(program)
    program.http._transport.client = ("203.0.113.7", 1)
    wrong = {"Authorization": "Bearer dpk_000000000000_aaaaaaaaaaaaaaaaaaaaaaaaaaa"}

    tried = WRONG_KEYS_PER_NETWORK.most + 1
    answers = [await program.get("/operator/key", **wrong) for _ in range(tried)]

    assert {401} == {answer.status_code for answer in answers[:-1]}
    assert 429 == answers[-1].status_code
    assert 200 == (await program.get("/operator/key", **headers)).status_code
