"""Thousands of damaged messages into the real database: no bug of ours answers one."""

import copy
import json
import logging
import random
from typing import Any

import pytest

from tests.charging.ocpp.talker import talking

VERSIONS = ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"]
TIME = "2026-03-02T09:00:00Z"
ODD: list[Any] = [
    None,
    [],
    {},
    "",
    " ",
    -1,
    0,
    2**31,
    2**63,
    10**30,
    1.5e300,
    -0.0001,
    True,
    "NaN",
    "1e5",
    "\x00",
    "\ud83d\ude00" * 300,
    "x" * 5000,
    "2026-13-45T99:99:99Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59+23:59",
    [None],
    [[]],
    {"x": None},
]
THOUSANDS = 1200


def seeds(version: str) -> list[tuple[str, dict]]:
    """Return messages that are kept, each in a form that is right."""
    meter = [{"timestamp": TIME, "sampledValue": [{"value": "5", "unit": "Wh", "phase": "L1"}]}]
    if version == "ocpp1.6":
        start = {"connectorId": 1, "idTag": "A", "meterStart": 1, "timestamp": TIME}
        stop = {"transactionId": 1, "meterStop": 5, "timestamp": TIME, "idTag": "A"}
        boot = {"chargePointVendor": "V", "chargePointModel": "M", "firmwareVersion": "1"}
        status = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
        return [
            ("StartTransaction", start),
            ("StopTransaction", {**stop, "transactionData": meter, "reason": "Local"}),
            ("MeterValues", {"connectorId": 1, "transactionId": 1, "meterValue": meter}),
            ("StatusNotification", {**status, "timestamp": TIME}),
            ("Authorize", {"idTag": "A"}),
            ("BootNotification", boot),
            ("DataTransfer", {"vendorId": "V", "messageId": "M", "data": "D"}),
        ]
    unit = {"unit": "kWh", "multiplier": -3}
    signed = {"signedMeterData": "x", "signingMethod": "", "encodingMethod": "OCMF"}
    sampled = {"value": 5, "unitOfMeasure": unit, "signedMeterValue": signed | {"publicKey": ""}}
    values = [{"timestamp": TIME, "sampledValue": [sampled]}]
    event = {
        "timestamp": TIME,
        "triggerReason": "Authorized",
        "seqNo": 0,
        "transactionInfo": {"transactionId": "t1", "remoteStartId": 1, "stoppedReason": "Local"},
        "evse": {"id": 1, "connectorId": 1},
        "idToken": {"idToken": "A", "type": "Central"},
        "meterValue": values,
    }
    status = {"timestamp": TIME, "connectorStatus": "Available", "evseId": 1, "connectorId": 1}
    told = {
        "eventId": 1,
        "timestamp": TIME,
        "trigger": "Delta",
        "actualValue": "Available",
        "eventNotificationType": "HardWiredNotification",
        "component": {"name": "Connector", "evse": {"id": 1, "connectorId": 1}},
        "variable": {"name": "AvailabilityState"},
    }
    station = {"model": "M", "vendorName": "V", "serialNumber": "1", "firmwareVersion": "1"}
    return [
        *(
            ("TransactionEvent", {**event, "eventType": kind})
            for kind in ("Started", "Updated", "Ended")
        ),
        ("MeterValues", {"evseId": 1, "meterValue": values}),
        ("StatusNotification", status),
        ("NotifyEvent", {"generatedAt": TIME, "seqNo": 0, "eventData": [told]}),
        ("Authorize", {"idToken": {"idToken": "A", "type": "ISO14443"}}),
        ("BootNotification", {"reason": "PowerUp", "chargingStation": station}),
    ]


def places(value: Any, way: tuple = ()) -> list[tuple]:
    """Return the ways to every value inside of *value*."""
    found = [way] if way else []
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    for key, each in inner:
        found += places(each, (*way, key))
    return found


def mutant(payload: dict, rng: random.Random) -> dict:
    """Return *payload* with one to three values replaced or taken away."""
    changed = copy.deepcopy(payload)
    for _ in range(rng.randint(1, 3)):
        ways = places(changed)
        if not ways:
            break
        *way, last = rng.choice(ways)
        parent = changed
        for key in way:
            parent = parent[key]
        if rng.random() < 0.25 and isinstance(parent, dict):
            del parent[last]
        else:
            parent[last] = copy.deepcopy(rng.choice(ODD))
    return changed


async def test_a_connector_beyond_every_number_is_an_orphans(database, clock, sql):
    """Kept and acknowledged like any other start that belongs to nobody."""
    start = {"connectorId": 2**31, "idTag": "A", "meterStart": 1, "timestamp": TIME}
    async with talking(database, clock, "ocpp1.6") as charger:
        answer = await charger.ask("StartTransaction", start)

    assert "Invalid" == answer["idTagInfo"]["status"]
    assert [("orphan",)] == sql.execute("SELECT verdict FROM ocpp_transaction").fetchall()


@pytest.mark.parametrize("version", VERSIONS)
async def test_damaged_messages_are_answered_and_leave_no_trace(database, clock, version, caplog):
    """Each is used or refused by name; never `InternalError`, never a stack in the log."""
    rng = random.Random(version)
    answers: dict[str, int] = {}
    bugs = []
    async with talking(database, clock, version) as charger:
        session = await charger.prepare()
        await charger.start(session.id_tag, name="t1")
        for number in range(THOUSANDS):
            action, payload = rng.choice(seeds(version))
            sent = mutant(payload, rng)
            await charger.raw.say(json.dumps([2, str(number), action, sent]))
            kind, _, *rest = await charger.raw.hear()
            code = "result" if kind == 3 else rest[0]
            answers[code] = answers.get(code, 0) + 1
            if code == "InternalError":
                bugs.append((action, sent))
        last = await charger.raw.ask("Heartbeat", {}, "last")

    assert [] == bugs
    assert [] == [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert {"result", "ProtocolError", "TypeConstraintViolation"} <= answers.keys()
    assert [3, "last"] == last[:2]
