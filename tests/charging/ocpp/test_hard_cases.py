"""The hard cases of docs/reference/ocpp.md, on the wire and into the database, by version."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.charging.cdrs.build import build_cdr
from app.charging.chargers.model import EvseStatus
from app.charging.chargers.ports import CommandOutcome
from app.charging.sessions.model import Flag, SessionState
from app.sandbox.chargers.words16 import instant
from tests.charging.ocpp.talker import talking, wh
from tests.charging.ocpp.world import IDENTITY, world

VERSIONS = ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"]
NEW_VERSIONS = VERSIONS[1:]


def orphans(sql) -> list[str]:
    """Return the kinds of the reports that belong to no session."""
    return [kind for (kind,) in sql.execute("SELECT kind FROM orphan_report ORDER BY kind")]


@pytest.mark.parametrize("version", VERSIONS)
async def test_accepted_and_never_plugged_stays_pending(database, clock, version):
    """`Accepted` only means that the charge point will try: nothing runs before it says so."""
    async with world(database, clock, version) as at:
        at.charger.faults.never_plugged = True
        session = await at.prepare()
        outcome = await at.start(session)
        at.charger.plug()
        await at.charger.said_everything()

        assert CommandOutcome.ACCEPTED is outcome
        assert SessionState.PENDING is (await at.session(session)).state


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_second_start_while_one_charges_is_rejected(database, clock, version):
    """Two drivers, both paid: the charge point says no to the second, who is told at once."""
    async with world(database, clock, version) as at:
        first, second = await at.prepare(), await at.prepare()
        at.charger.plug()
        await at.start(first)
        await at.until(first, lambda found: found.state is SessionState.ACTIVE)

        assert CommandOutcome.REJECTED is await at.start(second)
        assert SessionState.ACTIVE is (await at.session(first)).state


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("asks_again", "verdict"), [(False, "Invalid"), (True, "Accepted")])
async def test_a_payment_tag_at_a_reader(database, clock, version, asks_again, verdict):
    """It is good only for a charge point that authorises our own remote start once more."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        charger.gateway.registry.here(IDENTITY).station.asks_again = asks_again

        assert verdict == await charger.authorize(session.id_tag)
        assert "Invalid" == await charger.authorize("04A1B2C3D4")


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_tag_is_the_same_in_small_letters(database, clock, version):
    """An idTag is a CiString: firmware that writes them in small letters starts what was paid."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        small = session.id_tag.lower()
        transaction, verdict = await charger.start(small)
        await charger.stop(transaction, 1100, tag=small)
        found = await charger.session(session)

        assert "Accepted" == verdict
        assert (SessionState.COMPLETED, Decimal(1000)) == (found.state, found.meter_start_wh)


async def test_a_start_with_no_tag_at_all_is_told_that_it_is_none(database, clock, sql):
    """1.6, a blank idTag: an answer that stops it, for an error would only be asked again."""
    async with talking(database, clock, "ocpp1.6") as charger:
        _, verdict = await charger.start("")

        assert "Invalid" == verdict == await charger.authorize("")
    assert [("orphan", "")] == sql.execute(
        "SELECT verdict, id_tag FROM ocpp_transaction"
    ).fetchall()


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_tag_is_good_for_one_transaction(database, clock, version):
    """Once more, with another register: Invalid, and the session that was paid says so."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        first = await charger.start(session.id_tag)
        await charger.stop(first[0], 1100)
        clock.advance(minutes=1)
        second = await charger.start(session.id_tag, 1100, name="once-more")
        found = await charger.session(session)

        assert ["Accepted", "Invalid"] == [first[1], second[1]]
        assert first[0] != second[0]
        assert Flag.ID_TAG_AGAIN in found.flags
        assert wh(1100) == found.meter_stop_wh


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_tag_at_another_evse_is_invalid(database, clock, version):
    """The wrong connector starts nothing that is paid; the right one still may."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare(1)
        elsewhere = await charger.start(session.id_tag, evse=2)
        flags = (await charger.session(session)).flags
        here = await charger.start(session.id_tag, evse=1)

        assert ["Invalid", "Accepted"] == [elsewhere[1], here[1]]
        assert frozenset({Flag.ID_TAG_ELSEWHERE}) == flags
        assert here[0] == (await charger.session(session)).transaction_id


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_same_start_after_a_reconnect_gets_the_same_answer(database, clock, version):
    """Firmware that lost power before the answer sends its start again, under another id."""
    async with talking(database, clock, version) as charger:
        session, at = await charger.prepare(), clock.now()
        first = await charger.start(session.id_tag, at=at)
        clock.advance(minutes=3)
        async with charger.again() as back:
            second = await back.start(session.id_tag, at=at)

        assert first == second
        assert "Accepted" == second[1]


async def test_the_numbers_of_1_6_are_unique_and_positive(database, clock):
    """Never made of the time: two starts in one second are two transactions."""
    async with talking(database, clock, "ocpp1.6") as charger:
        one, two = await charger.prepare(1), await charger.prepare(2)
        numbers = [
            int((await charger.start(session.id_tag, evse=number))[0])
            for number, session in enumerate((one, two), start=1)
        ]
        numbers.append(int((await charger.start("04A1B2C3D4", evse=1))[0]))

        assert 3 == len(set(numbers))
        assert all(0 < number < 2**31 for number in numbers)


async def test_samples_of_a_start_that_was_never_confirmed(database, clock):
    """1.6, `-1`: they belong to the one session that runs at their connector."""
    async with talking(database, clock, "ocpp1.6", connectors=(2, 1)) as charger:
        session = await charger.prepare(1)
        await charger.start(session.id_tag, evse=1)
        clock.advance(minutes=5)
        await charger.sample("-1", 1500, evse=1)
        await charger.sample("-1", 900_000, evse=2)

        assert wh(500) == (await charger.session(session)).energy_wh


@pytest.mark.parametrize("version", VERSIONS)
async def test_samples_of_an_unknown_transaction_are_orphans(database, clock, version, sql):
    """Acknowledged and kept; no connector is guessed."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        await charger.start(session.id_tag)
        await charger.sample("999999", 5000)

        assert wh(0) == (await charger.session(session)).energy_wh
        assert ["SampleReport"] == orphans(sql)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_stop_of_an_unknown_transaction_is_acknowledged(database, clock, version, sql):
    """It would come for ever; it ends nobody's session."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        await charger.start(session.id_tag)
        await charger.stop("999999", 5000)

        assert SessionState.ACTIVE is (await charger.session(session)).state
        assert ["StopReport"] == orphans(sql)


@pytest.mark.parametrize("tagged", [True, False])
async def test_a_stop_of_a_start_that_was_never_confirmed(database, clock, tagged, sql):
    """1.6, `-1`: the one-time tag tells which; without it nothing is guessed (errata 3.18)."""
    async with talking(database, clock, "ocpp1.6") as charger:
        session = await charger.prepare()
        await charger.start(session.id_tag)
        clock.advance(minutes=5)
        await charger.stop("-1", 1500, tag=session.id_tag if tagged else "")
        found = await charger.session(session)

        assert (SessionState.COMPLETED if tagged else SessionState.ACTIVE) is found.state
        assert tagged is (Flag.MATCHED_WITHOUT_ID in found.flags)
        assert ([] if tagged else ["StopReport"]) == orphans(sql)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_stop_that_overtakes_its_start(database, clock, version, sql):
    """A queue that is sent in the wrong order ends as one in the right order would."""
    async with talking(database, clock, version) as charger:
        session, began = await charger.prepare(), clock.now()
        clock.advance(minutes=10)
        name = f"tx-{session.id_tag}-1"
        ended = clock.now()
        await charger.stop("-1" if charger.is_16 else name, 2000, tag=session.id_tag)
        kept = orphans(sql)
        await charger.start(session.id_tag, at=began)
        found = await charger.session(session)

        assert ["StopReport"] == kept
        assert [] == orphans(sql)
        assert SessionState.COMPLETED is found.state
        assert [began, ended] == [found.started_at, found.ended_at]
        assert wh(2000) == found.meter_stop_wh


@pytest.mark.parametrize("version", NEW_VERSIONS)
async def test_samples_that_overtake_their_start(database, clock, version, sql):
    """2.x: the charge point names its transaction, so what came before its start is its own."""
    async with talking(database, clock, version) as charger:
        session, began = await charger.prepare(), clock.now()
        clock.advance(minutes=5)
        name = f"tx-{session.id_tag}-1"
        await charger.sample(name, 1400)
        await charger.start(session.id_tag, at=began)
        found = await charger.session(session)

        assert wh(400) == found.energy_wh
        assert [] == orphans(sql)
        assert 2 == len(await charger.samples(session))


@pytest.mark.parametrize("version", VERSIONS)
async def test_samples_out_of_order_take_nothing_back(database, clock, version):
    """The live energy is the highest so far; the record is that of the right order."""
    async with talking(database, clock, version) as charger:
        session, began = await charger.prepare(), clock.now()
        transaction, _ = await charger.start(session.id_tag)
        clock.advance(minutes=30)
        for minutes, register in ((20, 6000), (10, 3000), (5, 2000), (25, 7000)):
            await charger.sample(transaction, register, at=began + timedelta(minutes=minutes))
        live = (await charger.session(session)).energy_wh
        await charger.stop(transaction, 7500)
        cdr = build_cdr(await charger.session(session), await charger.samples(session))

        assert wh(6000) == live
        assert Decimal("6.5") == cdr.energy_kwh
        assert sorted(each.at for each in cdr.readings) == [each.at for each in cdr.readings]
        assert frozenset() == cdr.flags


@pytest.mark.parametrize("version", VERSIONS)
async def test_samples_after_the_stop_are_kept_and_flagged(database, clock, version):
    """Late data changes a flag, never silently an amount."""
    async with talking(database, clock, version) as charger:
        session, began = await charger.prepare(), clock.now()
        transaction, _ = await charger.start(session.id_tag)
        clock.advance(minutes=10)
        await charger.stop(transaction, 2000)
        before = build_cdr(await charger.session(session), await charger.samples(session))
        clock.advance(minutes=10)
        await charger.sample(transaction, 1800, at=began + timedelta(minutes=8))
        found = await charger.session(session)
        samples = await charger.samples(session)

        assert before.energy_kwh == build_cdr(found, samples).energy_kwh
        assert frozenset({Flag.LATE_SAMPLES}) == found.flags
        assert wh(1800) in [each.energy_wh for each in samples]


@pytest.mark.parametrize("version", VERSIONS)
async def test_raw_samples_keep_both_times(database, clock, version):
    """What the charge point's clock said, and when it came: nothing is put right in the record."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        transaction, _ = await charger.start(session.id_tag)
        clock.advance(minutes=10)
        taken = clock.now() - timedelta(hours=30)
        await charger.sample(transaction, 1200, at=taken)
        (sample,) = [each for each in await charger.samples(session) if each.energy_wh == wh(1200)]

        assert [taken, clock.now()] == [sample.taken_at, sample.received_at]


