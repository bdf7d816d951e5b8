"""Sessions on the real database: started, measured and stopped, in order and out of order."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from app.charging.chargers.stations.boot import record_boot
from app.charging.chargers.stations.model import BootReport
from app.charging.sessions.authorise import authorise_id_tag
from app.charging.sessions.close import close_session
from app.charging.sessions.errors import SessionNotFound
from app.charging.sessions.events import (
    LateStart,
    SessionEnded,
    SessionFlagged,
    SessionsMeasured,
    SessionStarted,
)
from app.charging.sessions.metering.readings import trusted_readings
from app.charging.sessions.model import (
    Flag,
    Reading,
    SessionState,
)
from app.charging.sessions.read import samples_of, silent_sessions
from app.charging.sessions.start import start_transaction
from app.charging.sessions.withdraw import withdraw_session
from app.infra.database import EVERY_OPERATOR
from app.kernel.ids import RandomIds
from tests.fakes.charger import Charger
from tests.fakes.points import OTHER_OPERATOR, furnish


@pytest.fixture
async def charger(make_database, clock) -> Charger:
    """A charging point whose session events are heard."""
    heard = []

    async def hear(work, event):
        heard.append(event)

    kinds = (SessionStarted, SessionsMeasured, SessionEnded, LateStart, SessionFlagged)
    database = make_database(reactors=dict.fromkeys(kinds, (hear,)))
    return Charger(database, clock, await furnish(database), heard)


async def test_a_prepared_session_has_a_one_time_tag(charger):
    """Each payment gets an idTag of 20 characters and a remoteStartId of its own."""
    one, two = await charger.prepare(), await charger.prepare()

    assert SessionState.PENDING == (await charger.session(one)).state
    assert 20 == len(one.id_tag)
    assert one.id_tag != two.id_tag
    assert one.remote_start_id != two.remote_start_id


async def test_a_start_with_the_tag_makes_the_session_run(charger):
    """The transaction gets our number, the session its start and register."""
    session = await charger.prepare()

    answer = await charger.start(session.id_tag)

    running = await charger.session(session)
    assert (True, "Accepted", False) == (answer.accepted, answer.status, answer.stop_at_once)
    assert 1 <= int(answer.transaction_id) < 2**31
    assert SessionState.ACTIVE == running.state
    assert answer.transaction_id == running.transaction_id
    assert charger.clock.now() == running.started_at
    assert Decimal(5000) == running.meter_start_wh
    assert [SessionStarted(session.session_id)] == charger.heard


async def test_the_same_start_again_gets_the_same_answer(charger):
    """A StartTransaction that is sent again after a power cut starts nothing new."""
    session = await charger.prepare()
    report = charger.start_report(session.id_tag)
    first = await start_transaction(report, database=charger.database)

    charger.clock.advance(minutes=3)
    again = replace(report, received_at=charger.clock.now())
    second = await start_transaction(again, database=charger.database)

    assert first == second
    assert 1 == charger.count(SessionStarted)


async def test_twenty_starts_at_once_are_one(charger):
    """Duplicates that race are answered alike: the unique key decides, not luck."""
    session = await charger.prepare()
    report = charger.start_report(session.id_tag)

    answers = await asyncio.gather(
        *(start_transaction(report, database=charger.database) for _ in range(20))
    )

    assert 1 == len(set(answers))
    assert answers[0].accepted
    assert 1 == charger.count(SessionStarted)


async def test_twenty_unknown_starts_at_once_are_one(charger):
    """Racing duplicates of a start that belongs to no session get one number, too."""
    report = charger.start_report("UNKNOWN")

    answers = await asyncio.gather(
        *(start_transaction(report, database=charger.database) for _ in range(20))
    )

    assert 1 == len(set(answers))


async def test_a_tag_is_good_for_one_transaction(charger):
    """The same idTag a second time is Invalid, and the session says so."""
    session, first = await charger.charging()
    charger.clock.advance(minutes=1)

    again = await charger.start(session.id_tag)

    assert (False, "Invalid", True) == (again.accepted, again.status, again.stop_at_once)
    assert first != again.transaction_id
    running = await charger.session(session)
    assert first == running.transaction_id
    assert Flag.ID_TAG_AGAIN in running.flags
    assert SessionState.ACTIVE == running.state


async def test_a_tag_is_good_at_one_place(charger):
    """The idTag of one EVSE does not start another one, and the payment stays where it was."""
    session = await charger.prepare()

    answer = await charger.start(session.id_tag, connector_no=2)

    assert (False, "Invalid", True) == (answer.accepted, answer.status, answer.stop_at_once)
    pending = await charger.session(session)
    assert SessionState.PENDING == pending.state
    assert frozenset({Flag.ID_TAG_ELSEWHERE}) == pending.flags


async def test_an_unknown_tag_gets_a_valid_number_and_no_session(charger, sql):
    """A card that nobody knows is Invalid; its transaction is kept as an orphan."""
    answer = await charger.start("04AABBCCDD")

    assert (False, "Invalid", False) == (answer.accepted, answer.status, answer.stop_at_once)
    assert int(answer.transaction_id) >= 1
    row = sql.execute("SELECT verdict, id_tag, session_id FROM ocpp_transaction").fetchone()
    assert ("orphan", "04AABBCCDD", None) == row
    assert [] == charger.heard


async def test_a_start_after_withdrawal_is_stopped_and_told(charger):
    """Nobody would pay: a valid number, Invalid, a stop at once, a flag and an event."""
    session = await charger.prepare()
    withdrawn = await charger.withdraw(session)

    answer = await charger.start(session.id_tag)

    assert SessionState.WITHDRAWN == withdrawn.state
    assert (False, "Invalid", True) == (answer.accepted, answer.status, answer.stop_at_once)
    late = LateStart(session.session_id, "CP-1", answer.transaction_id)
    assert [late] == charger.heard
    stored = await charger.session(session)
    assert (SessionState.WITHDRAWN, frozenset({Flag.LATE_START})) == (stored.state, stored.flags)


async def test_what_a_late_start_drew_is_kept(charger, sql):
    """The few Wh of a transaction nobody pays for are kept with it."""
    session = await charger.prepare()
    await charger.withdraw(session)
    answer = await charger.start(session.id_tag)

    await charger.stop(answer.transaction_id, 5070)

    row = sql.execute(
        "SELECT meter_start_wh, meter_stop_wh, verdict FROM ocpp_transaction"
    ).fetchone()
    assert (Decimal(5000), Decimal(5070), "late") == row
    assert 0 == charger.count(SessionEnded)


async def test_a_running_session_cannot_be_withdrawn(charger):
    """The start was faster: the session is handed back as it is."""
    session, _ = await charger.charging()

    assert SessionState.ACTIVE == (await charger.withdraw(session)).state


async def test_withdrawing_what_is_not_there_is_a_problem(charger):
    """An id that the operator does not have is refused."""
    with pytest.raises(SessionNotFound):
        async with charger.database.work(charger.operator_id) as work:
            await withdraw_session(work, RandomIds().uuid7(charger.clock.now()))


async def test_a_2x_start_is_bound_by_its_remote_start_id(charger):
    """2.x: the station's own transaction id, found again by it, whatever the later event says."""
    session = await charger.prepare()
    own = {"station_transaction_id": "tx-9", "evse_no": 1, "connector_no": 1}

    first = await charger.start(None, remote_start_id=session.remote_start_id, **own)
    charger.clock.advance(seconds=20)
    second = await charger.start(session.id_tag, **own)

    assert ("tx-9", True) == (first.transaction_id, first.accepted)
    assert first == second
    assert "tx-9" == (await charger.session(session)).transaction_id
    assert 1 == charger.count(SessionStarted)


