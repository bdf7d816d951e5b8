"""Look VAT numbers up in VIES: quickly, rarely, and never so that anybody has to wait for it."""

from collections import OrderedDict
from datetime import timedelta
from functools import cached_property
from typing import Final

import httpx
import msgspec

from app.gateways.common.breaker import Breaker
from app.gateways.vies.wire import question, registration
from app.kernel.clock import Clock
from app.pricing.vat import Registration, Registry

PATIENCE_SECONDS: Final = 3
# A member state's register changes by the day; a number that nobody could look up is asked again.
KEPT: Final = timedelta(days=1)
KEPT_UNKNOWN: Final = timedelta(minutes=1)
_MOST_KEPT: Final = 10_000
_Key = tuple[str, str | None]


class ViesRegister:
    """The register at *url*; what it said is kept for a while."""

    def __init__(self, url: str, clock: Clock) -> None:
        """Connect with the first question."""
        self._clock = clock
        self._url = url
        self._fuse = Breaker(clock)
        self._kept: OrderedDict[_Key, Registration] = OrderedDict()

    async def close(self) -> None:
        """Close the connections."""
        if "_http" in self.__dict__:
            await self._http.aclose()

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        # The certificates that a client trusts take a megabyte.
        return httpx.AsyncClient(base_url=self._url, timeout=PATIENCE_SECONDS)

    async def look_up(self, number: str, *, requester: str | None = None) -> Registration:
        """Return what is known of *number*; what can't be found out in time is UNKNOWN."""
        key = number, requester
        kept = self._kept.get(key)
        if kept is not None and self._is_fresh(kept):
            return kept
        found = await self._ask(number, requester)
        self._kept[key] = found
        self._kept.move_to_end(key)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return found

    def _is_fresh(self, kept: Registration) -> bool:
        if kept.checked_at is None:
            return False
        lasts = KEPT_UNKNOWN if kept.outcome is Registry.UNKNOWN else KEPT
        return self._clock.now() < kept.checked_at + lasts

    async def _ask(self, number: str, requester: str | None) -> Registration:
        asked, now = question(number, requester), self._clock.now()
        if asked is None or self._fuse.seconds_left():
            return Registration(Registry.UNKNOWN, now)
        headers = {"Content-Type": "application/json"}
        try:
            answer = await self._http.post(
                "/check-vat-number", content=msgspec.json.encode(asked), headers=headers
            )
        except httpx.HTTPError:
            self._fuse.silent()
            return Registration(Registry.UNKNOWN, now)
        self._fuse.answered()
        return registration(answer.content, now)
