"""Each message over the wire: what is kept of it and what comes back."""

import asyncio
import json
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files

import pytest

from app.charging.chargers.model import EvseStatus
from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop
from app.gateways.ocpp.endpoint import ACTIONS_OF
from app.gateways.ocpp.link.schemas import request_violations, response_violations
from app.gateways.ocpp.link.versions import Version
from tests.charging.ocpp.conftest import raw_charger
from tests.fakes.charge_points import OPERATOR

AT = "2026-03-02T08:59:30Z"
INSTANT = datetime(2026, 3, 2, 8, 59, 30, tzinfo=UTC)
START = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000, "timestamp": AT}
STOP = {"transactionId": 1, "meterStop": 5000, "timestamp": AT}
COMMAND = RemoteStart(OPERATOR, "CP1", 2, 2, "TAG", 7)


def event(kind: str, trigger: str = "MeterValuePeriodic", **more: object) -> dict:
    """Return a TransactionEvent of transaction t1."""
    info = {"transactionId": "t1", **more.pop("info", {})}
    return {
        "eventType": kind,
        "timestamp": AT,
        "triggerReason": trigger,
        "seqNo": 0,
        "transactionInfo": info,
        "evse": {"id": 2, "connectorId": 1},
        **more,
    }


def meter(value: int, context: str = "Sample.Periodic") -> list[dict]:
    """Return a meterValue of 2.x with a register."""
    return [{"timestamp": AT, "sampledValue": [{"value": value, "context": context}]}]


TOKEN = {"idToken": "TAG", "type": "Central"}


async def test_boot_of_1_6(url, facts):
    """The charge point is accepted, told the time and how often to beat."""
    boot = {"chargePointVendor": "V", "chargePointModel": "M", "firmwareVersion": "1.2"}
    async with raw_charger(url) as charger:
        answer = await charger.ask("BootNotification", boot)

    time = "2026-03-02T09:00:00.000Z"
    assert {"currentTime": time, "interval": 300, "status": "Accepted"} == answer[2]
    assert ("V", "M", "1.2") == (
        facts.boots[0].vendor,
        facts.boots[0].model,
        facts.boots[0].firmware,
    )


async def test_boot_of_2(url, facts):
    """2.x names the same things in an object of their own."""
    boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "V", "model": "M"}}
    async with raw_charger(url, "ocpp2.0.1") as charger:
        answer = await charger.ask("BootNotification", boot)

    assert "Accepted" == answer[2]["status"]
    assert ("V", "M") == (facts.boots[0].vendor, facts.boots[0].model)


async def test_a_boot_with_an_overlong_name_is_used(url, facts):
    """A detail that the schema forbids costs nobody a charge point."""
    boot = {"chargePointVendor": "V" * 50, "chargePointModel": "M", "vendorKey": 1}
    async with raw_charger(url) as charger:
        answer = await charger.ask("BootNotification", boot)

    assert 3 == answer[0]
    assert 1 == len(facts.boots)


async def test_start_and_stop_of_1_6(url, facts):
    """Everything that money depends on is kept before the answer."""
    data = [{"timestamp": AT, "sampledValue": [{"value": "5000", "context": "Transaction.End"}]}]
    async with raw_charger(url) as charger:
        started = await charger.ask("StartTransaction", START)
        stopped = await charger.ask(
            "StopTransaction", {**STOP, "idTag": "X", "reason": "Local", "transactionData": data}
        )

    assert {"transactionId": 1, "idTagInfo": {"status": "Accepted"}} == started[2]
    assert {"idTagInfo": {"status": "Accepted"}} == stopped[2]
    (start,), (stop,) = facts.starts, facts.stops
    assert (1, "TAG", Decimal(1000), INSTANT) == (
        start.connector_no,
        start.id_tag,
        start.meter_start_wh,
        start.at,
    )
    assert ("1", "X", Decimal(5000), INSTANT, "Local") == (
        stop.transaction_id,
        stop.id_tag,
        stop.meter_stop_wh,
        stop.at,
        stop.reason,
    )
    assert [Decimal(5000)] == [each.energy_wh for each in stop.samples]