async def test_a_2x_transaction_that_began_with_a_card_is_bound_later(charger):
    """2.x: an orphan of the station becomes the session's when an event brings its token."""
    session = await charger.prepare()
    own = {"station_transaction_id": "tx-9", "evse_no": 1, "connector_no": 1}
    before = await charger.start("04AABBCCDD", **own)

    charger.clock.advance(seconds=20)
    after = await charger.start(None, remote_start_id=session.remote_start_id, **own)

    assert (False, True) == (before.accepted, after.accepted)
    assert SessionState.ACTIVE == (await charger.session(session)).state


async def test_a_2x_transaction_id_that_comes_again_is_another_transaction(charger):
    """2.x: a charge point that counts its transactions anew after a reboot is not turned down."""
    own = {"station_transaction_id": "1", "evse_no": 1, "connector_no": 1}
    first, second = await charger.prepare(), await charger.prepare()
    await charger.start(first.id_tag, **own)
    charger.clock.advance(minutes=10)
    await charger.stop("1", 6000)
    charger.clock.advance(minutes=10)

    answer = await charger.start(second.id_tag, meter_start_wh=Decimal(6000), **own)
    charger.clock.advance(minutes=10)
    await charger.stop("1", 7500)

    assert ("1", True) == (answer.transaction_id, answer.accepted)
    assert Decimal(6000) == (await charger.session(first)).meter_stop_wh
    assert Decimal(7500) == (await charger.session(second)).meter_stop_wh
    assert 2 == charger.count(SessionEnded)