@pytest.mark.parametrize("version", VERSIONS)
async def test_units_and_powers_of_ten(database, clock, version):
    """1.6 may say kWh, 2.x a power of ten: one and a half kilowatt-hours are 1,500 Wh."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        transaction, _ = await charger.start(session.id_tag, 1000)
        clock.advance(minutes=10)
        meter = charger.meter_value("2.5", clock.now())
        if charger.is_16:
            meter["sampledValue"][0]["unit"] = "kWh"
            said = {"connectorId": 1, "transactionId": int(transaction), "meterValue": [meter]}
            await charger.ask("MeterValues", said)
        else:
            unit = {"unit": "Wh", "multiplier": 3}
            meter["sampledValue"] = [{"value": 2.5, "unitOfMeasure": unit}]
            await charger.ask(
                "TransactionEvent",
                {
                    "eventType": "Updated",
                    "timestamp": instant(clock.now()),
                    "triggerReason": "MeterValuePeriodic",
                    "seqNo": 9,
                    "transactionInfo": {"transactionId": transaction},
                    "meterValue": [meter],
                },
            )

        assert wh(1500) == (await charger.session(session)).energy_wh


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_register_that_is_reset_bills_what_was_measured_before(database, clock, version):
    """The meter starts at nought in the middle: the last believable reading counts, flagged."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        transaction, _ = await charger.start(session.id_tag, 50_000)
        clock.advance(minutes=10)
        await charger.sample(transaction, 53_000)
        clock.advance(minutes=10)
        await charger.sample(transaction, 2_000)
        clock.advance(minutes=10)
        await charger.stop(transaction, 4_000)
        samples = await charger.samples(session)
        cdr = build_cdr(await charger.session(session), samples)

        assert Decimal(3) == cdr.energy_kwh
        assert {Flag.REGISTER_DROP, Flag.STOP_BELOW_START} <= cdr.flags
        assert wh(2_000) in [each.energy_wh for each in samples]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_register_below_nought_is_none(database, clock, version):
    """No meter of imported energy shows it: the first real register is the start."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        transaction, _ = await charger.start(session.id_tag, -10_000)
        clock.advance(minutes=10)
        await charger.sample(transaction, 5_000)
        clock.advance(minutes=10)
        await charger.stop(transaction, 6_000)
        samples = await charger.samples(session)
        cdr = build_cdr(await charger.session(session), samples)

        assert Decimal(1) == cdr.energy_kwh
        assert Flag.MISSING_START_REGISTER in cdr.flags


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_thousand_times_too_much_is_not_billed(database, clock, version):
    """Watt-hours told as kilowatt-hours at the stop: the last believable reading counts."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        transaction, _ = await charger.start(session.id_tag, 1_000)
        clock.advance(minutes=10)
        await charger.sample(transaction, 6_000)
        await charger.stop(transaction, 6_000_000)
        cdr = build_cdr(await charger.session(session), await charger.samples(session))

        assert Decimal(5) == cdr.energy_kwh
        assert Flag.ABSURD_POWER in cdr.flags


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_second_stop_changes_only_a_flag(database, clock, version):
    """The first stop counts, whatever comes after it."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        transaction, _ = await charger.start(session.id_tag)
        clock.advance(minutes=10)
        await charger.stop(transaction, 2000)
        clock.advance(minutes=10)
        await charger.stop(transaction, 9000)
        found = await charger.session(session)

        assert wh(2000) == found.meter_stop_wh
        assert frozenset({Flag.STOP_DIFFERS}) == found.flags


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_stop_with_any_tag_is_the_charge_points_business(database, clock, version):
    """Who holds whatever card may end it there: it ends, and the card is not refused."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        transaction, _ = await charger.start(session.id_tag)
        clock.advance(minutes=10)
        answer = await charger.stop(transaction, 2000, tag="04A1B2C3D4")
        info = answer["idTagInfo"] if charger.is_16 else answer["idTokenInfo"]

        assert "Accepted" == info["status"]
        assert SessionState.COMPLETED is (await charger.session(session)).state


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_restart_that_goes_on_charging(database, clock, version):
    """A boot asks, it does not end: samples and stop of the transaction go on as before."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        transaction, _ = await charger.start(session.id_tag)
        clock.advance(minutes=10)
        async with charger.again() as back:
            await back.boot()
            await back.sample(transaction, 2000)
            running = await charger.session(session)
            await back.stop(transaction, 2500)
        found = await charger.session(session)

        assert SessionState.ACTIVE is running.state
        assert wh(1000) == running.energy_wh
        assert frozenset() == found.flags
        assert wh(2500) == found.meter_stop_wh


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_later_status_wins_whatever_comes_last(database, clock, version):
    """A queue that arrives in the wrong order leaves the status that was true at last."""
    async with talking(database, clock, version) as charger:
        clock.advance(seconds=60)
        now = clock.now()
        await charger.status("Faulted", now)
        await charger.status("Available", now - timedelta(seconds=50))

        assert EvseStatus.FAULTED is (await charger.evse()).status


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_status_of_the_whole_charge_point_has_a_time_too(database, clock, version):
    """Out of use at last, though the word that it was not came later."""
    async with talking(database, clock, version) as charger:
        clock.advance(seconds=60)
        now = clock.now()
        await charger.status("Available", now)
        await charger.status("Unavailable", now, evse=0)
        await charger.status("Available", now - timedelta(seconds=50), evse=0)

        assert EvseStatus.UNAVAILABLE is (await charger.evse()).status


async def test_connectors_of_1_6_are_flat(database, clock):
    """EVSE 1 is connector 2 there: its status and its start are those of that number."""
    async with talking(database, clock, "ocpp1.6", connectors=(2, 1)) as charger:
        said = {"connectorId": 2, "errorCode": "NoError", "status": "Preparing"}
        await charger.ask("StatusNotification", said)
        session = await charger.prepare(1)
        start = {"connectorId": 2, "idTag": session.id_tag, "meterStart": 1}
        answer = await charger.ask("StartTransaction", {**start, "timestamp": instant(clock.now())})

        assert EvseStatus.PREPARING is (await charger.evse(1)).status
        assert EvseStatus.UNKNOWN is (await charger.evse(2)).status
        assert "Accepted" == answer["idTagInfo"]["status"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_start_closes_what_the_payment_before_it_left_open(database, clock, version):
    """However wrong its clock: a payment is taken only where nothing else is being paid."""
    async with talking(database, clock, version) as charger:
        first = await charger.prepare()
        await charger.start(first.id_tag)
        clock.advance(minutes=5)
        second = await charger.prepare()
        early = clock.now() - timedelta(hours=1)
        answer = await charger.start(second.id_tag, 1500, at=early)

        assert "Accepted" == answer[1]
        assert SessionState.COMPLETED is (await charger.session(first)).state
        assert SessionState.ACTIVE is (await charger.session(second)).state


@pytest.mark.parametrize("version", VERSIONS)
async def test_values_beyond_every_column_are_left_out(database, clock, version):
    """A battery of 5,000 percent, and words of a whole page, cost no reading."""
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        transaction, _ = await charger.start(session.id_tag)
        clock.advance(minutes=5)
        meter = charger.meter_value(1500, clock.now(), "x" * 5000)
        soc: dict = {"value": "5000" if charger.is_16 else 5000, "measurand": "SoC"}
        meter["sampledValue"].append(soc)
        if charger.is_16:
            said = {"connectorId": 1, "transactionId": int(transaction), "meterValue": [meter]}
            await charger.ask("MeterValues", said)
        else:
            event = charger._event("Updated", transaction, clock.now(), 1)
            await charger.ask("TransactionEvent", event | {"meterValue": [meter]})
        await charger.stop("9" * 8 if charger.is_16 else "x" * 5000, 5)

        assert wh(500) == (await charger.session(session)).energy_wh


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_tag_of_a_whole_page_starts_nothing(database, clock, version):
    """It gets an answer like any other unknown tag, and the socket stays."""
    async with talking(database, clock, version) as charger:
        _, verdict = await charger.start("T" * 5000, name="t")

        assert "Invalid" == verdict
        assert "Invalid" == await charger.authorize("T" * 5000)
