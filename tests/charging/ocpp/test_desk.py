"""Any call of the protocol, to played charge points of all versions over the real socket."""

import asyncio

import msgspec
import pytest

from app.charging.chargers.calls.errors import ChargePointOffline, ChargePointSilent
from app.charging.chargers.calls.make import Caller, make_call
from app.charging.chargers.calls.model import Call, CallOutcome, Order
from app.charging.chargers.calls.read import list_calls
from app.gateways.ocpp.desk.calls import Calls
from app.gateways.ocpp.endpoint import ACTIONS_OF
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.settings import OcppSettings
from tests.charging.ocpp.world import IDENTITY, OPERATOR, World, world
from tests.fakes.line import FakeLine

VERSIONS = ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"]
KNOWN = {
    "ocpp1.6": Order("GetConfiguration", {"key": ["MeterValueSampleInterval", "Nothing"]}),
    "ocpp2.0.1": Order(
        "GetVariables",
        {
            "getVariableData": [
                {"component": {"name": "TxCtrlr"}, "variable": {"name": "EVConnectionTimeOut"}}
            ]
        },
    ),
}
KNOWN["ocpp2.1"] = KNOWN["ocpp2.0.1"]


async def made(at: World, order: Order) -> Call:
    """Make a call in the name of the help desk."""
    at.clock.advance(milliseconds=10)  # calls are listed by their time
    caller = Caller(OPERATOR, "help desk")
    return await make_call(IDENTITY, order, caller, gateway=at.gateway.calls, database=at.database)


async def outcomes(at: World) -> list[str]:
    """Return what came of the calls of the help desk, the latest first."""
    async with at.database.work(OPERATOR) as work:
        found = await list_calls(work, IDENTITY, before=None, most=10)
    return [each.reply.outcome for each in found if each.asked_by == "help desk"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_answer_is_told_as_it_came(database, clock, version):
    """Whatever the charge point answers, and what it refuses by a CALLERROR."""
    async with world(database, clock, version) as at:
        call = await made(at, KNOWN[version])
        refused = await made(at, Order("GetLocalListVersion", {}))
        answers = [frame[2] for way, frame in at.charger.client.frames if frame[0] == 3]

        assert CallOutcome.ANSWERED is call.reply.outcome
        assert msgspec.json.decode(call.reply.answer) in answers
        assert CallOutcome.REFUSED is refused.reply.outcome
        assert "NotImplemented" == refused.reply.error.code
        assert ["refused", "answered"] == await outcomes(at)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_charge_point_that_is_away_or_silent(database, clock, version):
    """Not sent and not answered are different things, and both are on record."""
    settings = OcppSettings(pairing=False, call_seconds=1)
    async with world(database, clock, version, settings=settings) as at:
        at.charger.faults.mute = True
        with pytest.raises(ChargePointSilent):
            await made(at, KNOWN[version])
        await at.charger.go_offline()
        await at.until_evse(lambda evse: not evse.connected)
        with pytest.raises(ChargePointOffline):
            await made(at, KNOWN[version])

        assert ["not_sent", "unknown"] == await outcomes(at)


async def test_one_question_at_a_time_from_the_desk_too(database, clock):
    """Ten programs at once: each gets the answer to its own question."""
    async with world(database, clock, "ocpp1.6") as at:
        keys = list(at.charger.settings)
        orders = [Order("GetConfiguration", {"key": [key]}) for key in keys]
        calls = await asyncio.gather(*(made(at, order) for order in orders))
        told = [msgspec.json.decode(call.reply.answer)["configurationKey"] for call in calls]

        assert keys == [each[0]["key"] for each in told]


@pytest.mark.parametrize("version", list(Version))
def test_what_only_charge_points_send_is_no_call(version):
    """A message has one direction; only DataTransfer has both."""
    calls = Calls(FakeLine())
    theirs = sorted(set(ACTIONS_OF[version]) - {"DataTransfer"})
    refused = []
    for action in theirs:
        try:
            calls.judge(version, Order(action, {}))
        except Exception as problem:  # noqa: BLE001 - its kind is what is looked at
            refused.append((action, problem.code))

    assert [(action, "call_not_supported") for action in theirs] == refused
    calls.judge(version, Order("DataTransfer", {"vendorId": "x"}))


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_the_product_commands_is_on_record_too(database, clock, version):
    """Who, what, when, and what came of it: also of starts and stops that nobody typed."""
    async with world(database, clock, version) as at:
        session = await at.prepare()
        at.charger.plug()
        await at.start(session)
        await at.until(session, lambda found: found.started_at is not None)
        at.clock.advance(seconds=30)
        await at.stop(session)
        await at.gateway.record()
        await at.gateway.record()
        async with at.database.work(OPERATOR) as work:
            found = await list_calls(work, IDENTITY, before=None, most=10)
        words = {"ocpp1.6": "Remote"}.get(version, "Request")

        assert [f"{words}StopTransaction", f"{words}StartTransaction"] == [
            each.action for each in found
        ]
        assert {("Direct Pay", CallOutcome.ANSWERED)} == {
            (each.asked_by, each.reply.outcome) for each in found
        }
        assert clock.now() == found[0].asked_at