async def test_the_next_transaction_closes_the_one_before(charger):
    """An EVSE runs one transaction: a start there proves that the lost one is over."""
    first, number = await charger.charging()
    charger.clock.advance(minutes=10)
    await charger.measure(number, charger.sample(6000))
    measured_at = charger.clock.now()
    charger.clock.advance(hours=2)
    second = await charger.prepare()

    await charger.start(second.id_tag)

    closed = await charger.session(first)
    assert (SessionState.COMPLETED, "NextTransaction") == (closed.state, closed.stop_reason)
    assert (measured_at, Decimal(1000)) == (closed.ended_at, closed.energy_wh)
    assert Flag.CLOSED_WITHOUT_STOP in closed.flags
    assert SessionState.ACTIVE == (await charger.session(second)).state


async def test_samples_move_the_register_and_are_told_once(charger):
    """Each new sample is kept and told; a sample that comes again is neither."""
    session, number = await charger.charging()
    charger.clock.advance(minutes=1)
    sample = charger.sample(5150, power=9000)

    await charger.measure(number, sample)
    await charger.measure(number, sample)

    running = await charger.session(session)
    assert (Decimal(150), Decimal(9000)) == (running.energy_wh, running.power_w)
    assert [sample] == await charger.samples(session)
    told = [event for event in charger.heard if isinstance(event, SessionsMeasured)]
    assert 1 == len(told)
    reading = Reading(charger.clock.now(), Decimal(150), Decimal(9000))
    assert {session.session_id: reading} == told[0].readings


async def test_the_live_energy_is_the_highest_so_far(charger):
    """A sample that comes late, or a register that falls, never takes energy back."""
    session, number = await charger.charging()
    early = charger.sample(5100, at=charger.clock.now() + timedelta(minutes=1))
    charger.clock.advance(minutes=2)
    await charger.measure(number, charger.sample(5300))

    await charger.measure(number, early)
    await charger.measure(number, charger.sample(0))

    assert Decimal(300) == (await charger.session(session)).energy_wh
    assert 3 == len(await charger.samples(session))


async def test_an_absurd_register_is_kept_but_not_believed(charger):
    """A register times 1000 does not eat the hold; the samples after it go on as before."""
    session, number = await charger.charging()
    charger.clock.advance(minutes=1)
    await charger.measure(number, charger.sample(5200))
    charger.clock.advance(minutes=1)

    await charger.measure(number, charger.sample(5_400_000))
    between = (await charger.session(session)).energy_wh
    charger.clock.advance(minutes=1)
    await charger.measure(number, charger.sample(5600))

    assert (Decimal(200), Decimal(600)) == (between, (await charger.session(session)).energy_wh)
    assert 3 == len(await charger.samples(session))


async def test_a_power_sample_without_energy_is_good(charger):
    """Some charge points send power and energy apart."""
    session, number = await charger.charging()
    charger.clock.advance(minutes=1)

    await charger.measure(number, charger.sample(None, power=7400))

    running = await charger.session(session)
    assert (Decimal(0), Decimal(7400)) == (running.energy_wh, running.power_w)


