"""The terms at a socket: the tariff, the rule that chose it, and how its price locks."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.charging.chargers.model import Evse
from app.directpay.model import Journey
from app.directpay.offers.site import spot_of
from app.infra.database import Work
from app.infra.question import Question
from app.pricing.tariffs.choice.choose import choose_for_driver
from app.pricing.tariffs.choice.model import Choice, Group
from app.pricing.tariffs.dynamic.locked import locked, locked_as
from app.pricing.tariffs.dynamic.model import Lock
from app.pricing.tariffs.dynamic.read import Agreed, lock_in, session_tariff
from app.pricing.tariffs.dynamic.timetable import Timetable
from app.pricing.tariffs.engine import plan_of
from app.pricing.tariffs.engine.curve import CurveStep, price_curve
from app.pricing.tariffs.get import get_tariff, tariff_with_id
from app.pricing.tariffs.model import TariffVersion

_DAYS_SHOWN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Terms:
    """
    The tariff at a socket now, ready to price a session, and the rule that chose it.

    *lock* says how a dynamic price behaves during the session; None: the tariff has none. *source*
    is the version as it was published, all its dynamic prices included.
    """

    choice: Choice
    source: TariffVersion
    lock: Lock | None

    @property
    def tariff(self) -> TariffVersion:
        """Return the version that a session is agreed on, with the one price that it locks."""
        return self.choice.tariff


async def terms_at(
    work: Work,
    evse: Evse,
    groups: frozenset[Group] = frozenset(),
    at: datetime | None = None,
) -> Terms:
    """
    Return the terms at *evse*, for a driver whom the operator put into *groups*.

    Without groups they are those of whoever comes ad hoc; *at* is an instant, by default now. A
    step. Raises NoTariff.
    """
    choice = await choose_for_driver(work, spot_of(evse), groups, at)
    if choice.tariff.series is None:
        return Terms(choice, choice.tariff, None)
    lock = await lock_in(work, evse.location.country)
    if lock is Lock.LIVE:
        return Terms(choice, choice.tariff, lock)
    kept = locked(choice.tariff, at or work.now, evse.location.time_zone)
    return Terms(replace(choice, tariff=kept), choice.tariff, lock)


async def agreed_tariff(work: Work, journey: Journey, at: datetime) -> TariffVersion:
    """
    Return the tariff that prices the session of *journey*, as of the instant *at*.

    It is the version that the driver saw; only dynamic prices that were agreed on as live may have
    a newer one. A step. Raises TariffNotFound.
    """
    agreed = Agreed(journey.tariff_id, journey.tariff_version, journey.variant)
    return await session_tariff(work, agreed, at)


async def shown_tariff(work: Work, journey: Journey) -> TariffVersion:
    """Return the tariff of *journey* as its driver saw it. A step. Raises TariffNotFound."""
    version = await get_tariff(work, journey.tariff_id, journey.tariff_version)
    return locked_as(version, journey.variant) if journey.variant else version


def published_tariff(journey: Journey) -> Question[TariffVersion]:
    """Ask for the tariff of *journey* as it was published. Reading it raises TariffNotFound."""
    return tariff_with_id(journey.operator_id, journey.tariff_id, journey.tariff_version)


def curve_of(
    terms: Terms, evse: Evse, now: datetime, vat: Decimal
) -> tuple[tuple[CurveStep, ...], datetime | None]:
    """
    Return the prices per kWh of today and tomorrow under *terms*, and until when they are known.

    Empty and None without dynamic prices, and when none is known from now on.
    """
    zone = evse.location.time_zone
    table = Timetable(terms.source, zone)
    known_until = table.known_until
    if known_until is None or known_until <= now:
        return (), None
    midnight = table.midnight(table.day_of(now))
    until = min(known_until, table.midnight(table.day_of(midnight + _DAYS_SHOWN)))
    return price_curve(plan_of(terms.source), midnight, until, zone, vat), until


def next_price_at(terms: Terms, evse: Evse, now: datetime) -> datetime | None:
    """Return when the dynamic price on offer changes, or None when it has none or does not."""
    if terms.source.series is None:
        return None
    return Timetable(terms.source, evse.location.time_zone).change_after(now)
