"""A fuse in memory: after several calls without an answer, the next ones fail at once."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.funds.payments.ports import FAILURES, PAUSE, ProviderAccount
from app.kernel.clock import Clock

MOST_ACCOUNTS: Final = 256


@dataclass(slots=True)
class Breaker:
    """Blows after FAILURES calls in a row without an answer; PAUSE later one call may try."""

    clock: Clock
    failures: int = 0
    closed_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether calls are refused now."""
        return self.closed_until is not None and self.clock.now() < self.closed_until

    def seconds_left(self) -> int:
        """Return for how long calls are to be refused; 0 lets this one through."""
        now = self.clock.now()
        if self.closed_until is None or now >= self.closed_until:
            if self.closed_until is not None:
                # Half open: this call tries, those beside it still wait.
                self.closed_until = now + PAUSE
            return 0
        return max(1, (self.closed_until - now).seconds)

    def answered(self) -> None:
        """Note that the provider answered."""
        self.failures = 0
        self.closed_until = None

    def silent(self) -> None:
        """Note that no usable answer came."""
        self.failures += 1
        if self.failures >= FAILURES:
            self.closed_until = self.clock.now() + PAUSE


class MemoryFuses:
    """The fuses of a program without a database; those of the longest silent are forgotten."""

    def __init__(self, clock: Clock) -> None:
        """Date the fuses by *clock*."""
        self._clock = clock
        self._breakers: OrderedDict[UUID, Breaker] = OrderedDict()

    def is_blown(self, account: ProviderAccount) -> bool:
        """Tell whether the account's provider is known not to answer."""
        breaker = self._breakers.get(account.account_id)
        return breaker is not None and breaker.failures >= FAILURES

    async def wait(self, account: ProviderAccount) -> int:
        """Return for how many seconds no call may be made; 0 lets this one through."""
        return self._breaker(account).seconds_left()

    async def answered(self, account: ProviderAccount) -> None:
        """Note that the provider answered."""
        self._breaker(account).answered()

    async def silent(self, account: ProviderAccount, said: str) -> None:
        """Note that no usable answer came."""
        del said
        self._breaker(account).silent()

    async def slowed(self, account: ProviderAccount, seconds: int, said: str) -> None:
        """Note that nobody calls for some *seconds*."""
        del said
        self._breaker(account).closed_until = self._clock.now() + timedelta(seconds=seconds)

    def _breaker(self, account: ProviderAccount) -> Breaker:
        breaker = self._breakers.setdefault(account.account_id, Breaker(self._clock))
        self._breakers.move_to_end(account.account_id)
        while len(self._breakers) > MOST_ACCOUNTS:
            self._breakers.popitem(last=False)
        return breaker