async def test_without_a_start_register_the_first_sample_is_the_start(charger):
    """2.x may start a transaction without a register."""
    session = await charger.prepare()
    answer = await charger.start(session.id_tag, meter_start_wh=None)
    charger.clock.advance(minutes=1)
    await charger.measure(answer.transaction_id, charger.sample(7000))
    charger.clock.advance(minutes=1)
    await charger.measure(answer.transaction_id, charger.sample(7100))

    running = await charger.session(session)
    assert (Decimal(7000), Decimal(100)) == (running.meter_start_wh, running.energy_wh)


async def test_samples_without_an_id_belong_to_what_runs_there(charger):
    """1.6 errata 3.18: a start that was never confirmed reports with -1; place and time tell."""
    session, _ = await charger.charging()
    charger.clock.advance(minutes=1)

    await charger.measure("-1", charger.sample(5100))

    assert Decimal(100) == (await charger.session(session)).energy_wh


async def test_samples_of_an_unknown_id_are_never_guessed(charger, sql):
    """An id that we never gave, and no id where nothing runs, end as orphans."""
    session, _ = await charger.charging()
    charger.clock.advance(minutes=1)

    await charger.measure("99999", charger.sample(9000))
    await charger.measure("-1", charger.sample(8000), connector_no=2)

    assert Decimal(0) == (await charger.session(session)).energy_wh
    rows = sql.execute(
        "SELECT transaction_id, body->'samples'->0->>'energy_wh' FROM orphan_report ORDER BY 2"
    ).fetchall()
    assert [("-1", "8000"), ("99999", "9000")] == rows


async def test_clock_values_of_an_idle_socket_are_not_kept(charger, sql):
    """Meter values that name no transaction, where none runs, are nobody's."""
    await charger.measure(None, charger.sample(8000))

    assert (0,) == sql.execute("SELECT count(*) FROM orphan_report").fetchone()


async def test_a_stop_completes_the_session(charger):
    """The register difference counts; the end is the charge point's time."""
    session, number = await charger.charging()
    charger.clock.advance(minutes=30)

    await charger.stop(number, 12_500)

    done = await charger.session(session)
    assert (SessionState.COMPLETED, "Remote") == (done.state, done.stop_reason)
    assert (charger.clock.now(), Decimal(12_500)) == (done.ended_at, done.meter_stop_wh)
    assert frozenset() == done.flags
    assert SessionEnded(session.session_id) == charger.heard[-1]


async def test_the_first_stop_counts(charger):
    """A second stop with another register changes nothing but a flag."""
    session, number = await charger.charging()
    charger.clock.advance(minutes=30)
    await charger.stop(number, 12_500)
    before = await charger.session(session)

    await charger.stop(number, 12_500)
    unchanged = await charger.session(session)
    await charger.stop(number, 13_000)

    after = await charger.session(session)
    assert before == unchanged
    assert replace(before, flags=frozenset({Flag.STOP_DIFFERS})) == after
    assert (1, 1) == (charger.count(SessionEnded), charger.count(SessionFlagged))


async def test_a_stop_hours_later_counts_by_the_chargers_time(charger):
    """A charge point without connection keeps its stop; its time is believed, and flagged."""
    session, number = await charger.charging()
    stopped_at = charger.clock.advance(minutes=30)
    charger.clock.advance(hours=5)

    await charger.stop(number, 12_500, at=stopped_at)

    done = await charger.session(session)
    assert (stopped_at, frozenset({Flag.LATE_STOP})) == (done.ended_at, done.flags)


async def test_a_stop_after_we_closed_is_only_flagged(charger):
    """The amount is settled; what the late stop says is kept beside it."""
    session, number = await charger.charging()
    charger.clock.advance(minutes=5)
    await charger.measure(number, charger.sample(6000))
    await close_session(
        session.session_id, "Silent", operator_id=charger.operator_id, database=charger.database
    )
    closed = await charger.session(session)
    charger.clock.advance(hours=1)

    await charger.stop(number, 9000)

    after = await charger.session(session)
    assert closed.flags | {Flag.STOP_AFTER_CLOSE} == after.flags
    assert (closed.energy_wh, closed.ended_at) == (after.energy_wh, after.ended_at)
    assert Flag.STOP_AFTER_CLOSE == charger.heard[-1].flag


