"""What comes over the socket, and what a bad frame gets."""

import asyncio
import json
import random

import pytest
from websockets.exceptions import ConnectionClosed

from tests.charging.ocpp.conftest import raw_charger

VERSIONS = ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"]


# frame, code in 1.6, code in 2.x, message id of the answer
BAD_FRAMES = [
    ("{", "FormatViolation", "RpcFrameworkError", "-1"),
    ("[" * 100_000, "FormatViolation", "RpcFrameworkError", "-1"),
    ("[]", "FormatViolation", "RpcFrameworkError", "-1"),
    ("{}", "FormatViolation", "RpcFrameworkError", "-1"),
    ("null", "FormatViolation", "RpcFrameworkError", "-1"),
    ('["2","1","Heartbeat",{}]', "FormatViolation", "RpcFrameworkError", "-1"),
    ('[2,null,"Heartbeat",{}]', "FormatViolation", "RpcFrameworkError", "-1"),
    ('[2,["1"],"Heartbeat",{}]', "FormatViolation", "RpcFrameworkError", "-1"),
    ('[2,"1",["x"],{}]', "FormatViolation", "RpcFrameworkError", "1"),
    ('[2,"1","Heartbeat"]', "FormatViolation", "RpcFrameworkError", "1"),
    ('[2,"1","Heartbeat",{},1]', "FormatViolation", "RpcFrameworkError", "1"),
    ('[2,"1","Heartbeat",[]]', "FormatViolation", "FormatViolation", "1"),
    ('[2,"1","Heartbeat",null]', "FormatViolation", "FormatViolation", "1"),
    ('[2,"1","NoSuchThing",{}]', "NotImplemented", "NotImplemented", "1"),
    ('[2,"1","../Heartbeat",{}]', "NotImplemented", "NotImplemented", "1"),
    ('[2,"1","TriggerMessage",{}]', "NotSupported", "NotSupported", "1"),
    ('[2,"1","BootNotification",{}]', "ProtocolError", "ProtocolError", "1"),
    (
        '[2,"1","Authorize",{"idTag":5,"idToken":5}]',
        "TypeConstraintViolation",
        "TypeConstraintViolation",
        "1",
    ),
    (
        f'[2,"1","Heartbeat",{{"x":"{"x" * 300_000}"}}]',
        "FormatViolation",
        "RpcFrameworkError",
        "-1",
    ),
]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_bad_frame_gets_its_error_and_the_socket_stays(url, version):
    """Each mistake has a code (1.6 errata 5.2; 2.0.1 part 4, 4.3) and costs no connection."""
    expected, heard = [], []
    async with raw_charger(url, version) as charger:
        for frame, code16, code2, message_id in BAD_FRAMES:
            await charger.say(frame)
            answer = await charger.hear()
            expected.append([4, message_id, code16 if version == "ocpp1.6" else code2, {}])
            heard.append([*answer[:3], answer[4]])
        last = await charger.ask("Heartbeat", {}, "after")

    assert expected == heard
    assert last[:2] == [3, "after"]


