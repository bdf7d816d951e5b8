"""Provider accounts on a real PostgreSQL."""

from uuid import UUID

import psycopg
import pytest

from app.funds.payments.accounts import (
    AccountOrder,
    Vault,
    account_for,
    accounts_usable,
    get_account,
    mark_refused,
    mark_taken,
    save_account,
)
from app.funds.payments.errors import AccountNotFound, ModeMismatch
from app.funds.payments.ports import ProviderAccount
from app.infra.database import EVERY_OPERATOR, Database

OPERATOR = UUID("019c0000-0000-7000-8000-00000000000a")
OTHER = UUID("019c0000-0000-7000-8000-00000000000b")
VAULT = Vault((Vault.new_key(),))


async def save(
    database: Database, secret: str, *, mode: str = "test", vault: Vault = VAULT
) -> ProviderAccount:
    """Save the operator's Mollie account."""
    async with database.work(OPERATOR) as work:
        order = AccountOrder(provider="mollie", mode=mode, secret=secret)
        return await save_account(work, order, vault=vault)


async def test_saving_again_changes_nothing(database: Database, sql: psycopg.Connection):
    """The operator file is imported twice: same account, version and webhook address."""
    first = await save(database, "test_one")
    stored = sql.execute("SELECT * FROM provider_account").fetchall()

    assert first == await save(database, "test_one")
    assert stored == sql.execute("SELECT * FROM provider_account").fetchall()


async def test_another_secret_raises_the_version(database: Database):
    """Clients that keep connections per credential see that it is another one."""
    first = await save(database, "test_one")
    second = await save(database, "test_two")

    assert (1, 2) == (first.version, second.version)
    assert (first.account_id, first.webhook_token) == (second.account_id, second.webhook_token)
    async with database.work(OPERATOR) as work:
        assert "test_two" == (await account_for(work, vault=VAULT)).secret


async def test_secret_is_not_in_the_database(database: Database, sql: psycopg.Connection):
    """Neither in this table nor in any other column of it."""
    await save(database, "test_canary")

    assert "canary" not in str(sql.execute("SELECT * FROM provider_account").fetchall())


@pytest.mark.parametrize(
    ("mode", "secret"),
    [("live", "test_one"), ("test", "live_one"), ("sandbox", "test_one")],
)
async def test_test_and_live_never_mix(database: Database, mode: str, secret: str):
    """A test key on a live account is refused, and nothing is stored."""
    with pytest.raises(ModeMismatch):
        await save(database, secret, mode=mode)

    async with database.work(OPERATOR) as work:
        with pytest.raises(AccountNotFound):
            await account_for(work, vault=VAULT)


async def test_going_live_leaves_payments_under_way_on_their_account(database: Database):
    """New payments go to the live account; the test account still opens for what it began."""
    test = await save(database, "test_one")
    live = await save(database, "live_one", mode="live")

    async with database.work(OPERATOR) as work:
        assert live == await account_for(work, vault=VAULT)
        assert test == await get_account(work, test.account_id, vault=VAULT)
        assert test.account_id != live.account_id


async def test_import_after_a_rotation_seals_again(database: Database, sql: psycopg.Connection):
    """The same secret under a new first key: sealed anew, the version stays."""
    old, new = Vault.new_key(), Vault.new_key()
    first = await save(database, "test_one", vault=Vault((old,)))
    assert first == await save(database, "test_one", vault=Vault((new, old)))

    async with database.work(OPERATOR) as work:
        assert first == await account_for(work, vault=Vault((new,)))


async def test_refused_secret_makes_the_installation_unready(database: Database):
    """Readiness tells until the provider takes a secret again."""
    account = await save(database, "test_one")

    async with database.work(OPERATOR) as work:
        await mark_refused(work, account.account_id)
    async with database.work(EVERY_OPERATOR) as work:
        assert not await accounts_usable(work, vault=VAULT)
    async with database.work(OPERATOR) as work:
        await mark_taken(work, account.account_id)
    async with database.work(EVERY_OPERATOR) as work:
        assert await accounts_usable(work, vault=VAULT)


async def test_new_secret_is_given_the_benefit_of_the_doubt(database: Database):
    """A refusal was of the old secret."""
    account = await save(database, "test_one")
    async with database.work(OPERATOR) as work:
        await mark_refused(work, account.account_id)
    await save(database, "test_two")

    async with database.work(EVERY_OPERATOR) as work:
        assert await accounts_usable(work, vault=VAULT)


async def test_lost_key_is_seen_and_mended_by_the_import(database: Database):
    """A secret without its key makes the installation unready until it is given once more."""
    old, new = Vault((Vault.new_key(),)), Vault((Vault.new_key(),))
    first = await save(database, "test_one", vault=old)
    async with database.work(EVERY_OPERATOR) as work:
        before = await accounts_usable(work, vault=new)
    again = await save(database, "test_one", vault=new)
    async with database.work(EVERY_OPERATOR) as work:
        after = await accounts_usable(work, vault=new)

    assert (False, True) == (before, after)
    assert "test_one" == again.secret
    assert first.version + 1 == again.version


async def test_other_operators_account_is_not_there(database: Database):
    """The id of another operator's account is an unknown id."""
    account = await save(database, "test_one")

    async with database.work(OTHER) as work:
        with pytest.raises(AccountNotFound):
            await get_account(work, account.account_id, vault=VAULT)
