"""A driver's sessions of some days to take away: as a table for a program, and on paper."""

import asyncio
import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from app.directpay.desk import Desk
from app.directpay.errors import TooManySessions
from app.directpay.owned.history import history
from app.directpay.owned.model import EVERYTHING, Days, Only, OwnSession, Wanted
from app.infra.i18n import (
    current_language,
    format_energy,
    format_local_date,
    format_local_datetime,
    format_money,
    format_number,
    gettext,
)
from app.kernel.money import Money

MOST: Final = 2_000
_TEMPLATE: Final = "history.typ"
# No place is further from universal time than this, and no session lasts longer.
_ASIDE: Final = timedelta(days=1)
_COLUMNS: Final = (
    "receipt",
    "began_at",
    "ended_at",
    "location",
    "city",
    "evse_id",
    "energy_kwh",
    "charged",
    "currency",
)
# What spreadsheets take for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


async def charged_on(
    driver_id: UUID, days: Days, only: Only = EVERYTHING, *, operator_id: UUID, desk: Desk
) -> Sequence[OwnSession]:
    """Return *only* the driver's sessions with a receipt, oldest first. Raises TooManySessions."""
    first = datetime.combine(days.first, time(), UTC) - _ASIDE
    after = datetime.combine(days.last, time(), UTC) + _ASIDE * 2
    wanted = Wanted(MOST, first, after)
    page = await history(driver_id, wanted, operator_id=operator_id, desk=desk)
    if page.more is not None:
        raise TooManySessions(f"at most {MOST} sessions at once: ask for fewer days", limit=MOST)
    charged = (each for each in page.sessions if each.charged is not None)
    return [each for each in charged if days.has(each) and only.has(each)][::-1]


def as_csv(sessions: Iterable[OwnSession]) -> str:
    """Return a table (RFC 4180) with local times and decimal points, for a program to read."""
    text = StringIO()
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    table.writerows(_row(each) for each in sessions)
    return text.getvalue()


async def as_pdf(
    sessions: Sequence[OwnSession], days: Days, title: str, *, at: datetime, desk: Desk
) -> bytes:
    """Return one document in the current language with all *sessions* and their sums."""
    data = _document(sessions, days, title)
    return await asyncio.to_thread(desk.press.print, _TEMPLATE, data, at=at)


def _row(session: OwnSession) -> tuple[str, ...]:
    assert session.charged is not None, "only charged sessions are taken away"  # noqa: S101
    return (
        _text(session.receipt_number or ""),
        _local(session.began_at, session),
        "" if session.ended_at is None else _local(session.ended_at, session),
        _text(session.location),
        _text(session.city),
        _text(session.evse_id),
        str(session.energy_kwh or Decimal(0)),
        str(session.charged.as_decimal()),
        session.charged.currency,
    )


def _text(value: str) -> str:
    """Return *value* so that no spreadsheet runs it."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _local(at: datetime, session: OwnSession) -> str:
    return at.astimezone(ZoneInfo(session.time_zone)).isoformat(timespec="seconds")


def _document(sessions: Sequence[OwnSession], days: Days, title: str) -> dict[str, object]:
    energy = sum((each.energy_kwh or Decimal(0) for each in sessions), Decimal(0))
    noon = (datetime.combine(day, time(12), UTC) for day in (days.first, days.last))
    return {
        "language": current_language(),
        "title": title,
        "heading": gettext("Your sessions"),
        "period": " – ".join(format_local_date(at, "UTC") for at in noon),
        "heads": [gettext("Receipt"), gettext("Date"), gettext("Place"), "kWh", gettext("Amount")],
        "rows": [_printed(each) for each in sessions],
        "sums": [
            [gettext("Energy"), format_energy(energy)],
            *([gettext("Total"), format_money(each)] for each in _sums(sessions)),
        ],
        "page_of": gettext("Page %(page)s of %(pages)s"),
    }


def _sums(sessions: Iterable[OwnSession]) -> list[Money]:
    """Return what was charged in each currency."""
    sums: dict[str, Money] = {}
    for charged in (each.charged for each in sessions if each.charged is not None):
        before = sums.get(charged.currency, Money.zero(charged.currency))
        sums[charged.currency] = before + charged
    return list(sums.values())


def _printed(session: OwnSession) -> list[str]:
    zone = session.time_zone
    when = format_local_datetime(session.began_at, zone)
    place = ", ".join(part for part in (session.location, session.city, session.evse_id) if part)
    energy = "" if session.energy_kwh is None else format_number(session.energy_kwh, decimals=3)
    charged = "" if session.charged is None else format_money(session.charged)
    return [session.receipt_number or "", when, place, energy, charged]