async def test_samples_after_the_end_are_only_flagged(charger):
    """They are kept; the energy stays."""
    session, number = await charger.charging()
    charger.clock.advance(minutes=30)
    await charger.stop(number, 6000)

    await charger.measure(number, charger.sample(6100))

    done = await charger.session(session)
    assert frozenset({Flag.LATE_SAMPLES}) == done.flags
    assert 1 == len(await charger.samples(session))
    assert (0, 1) == (charger.count(SessionsMeasured), charger.count(SessionFlagged))


async def test_a_stop_brings_its_samples(charger):
    """The transaction data of a stop are samples of the session, without a flag."""
    session, number = await charger.charging()
    sample = charger.sample(5500, at=charger.clock.now() + timedelta(minutes=10))
    charger.clock.advance(minutes=30)

    await charger.stop(number, 6000, samples=(sample,))

    assert [Decimal(5500)] == [each.energy_wh for each in await charger.samples(session)]
    assert frozenset() == (await charger.session(session)).flags


async def test_a_stop_without_an_id_is_found_by_its_tag(charger):
    """A start that was never confirmed stops with -1; the one-time tag tells which."""
    session, _ = await charger.charging()
    charger.clock.advance(minutes=30)

    await charger.stop("-1", 6000, id_tag=session.id_tag)

    done = await charger.session(session)
    assert (SessionState.COMPLETED, Decimal(6000)) == (done.state, done.meter_stop_wh)
    assert frozenset({Flag.MATCHED_WITHOUT_ID}) == done.flags


async def test_a_stop_that_belongs_to_nothing_is_kept(charger, sql):
    """Acknowledged, and never guessed: without id, tag and place it is an orphan."""
    session, _ = await charger.charging()

    await charger.stop("-1", 6000)
    await charger.stop("777", 6000)

    assert SessionState.ACTIVE == (await charger.session(session)).state
    rows = sql.execute("SELECT kind, transaction_id FROM orphan_report ORDER BY 2").fetchall()
    assert [("StopReport", "-1"), ("StopReport", "777")] == rows


async def test_a_clock_of_1970_is_replaced_by_ours(charger):
    """A charge point without a clock: our times count, and the session says so."""
    session = await charger.prepare()
    epoch = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    answer = await charger.start(session.id_tag, at=epoch)
    started_at = charger.clock.now()
    charger.clock.advance(minutes=10)
    await charger.measure(
        answer.transaction_id, charger.sample(6000, at=epoch + timedelta(minutes=10))
    )
    charger.clock.advance(minutes=10)

    await charger.stop(answer.transaction_id, 7000, at=epoch + timedelta(minutes=20))

    done = await charger.session(session)
    assert (started_at, charger.clock.now()) == (done.started_at, done.ended_at)
    assert started_at + timedelta(minutes=10) == done.last_sample_at
    assert frozenset({Flag.CLOCK_OFF}) == done.flags


@pytest.mark.parametrize("days", [-1, 1, 400])
async def test_a_clock_that_is_days_off_is_replaced_by_ours(charger, days):
    """The start can only lie between our preparation and its receipt."""
    session = await charger.prepare()

    await charger.start(session.id_tag, at=charger.clock.now() + timedelta(days=days))

    running = await charger.session(session)
    assert (charger.clock.now(), frozenset({Flag.CLOCK_OFF})) == (running.started_at, running.flags)


async def test_silent_sessions_are_found(charger):
    """Of all operators; those that spoke since are not among them."""
    session, number = await charger.charging()
    charger.clock.advance(minutes=30)

    async def silent_since(minutes):
        async with charger.database.work(EVERY_OPERATOR) as work:
            older_than = charger.clock.now() - timedelta(minutes=minutes)
            return [each.session_id for each in await silent_sessions(work, older_than)]

    before = await silent_since(15)
    await charger.measure(number, charger.sample(6000))

    assert [session.session_id] == before
    assert [] == await silent_since(15)


async def test_closing_is_for_running_sessions_only(charger):
    """A stop that came meanwhile wins."""
    session, number = await charger.charging()
    await charger.stop(number, 6000)
    done = await charger.session(session)

    await close_session(
        session.session_id, "Silent", operator_id=charger.operator_id, database=charger.database
    )

    assert done == await charger.session(session)
    assert 1 == charger.count(SessionEnded)


