"""API keys on the real database: made once, found by prefix, good until expired or revoked."""

from datetime import timedelta

import pytest

from app.infra.database import Database
from app.people.identity.keys.check import check_key
from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.errors import ApiKeyInvalid, ApiKeyNotFound, ScopeMissing
from app.people.identity.keys.manage import list_keys, revoke_key
from app.people.identity.keys.model import ApiKey, Scope
from tests.fakes.clock import FakeClock
from tests.fakes.points import OPERATOR, OTHER_OPERATOR

READER = KeyOrder("a reader", frozenset({Scope.PRICES_READ}))


async def made(database: Database, order: KeyOrder = READER, owner=OPERATOR) -> tuple[ApiKey, str]:
    """Make a key in a work of its own."""
    async with database.work(owner.operator_id) as work:
        return await create_key(work, order)


async def keys_of(database: Database, owner=OPERATOR) -> list[ApiKey]:
    """Return an operator's keys."""
    async with database.work(owner.operator_id) as work:
        return list(await list_keys(work))


async def test_a_key_leads_to_its_operator(database: Database):
    """Two operators' keys are told apart, and each may do what its scopes say."""
    mine, text = await made(database)
    other, other_text = await made(database, owner=OTHER_OPERATOR)

    assert mine == await check_key(text, Scope.PRICES_READ, database=database)
    assert other == await check_key(other_text, None, database=database)
    assert (OPERATOR.operator_id, OTHER_OPERATOR.operator_id) == (
        mine.operator_id,
        other.operator_id,
    )


async def test_the_secret_is_nowhere(database: Database, sql):
    """Whoever reads the database finds a prefix and a digest, and no key."""
    key, text = await made(database)
    rows = sql.execute("SELECT api_key::text FROM api_key").fetchall()

    assert text.startswith(f"dpk_{key.prefix}_")
    assert key.prefix in str(rows)
    assert text.split("_", 2)[2] not in str(rows)


async def test_a_scope_that_the_key_has_not_is_refused(database: Database):
    """The fact names what is missing."""
    _, text = await made(database)

    with pytest.raises(ScopeMissing) as refused:
        await check_key(text, Scope.PRICES_WRITE, database=database)
    assert {"scope": "prices:write"} == refused.value.facts


SPOILT = {
    "a letter changed": lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
    "capitals": lambda text: text.upper(),
    "a letter more": lambda text: text + "x",
    "another prefix": lambda text: "dpk_" + "z" * 12 + text[16:],
    "the secret alone": lambda text: text.split("_", 2)[2],
    "nothing": lambda _: "",
    "a null byte": lambda _: "dpk_\x00",
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
async def test_what_is_not_exactly_the_key_is_refused(database: Database, spoil):
    """A letter changed, added, another prefix, the secret alone, or nothing."""
    _, text = await made(database)

    with pytest.raises(ApiKeyInvalid):
        await check_key(spoil(text), None, database=database)


async def test_a_key_expires_to_the_second(database: Database, clock: FakeClock):
    """Good a second before its end, and no more at its end."""
    order = KeyOrder("for a day", READER.scopes, timedelta(days=1))
    _, text = await made(database, order)

    clock.advance(timedelta(days=1, seconds=-1))
    assert "for a day" == (await check_key(text, None, database=database)).name
    clock.advance(seconds=1)
    with pytest.raises(ApiKeyInvalid, match="expired"):
        await check_key(text, None, database=database)


async def test_a_revoked_key_is_good_for_nothing(database: Database, clock: FakeClock):
    """At once; to revoke it again changes nothing, and only its operator can."""
    key, text = await made(database)
    await made(database, owner=OTHER_OPERATOR)
    with pytest.raises(ApiKeyNotFound):
        async with database.work(OTHER_OPERATOR.operator_id) as work:
            await revoke_key(work, key.prefix)
    revoked_at = clock.now()

    for _ in range(2):
        async with database.work(OPERATOR.operator_id) as work:
            await revoke_key(work, key.prefix)
        clock.advance(hours=1)

    with pytest.raises(ApiKeyInvalid, match="revoked"):
        await check_key(text, None, database=database)
    assert [revoked_at] == [each.revoked_at for each in await keys_of(database)]


async def test_the_last_use_is_known_to_the_minute(database: Database, clock: FakeClock):
    """The first use is noted, another one only when a minute has gone by."""
    _, text = await made(database)
    assert [None] == [key.last_used_at for key in await keys_of(database)]
    noted = []
    for seconds in (0, 30, 30):
        clock.advance(seconds=seconds)
        await check_key(text, None, database=database)
        noted += [key.last_used_at for key in await keys_of(database)]

    start = clock.now() - timedelta(minutes=1)
    assert [start, start, clock.now()] == noted
