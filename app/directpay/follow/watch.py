"""Follow running sessions: price each reading, show it, and never let the cost pass the hold."""

import asyncio
import logging
import time
from collections import OrderedDict, defaultdict
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from app.charging.chargers.read import get_evse
from app.charging.sessions.events import SessionsMeasured
from app.charging.sessions.model import Reading
from app.charging.sessions.read import get_session
from app.directpay.advance import tell
from app.directpay.board.notices import NoBoard, Place, PriceBoard
from app.directpay.board.running import place_of, running_notice
from app.directpay.desk import live_topic
from app.directpay.follow.limits import limit_in_silence, margin_of, time_after
from app.directpay.follow.meter import Meter, meter_of
from app.directpay.follow.show import moved_on, view_of
from app.directpay.follow.store import journeys_of_sessions, set_limits
from app.directpay.model import Addition, Charging, Journey, Stopping
from app.directpay.news import CostNearsHold, CostReachesHold, News
from app.directpay.views import JourneyView
from app.infra.database import Database, DatabaseUnavailable, Work

# Running sessions that a process keeps ready; the others are read anew from their samples.
MOST_FOLLOWED = 20_000
WARN_AT_PERMILLE = 200
# New live prices hold no sooner than ten minutes after they were written.
RENEWED_AFTER = timedelta(minutes=5)
# What is stored for the time of silence is looked at again when it is as near as this.
LOOK_AHEAD = timedelta(minutes=30)
# How often a session is looked at, however often its charge point reports.
PAUSE_MS: Final = 500
# From one look to the next, so that each is at many sessions: a look costs as much as a report.
_NEXT_LOOK_SECONDS: Final = 0.05  # seconds
_MOST_LOOKED_AT: Final = 25  # journeys at a time, which are read in a millisecond
_MOST_MET: Final = 10  # sessions at a time: each takes a few statements

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Followed:
    """A running session that is kept ready; *view* is its page, while somebody looks at it."""

    meter: Meter
    margin: timedelta
    place: Place
    since: datetime
    additions: tuple[Addition, ...]
    limit_at: datetime
    view: JourneyView | None = None

    def has_aged(self, measured: "_Measured") -> bool:
        """Tell whether another VAT rate holds, live prices may have come, or more is held."""
        has_new_prices = self.meter.is_live and measured.at - self.since >= RENEWED_AFTER
        has_more = self.additions != measured.journey.additions
        return has_new_prices or has_more or measured.readings[-1].at >= self.meter.taxed_until


@dataclass(slots=True)
class _News:
    """The readings of a session that were not looked at yet, and when the last of them came."""

    operator_id: UUID
    at: datetime
    readings: list[Reading] = field(default_factory=list)


_Due = Mapping[UUID, _News]


@dataclass(frozen=True, slots=True)
class _Measured:
    """New readings, and the journey as it was seen after them."""

    journey: Journey
    readings: Sequence[Reading]
    at: datetime