async def test_a_tag_is_authorised_where_it_was_made_for_and_nowhere_else(charger):
    """AuthorizeRemoteTxRequests asks before the start; readers elsewhere, or later, get Invalid."""
    session = await charger.prepare()

    async def ask(identity, tag):
        return await authorise_id_tag(
            charger.operator_id, identity, tag, asks_again=True, database=charger.database
        )

    here, elsewhere = await ask("CP-1", session.id_tag), await ask("CP-2", session.id_tag)
    await charger.start(session.id_tag)

    assert ("Accepted", "Invalid") == (here, elsewhere)
    assert "Invalid" == await ask("CP-1", session.id_tag)
    assert "Invalid" == await ask("CP-1", "04AABBCCDD")


async def test_operators_do_not_see_each_others_sessions(charger):
    """Another operator's tag, transaction and session are unknown here."""
    other = Charger(
        charger.database,
        charger.clock,
        await furnish(charger.database, OTHER_OPERATOR, mark="2"),
        [],
    )
    session, number = await charger.charging()
    charger.clock.advance(minutes=1)

    stolen = await other.start(session.id_tag)
    await other.measure(number, other.sample(9000))
    await other.stop(number, 9999)

    assert not stolen.accepted
    running = await charger.session(session)
    assert (SessionState.ACTIVE, Decimal(0)) == (running.state, running.energy_wh)
    with pytest.raises(SessionNotFound):
        await other.session(session)


async def test_a_clock_that_is_off_is_off_by_as_much_until_the_end(charger):
    """A stop that was kept without connection counts at its own time, corrected like the start."""
    session = await charger.prepare()
    behind = timedelta(days=1)
    answer = await charger.start(session.id_tag, at=charger.clock.now() - behind)
    stopped_at = charger.clock.advance(minutes=30)
    charger.clock.advance(hours=5)
    taken = stopped_at - timedelta(minutes=10)

    await charger.measure(answer.transaction_id, charger.sample(9000, at=taken - behind))
    measured = await charger.session(session)
    await charger.stop(answer.transaction_id, 12_500, at=stopped_at - behind)

    done = await charger.session(session)
    assert (taken, Decimal(4000)) == (measured.last_sample_at, measured.energy_wh)
    assert stopped_at == done.ended_at
    assert {Flag.CLOCK_OFF, Flag.LATE_STOP} == done.flags


async def test_an_hour_that_is_told_within_seconds_keeps_its_order(charger):
    """A queue whose start is replaced by ours: its last minutes are not put before all others."""
    session = await charger.prepare()
    answer = await charger.start(session.id_tag, at=charger.clock.now() - timedelta(hours=1))
    registers = ((50, 6000), (30, 8000), (10, 10_000), (2, 11_000), (0, 11_500))
    for minutes_ago, register in registers:
        taken = charger.clock.advance(seconds=1) - timedelta(minutes=minutes_ago)
        await charger.measure(answer.transaction_id, charger.sample(register, at=taken))

    running = await charger.session(session)
    async with charger.database.work(charger.operator_id) as work:
        read = trusted_readings(running, await samples_of(work, session.session_id))
    assert Decimal(6500) == running.energy_wh
    assert [1000, 3000, 5000, 6000, 6500] == [each.energy_wh for each in read.readings]


async def test_a_clock_that_is_set_right_is_believed_again(charger):
    """A boot without a battery, then the time from a heartbeat's answer."""
    session = await charger.prepare()
    answer = await charger.start(session.id_tag, at=datetime(1970, 1, 1, tzinfo=UTC))
    taken = charger.clock.advance(minutes=10)
    charger.clock.advance(minutes=1)

    await charger.measure(answer.transaction_id, charger.sample(6000, at=taken))

    assert taken == (await charger.session(session)).last_sample_at


async def test_an_old_start_from_the_queue_closes_nothing(charger):
    """What the charge point did while it had no connection is no proof about what runs now."""
    before = charger.clock.now()
    charger.clock.advance(hours=1)
    session, _ = await charger.charging()

    await charger.start("04AABBCCDD", at=before)

    assert SessionState.ACTIVE == (await charger.session(session)).state


