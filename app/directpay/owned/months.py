"""A driver's year, month by month: sessions, energy, and what they cost."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from app.directpay.desk import Desk
from app.directpay.owned.history import history
from app.directpay.owned.model import OwnSession, Wanted
from app.kernel.money import Money

MONTHS: Final = 12
# Five a day: more is a fleet, which has its own reports.
_MOST: Final = 2_000
_ASIDE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MonthSum:
    """
    What was charged in the month that begins with *first*, by the clock of each place.

    *charged* is incl. VAT, one amount for each currency.
    """

    first: date
    sessions: int = 0
    energy_kwh: Decimal = Decimal(0)
    charged: tuple[Money, ...] = ()


async def months_of(*, driver_id: UUID, operator_id: UUID, desk: Desk) -> tuple[MonthSum, ...]:
    """Return the last twelve months, this one last; () when nothing was charged in them."""
    firsts = last_months(desk.database.clock.now().date(), MONTHS)
    since = datetime.combine(firsts[0], time(), UTC) - _ASIDE
    wanted = Wanted(_MOST, since)
    page = await history(driver_id, wanted, operator_id=operator_id, desk=desk)
    sums = sums_of(page.sessions, firsts)
    return sums if any(each.sessions for each in sums) else ()


def within(wanted: Wanted) -> Wanted:
    """Return what is *wanted*, looked for around the month that is asked for, if one is."""
    month = wanted.only.month
    if month is None:
        return wanted
    begins = datetime.combine(month, time(), UTC)
    ends = begins + timedelta(days=monthrange(month.year, month.month)[1])
    begins, ends = begins - _ASIDE, ends + _ASIDE
    since = begins if wanted.since is None else max(begins, wanted.since)
    until = ends if wanted.until is None else min(ends, wanted.until)
    return replace(wanted, since=since, until=until)


def asked_month(mark: str) -> date | None:
    """Return the month that an address names (2026-03) by its first day, None for none."""
    try:
        return date.fromisoformat(f"{mark}-01") if len(mark) == len("2026-03") else None
    except ValueError:
        return None


def last_months(today: date, count: int) -> tuple[date, ...]:
    """Return the first days of the last *count* months, that of *today* last."""
    months = [today.replace(day=1)]
    while len(months) < count:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return tuple(reversed(months))


def sums_of(sessions: Iterable[OwnSession], firsts: Sequence[date]) -> tuple[MonthSum, ...]:
    """Return the sums of those months of *sessions* that were charged."""
    found: dict[date, list[OwnSession]] = {first: [] for first in firsts}
    for session in sessions:
        if session.charged is not None and session.month in found:
            found[session.month].append(session)
    return tuple(_sum(first, of_month) for first, of_month in found.items())


def _sum(first: date, sessions: Sequence[OwnSession]) -> MonthSum:
    charged: dict[str, Money] = {}
    for amount in (each.charged for each in sessions if each.charged is not None):
        before = charged.get(amount.currency, Money.zero(amount.currency))
        charged[amount.currency] = before + amount
    energy = sum((each.energy_kwh or Decimal(0) for each in sessions), Decimal(0))
    return MonthSum(first, len(sessions), energy, tuple(charged.values()))
