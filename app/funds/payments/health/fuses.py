"""The fuses of all processes together: kept in the row of the account, read wherever it is."""

import logging
from datetime import timedelta
from typing import Final

from app.funds.payments.health import store
from app.funds.payments.ports import FAILURES, HEALTHY, PAUSE, ProviderAccount
from app.infra.database import Database, DatabaseUnavailable

logger = logging.getLogger(__name__)
_SECOND: Final = timedelta(seconds=1)


class SharedFuses:
    """
    Fuses in the database.

    An account is read together with its health before each call, so a call that is answered costs
    nothing here. While the database is away nothing is counted, and nobody is held up.
    """

    def __init__(self, database: Database) -> None:
        """Keep them in *database*."""
        self._database = database

    def is_blown(self, account: ProviderAccount) -> bool:
        """Tell whether the account's provider is known not to answer."""
        return account.health.down_since is not None

    async def wait(self, account: ProviderAccount) -> int:
        """Return for how many seconds no call may be made; 0 lets this one through."""
        if account.health.open_until is None:
            return 0
        try:
            async with self._database.work(account.operator_id) as work:
                if await store.claim_try(work, account.account_id, work.now + PAUSE):
                    return 0
                until = await store.open_until(work, account.account_id)
                return 0 if until is None else max(1, (until - work.now) // _SECOND)
        except DatabaseUnavailable as error:
            logger.warning("nobody knows whether %s answers: %s", account.provider, error)
            return 0

    async def answered(self, account: ProviderAccount) -> None:
        """Note that the provider answered, unless it always did."""
        if account.health == HEALTHY:
            return
        if self.is_blown(account):
            logger.warning("%s answers account %s again", account.provider, account.account_id)
        try:
            async with self._database.work(account.operator_id) as work:
                await store.set_well(work, account.account_id)
                if self.is_blown(account):
                    await store.hurry(work, account.account_id)
        except DatabaseUnavailable as error:
            logger.warning("that %s answers could not be noted: %s", account.provider, error)

    async def silent(self, account: ProviderAccount, said: str) -> None:
        """Note that no usable answer came; the fuse blows after FAILURES in a row."""
        try:
            async with self._database.work(account.operator_id) as work:
                failures = await store.count_silence(work, account.account_id, said)
                if failures >= FAILURES:
                    until = work.now + PAUSE
                    await store.set_down(work, account.account_id, until)
        except DatabaseUnavailable as error:
            logger.warning("that %s is silent could not be noted: %s", account.provider, error)
            return
        if failures == FAILURES:
            name = account.provider, account.account_id
            logger.error("%s does not answer account %s: it takes no payments", *name)

    async def slowed(self, account: ProviderAccount, seconds: int, said: str) -> None:
        """Note that the provider asks not to be called for some *seconds*."""
        logger.warning("%s, account %s: %s", account.provider, account.account_id, said)
        try:
            async with self._database.work(account.operator_id) as work:
                until = work.now + timedelta(seconds=seconds)
                await store.set_pause(work, account.account_id, until, said)
        except DatabaseUnavailable as error:
            logger.warning("that %s wants a pause could not be noted: %s", account.provider, error)