async def test_an_id_that_looks_like_a_number_is_text(url):
    """`9e1234567` in a text is no number beyond reason."""
    async with raw_charger(url) as charger:
        assert (await charger.ask("Heartbeat", {}, "9e1234567"))[:2] == [3, "9e1234567"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_answer_without_a_question_is_ignored(url, version):
    """Nothing is said to an answer, whatever it is."""
    async with raw_charger(url, version) as charger:
        await charger.say('[3,"nobody asked",{}]')
        await charger.say('[4,"nobody asked","GenericError","",{}]')
        await charger.say('[4,"x"]')
        await charger.say('[3,"x",null]')

        assert (await charger.ask("Heartbeat", {}, "after"))[:2] == [3, "after"]


async def test_a_message_type_that_nobody_knows(url):
    """1.6 ignores it (OCPP-J 1.6, 4.1.3), 2.x says that it is not supported."""
    async with raw_charger(url, "ocpp1.6") as charger:
        await charger.say('[9,"1","Heartbeat",{}]')
        assert (await charger.ask("Heartbeat", {}, "after"))[1] == "after"
    async with raw_charger(url, "ocpp2.1") as charger:
        await charger.say('[9,"1","Heartbeat",{}]')
        assert (await charger.hear())[:3] == [4, "1", "MessageTypeNotSupported"]


async def test_a_send_gets_no_answer(url):
    """OCPP 2.1 part 4: a SEND is unconfirmed, whether we know it or not."""
    async with raw_charger(url, "ocpp2.1") as charger:
        await charger.say('[6,"s1","NotifyPeriodicEventStream",{}]')
        await charger.say('[6,"s2","NoSuchThing",{}]')

        assert (await charger.ask("Heartbeat", {}, "after"))[1] == "after"


async def test_a_message_id_is_echoed_as_it_came(url):
    """Ids are strings of 36 characters; firmware sends numbers and longer ones."""
    ids = ["1", 17, "", "x" * 300, "ü\n"]
    async with raw_charger(url) as charger:
        assert ids == [(await charger.ask("Heartbeat", {}, each))[1] for each in ids]


async def test_a_binary_frame_is_read_as_text(url):
    """Some firmware sends its JSON in binary frames."""
    async with raw_charger(url) as charger:
        await charger.say(b'[2,"1","Heartbeat",{}]')

        assert (await charger.hear())[:2] == [3, "1"]


async def test_a_failing_verb_is_an_internal_error(url, facts):
    """A bug of ours is told as one, and the socket stays."""
    status = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
    async with raw_charger(url) as charger:
        facts.broken = True
        refused = await charger.ask("StatusNotification", status)
        facts.broken = False
        accepted = await charger.ask("StatusNotification", status, "2")

    assert refused[:3] == [4, "1", "InternalError"]
    assert accepted == [3, "2", {}]


async def test_a_message_waits_for_the_database(url, facts):
    """A restart of the database goes by unnoticed: the answer only takes longer."""
    status = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
    async with raw_charger(url) as charger:
        facts.away = 2
        answer = await charger.ask("StatusNotification", status)

    assert answer == [3, "1", {}]
    assert len(facts.statuses) == 1


async def test_what_cannot_be_kept_stays_at_the_charge_point(url, facts):
    """The database stays away: no answer, not even an error, and the socket goes (1013)."""
    stop = {"transactionId": 7, "meterStop": 1200, "timestamp": "2026-03-02T09:00:00Z"}
    async with raw_charger(url) as charger:
        facts.away = 1000
        await charger.say(json.dumps([2, "1", "StopTransaction", stop]))
        for number in range(100):
            await charger.say(json.dumps([2, f"more{number}", "Heartbeat", {}]))
        with pytest.raises(ConnectionClosed) as closed:
            await charger.hear()
        facts.away = 0
    async with raw_charger(url) as charger:
        again = await charger.ask("StopTransaction", stop, "2")

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013
    assert again[:2] == [3, "2"]
    assert len(facts.stops) == 1


async def test_calls_are_answered_in_order(url):
    """A charge point that does not wait gets its answers in the order of its calls."""
    async with raw_charger(url) as charger:
        for number in range(200):
            await charger.say(json.dumps([2, str(number), "Heartbeat", {}]))
        heard = [(await charger.hear())[1] for _ in range(200)]

    assert [str(number) for number in range(200)] == heard


@pytest.mark.parametrize("version", VERSIONS)
async def test_mutated_frames_cost_no_connection(url, version):
    """Two thousand damaged messages later the charge point is still served."""
    rng = random.Random(version)
    seeds = [json.dumps(frame) for frame in _messages(version)]
    async with raw_charger(url, version) as charger:
        listener = asyncio.create_task(_last(charger))
        for _ in range(2000):
            await charger.say(_damaged(rng.choice(seeds), rng))
        await charger.say('[2,"the last one","Heartbeat",{}]')
        async with asyncio.timeout(30):
            answer = await listener

    assert answer[0] == 3


def _messages(version: str) -> list[list]:
    sample = {"value": "5", "unit": "Wh"} if version == "ocpp1.6" else {"value": 5}
    meter = [{"timestamp": "2026-03-02T09:00:00Z", "sampledValue": [sample]}]
    if version == "ocpp1.6":
        start = {
            "connectorId": 1,
            "idTag": "A",
            "meterStart": 1,
            "timestamp": "2026-03-02T09:00:00Z",
        }
        stop = {"transactionId": 1, "meterStop": 5, "timestamp": "2026-03-02T09:00:00Z"}
        return [
            [2, "1", "StartTransaction", start],
            [2, "1", "MeterValues", {"connectorId": 1, "meterValue": meter}],
            [2, "1", "StopTransaction", {**stop, "transactionData": meter}],
        ]
    event = {
        "eventType": "Started",
        "timestamp": "2026-03-02T09:00:00Z",
        "triggerReason": "Authorized",
        "seqNo": 0,
        "transactionInfo": {"transactionId": "t1", "remoteStartId": 1},
        "evse": {"id": 1, "connectorId": 1},
        "idToken": {"idToken": "A", "type": "Central"},
        "meterValue": meter,
    }
    ended = {**event, "eventType": "Ended"}
    return [[2, "1", "TransactionEvent", event], [2, "1", "TransactionEvent", ended]]


def _damaged(text: str, rng: random.Random) -> str:
    values = ["null", "[]", "{}", '""', "-1", "1e99", "true", '"\\u0000"', "[[[", "9" * 30]
    cut = rng.randrange(len(text))
    match rng.randrange(4):
        case 0:
            return text[:cut]
        case 1:
            return text[:cut] + chr(rng.randrange(32, 1000)) + text[cut + 1 :]
        case 2:
            return text.replace(
                rng.choice(['"1"', "1", '"A"', "5", "{", "["]), rng.choice(values), 1
            )
        case _:
            return text[:cut] + rng.choice(values) + text[cut:]


async def _last(charger) -> list:
    while True:
        frame = await charger.hear()
        if frame[1] == "the last one":
            return frame
