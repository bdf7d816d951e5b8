"""A driver's history: sessions with where they were, what was charged, and the receipt's number."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from app.billing.receipts.briefs.model import Brief
from app.billing.receipts.read import briefs_of_sessions
from app.charging.chargers.model import Evse
from app.charging.chargers.read import evses_named
from app.directpay.desk import Desk, Secrets
from app.directpay.owned import store
from app.directpay.owned.model import Before, History, OwnSession, Trip, Wanted
from app.infra.database import Work

# How often a list looks on for what is asked for before it answers a shorter page.
_MOST_LOOKS: Final = 10


async def history(driver_id: UUID, wanted: Wanted, *, operator_id: UUID, desk: Desk) -> History:
    """
    Return a page of the driver's sessions, newest first.

    A page of only some can be short and still have others behind it.
    """
    found: list[tuple[Trip, OwnSession]] = []
    more = None
    async with desk.database.work(operator_id) as work:
        for _ in range(_MOST_LOOKS):
            trips = await store.of_driver(work, driver_id, wanted)
            shown = trips[: wanted.limit]
            told = zip(shown, await _told(work, shown, desk.secrets), strict=True)
            found += [each for each in told if wanted.only.has(each[1])]
            more = _behind(shown[-1]) if len(trips) > wanted.limit else None
            if more is None or len(found) >= wanted.limit:
                break
            wanted = replace(wanted, before=more)
    if len(found) > wanted.limit:
        found = found[: wanted.limit]
        more = _behind(found[-1][0])
    return History(tuple(session for _, session in found), more)


def _behind(trip: Trip) -> Before:
    return Before(trip.began_at, trip.journey_id)


async def _told(work: Work, trips: Sequence[Trip], secrets: Secrets) -> tuple[OwnSession, ...]:
    receipts = await briefs_of_sessions(work, {each.session_id for each in trips})
    without = {each.evse_uid for each in trips if each.session_id not in receipts}
    evses = await evses_named(work, without) if without else {}
    return tuple(
        _from_receipt(each, receipts[each.session_id], secrets)
        if each.session_id in receipts
        else _from_socket(each, evses.get(each.evse_uid), secrets)
        for each in trips
    )


def _from_receipt(trip: Trip, receipt: Brief, secrets: Secrets) -> OwnSession:
    """Return what the receipt says: it stays when the place is renamed or taken down."""
    return OwnSession(
        token=secrets.token(trip.journey_id),
        stage=trip.stage,
        ending=trip.ending,
        began_at=trip.began_at,
        location=receipt.location,
        city=receipt.city,
        evse_id=receipt.evse_id,
        time_zone=receipt.time_zone,
        energy_kwh=receipt.energy_kwh,
        ended_at=receipt.ended_at,
        charged=receipt.charged,
        receipt_number=receipt.number,
    )


def _from_socket(trip: Trip, evse: Evse | None, secrets: Secrets) -> OwnSession:
    """Return a session without a receipt: under way, or one that came to nothing."""
    return OwnSession(
        token=secrets.token(trip.journey_id),
        stage=trip.stage,
        ending=trip.ending,
        began_at=trip.began_at,
        location="" if evse is None else evse.location.name,
        city="" if evse is None else evse.location.city,
        evse_id="" if evse is None else evse.evse_id,
        time_zone="UTC" if evse is None else evse.location.time_zone,
    )
