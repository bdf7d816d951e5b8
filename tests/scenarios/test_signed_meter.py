"""A meter that signs its readings: the driver can check what was billed."""

from decimal import Decimal

import psycopg

from app.charging.meters.command import verify_file
from app.charging.meters.registry.model import meter_of
from app.charging.meters.registry.register import register_meter
from app.charging.sessions.model import MeterSample
from app.directpay.receipt import meter_file
from app.sandbox.meter import SigningMeter
from tests.scenarios.world import OPERATOR, World

METER = SigningMeter("EMH-77")


async def charged(world: World, *, register: bool = True, forged: bool = False) -> None:
    """A session of 12.34 kWh at € 0.50 whose begin and end are signed."""
    if register:
        async with world.database.work(OPERATOR) as work:
            await register_meter(work, meter_of(METER.serial, METER.public_key, "VLT1-1"))
    await world.pays_and_plugs_in()
    begin = signed(world, "B", "Transaction.Begin")
    await world.charges(minutes=60, kwh="12.340")
    end = signed(world, "E", "Transaction.End", forged=forged)
    await world.stops(samples=[begin, end])


def signed(world: World, kind: str, context: str, *, forged: bool = False) -> MeterSample:
    """A signed reading of the register now."""
    now = world.clock.now()
    record = METER.sign(kind, now, world.register_wh)
    return MeterSample(
        now,
        now,
        context=context,
        signed=record.replace('"ST":"G"', '"ST":"g"') if forged else record,
    )


async def test_the_receipt_says_that_the_reading_is_genuine(world: World):
    """Verdict and meter on page and receipt, and a file that proves the same."""
    await charged(world)
    receipt = await world.receipt()
    settled = (await world.sees()).settled
    report = verify_file(await meter_file(world.token, desk=world.desk), METER.public_key)

    assert receipt is not None
    assert receipt.document.supply.proof is not None
    assert ("valid", "EMH-77") == (
        receipt.document.supply.proof.verdict,
        receipt.document.supply.proof.meter_serial,
    )
    assert settled is not None
    assert settled.meter is not None
    assert ("valid", 617) == (settled.meter.verdict, settled.charged.minor)
    assert report.is_fine
    assert "  energy 12.3400 kWh" in report.lines


async def test_a_forged_reading_changes_no_amount_and_is_looked_at(
    world: World, sql: psycopg.Connection
):
    """The register is billed as ever; the record is flagged, and a person looks."""
    await charged(world, forged=True)
    (flags,) = sql.execute("SELECT flags FROM cdr").fetchone() or ((),)
    settled = (await world.sees()).settled

    assert ["signature_invalid"] == flags
    assert ["check_meter"] == world.work_list()
    assert settled is not None
    assert settled.meter is not None
    assert ("invalid", 617) == (settled.meter.verdict, settled.charged.minor)


async def test_a_meter_that_nobody_registered_proves_nothing(world: World):
    """The driver is told that it was not checked; nobody has to look."""
    await charged(world, register=False)
    settled = (await world.sees()).settled

    assert settled is not None
    assert settled.meter is not None
    assert ("unproven", Decimal("12.340")) == (settled.meter.verdict, settled.energy_kwh)
    assert [] == world.work_list()


async def test_a_record_that_no_text_can_hold_is_settled(world: World):
    """JSON can say characters that the database has not: the session is billed, unproven."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=60, kwh="12.340")
    now = world.clock.now()
    signed = (
        '{"signedMeterData": "OCMF|{}|{\\"SD\\":\\"\\ud800\\"}", "publicKey": "\\u0000\\ud800"}'
    )
    await world.stops(samples=[MeterSample(now, now, context="Transaction.End", signed=signed)])
    settled = (await world.sees()).settled

    assert settled is not None
    assert settled.meter is not None
    assert ("unproven", 617) == (settled.meter.verdict, settled.charged.minor)
