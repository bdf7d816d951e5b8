"""Meter values of many sessions in one transaction: committed before each gets its answer."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from msgspec.structs import replace

from app.charging.chargers.read import get_evse
from app.charging.chargers.setup.save import save_evse
from app.charging.sessions.events import SessionFlagged, SessionsMeasured
from app.charging.sessions.metering.writer import ENOUGH_REPORTS, SampleWriter
from app.charging.sessions.model import SampleReport
from app.charging.sessions.store import lock
from app.infra.database import Database, DatabaseUnavailable
from tests.fakes.charger import Charger
from tests.fakes.points import OTHER_OPERATOR, draft, furnish

SOCKETS = 12


class Town:
    """One charge point with many sockets, whose reports go through one writer."""

    def __init__(self, database, clock, points, heard) -> None:
        """Report for the operator of *points*."""
        self.charger = Charger(database, clock, points, heard)
        self.database, self.clock, self.heard = database, clock, heard
        self.writer = SampleWriter(database)
        self.sessions, self.numbers = [], []

    async def charge(self) -> None:
        """Let a session run at every socket."""
        for number in range(1, SOCKETS + 1):
            async with self.database.work(self.charger.operator_id) as work:
                evse = await get_evse(work, f"EVSE-{number}")
            session = await self.charger.prepare(evse)
            answer = await self.charger.start(session.id_tag, connector_no=evse.evse_no)
            self.sessions.append(session)
            self.numbers.append(answer.transaction_id)

    def report(self, socket: int, wh, *, number=None, at=None) -> SampleReport:
        """Return meter values of now from a socket."""
        number = self.numbers[socket] if number is None else number
        charger, sample = self.charger, self.charger.sample(wh, at=at)
        identity = charger.evse.identity
        return SampleReport(charger.operator_id, identity, number, None, socket + 1, [sample])

    async def energies(self) -> list[Decimal]:
        """Return the energy of every session in Wh."""
        return [(await self.charger.session(each)).energy_wh for each in self.sessions]

    def told(self, kind) -> list:
        """Return the events of a kind."""
        return [event for event in self.heard if isinstance(event, kind)]


class CountingDatabase(Database):
    """A database that counts its transactions, and may lose or delay one right before its end."""

    opened, loses = 0, False
    may_commit: asyncio.Event | None = None

    def __init__(self, real: Database) -> None:
        """Work as *real* does."""
        self.__dict__.update(vars(real))

    @asynccontextmanager
    async def work(self, scope):
        """Count, and lose it when told so."""
        self.opened += 1
        waits, self.may_commit = self.may_commit, None
        async with super().work(scope) as work:
            yield work
            if waits is not None:
                await waits.wait()
            if self.loses:
                raise DatabaseUnavailable("it went away before the commit")


@pytest.fixture
async def town(make_database, clock) -> Town:
    """Twelve sockets, a session at each."""
    heard = []

    async def hear(_, event) -> None:
        heard.append(event)

    kinds = (SessionsMeasured, SessionFlagged)
    database = CountingDatabase(make_database(reactors=dict.fromkeys(kinds, (hear,))))
    points = await furnish(database)
    async with database.work(points.operator_id) as work:
        for n in range(3, SOCKETS + 1):
            code = f"AAAA{'ABCDEFGHJKMN'[n - 1]}A"
            await save_evse(work, draft(f"EVSE-{n}", code, evse_no=n, ocpp16_connector_id=n))
    town = Town(database, clock, points, heard)
    await town.charge()
    clock.advance(minutes=5)
    database.opened = 0
    return town


async def test_what_comes_meanwhile_shares_a_transaction(town):
    """Twelve reports at once are one transaction; what comes while it is open is the next."""
    reports = [town.report(n, 5000 + n) for n in range(SOCKETS)]
    await asyncio.gather(*(town.writer.record(report) for report in reports))

    assert [Decimal(n) for n in range(SOCKETS)] == await town.energies()
    works = town.database.opened - SOCKETS  # reading the energies
    assert 1 == works
    readings = [event.readings for event in town.told(SessionsMeasured)]
    assert [{each.session_id for each in town.sessions}] == [set(each) for each in readings]


async def test_one_report_begins_at_once(town):
    """Nobody waits for company."""
    async with asyncio.timeout(60):
        await town.writer.record(town.report(0, 5100))

    assert Decimal(100) == (await town.energies())[0]


async def test_a_few_that_waited_are_joined_by_those_who_come_next(town):
    """After a commit the next transaction begins a moment later, so that there are fewer."""
    gate = town.database.may_commit = asyncio.Event()
    loop, kept = asyncio.get_running_loop(), []

    def others_come(error: BaseException | None) -> None:
        kept.append(error)
        for socket in (3, 4, 5):
            loop.call_soon(town.writer.take, town.report(socket, 5100), kept.append)

    town.writer.take(town.report(0, 5100), others_come)
    await until(lambda: town.database.may_commit is None)
    for socket in (1, 2):
        town.writer.take(town.report(socket, 5100), kept.append)
    gate.set()
    await town.writer.written()
    opened = town.database.opened

    assert ([None] * 6, 2) == (kept, opened)
    assert [100] * 6 + [0] * 6 == await town.energies()


async def test_many_that_wait_do_not_wait_for_the_last_commit(town):
    """They have a transaction of their own while the other one is still at the database."""
    gate = town.database.may_commit = asyncio.Event()
    first = asyncio.create_task(town.writer.record(town.report(0, 5100)))
    await until(lambda: town.database.may_commit is None)
    others = [town.report(1 + n % (SOCKETS - 1), 5001 + n) for n in range(ENOUGH_REPORTS)]
    async with asyncio.timeout(60):
        await asyncio.gather(*(town.writer.record(each) for each in others))
    opened, was_first = town.database.opened, first.done()
    gate.set()
    await first

    assert (2, False) == (opened, was_first)
    assert [100, 56, 57, 58] == (await town.energies())[:4]


async def test_two_transactions_of_one_session_come_to_the_same(town):
    """The one that finds it held waits for the other: no sample and no watt-hour is lost."""
    gate = town.database.may_commit = asyncio.Event()
    first = asyncio.create_task(town.writer.record(town.report(0, 5100)))
    await until(lambda: town.database.may_commit is None)
    others = [town.report(0, 5101 + n) for n in range(ENOUGH_REPORTS)]
    rest = asyncio.gather(*(town.writer.record(each) for each in others))
    await until(lambda: town.database.opened > 1)
    gate.set()
    await asyncio.gather(first, rest)

    assert 100 + ENOUGH_REPORTS == (await town.energies())[0]
    assert 1 + ENOUGH_REPORTS == len(await town.charger.samples(town.sessions[0]))


async def test_the_answer_comes_after_the_commit(town):
    """What was lost before its commit was not kept for anybody, and everybody is told."""
    town.database.loses = True
    answers = await asyncio.gather(
        *(town.writer.record(town.report(n, 5100)) for n in range(SOCKETS)), return_exceptions=True
    )
    town.database.loses = False

    assert {DatabaseUnavailable} == {type(answer) for answer in answers}
    assert [Decimal(0)] * SOCKETS == await town.energies()
    assert [] == await town.charger.samples(town.sessions[0])

    await town.writer.record(town.report(0, 5100))
    assert Decimal(100) == (await town.energies())[0]


async def test_a_report_that_cannot_be_kept_fails_alone(town, caplog):
    """A register that PostgreSQL has no room for does not sink the others of its batch."""
    reports = [town.report(n, 5100) for n in range(SOCKETS)]
    reports[5] = town.report(5, Decimal(10) ** 17)
    answers = await asyncio.gather(
        *(town.writer.record(report) for report in reports), return_exceptions=True
    )

    assert [5] == [place for place, answer in enumerate(answers) if answer is not None]
    assert "numeric field overflow" in str(answers[5])
    expected = [Decimal(0 if n == 5 else 100) for n in range(SOCKETS)]
    assert expected == await town.energies()
    assert "12 reports could not be kept together" in caplog.text


async def test_a_session_that_somebody_holds_delays_nobody_else(town):
    """A stop under way locks its session: its samples wait, those of the others do not."""
    held = town.sessions[3]
    async with town.database.work(held.operator_id) as work:
        await lock(work, held.session_id)
        waits = asyncio.create_task(town.writer.record(town.report(3, 5300)))
        async with asyncio.timeout(60):
            for n in (0, 1, 2):
                await town.writer.record(town.report(n, 5100))
        assert not waits.done()
    await waits

    assert [100, 100, 100, 300] == (await town.energies())[:4]


async def test_operators_share_no_transaction(town):
    """The other operator's report cannot move this one's session, even with its number."""
    other = await furnish(town.database, OTHER_OPERATOR, mark="X")
    stranger = SampleReport(
        other.operator_id, "CP-1", town.numbers[0], None, 1, [town.charger.sample(5700)]
    )
    await asyncio.gather(
        town.writer.record(town.report(1, 5100)),
        town.writer.record(stranger),
        town.writer.record(town.report(2, 5100)),
    )

    assert [0, 100, 100] == (await town.energies())[:3]


async def test_reports_of_nobody_are_orphans_in_the_same_transaction(town, sql):
    """An unknown number is kept as an orphan; an idle socket's clock value is not."""
    idle = town.charger.sample(1)
    identity, operator = town.charger.evse.identity, town.charger.operator_id
    await asyncio.gather(
        town.writer.record(town.report(0, 5100)),
        town.writer.record(town.report(1, 5200, number="99999")),
        town.writer.record(SampleReport(operator, "NOBODY", None, None, 1, [idle])),
        town.writer.record(SampleReport(operator, identity, None, None, None, [idle])),
    )

    assert 1 == town.database.opened
    rows = sql.execute("SELECT transaction_id FROM orphan_report").fetchall()
    assert [("99999",)] == rows
    assert [100, 0] == (await town.energies())[:2]


