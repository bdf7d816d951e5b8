"""A charging point that prepares sessions and reports about them as a 1.6 charge point does."""

from dataclasses import replace
from decimal import Decimal

from app.charging.sessions.metering.measure import record_samples
from app.charging.sessions.model import (
    MeterSample,
    SampleReport,
    Session,
    StartReport,
    StopReport,
)
from app.charging.sessions.prepare import prepare_session
from app.charging.sessions.read import get_session, samples_of
from app.charging.sessions.start import start_transaction
from app.charging.sessions.stop import stop_transaction
from app.charging.sessions.withdraw import withdraw_session


class Charger:
    """A charging point of a test: prepares sessions and reports as a 1.6 charge point does."""

    def __init__(self, database, clock, points, heard):
        """Report for the first EVSE of *points*; *heard* gets the events."""
        self.database, self.clock, self.points, self.heard = database, clock, points, heard
        self.operator_id, self.evse = points.operator_id, points.evse

    async def prepare(self, evse=None) -> Session:
        """Prepare a session as a payment does."""
        async with self.database.work(self.operator_id) as work:
            return await prepare_session(work, evse or self.evse)

    async def withdraw(self, session) -> Session:
        """Give a session up."""
        async with self.database.work(self.operator_id) as work:
            return await withdraw_session(work, session.session_id)

    async def session(self, session) -> Session:
        """Return the session as it is now."""
        async with self.database.work(self.operator_id) as work:
            return await get_session(work, session.session_id)

    async def samples(self, session):
        """Return the raw samples."""
        async with self.database.work(self.operator_id) as work:
            return await samples_of(work, session.session_id)

    def start_report(self, id_tag, **changes) -> StartReport:
        """Return a StartTransaction of now, with *changes*."""
        now = self.clock.now()
        report = StartReport(
            operator_id=self.operator_id,
            identity=self.evse.identity,
            evse_no=None,
            connector_no=1,
            id_tag=id_tag,
            remote_start_id=None,
            station_transaction_id=None,
            meter_start_wh=Decimal(5000),
            at=now,
            received_at=now,
        )
        return replace(report, **changes)

    async def start(self, id_tag, **changes):
        """Start a transaction and return the answer."""
        report = self.start_report(id_tag, **changes)
        return await start_transaction(report, database=self.database)

    async def measure(self, transaction_id, *samples, connector_no=1, evse_no=None):
        """Report meter values."""
        report = SampleReport(
            self.operator_id, self.evse.identity, transaction_id, evse_no, connector_no, samples
        )
        await record_samples(report, database=self.database)

    def sample(self, wh, *, power=None, at=None) -> MeterSample:
        """Return a sample of now: Wh and W."""
        now = self.clock.now()
        energy = None if wh is None else Decimal(wh)
        taken = at or now
        return MeterSample(taken, now, energy, None if power is None else Decimal(power))

    async def stop(self, transaction_id, wh, **changes):
        """Stop a transaction now, with *changes*."""
        now = self.clock.now()
        report = StopReport(
            operator_id=self.operator_id,
            identity=self.evse.identity,
            transaction_id=transaction_id,
            evse_no=None,
            connector_no=None,
            id_tag=None,
            meter_stop_wh=None if wh is None else Decimal(wh),
            at=now,
            received_at=now,
            reason="Remote",
        )
        await stop_transaction(replace(report, **changes), database=self.database)

    async def charging(self):
        """Return a session that runs, and its transaction id."""
        session = await self.prepare()
        answer = await self.start(session.id_tag)
        return session, answer.transaction_id

    def count(self, kind) -> int:
        """Return how many events of a *kind* were heard."""
        return len([event for event in self.heard if isinstance(event, kind)])