async def test_a_refused_start_has_a_number_all_the_same(url, facts):
    """OCPP 1.6: the transaction runs on the charge point; it is told that the token is no good."""
    facts.answer_status = "ConcurrentTx"
    async with raw_charger(url) as charger:
        answer = await charger.ask("StartTransaction", START)

    assert {"transactionId": 1, "idTagInfo": {"status": "ConcurrentTx"}} == answer[2]


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("StartTransaction", {**START, "timestamp": "not a date"}),
        ("StartTransaction", {**START, "meterStart": "1000"}),
        ("StartTransaction", {**START, "meterStart": Decimal(-10)}),
        ("StartTransaction", {**START, "idTag": "x" * 40, "unknown": 1}),
        ("StartTransaction", {**START, "idTag": 4711}),
        ("StartTransaction", {**START, "idTag": ""}),
        ("StopTransaction", {**STOP, "transactionId": -1}),
        ("StopTransaction", {**STOP, "reason": "BecauseICan"}),
        ("StopTransaction", {**STOP, "transactionData": "nonsense"}),
        ("StopTransaction", {**STOP, "transactionId": "1", "meterStop": 5000.0}),
        ("MeterValues", {"connectorId": 1, "meterValue": []}),
        ("MeterValues", {"connectorId": 1, "meterValue": [{"sampledValue": [{"value": "NaN"}]}]}),
        ("StatusNotification", {"connectorId": 1, "errorCode": "Odd", "status": "Dancing"}),
    ],
)
async def test_what_is_usable_is_used(url, action, payload):
    """A message that decides money is not refused for a detail."""
    payload = {k: int(v) if isinstance(v, Decimal) else v for k, v in payload.items()}
    async with raw_charger(url) as charger:
        assert 3 == (await charger.ask(action, payload))[0]


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("StartTransaction", {"connectorId": 1}, "ProtocolError"),
        ("StartTransaction", {**START, "meterStart": "many"}, "TypeConstraintViolation"),
        ("StopTransaction", {"meterStop": 5000, "timestamp": AT}, "ProtocolError"),
        ("StopTransaction", {**STOP, "transactionId": "one"}, "TypeConstraintViolation"),
        ("MeterValues", {"meterValue": []}, "ProtocolError"),
        ("BootNotification", {"chargePointVendor": "V"}, "ProtocolError"),
        ("Authorize", {"idTag": {}}, "TypeConstraintViolation"),
    ],
)
async def test_what_is_not_usable_is_refused(url, action, payload, code):
    """Without a required key, or with one that can't be read, nothing can be kept."""
    async with raw_charger(url) as charger:
        assert [4, "1", code] == (await charger.ask(action, payload))[:3]


async def test_status_of_1_6_and_2(url, facts):
    """1.6 numbers connectors flat; 2.x numbers them within an EVSE."""
    async with raw_charger(url) as charger:
        status = {"connectorId": 2, "errorCode": "NoError", "status": "Preparing"}
        await charger.ask("StatusNotification", {**status, "timestamp": AT})
    async with raw_charger(url, "ocpp2.0.1") as charger:
        status = {"timestamp": AT, "connectorStatus": "Occupied", "evseId": 2, "connectorId": 1}
        await charger.ask("StatusNotification", status)

    old, new = facts.statuses
    assert (None, 2, EvseStatus.PREPARING) == (old.evse_no, old.connector_no, old.status)
    assert (2, 1, EvseStatus.OCCUPIED) == (new.evse_no, new.connector_no, new.status)


async def test_a_status_in_an_event(url, facts):
    """2.1: a charge point may report its availability only as an event of the device model."""
    data = {
        "eventId": 1,
        "timestamp": AT,
        "trigger": "Delta",
        "actualValue": "Occupied",
        "eventNotificationType": "HardWiredNotification",
        "component": {"name": "Connector", "evse": {"id": 2, "connectorId": 1}},
        "variable": {"name": "AvailabilityState"},
    }
    other = {**data, "variable": {"name": "Temperature"}}
    payload = {"generatedAt": AT, "seqNo": 0, "eventData": [data, other]}
    async with raw_charger(url, "ocpp2.1") as charger:
        assert [3, "1", {}] == await charger.ask("NotifyEvent", payload)

    (status,) = facts.statuses
    assert (2, 1, EvseStatus.OCCUPIED, INSTANT) == (
        status.evse_no,
        status.connector_no,
        status.status,
        status.at,
    )


async def test_a_transaction_of_2(url, facts):
    """Started with a token, Updated with a sample, Ended with the last register."""
    begin, end = "Transaction.Begin", "Transaction.End"
    started = event(
        "Started",
        "RemoteStart",
        idToken=TOKEN,
        info={"remoteStartId": 7},
        meterValue=meter(1000, begin),
    )
    ended = event(
        "Ended", "RemoteStop", info={"stoppedReason": "Remote"}, meterValue=meter(5000, end)
    )
    async with raw_charger(url, "ocpp2.0.1") as charger:
        first = await charger.ask("TransactionEvent", started)
        second = await charger.ask("TransactionEvent", event("Updated", meterValue=meter(2000)))
        third = await charger.ask("TransactionEvent", ended)

    assert [{"idTokenInfo": {"status": "Accepted"}}, {}, {}] == [first[2], second[2], third[2]]
    (start,), (stop,) = facts.starts, facts.stops
    assert ("t1", "TAG", 7, 2, Decimal(1000)) == (
        start.station_transaction_id,
        start.id_tag,
        start.remote_start_id,
        start.evse_no,
        start.meter_start_wh,
    )
    assert ("t1", Decimal(5000), "Remote") == (
        stop.transaction_id,
        stop.meter_stop_wh,
        stop.reason,
    )
    registers = [each.energy_wh for report in facts.sampled for each in report.samples]
    assert [Decimal(1000), Decimal(2000)] == registers


