"""Guessing codes gets nowhere: wrong ones are counted by network and by operator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.infra.limits import Limit, Limits, TooManyRequests, network_of
from app.pricing.promotions.errors import CouponRefused
from app.pricing.promotions.model import Asked
from app.pricing.tariffs.choice.model import Group

# What the drivers behind one address (a whole mobile network, perhaps) type wrong in good faith.
WRONG_PER_NETWORK: Final = Limit("wrong-code", 10, timedelta(minutes=10))
# Guesses that come from everywhere: at this rate a million codes of 54 bits last for 2,900 years.
WRONG_PER_OPERATOR: Final = Limit("wrong-code-of", 1000, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Presented:
    """
    What a driver presents: a *coupon* as typed, and what makes him known again.

    *driver* is the random mark of a browser or an app; *host* is where the request comes from;
    *admission* is what reading the code on a display gave; *groups* are those that the operator put
    a driver into who is signed in, and *driver_id* is who that is.
    """

    coupon: str = ""
    driver: str = ""
    host: str | None = None
    admission: str = ""
    groups: frozenset[Group] = frozenset()
    driver_id: UUID | None = None

    @property
    def asked(self) -> Asked:
        """Return what the promotions need to know of it."""
        return Asked(self.coupon, self.driver)


NOBODY: Final = Presented()


@asynccontextmanager
async def guessing(limits: Limits, operator_id: UUID, presented: Presented) -> AsyncIterator[None]:
    """
    Let what was *presented* be tried; a code that is refused inside stays counted, all else not.

    Counted before, so that a thousand at once are as many as one after the other. Raises
    TooManyRequests, for right and wrong codes alike, while a limit is reached.
    """
    if not presented.coupon:
        yield
        return
    counted = [(WRONG_PER_OPERATOR, str(operator_id))]
    network = network_of(presented.host)
    if network is not None:
        counted.append((WRONG_PER_NETWORK, network))
    for limit, who in counted:
        number, left = await limits.count(limit, who)
        if number > limit.most:
            detail = f"more than {limit.most} codes that are none"
            raise TooManyRequests(detail, limit=limit.most, retry_after=left)
    is_wrong = False
    try:
        yield
    except CouponRefused:
        is_wrong = True
        raise
    finally:
        if not is_wrong:
            for limit, who in counted:
                await limits.take_back(limit, who)