async def test_reports_without_an_id_share_the_transaction(town, sql):
    """Their place tells whose they are; what was taken before the start is nobody's."""
    early = town.clock.now() - timedelta(hours=9)
    reports = [
        *(replace(town.report(n, 5100 + n), transaction_id=None) for n in range(3)),
        replace(town.report(3, 5300), transaction_id="-1"),
        replace(town.report(4, 5400, at=early), transaction_id=None),
        replace(town.report(5, 5500), transaction_id=None, connector_no=None),
        town.report(6, 5600),
    ]
    await asyncio.gather(*(town.writer.record(report) for report in reports))
    alone = town.database.opened - 1

    assert [100, 101, 102, 300, 0, 0, 600] == (await town.energies())[:7]
    assert 1 == alone  # the early one is looked at once more
    assert [] == sql.execute("SELECT transaction_id FROM orphan_report").fetchall()


async def test_a_session_that_is_over_is_flagged_among_others(town):
    """Late samples take a way of their own, and change no energy."""
    await town.charger.stop(town.numbers[0], 6000)
    await asyncio.gather(*(town.writer.record(town.report(n, 6500)) for n in range(3)))

    assert [0, 1500, 1500] == (await town.energies())[:3]
    assert 1 == len(town.told(SessionFlagged))


async def test_samples_that_are_known_are_told_once(town):
    """A charge point that repeats itself within a batch, and after it."""
    report = town.report(0, 5100)
    await asyncio.gather(town.writer.record(report), town.writer.record(report))
    await town.writer.record(report)

    assert 1 == len(town.told(SessionsMeasured))
    assert 1 == len(await town.charger.samples(town.sessions[0]))


