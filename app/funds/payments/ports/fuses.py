"""What keeps a provider that does not answer from being asked again and again."""

from datetime import timedelta
from typing import Final, Protocol

from app.funds.payments.ports.answers import ProviderAccount

# So many calls in a row without a usable answer blow the fuse of an account.
FAILURES: Final = 8
# How long nobody calls then; the one that tries first keeps the others waiting as long again.
PAUSE: Final = timedelta(seconds=10)


class Fuses(Protocol):
    """
    One fuse for each account: it blows after FAILURES, and one call tries when it has cooled.

    Whoever is told to wait has sent nothing.
    """

    def is_blown(self, account: ProviderAccount) -> bool:
        """Tell whether the account's provider is known not to answer."""
        ...

    async def wait(self, account: ProviderAccount) -> int:
        """Return for how many seconds no call may be made; 0 lets this one through."""
        ...

    async def answered(self, account: ProviderAccount) -> None:
        """Note that the provider answered, whatever it said."""
        ...

    async def silent(self, account: ProviderAccount, said: str) -> None:
        """Note that no usable answer came."""
        ...

    async def slowed(self, account: ProviderAccount, seconds: int, said: str) -> None:
        """Note that the provider asks not to be called for some *seconds*."""
        ...
