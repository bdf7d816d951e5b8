"""Follow running sessions: price each reading, show it, and never let the cost pass the hold."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.charging.chargers.model import Evse
from app.charging.chargers.read import get_evse
from app.charging.sessions.events import SessionMeasured
from app.charging.sessions.model import Reading
from app.charging.sessions.read import get_session
from app.directpay import store
from app.directpay.advance import tell
from app.directpay.decide import LONGEST_SESSION
from app.directpay.desk import live_topic
from app.directpay.follow.meter import Meter, meter_of
from app.directpay.follow.show import live_view, milliseconds, view_of
from app.directpay.model import Addition, Charging, Journey, Stopping
from app.directpay.news import CostNearsHold, CostReachesHold, News
from app.directpay.views import JourneyView
from app.infra.database import EVERY_OPERATOR, Database, Work
from app.pricing.tariffs.events import PricesChanged

# Running sessions that a process keeps ready; the others are read anew from their samples.
MOST_FOLLOWED = 20_000
WARN_AT_PERMILLE = 200
# A stop takes effect after the next reading at the latest (30 s on AC, 10 s on DC) and the way to
# the charge point and back; what is drawn until then must still fit into the hold.
STOP_MARGIN_AC = timedelta(seconds=45)
STOP_MARGIN_DC = timedelta(seconds=20)
# New live prices hold no sooner than ten minutes after they were written.
RENEWED_AFTER = timedelta(minutes=5)
# What is stored for the time of silence is looked at again when it is as near as this.
LOOK_AHEAD = timedelta(minutes=30)
SWEEP_MOST = 500


@dataclass(slots=True)
class _Followed:
    meter: Meter
    view: JourneyView
    margin: timedelta
    since: datetime
    additions: tuple[Addition, ...]
    limit_at: datetime | None = None

    def has_aged(self, measured: "_Measured") -> bool:
        """Tell whether another VAT rate holds, live prices may have come, or more is held."""
        has_new_prices = self.meter.is_live and measured.at - self.since >= RENEWED_AFTER
        has_more = self.additions != measured.journey.additions
        return has_new_prices or has_more or measured.reading.at >= self.meter.taxed_until


@dataclass(frozen=True, slots=True)
class _Measured:
    """A reading, and its journey as the transaction saw it that recorded the reading."""

    journey: Journey
    reading: Reading
    at: datetime


class Follower:
    """Keeps the live meters of the sessions whose readings come to this process."""

    def __init__(self) -> None:
        """Start with none."""
        self._followed: OrderedDict[UUID, _Followed] = OrderedDict()

    async def on_measured(self, work: Work, event: SessionMeasured) -> None:
        """React to a reading: once it is committed, price it and show it."""
        journey = await store.journey_of_session(work, event.session_id)
        if journey is None or not isinstance(journey.state, Charging | Stopping):
            self._followed.pop(event.session_id, None)
            return
        measured = _Measured(journey, event.reading, work.now)

        async def after(database: Database) -> None:
            await self._follow(measured, database)

        work.then(after)

    async def _follow(self, measured: _Measured, database: Database) -> None:
        """
        Feed a reading to the meter of its journey.

        Warns at four fifths of the hold, stops before it is passed, and shows the new state. Only
        then, and for the first reading, the database is asked again: this is the busiest path.
        """
        journey, now = measured.journey, measured.at
        followed = self._followed.get(journey.session_id)
        if followed is None or followed.has_aged(measured):
            async with database.work(journey.operator_id) as work:
                followed = await self._begin(work, journey)
        self._keep(journey.session_id, followed)
        followed.meter.feed(measured.reading, now)
        journey = await _watch_hold(database, measured, followed)
        view = msgspec.structs.replace(
            followed.view,
            version=milliseconds(now),
            now=now,
            stage=journey.stage,
            hold_warning=isinstance(journey.state, Charging | Stopping) and journey.state.warned,
            live=live_view(followed.meter, journey, now),
            receipt_email=journey.receipt_email,
            stop_reason=journey.state.reason if isinstance(journey.state, Stopping) else None,
        )
        await database.publish(live_topic(journey.journey_id), msgspec.json.encode(view))

    async def _begin(self, work: Work, journey: Journey) -> _Followed:
        evse = await get_evse(work, journey.evse_uid)
        session = await get_session(work, journey.session_id)
        meter = await meter_of(work, journey, session, evse)
        view = await view_of(work, journey)
        return _Followed(meter, view, _margin(evse), work.now, journey.additions)

    def _keep(self, session_id: UUID, followed: _Followed) -> None:
        self._followed[session_id] = followed
        self._followed.move_to_end(session_id)
        while len(self._followed) > MOST_FOLLOWED:
            self._followed.popitem(last=False)


async def look_again(work: Work, event: PricesChanged) -> None:
    """React to new live prices: how long the holds of those who follow them last is open again."""
    await store.forget_limits(work, event.tariff_id)


async def watch_limits(*, database: Database) -> None:
    """
    Stop the sessions whose hold may be used up by now though nothing was heard of them. A sweep.

    A session of which nothing was heard at all gets its limit here: at the EVSE's whole power.
    """
    async with database.work(EVERY_OPERATOR) as work:
        unlimited = await store.without_limit(work, SWEEP_MOST)
        near = await store.near_limit(work, work.now, SWEEP_MOST)
    for journey in unlimited:
        async with database.work(journey.operator_id) as work:
            await _limit(work, journey)
    for journey in near:
        async with database.work(journey.operator_id) as work:
            # One that is offline cannot be asked to stop; what it kept is priced when it is back.
            if (await get_evse(work, journey.evse_uid)).connected:
                await tell(work, journey.journey_id, CostReachesHold())


async def _limit(work: Work, journey: Journey) -> None:
    evse = await get_evse(work, journey.evse_uid)
    session = await get_session(work, journey.session_id)
    meter = await meter_of(work, journey, session, evse)
    limit_at = _limit_in_silence(meter, journey, work.now) - _margin(evse)
    await store.set_limit(work, journey.journey_id, limit_at)


async def _watch_hold(database: Database, measured: _Measured, followed: _Followed) -> Journey:
    journey, now, meter = measured.journey, measured.at, followed.meter
    if not isinstance(journey.state, Charging):
        return journey
    limit_at = _after(meter, meter.seconds_left(journey.held))
    if limit_at is not None and limit_at - now <= followed.margin:
        return await _told(database, journey, CostReachesHold())
    if followed.limit_at is None or followed.limit_at - now <= LOOK_AHEAD:
        if limit_at is None or limit_at - now > LOOK_AHEAD:
            limit_at = _limit_in_silence(meter, journey, now)
        followed.limit_at = limit_at - followed.margin
        async with database.work(journey.operator_id) as work:
            await store.set_limit(work, journey.journey_id, followed.limit_at)
    spent = meter.payable.minor * 1000
    if not journey.state.warned and spent >= journey.held.minor * (1000 - WARN_AT_PERMILLE):
        return await _told(database, journey, CostNearsHold())
    return journey


async def _told(database: Database, journey: Journey, news: News) -> Journey:
    async with database.work(journey.operator_id) as work:
        return await tell(work, journey.journey_id, news) or journey


def _limit_in_silence(meter: Meter, journey: Journey, now: datetime) -> datetime:
    """Return until when the hold lasts at the EVSE's whole power; no session is longer than it."""
    limit_at = _after(meter, meter.seconds_left_at_most(journey.held))
    longest = now + LONGEST_SESSION
    return longest if limit_at is None else min(limit_at, longest)


def _after(meter: Meter, seconds: int | None) -> datetime | None:
    return None if seconds is None else meter.as_of + timedelta(seconds=seconds)


def _margin(evse: Evse) -> timedelta:
    return STOP_MARGIN_DC if evse.current == "DC" else STOP_MARGIN_AC