@pytest.mark.parametrize("seed", range(4))
async def test_a_batch_comes_to_what_its_reports_come_to(town, seed):
    """Odd samples of two sockets, together and one after the other: the same two registers."""
    chance = Random(seed)
    register = 5000
    for _ in range(12):
        town.clock.advance(seconds=chance.randint(1, 600))
        register += chance.randint(0, 4000)
        odd = chance.choice((0, 0, 0, 0, 50_000, -3000, 5_000_000))
        energy = None if chance.random() < 0.1 else register + odd
        at = town.clock.now() - timedelta(seconds=chance.choice((0, 0, 0, 90_000)))
        together = [town.report(0, energy, at=at)] + [
            town.report(n, 5000 + n, at=at) for n in range(2, SOCKETS)
        ]
        chance.shuffle(together)
        await asyncio.gather(*(town.writer.record(report) for report in together))
        await town.writer.record(town.report(1, energy, at=at))

    first, second = (await town.energies())[:2]
    assert first == second


async def test_nothing_is_left_to_write(town):
    """A process that goes down waits for what is under way, answered or not."""
    writing = asyncio.create_task(town.writer.record(town.report(0, 5100)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await town.writer.written()

    assert writing.done()
    assert Decimal(100) == (await town.energies())[0]


async def until(reached) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(60):
        while not reached():  # noqa: ASYNC110 - a test looks from outside
            await asyncio.sleep(0.01)
