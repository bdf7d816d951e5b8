"""Calls to a blocking SDK: in threads of their own, behind a fuse for each account."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, TypeVar
from uuid import UUID

import anyio
import anyio.to_thread

from app.funds.payments.ports import NotSent, ProviderAccount, Unknown
from app.gateways.common.breaker import Breaker
from app.kernel.clock import Clock

T = TypeVar("T")
# Payments note, section 1.5: 40 threads carry 150 calls of 200 ms a second.
CONNECTIONS: Final = 40
MOST_ACCOUNTS: Final = 256


class Calls:
    """
    Runs the blocking calls of one provider.

    A thread can't be cancelled: a caller that goes away leaves an order whose outcome becomes
    known later.
    """

    def __init__(self, clock: Clock) -> None:
        """Let at most CONNECTIONS calls run at one time; *clock* dates the fuses."""
        self._clock = clock
        self._limiter = anyio.CapacityLimiter(CONNECTIONS)
        self._breakers: OrderedDict[UUID, Breaker] = OrderedDict()

    def is_down(self, account: ProviderAccount) -> bool:
        """Tell whether calls on *account* fail at once now."""
        breaker = self._breakers.get(account.account_id)
        return breaker is not None and breaker.is_open

    async def run(
        self, account: ProviderAccount, call: Callable[[], T], *, abandon: bool = False
    ) -> T | NotSent:
        """
        Return what *call* returns, or NotSent at once while the account's fuse is blown.

        NotSent and Unknown count as silence. With *abandon* the caller may go away.
        """
        breaker = self._breaker(account)
        pause = breaker.seconds_left()
        if pause:
            return NotSent("the provider does not answer", retry_after_seconds=pause)
        result = await anyio.to_thread.run_sync(
            call, limiter=self._limiter, abandon_on_cancel=abandon
        )
        if isinstance(result, NotSent | Unknown):
            breaker.silent()
        else:
            breaker.answered()
        return result

    def _breaker(self, account: ProviderAccount) -> Breaker:
        breaker = self._breakers.setdefault(account.account_id, Breaker(self._clock))
        self._breakers.move_to_end(account.account_id)
        while len(self._breakers) > MOST_ACCOUNTS:
            self._breakers.popitem(last=False)
        return breaker