class Follower:
    """
    Keeps the live meters of the sessions whose readings come to this process.

    However often a session is measured, it is looked at again only after a pause, with all that
    came meanwhile: no page shows more, and thousands of reports leave time for others.
    """

    def __init__(self, board: PriceBoard | None = None, *, pause_ms: int = 0) -> None:
        """Start with none; look at each session every *pause_ms* at most, and tell the *board*."""
        self._board = board or NoBoard()
        self._pause_ns = pause_ms * 1_000_000
        self._followed: OrderedDict[UUID, _Followed] = OrderedDict()
        self._news: dict[UUID, _News] = {}
        self._rests_until: OrderedDict[UUID, int] = OrderedDict()
        self._busy = False

    async def on_measured(self, work: Work, event: SessionsMeasured) -> None:
        """React to readings: once they are committed, price them and show them."""
        operator_id, now = work.operator_id, work.now

        async def after(database: Database) -> None:
            for session_id, reading in event.readings.items():
                news = self._news.get(session_id)
                if news is None:
                    news = self._news[session_id] = _News(operator_id, now)
                news.readings.append(reading)
                news.at = now
            await self._catch_up(database)

        work.then(after)

    async def _catch_up(self, database: Database) -> None:
        """Look at every session of which there is news, unless somebody is at it already."""
        if self._busy:
            return
        self._busy = True
        try:
            while self._news:
                for operator_id, due in self._due().items():
                    await self._look(operator_id, due, database)
                await asyncio.sleep(_NEXT_LOOK_SECONDS if self._pause_ns or self._news else 0)
        finally:
            self._busy = False

    def _due(self) -> Mapping[UUID, _Due]:
        """Take the news of all sessions that do not rest, by operator and session."""
        now = time.monotonic_ns()
        while self._rests_until and next(iter(self._rests_until.values())) <= now:
            self._rests_until.popitem(last=False)
        due: defaultdict[UUID, dict[UUID, _News]] = defaultdict(dict)
        for session_id in self._news.keys() - self._rests_until.keys():
            news = self._news.pop(session_id)
            due[news.operator_id][session_id] = news
            self._rests_until[session_id] = now + self._pause_ns
        return due

    async def _look(self, operator_id: UUID, due: _Due, database: Database) -> None:
        """Look at the sessions that are due, few at a time: nobody else waits for all of them."""
        every = list(due.items())
        for first in range(0, len(every), _MOST_LOOKED_AT):
            await self._look_at(operator_id, dict(every[first : first + _MOST_LOOKED_AT]), database)

    async def _look_at(self, operator_id: UUID, due: _Due, database: Database) -> None:
        try:
            async with database.look() as look:
                journeys = await journeys_of_sessions(look, operator_id, list(due))
        except DatabaseUnavailable:
            log.warning("%d sessions are not followed: the database is away", len(due))
            return
        found: list[_Measured] = []
        for session_id, news in due.items():
            journey = journeys.get(session_id)
            if journey is None or not isinstance(journey.state, Charging | Stopping):
                self._followed.pop(session_id, None)
            else:
                found.append(_Measured(journey, news.readings, news.at))
        await self._meet(found, database)
        for measured in found:
            await self._try(measured, database)

    async def _meet(self, found: Sequence[_Measured], database: Database) -> None:
        """
        Begin to follow those that are new here, a few in a transaction.

        After a deploy that is all of them. When one of a few fails, each of them begins alone.
        """
        new = [each.journey for each in found if each.journey.session_id not in self._followed]
        for first in range(0, len(new), _MOST_MET):
            few = new[first : first + _MOST_MET]
            await _outcome(self._begin(few[0].operator_id, few, database))

    async def _try(self, measured: _Measured, database: Database) -> None:
        """Follow a session; when that fails, the next reading begins anew."""
        error = await _outcome(self._follow(measured, database))
        if error is not None:
            session_id = measured.journey.session_id
            self._followed.pop(session_id, None)
            log.error("session %s could not be followed", session_id, exc_info=error)

    async def _follow(self, measured: _Measured, database: Database) -> None:
        """
        Feed readings to the meter of their journey.

        Warns at four fifths of the hold, stops before it is passed, and shows the new state to
        whoever looks. Only then, and for the first reading, the database is asked again: this is
        the busiest path.
        """
        journey, now = measured.journey, measured.at
        followed = self._followed.get(journey.session_id)
        if followed is None or followed.has_aged(measured):
            await self._begin(journey.operator_id, [journey], database)
            followed = self._followed[journey.session_id]
        self._followed.move_to_end(journey.session_id)
        followed.meter.feed(measured.readings, now)
        journey = await _watch_hold(database, measured, followed)
        await _show(database, journey, followed, now)
        if self._board.wants(followed.place):
            self._board.tell(running_notice(followed.meter, followed.place, journey, now))

    async def _begin(
        self, operator_id: UUID, journeys: Sequence[Journey], database: Database
    ) -> None:
        """Follow sessions from here on, and note until when their holds last in silence."""
        async with database.work(operator_id) as work:
            begun = {each.session_id: await _begun(work, each) for each in journeys}
            limits = {
                each.journey_id: begun[each.session_id].limit_at
                for each in journeys
                if isinstance(each.state, Charging)
            }
            await set_limits(work, limits)
        self._followed |= begun
        while len(self._followed) > MOST_FOLLOWED:
            self._followed.popitem(last=False)


async def _outcome(work: Coroutine[None, None, None]) -> BaseException | None:
    """Do *work* and return what went wrong, or None."""
    task = asyncio.create_task(work)
    await asyncio.wait([task])
    return task.exception()


async def _begun(work: Work, journey: Journey) -> _Followed:
    evse = await get_evse(work, journey.evse_uid)
    session = await get_session(work, journey.session_id)
    meter = await meter_of(work, journey, session, evse)
    margin, place = margin_of(evse), place_of(evse, session.transaction_id or "")
    limit_at = limit_in_silence(meter, journey, work.now) - margin
    return _Followed(meter, margin, place, work.now, journey.additions, limit_at)


async def _show(database: Database, journey: Journey, followed: _Followed, now: datetime) -> None:
    """Tell the pages that show *journey*; who begins to look reads all of it, and then hears."""
    topic = live_topic(journey.journey_id)
    if not database.is_heard(topic):
        followed.view = None
        return
    if followed.view is None:
        async with database.work(journey.operator_id) as work:
            followed.view = await view_of(work, journey, followed.meter)
    view = moved_on(followed.view, journey, followed.meter, now)
    await database.publish(topic, msgspec.json.encode(view))


async def _watch_hold(database: Database, measured: _Measured, followed: _Followed) -> Journey:
    journey, now, meter = measured.journey, measured.at, followed.meter
    if not isinstance(journey.state, Charging):
        return journey
    limit_at = time_after(meter, meter.seconds_left(journey.held))
    if limit_at is not None and limit_at - now <= followed.margin:
        return await _told(database, journey, CostReachesHold())
    if followed.limit_at - now <= LOOK_AHEAD:
        if limit_at is None or limit_at - now > LOOK_AHEAD:
            limit_at = limit_in_silence(meter, journey, now)
        followed.limit_at = limit_at - followed.margin
        async with database.work(journey.operator_id) as work:
            await set_limits(work, {journey.journey_id: followed.limit_at})
    spent = meter.payable.minor * 1000
    if not journey.state.warned and spent >= journey.held.minor * (1000 - WARN_AT_PERMILLE):
        return await _told(database, journey, CostNearsHold())
    return journey


async def _told(database: Database, journey: Journey, news: News) -> Journey:
    async with database.work(journey.operator_id) as work:
        return await tell(work, journey.journey_id, news) or journey
