"""Check a CDR of another platform before money moves: against the tariff that the driver saw."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import msgspec

from app.charging.chargers.read import get_evse
from app.charging.sessions.model import Session
from app.infra.database import Work
from app.kernel.money import Money
from app.pricing.tariffs.cdrs.model import StatedCdr
from app.pricing.tariffs.cdrs.plausible import Known, implausible
from app.pricing.tariffs.cdrs.verify import Divergence, verify
from app.pricing.tariffs.compiled.compile import compile_tariffs
from app.pricing.tariffs.errors import CdrInvalid, EnergyFedBack, TimeZoneUnknown
from app.pricing.tariffs.model import TariffVersion
from app.roaming.wire.codec import plain
from app.roaming.wire.sessions import Cdr

# Whole lines of a person's work list, not a copy of the CDR.
_MOST = 5
_OLDEST = timedelta(days=90)
# What the name of a tariff says nothing about.
_NAMES = frozenset(("tariff_unknown", "tariff_unused", "tariff_not_valid"))


async def doubts_of(
    work: Work, told: Cdr, session: Session, shown: TariffVersion, held: Money
) -> list[str]:
    """
    Return what a person should know before the money of a session is argued about; none: all well.

    A step of the caller's transaction.
    """
    evse = await get_evse(work, session.evse_uid)
    known = Known(now=work.now, most_kw=evse.max_power_kw, oldest=_OLDEST)
    found = [*_over(told, held), *_differing(told, shown, evse.location.time_zone, known)]
    return [] if not found else [f"CDR {told.id}: " + "; ".join(found[:_MOST])]


def _over(told: Cdr, held: Money) -> Iterator[str]:
    if told.currency != held.currency:
        yield f"it is in {told.currency}, the hold in {held.currency}"
    elif told.total_cost.gross > held.as_decimal():
        yield f"it asks for {told.total_cost.gross} {told.currency}, {held} was held"


def _differing(told: Cdr, shown: TariffVersion, zone: str, known: Known) -> Iterator[str]:
    plans = compile_tariffs((shown.tariff,))
    stated = msgspec.convert(_without_names(told), StatedCdr)
    try:
        divergences = (*verify(stated, plans, zone), *implausible(stated, plans, known))
    except (CdrInvalid, EnergyFedBack, TimeZoneUnknown) as wrong:
        yield wrong.detail
        return
    for one in divergences:
        if one.code not in _NAMES:
            yield _words(one)


def _without_names(told: Cdr) -> dict[str, object]:
    """Return the CDR as plain data whose periods name no tariff: the one that was shown counts."""
    found: dict[str, object] = plain(told)
    found.pop("tariffs", None)
    found["charging_periods"] = [
        {name: value for name, value in plain(one).items() if name != "tariff_id"}
        for one in told.charging_periods
    ]
    return found


def _words(one: Divergence) -> str:
    place = f"{one.code} in {one.field}"
    if not one.stated:
        return f"{place}: {one.found}"
    return f"{place}: {_short(one.stated)} stated, {_short(one.found)} worked out"


def _short(text: str) -> str:
    try:
        return str(round(Decimal(text), 4).normalize() + 0)
    except ArithmeticError:
        return text