async def test_a_token_that_stops_is_no_start(url, facts):
    """StopAuthorized: the card of whoever ends the transaction is not its beginning."""
    async with raw_charger(url, "ocpp2.1") as charger:
        payload = event("Updated", "StopAuthorized", idToken=TOKEN)
        answer = await charger.ask("TransactionEvent", payload)

    assert {"idTokenInfo": {"status": "Accepted"}} == answer[2]
    assert [] == facts.starts


async def test_a_transaction_without_a_token_is_acknowledged(url, facts):
    """The cable started it (EVConnected), or nobody had to be asked: nothing of ours began."""
    nobody = {"idToken": "", "type": "NoAuthorization"}
    async with raw_charger(url, "ocpp2.0.1") as charger:
        plugged = await charger.ask("TransactionEvent", event("Started", "CablePluggedIn"))
        free = await charger.ask("TransactionEvent", event("Started", "Authorized", idToken=nobody))

    assert [{}, {"idTokenInfo": {"status": "Accepted"}}] == [plugged[2], free[2]]
    assert [] == facts.starts


async def test_a_start_that_the_answer_announced(url, facts, gateway):
    """The charge point names its transaction in the answer, and no remoteStartId afterwards."""
    async with raw_charger(url, "ocpp2.0.1") as charger:
        await charger.ask("Heartbeat", {})
        outcome = await commanded(
            charger,
            gateway.commands.remote_start(COMMAND),
            {"status": "Accepted", "transactionId": "t1"},
        )
        await charger.ask("TransactionEvent", event("Updated", "ChargingStateChanged"))
        await charger.ask("TransactionEvent", event("Updated", "ChargingStateChanged"))

    assert CommandOutcome.ACCEPTED is outcome[0]
    assert [("t1", 7)] == [(s.station_transaction_id, s.remote_start_id) for s in facts.starts]


async def commanded(charger, command, answer: dict) -> tuple:
    """Run a command, answer its call, and return the outcome and the call."""
    asked = asyncio.create_task(command)
    call = await charger.hear()
    await charger.say(json.dumps([3, call[1], answer]))
    return await asked, call


@pytest.mark.parametrize(
    ("version", "action", "payload"),
    [
        ("ocpp1.6", "RemoteStartTransaction", {"idTag": "TAG", "connectorId": 2}),
        (
            "ocpp2.0.1",
            "RequestStartTransaction",
            {"idToken": TOKEN, "remoteStartId": 7, "evseId": 2},
        ),
        ("ocpp2.1", "RequestStartTransaction", {"idToken": TOKEN, "remoteStartId": 7, "evseId": 2}),
    ],
)
async def test_the_words_of_a_remote_start(url, gateway, version, action, payload):
    """Always with its connector or EVSE: without one, firmware has started another one."""
    async with raw_charger(url, version) as charger:
        await charger.ask("Heartbeat", {})
        outcome, call = await commanded(
            charger, gateway.commands.remote_start(COMMAND), {"status": "Accepted"}
        )

    assert [action, payload] == call[2:]
    assert CommandOutcome.ACCEPTED is outcome


@pytest.mark.parametrize(
    ("version", "transaction", "call"),
    [
        ("ocpp1.6", "12", ["RemoteStopTransaction", {"transactionId": 12}]),
        ("ocpp2.1", "t1", ["RequestStopTransaction", {"transactionId": "t1"}]),
    ],
)
async def test_the_words_of_a_remote_stop(url, gateway, version, transaction, call):
    """1.6 numbers its transactions, 2.x has texts."""
    async with raw_charger(url, version) as charger:
        await charger.ask("Heartbeat", {})
        command = gateway.commands.remote_stop(RemoteStop(OPERATOR, "CP1", transaction))
        outcome, heard = await commanded(charger, command, {"status": "Rejected"})

    assert call == heard[2:]
    assert CommandOutcome.REJECTED is outcome