async def test_a_2x_start_that_does_not_say_where_closes_the_one_before(charger):
    """The place is that of the session it starts."""
    first, _ = await charger.charging()
    charger.clock.advance(minutes=10)
    second = await charger.prepare()

    answer = await charger.start(
        second.id_tag, station_transaction_id="tx-1", connector_no=None, evse_no=None
    )

    assert answer.accepted
    assert SessionState.COMPLETED == (await charger.session(first)).state


async def test_a_start_and_a_withdrawal_at_once_have_one_winner(charger):
    """Either the car charges and is paid for, or it is stopped and nobody pays: never neither."""
    for _ in range(10):
        charger.clock.advance(minutes=1)
        session = await charger.prepare()

        answer, withdrawn = await asyncio.gather(
            charger.start(session.id_tag), charger.withdraw(session)
        )

        stored = await charger.session(session)
        assert withdrawn.state == stored.state
        assert answer.accepted == (stored.state is SessionState.ACTIVE)
        if answer.accepted:
            await charger.stop(answer.transaction_id, 5000)
    assert 10 == charger.count(SessionStarted) + charger.count(LateStart)


async def test_stops_at_once_end_a_session_once(charger):
    """Ten stops of which one is first."""
    session, number = await charger.charging()
    charger.clock.advance(minutes=5)

    await asyncio.gather(*(charger.stop(number, 6000) for _ in range(10)))

    assert 1 == charger.count(SessionEnded)
    assert frozenset() == (await charger.session(session)).flags


async def test_samples_that_race_are_all_kept_and_the_highest_counts(charger):
    """Many sockets of one station report at once."""
    session, number = await charger.charging()
    start = charger.clock.now()
    charger.clock.advance(minutes=20)
    samples = [
        charger.sample(5000 + 10 * step, at=start + timedelta(seconds=10 * step))
        for step in range(1, 61)
    ]

    await asyncio.gather(*(charger.measure(number, sample) for sample in reversed(samples)))

    assert Decimal(600) == (await charger.session(session)).energy_wh
    assert samples == await charger.samples(session)


async def test_a_report_of_many_samples_is_one_statement(charger):
    """A queue that is flushed in one message: all kept, the last one told."""
    session, number = await charger.charging()
    start = charger.clock.now()
    charger.clock.advance(minutes=20)
    samples = [
        charger.sample(5000 + 10 * step, at=start + timedelta(seconds=10 * step), power=step)
        for step in range(1, 101)
    ]

    await charger.measure(number, *samples)

    running = await charger.session(session)
    assert (Decimal(1000), Decimal(100)) == (running.energy_wh, running.power_w)
    assert samples == await charger.samples(session)
    reading = charger.heard[-1].readings[session.session_id]
    assert (samples[-1].taken_at, Decimal(1000)) == (reading.at, reading.energy_wh)


@pytest.mark.parametrize("seed", range(8))
async def test_the_live_register_is_that_of_the_record(charger, seed):
    """The statement that measures and the function that bills believe the same samples."""
    chance = Random(seed)
    session, number = await charger.charging()
    register = 5000
    for _ in range(25):
        charger.clock.advance(seconds=chance.randint(1, 600))
        register += chance.randint(0, 4000)
        odd = chance.choice((0, 0, 0, 0, 50_000, -3000, 5_000_000))
        energy = None if chance.random() < 0.1 else register + odd
        at = charger.clock.now() - timedelta(seconds=chance.choice((0, 0, 0, 90_000)))
        await charger.measure(number, charger.sample(energy, power=7000, at=at))

    running = await charger.session(session)
    trusted = trusted_readings(running, await charger.samples(session))
    last = trusted.readings[-1].energy_wh if trusted.readings else 0
    assert last == running.energy_wh


async def test_a_boot_ends_nothing(charger):
    """Charge points resume a transaction after a restart: a boot is a question, not an end."""
    session, _ = await charger.charging()
    report = BootReport(charger.operator_id, "CP-1", "Vendor", "Model", charger.clock.now())

    await record_boot(report, database=charger.database)

    assert SessionState.ACTIVE == (await charger.session(session)).state
