"""Calls to a blocking SDK: in threads of their own, behind a fuse and a limit for each account."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, TypeVar
from uuid import UUID

import anyio
import anyio.to_thread

from app.funds.payments.ports import Fuses, NotSent, ProviderAccount, Unknown
from app.gateways.common.breaker import MOST_ACCOUNTS

T = TypeVar("T")
# Payments note, section 1.5: 40 threads carry 150 calls of 200 ms a second.
CONNECTIONS: Final = 40
# One operator's slow account leaves half of the threads to the others.
PER_ACCOUNT: Final = 20


class Calls:
    """
    Runs the blocking calls of one provider.

    A thread can't be cancelled: a caller that goes away leaves an order whose outcome becomes
    known later.
    """

    def __init__(self, fuses: Fuses) -> None:
        """Let at most CONNECTIONS calls run at one time, PER_ACCOUNT of them of one account."""
        self._fuses = fuses
        self._limiter = anyio.CapacityLimiter(CONNECTIONS)
        self._own: OrderedDict[UUID, anyio.CapacityLimiter] = OrderedDict()

    def is_down(self, account: ProviderAccount) -> bool:
        """Tell whether *account* takes no payments now."""
        return self._fuses.is_blown(account)

    async def run(
        self, account: ProviderAccount, call: Callable[[], T], *, abandon: bool = False
    ) -> T | NotSent:
        """
        Return what *call* returns, or NotSent at once while the account's fuse is blown.

        With *abandon* the caller may go away.
        """
        pause = await self._fuses.wait(account)
        if pause:
            return NotSent("the provider does not answer", retry_after_seconds=pause)
        async with self._own_limiter(account):
            result = await anyio.to_thread.run_sync(
                call, limiter=self._limiter, abandon_on_cancel=abandon
            )
        await self._judge(account, result)
        return result

    async def _judge(self, account: ProviderAccount, result: object) -> None:
        """Count silence: no answer, or none that can be used. A refused secret is an answer."""
        match result:
            case NotSent(detail, retry_after_seconds=int(seconds)):
                await self._fuses.slowed(account, seconds, detail)
            case NotSent(detail, credentials_refused=False) | Unknown(detail):
                await self._fuses.silent(account, detail)
            case _:
                await self._fuses.answered(account)

    def _own_limiter(self, account: ProviderAccount) -> anyio.CapacityLimiter:
        own = self._own.setdefault(account.account_id, anyio.CapacityLimiter(PER_ACCOUNT))
        self._own.move_to_end(account.account_id)
        while len(self._own) > MOST_ACCOUNTS:
            self._own.popitem(last=False)
        return own