async def test_an_error_is_a_refusal(url, gateway):
    """A CALLERROR to a start means that nothing will start."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        asked = asyncio.create_task(gateway.commands.remote_start(COMMAND))
        call = await charger.hear()
        await charger.say(f'[4,"{call[1]}","InternalError","no",{{}}]')

        assert CommandOutcome.REJECTED is await asked


async def test_a_broken_answer_is_not_waited_for(url, gateway):
    """A CALLRESULT without a payload is an answer, though not a good one."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        asked = asyncio.create_task(gateway.commands.remote_start(COMMAND))
        call = await charger.hear()
        await charger.say(f'[3,"{call[1]}"]')

        assert CommandOutcome.REJECTED is await asked


async def test_one_question_at_a_time(url, gateway):
    """OCPP-J 1.6, 4.1.1: no second call before the first is answered."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        stops = [RemoteStop(OPERATOR, "CP1", str(number)) for number in (1, 2)]
        asked = [asyncio.create_task(gateway.commands.remote_stop(each)) for each in stops]
        first = await charger.hear()
        answer = await charger.ask("Heartbeat", {}, "meanwhile")
        await charger.say(f'[3,"{first[1]}",{{"status":"Accepted"}}]')
        second = await charger.hear()
        await charger.say(f'[3,"{second[1]}",{{"status":"Accepted"}}]')
        await asyncio.gather(*asked)

    assert [3, "meanwhile"] == answer[:2]
    assert [1, 2] == [call[3]["transactionId"] for call in (first, second)]


async def test_a_charge_point_that_authorises_again(url, gateway, facts):
    """AuthorizeRemoteTxRequests: it asks about the tag that we sent; nobody else may use it."""
    async with raw_charger(url) as charger:
        before = await charger.ask("Authorize", {"idTag": "TAG"})
        await commanded(charger, gateway.commands.remote_start(COMMAND), {"status": "Accepted"})
        during = await charger.ask("Authorize", {"idTag": "TAG"})
        await charger.ask("StartTransaction", START)
        after = await charger.ask("Authorize", {"idTag": "TAG"})

    found = [each[2]["idTagInfo"]["status"] for each in (before, during, after)]
    assert ["Invalid", "Accepted", "Invalid"] == found


async def test_a_charge_point_known_not_to_ask_again_is_not_believed(url, gateway):
    """Then the payment's tag came from the reader: a copy of it starts nothing."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        gateway.registry.here("CP1").station.asks_again = False
        await commanded(charger, gateway.commands.remote_start(COMMAND), {"status": "Accepted"})
        answer = await charger.ask("Authorize", {"idTag": "TAG"})

    assert "Invalid" == answer[2]["idTagInfo"]["status"]


@pytest.mark.parametrize("version", list(Version))
async def test_every_message_gets_an_answer_that_fits_its_schema(url, version):
    """Whatever a charge point may send, in its smallest valid form, is answered by the book."""
    faults = {}
    async with raw_charger(url, version.value) as charger:
        for action in ACTIONS_OF[version]:
            if action == "NotifyPeriodicEventStream":  # a SEND: it has no answer
                continue
            payload = smallest(version, action)
            kind, _, *rest = await charger.ask(action, payload)
            faults[action] = rest if kind == 4 else response_violations(version, action, rest[0])

    assert {} == {action: fault for action, fault in faults.items() if fault}


@pytest.mark.parametrize("version", list(Version))
def test_every_action_is_a_message_of_its_version(version):
    """Nothing is answered that the version does not know."""
    schemas = {entry.name for entry in (files("ocpp") / version.package / "schemas").iterdir()}
    unknown = {
        action
        for action in ACTIONS_OF[version]
        if not {f"{action}.json", f"{action}Request.json"} & schemas
    }

    assert set() == unknown


def smallest(version: Version, action: str) -> dict:
    """Return the smallest payload that the schema of the request allows."""
    name = action if version is Version.V16 else f"{action}Request"
    resource = files("ocpp") / version.package / "schemas" / f"{name}.json"
    schema = json.loads(resource.read_text(encoding="utf-8-sig"))
    payload = example(schema, schema.get("definitions", {}))
    assert () == request_violations(version, action, payload)
    return payload


def example(schema: dict, definitions: dict) -> object:  # noqa: PLR0911 - one per type
    """Return the smallest value that *schema* allows."""
    if "$ref" in schema:
        return example(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "object":
            names = schema.get("required", [])
            return {name: example(schema["properties"][name], definitions) for name in names}
        case "array":
            return [example(schema["items"], definitions)] * schema.get("minItems", 1)
        case "string":
            return AT if schema.get("format") == "date-time" else "http://x"
        case "boolean":
            return True
        case _:
            return schema.get("minimum", 1)
