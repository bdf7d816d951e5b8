"""A tariff with dynamic prices for others: OCPI tariffs by which they come to our amounts."""

from datetime import datetime, timedelta

from app.pricing.tariffs.dynamic.locked import start_tariffs, trimmed
from app.pricing.tariffs.dynamic.model import FURTHEST, Lock
from app.pricing.tariffs.model import Tariff, TariffVersion

_ONE_DAY = timedelta(days=1)


def as_ocpi(version: TariffVersion, lock: Lock, at: datetime, time_zone: str) -> tuple[Tariff, ...]:
    """
    Return the tariffs to publish for *version* as of the instant *at*, where prices *lock* so.

    Locked at the start: a tariff for each price, valid from its first to before its last instant,
    because OCPI prices a session by the tariff that is valid when it starts. Live: one tariff,
    without the days that no session under way saw. What has no series is published as it is.
    """
    if version.series is None:
        return (version.tariff,)
    if lock is Lock.SESSION_START:
        return tuple(start_tariffs(version, at, time_zone))
    return (trimmed(version, at - _ONE_DAY, at + FURTHEST, time_zone),)
