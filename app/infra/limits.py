"""How often somebody may do something: counted in windows of time."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final, Protocol

from app.kernel.errors import Kind, Problem

_SECOND: Final = timedelta(seconds=1)
_MOST_COUNTED: Final = 100_000
# What one household or one phone is given of the IPv6 addresses.
_PREFIX_V6: Final = 64


class TooManyRequests(Problem):
    """A network has done this too often; *retry_after* is in seconds."""

    code = "too_many_requests"
    kind = Kind.TOO_MANY
    title = "That was too often"


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that may be done *most* times *within* a window of time, by its *name*."""

    name: str
    most: int
    within: timedelta

    def window(self, seconds: int) -> tuple[int, int]:
        """Return the window's number at that second, and the seconds until the next."""
        length = self.within // _SECOND
        return seconds // length, length - seconds % length


class Limits(Protocol):
    """Counts who does what; what is counted may be lost, and nothing else is."""

    async def count(self, limit: Limit, who: str) -> tuple[int, int]:
        """Count once more; return how often *who* did it, and the seconds until that is over."""
        ...

    async def take_back(self, limit: Limit, who: str) -> None:
        """Count once less: what was counted was nothing that is limited."""
        ...


def unix_seconds() -> int:
    """Return the seconds by which windows of time are numbered."""
    return time.time_ns() // 1_000_000_000


class MemoryLimits:
    """The counts of one process; those of the longest silent are forgotten when there are many."""

    def __init__(self, seconds: Callable[[], int] = unix_seconds) -> None:
        """Count by the clock *seconds*."""
        self._seconds = seconds
        self._counts: OrderedDict[tuple[str, str], tuple[int, int]] = OrderedDict()

    async def count(self, limit: Limit, who: str) -> tuple[int, int]:
        """Count once more; return how often *who* did it, and the seconds until that is over."""
        window, left = limit.window(self._seconds())
        known, before = self._counts.pop((limit.name, who), (window, 0))
        number = before + 1 if known == window else 1
        self._counts[limit.name, who] = (window, number)
        if len(self._counts) > _MOST_COUNTED:
            self._counts.popitem(last=False)
        return number, left

    async def take_back(self, limit: Limit, who: str) -> None:
        """Count once less: what was counted was nothing that is limited."""
        window, _ = limit.window(self._seconds())
        known, number = self._counts.get((limit.name, who), (window, 0))
        if known == window and number > 0:
            self._counts[limit.name, who] = (window, number - 1)


async def take(limits: Limits, limit: Limit, host: str | None) -> None:
    """
    Count one request from *host*; raise TooManyRequests beyond the *limit*.

    A network counts, not an address: see `network_of`.
    """
    network = network_of(host)
    if network is None:
        return
    number, left = await limits.count(limit, network)
    if number > limit.most:
        msg = f"more than {limit.most} from one network"
        raise TooManyRequests(msg, limit=limit.most, retry_after=left)


def network_of(host: str | None) -> str | None:
    """
    Return whose requests are counted together: an IPv4 address, or the /64 of an IPv6 address.

    None is not counted: this machine itself, and what is no address. A proxy on this machine that
    names no client (TRUSTED_PROXIES) must not make one driver of all.
    """
    try:
        address = ip_address(host or "")
    except ValueError:
        return None
    mapped = None if isinstance(address, IPv4Address) else address.ipv4_mapped
    address = mapped or address
    if address.is_loopback:
        return None
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((int(address), _PREFIX_V6), strict=False))
