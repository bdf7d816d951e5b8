"""Charge points in the API: an operator's program sees them, calls them and sets them up."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.charging.chargers.notifications.keep import keep_notifications
from app.charging.chargers.notifications.model import Notification
from app.charging.chargers.pairing.attempts import note_attempt
from app.charging.chargers.pairing.model import Knock
from app.gateways.ocpp.link.frames import CallError
from app.gateways.ocpp.link.session import NoAnswer, NotSent, Refused
from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from tests.http.program import KEY, Program
from tests.scenarios.world import IDENTITY, OPERATOR

ALL = "/operator/charge-points"
ONE = f"{ALL}/{IDENTITY}"
HEARTBEAT = {"action": "TriggerMessage", "payload": {"requestedMessage": "Heartbeat"}}


@pytest.fixture
async def desk(program: Program) -> dict[str, str]:
    """The header of a key that may see and call charge points."""
    return await known(program, Scope.STATIONS_READ, Scope.STATIONS_WRITE)


async def known(program: Program, *scopes: Scope) -> dict[str, str]:
    """Return the header of a new key."""
    async with program.world.database.work(OPERATOR) as work:
        _, text = await create_key(work, KeyOrder("help desk", frozenset(scopes)))
    return {"Authorization": f"Bearer {text}"}


async def spoke(program: Program, version: str) -> None:
    """Let the charge point have connected with another version."""
    async with program.world.database.work(OPERATOR) as work:
        await work.driver.execute("UPDATE charge_point SET protocol = $1", version)


async def test_charge_points_are_listed(program: Program, desk: dict[str, str]):
    """With their live state, filtered, page by page."""
    found = (await program.get(ALL, **desk)).json()
    away = (await program.get(f"{ALL}?connected=false", **desk)).json()
    here = (await program.get(f"{ALL}?connected=true&location=LOC-X", **desk)).json()
    after = (await program.get(f"{ALL}?cursor={IDENTITY}&limit=1", **desk)).json()

    assert [IDENTITY] == [each["identity"] for each in found["charge_points"]]
    assert found["next_cursor"] is None
    assert found["charge_points"][0]["connected"]
    assert [[], [], []] == [each["charge_points"] for each in (away, here, after)]


async def test_pages_end_where_they_should(program: Program, desk: dict[str, str]):
    """The cursor of a page leads to the next; the last has none."""
    async with program.world.database.work(OPERATOR) as work:
        await work.driver.execute(
            "INSERT INTO charge_point (operator_id, identity, credential)"
            " SELECT $1, 'ZZ-' || n, '' FROM generate_series(1, 3) n",
            OPERATOR,
        )
    first = (await program.get(f"{ALL}?limit=2", **desk)).json()
    second = (await program.get(f"{ALL}?limit=2&cursor={first['next_cursor']}", **desk)).json()
    seen = [each["identity"] for page in (first, second) for each in page["charge_points"]]

    assert [IDENTITY, "ZZ-1", "ZZ-2", "ZZ-3"] == seen
    assert ("ZZ-1", None) == (first["next_cursor"], second["next_cursor"])


async def test_a_charge_point_in_detail(program: Program, desk: dict[str, str]):
    """Since when it is connected, and how its connectors are."""
    answer = await program.get(ONE, **desk)
    unknown = await program.get(f"{ALL}/nobody", **desk)

    assert 200 == answer.status_code
    assert answer.json()["connected_since"] is not None
    assert 1 == answer.json()["evses"][0]["evse_no"]
    assert (404, "charge_point_not_found") == (unknown.status_code, unknown.json()["code"])


async def test_a_key_needs_the_scope(program: Program):
    """Who may only look calls nothing."""
    looker = await known(program, Scope.STATIONS_READ)

    assert 200 == (await program.get(ALL, **looker)).status_code
    assert 403 == (await program.post(f"{ONE}/calls", HEARTBEAT, **looker)).status_code
    assert [] == program.line.made


async def test_any_call_of_the_protocol(program: Program, desk: dict[str, str]):
    """Sent as it is, answered as it came: numbers stay what they were."""
    program.line.answers = [{"status": "Accepted", "vendor": {"limit": Decimal("16.10")}}]
    answer = await program.post(f"{ONE}/calls", HEARTBEAT, **desk)
    body = answer.json()

    assert 200 == answer.status_code
    assert [(IDENTITY, "TriggerMessage", {"requestedMessage": "Heartbeat"})] == program.line.made
    assert ("answered", None) == (body["outcome"], body["error"])
    assert b'"answer":{"status":"Accepted","vendor":{"limit":16.10}}' in answer.content


async def test_a_callerror_is_told_as_it_came(program: Program, desk: dict[str, str]):
    """The charge point refused in the words of the protocol: that is an answer."""
    error = CallError("x", "NotImplemented", "no such thing", {"why": 1})
    program.line.answers = [Refused(error)]
    answer = await program.post(f"{ONE}/calls", HEARTBEAT, **desk)

    assert 200 == answer.status_code
    assert ("refused", None) == (answer.json()["outcome"], answer.json()["answer"])
    assert {
        "code": "NotImplemented",
        "description": "no such thing",
        "details": {"why": 1},
    } == answer.json()["error"]


@pytest.mark.parametrize(
    ("failure", "status", "code", "outcome"),
    [
        (NotSent("no socket"), 409, "charge_point_offline", "not_sent"),
        (NoAnswer("silence"), 504, "charge_point_silent", "unknown"),
    ],
)
async def test_what_brings_no_answer(
    program: Program, desk: dict[str, str], failure: Exception, status: int, code: str, outcome: str
):
    """Each with its problem, and on record with what is known of it."""
    program.line.answers = [failure]
    answer = await program.post(f"{ONE}/calls", HEARTBEAT, **desk)
    listed = (await program.get(f"{ONE}/calls", **desk)).json()["calls"]

    assert (status, code) == (answer.status_code, answer.json()["code"])
    assert [("help desk", outcome)] == [(each["asked_by"], each["outcome"]) for each in listed]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"action": "GetVariables", "payload": {}}, "call_not_supported"),
        ({"action": "BootNotification", "payload": {}}, "call_not_supported"),
        ({"action": "../Reset", "payload": {}}, "call_not_supported"),
        ({"action": "Reset", "payload": {"type": "Gentle"}}, "call_invalid"),
        ({"action": "Reset"}, "call_invalid"),
        ({"action": "Reset", "payload": []}, "invalid_request"),
        ({"action": "Reset", "payload": {"type": "Hard"}, "more": 1}, "invalid_request"),
    ],
)
async def test_what_is_no_call_is_not_sent(
    program: Program, desk: dict[str, str], order: dict[str, object], code: str
):
    """The charge point hears nothing of it, and the problem says what is wrong."""
    answer = await program.post(f"{ONE}/calls", order, **desk)

    assert (422, code) == (answer.status_code, answer.json()["code"])
    assert [] == program.line.made


async def test_a_call_with_a_key_is_made_once(program: Program, desk: dict[str, str]):
    """The same key again answers what came of the first; for another call it is refused."""
    keyed = {**desk, "Idempotency_Key": KEY}
    first = await program.post(f"{ONE}/calls", HEARTBEAT, **keyed)
    again = await program.post(f"{ONE}/calls", HEARTBEAT, **keyed)
    other = await program.post(f"{ONE}/reset", {"at_once": True}, **keyed)

    assert first.json() == again.json()
    assert 1 == len(program.line.made)
    assert (422, "call_key_reused") == (other.status_code, other.json()["code"])


async def test_a_call_that_was_lost_is_unknown(program: Program, desk: dict[str, str]):
    """We died between sending and noting: under way at first, unknown after two minutes."""
    keyed = {**desk, "Idempotency_Key": KEY}
    await program.post(f"{ONE}/calls", HEARTBEAT, **keyed)
    async with program.world.database.work(OPERATOR) as work:
        await work.driver.execute("UPDATE charge_point_call SET outcome = 'pending'")
    soon = await program.post(f"{ONE}/calls", HEARTBEAT, **keyed)
    program.world.clock.advance(minutes=3)
    later = await program.post(f"{ONE}/calls", HEARTBEAT, **keyed)

    assert (409, "call_under_way") == (soon.status_code, soon.json()["code"])
    assert (504, "charge_point_silent") == (later.status_code, later.json()["code"])
    assert 1 == len(program.line.made)


async def test_passwords_are_not_kept(program: Program, desk: dict[str, str]):
    """The charge point gets it, the record has three stars."""
    secret = {"key": "AuthorizationKey", "value": "00112233445566778899"}
    order = {"action": "ChangeConfiguration", "payload": secret}
    answer = await program.post(f"{ONE}/calls", order, **desk)

    assert secret == program.line.made[0][2]
    assert {"key": "AuthorizationKey", "value": "***"} == answer.json()["payload"]


async def test_what_a_charge_point_told(program: Program, desk: dict[str, str]):
    """As it came, the latest first, page by page, and only those of a name."""
    database, now = program.world.database, program.world.clock.now()
    told = [
        Notification(OPERATOR, IDENTITY, action, payload, now + timedelta(seconds=number))
        for number, (action, payload) in enumerate(
            [("NotifyReport", '{"seqNo":0}'), ("NotifyReport", '{"seqNo":1}'), ("Event", "{}")]
        )
    ]
    await keep_notifications(told, database=database)
    first = (await program.get(f"{ONE}/notifications?limit=2", **desk)).json()
    cursor = first["next_cursor"]
    second = (await program.get(f"{ONE}/notifications?limit=2&cursor={cursor}", **desk)).json()
    reports = (await program.get(f"{ONE}/notifications?action=NotifyReport", **desk)).json()
    unknown = await program.get(f"{ALL}/nobody/notifications", **desk)

    assert ["Event", "NotifyReport"] == [each["action"] for each in first["notifications"]]
    assert ([{"seqNo": 0}], None) == (
        [each["payload"] for each in second["notifications"]],
        second["next_cursor"],
    )
    assert [1, 0] == [each["payload"]["seqNo"] for each in reports["notifications"]]
    assert (404, "charge_point_not_found") == (unknown.status_code, unknown.json()["code"])


@pytest.mark.parametrize(
    ("way", "order", "call16", "call2"),
    [
        ("reset", {}, ("Reset", {"type": "Soft"}), ("Reset", {"type": "OnIdle"})),
        (
            "unlock",
            {"evse_no": 1},
            ("UnlockConnector", {"connectorId": 1}),
            ("UnlockConnector", {"evseId": 1, "connectorId": 1}),
        ),
        (
            "availability",
            {"in_use": False, "evse_no": 1},
            ("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}),
            ("ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 1}}),
        ),
        (
            "availability",
            {"in_use": True},
            ("ChangeAvailability", {"connectorId": 0, "type": "Operative"}),
            ("ChangeAvailability", {"operationalStatus": "Operative"}),
        ),
        (
            "trigger",
            {"message": "StatusNotification", "evse_no": 1},
            ("TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1}),
            (
                "TriggerMessage",
                {
                    "requestedMessage": "StatusNotification",
                    "evse": {"id": 1, "connectorId": 1},
                },
            ),
        ),
    ],
)
@pytest.mark.parametrize("version", ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"])
async def test_the_usual_calls_have_names(
    program: Program, desk: dict[str, str], version: str, way: str, order: dict, call16, call2
):
    """Each in the words of the charge point's version."""
    await spoke(program, version)
    answer = await program.post(f"{ONE}/{way}", order, **desk)
    expected = call16 if version == "ocpp1.6" else call2

    assert 200 == answer.status_code, answer.text
    assert (IDENTITY, *expected) == program.line.made[0]


@pytest.mark.parametrize(
    ("version", "calls"),
    [
        ("ocpp1.6", ["UpdateFirmware", "GetDiagnostics"]),
        ("ocpp2.0.1", ["UpdateFirmware", "GetLog"]),
        ("ocpp2.1", ["UpdateFirmware", "GetLog"]),
    ],
)
async def test_firmware_and_diagnostics(
    program: Program, desk: dict[str, str], version: str, calls: list[str]
):
    """They fit the schema of each version, or nothing would be sent."""
    await spoke(program, version)
    where = {"location": "https://files.example/x"}
    first = await program.post(f"{ONE}/firmware", where, **desk)
    since = {**where, "since": "2026-03-01T00:00:00Z"}
    second = await program.post(f"{ONE}/diagnostics", since, **desk)

    assert [200, 200] == [first.status_code, second.status_code]
    assert calls == [action for _, action, _ in program.line.made]


async def test_an_evse_that_is_not_there(program: Program, desk: dict[str, str]):
    """Nothing is sent to a place that nobody configured."""
    answer = await program.post(f"{ONE}/unlock", {"evse_no": 9}, **desk)

    assert (404, "evse_not_found") == (answer.status_code, answer.json()["code"])


async def test_settings_of_1_6(program: Program, desk: dict[str, str]):
    """Read with one call, written with one for each; the charge point's word for each."""
    program.line.answers = [
        {
            "configurationKey": [{"key": "A", "readonly": False, "value": "1"}],
            "unknownKey": ["B"],
        },
        {"status": "Accepted"},
        {"status": "RebootRequired"},
    ]
    read = await program.get(f"{ONE}/configuration?key=A&key=B", **desk)
    wanted = {"settings": {"A": "2", "C": "3"}}
    written = await program.patch(f"{ONE}/configuration", wanted, **desk)

    assert [("A", "Accepted", "1", False), ("B", "UnknownKey", None, None)] == [
        tuple(each.values()) for each in read.json()["settings"]
    ]
    assert [("A", "Accepted", "2"), ("C", "RebootRequired", "3")] == [
        tuple(each.values())[:3] for each in written.json()["settings"]
    ]
    assert {"key": ["A", "B"]} == program.line.made[0][2]


@pytest.mark.parametrize("version", ["ocpp2.0.1", "ocpp2.1"])
async def test_settings_of_2(program: Program, desk: dict[str, str], version: str):
    """Variables by component and name, and a report of all of them."""
    await spoke(program, version)
    address = {"component": {"name": "TxCtrlr"}, "variable": {"name": "EVConnectionTimeOut"}}
    told = {**address, "attributeStatus": "Accepted", "attributeValue": "120"}
    taken = {**address, "attributeStatus": "Accepted"}
    program.line.answers = [{"getVariableResult": [told]}, {"setVariableResult": [taken]}]
    name = "TxCtrlr.EVConnectionTimeOut"
    read = await program.get(f"{ONE}/configuration?key={name}", **desk)
    written = await program.patch(f"{ONE}/configuration", {"settings": {name: "60"}}, **desk)
    report = await program.post(f"{ONE}/configuration/report", **desk)
    all_of_them = await program.get(f"{ONE}/configuration", **desk)

    assert [(name, "Accepted", "120", None)] == [
        tuple(each.values()) for each in read.json()["settings"]
    ]
    assert [(name, "Accepted")] == [tuple(each.values())[:2] for each in written.json()["settings"]]
    assert "GetBaseReport" == report.json()["action"]
    assert (422, "call_not_supported") == (all_of_them.status_code, all_of_them.json()["code"])


async def test_transactions_with_their_messages(program: Program, desk: dict[str, str]):
    """Start, samples and stop in the order in which they came, with both times."""
    await program.charges_and_stops()
    listed = (await program.get(f"{ONE}/transactions", **desk)).json()["transactions"]
    running = (await program.get(f"{ONE}/transactions?running=true", **desk)).json()
    one = await program.get(f"{ONE}/transactions/{listed[0]['transaction_id']}", **desk)
    messages = one.json()["messages"]
    unknown = await program.get(f"{ONE}/transactions/4711", **desk)

    assert ["accepted"] == [each["verdict"] for each in listed]
    assert [] == running["transactions"]
    assert listed[0] == one.json()["transaction"]
    assert ["start", "stop"] == [messages[0]["kind"], messages[-1]["kind"]]
    assert {"sample"} == {each["kind"] for each in messages[1:-1]}
    assert (404, "transaction_not_found") == (unknown.status_code, unknown.json()["code"])


@pytest.mark.parametrize("cursor", ["x", "2026-03-02T09:00:00~1", "%00", "~"])
async def test_a_cursor_that_is_none_of_ours(program: Program, desk: dict[str, str], cursor: str):
    """It is a mistake of the caller, and told as one."""
    answer = await program.get(f"{ONE}/transactions?cursor={cursor}", **desk)

    assert (422, "invalid_request") == (answer.status_code, answer.json()["code"])


async def test_transactions_page_by_page(program: Program, desk: dict[str, str]):
    """The cursor leads on, also where two came in one instant."""
    async with program.world.database.work(OPERATOR) as work:
        await work.driver.execute(
            "INSERT INTO ocpp_transaction"
            " (operator_id, identity, transaction_id, ours, place, received_at, verdict)"
            " SELECT $1, $2, n::text, false, '1/1', now(), 'orphan' FROM generate_series(1, 5) n",
            OPERATOR,
            IDENTITY,
        )
    seen, cursor = [], ""
    for _ in range(3):
        page = (await program.get(f"{ONE}/transactions?limit=2{cursor}", **desk)).json()
        seen += [each["transaction_id"] for each in page["transactions"]]
        cursor = f"&cursor={page['next_cursor']}".replace("+", "%2B")

    assert ["5", "4", "3", "2", "1"] == seen
    assert page["next_cursor"] is None


async def test_a_new_password_is_told_to_the_charge_point_alone(
    program: Program, desk: dict[str, str]
):
    """Forty hexadecimal digits on the wire; stars in the answer, and a mark on the charge point."""
    answer = await program.post(f"{ONE}/password", **desk)
    sent = program.line.made[0][2]["value"]
    shown = (await program.get(ONE, **desk)).json()

    assert 200 == answer.status_code
    assert 20 == len(bytes.fromhex(sent))
    assert sent not in answer.text
    assert shown["password_changes"]


async def test_what_a_charge_point_must_show(program: Program, desk: dict[str, str]):
    """Profile and certificate are set, and taken away again."""
    wanted = {"profile": 3, "certificate": "SERIAL-17"}
    first = await program.put(f"{ONE}/security", wanted, **desk)
    second = await program.put(f"{ONE}/security", {}, **desk)
    wrong = await program.put(f"{ONE}/security", {"profile": 4}, **desk)

    assert (3, "SERIAL-17") == (first.json()["security_profile"], first.json()["certificate"])
    assert (None, None) == (second.json()["security_profile"], second.json()["certificate"])
    assert 422 == wrong.status_code


async def test_a_charge_point_is_paired(program: Program, desk: dict[str, str]):
    """Make a code, see who knocks with it, claim it with an EVSE: it is one of ours."""
    made = await program.post("/operator/pairing-codes", **desk)
    knock = Knock("NEW-1", made.json()["code"].encode(), "203.0.113.7", ("ocpp1.6",))
    await note_attempt(knock, database=program.world.database)
    waiting = (await program.get("/operator/pairing-attempts", **desk)).json()["attempts"]
    uid = (await program.get(ONE, **desk)).json()["evses"][0]["uid"]
    way = "/operator/pairing-attempts/NEW-1/claim"
    claimed = await program.post(way, {"evses": {uid: 1}}, **desk)
    again = await program.post(way, {"evses": {}}, **desk)
    codes = (await program.get("/operator/pairing-codes", **desk)).json()["codes"]

    assert 201 == made.status_code
    assert [("NEW-1", "203.0.113.7", 1)] == [
        (each["identity"], each["address"], each["times"]) for each in waiting
    ]
    assert (200, [uid]) == (
        claimed.status_code,
        [each["uid"] for each in claimed.json()["evses"]],
    )
    assert (404, "pairing_attempt_not_found") == (again.status_code, again.json()["code"])
    assert ["NEW-1"] == [each["used_by"] for each in codes]
    assert made.json()["code"] not in str(codes)


async def test_the_terminals_inside_a_charge_point(program: Program, desk: dict[str, str]):
    """None at first; an operator says in whose words one tells of it, and takes it back."""
    before = (await program.get(f"{ONE}/terminals", **desk)).json()
    body = {"dialect": "ies", "card_tag": "POS"}
    taught = await program.put(f"{ONE}/terminals", body, **desk)
    after = (await program.get(f"{ONE}/terminals", **desk)).json()
    gone = (await program.put(f"{ONE}/terminals", {"dialect": None}, **desk)).json()

    assert {"terminals": []} == before == gone
    assert 200 == taught.status_code
    (terminal,) = after["terminals"]
    assert {"Dialect": "ies", "CardTag": "POS"} == terminal["variables"]
    assert (None, "terminal", None) == (
        terminal["evse_no"],
        terminal["settled_by"],
        terminal["problem"],
    )


async def test_terminals_that_cannot_be(program: Program, desk: dict[str, str]):
    """An unknown maker, another field, an unknown charge point: each is told by name."""
    maker = await program.put(f"{ONE}/terminals", {"dialect": "nobody"}, **desk)
    field = await program.put(f"{ONE}/terminals", {"dialect": None, "x": 1}, **desk)
    nobody = await program.get(f"{ALL}/NOBODY/terminals", **desk)
    reader = await known(program, Scope.STATIONS_READ)
    forbidden = await program.put(f"{ONE}/terminals", {"dialect": None}, **reader)

    assert [422, 422, 404, 403] == [each.status_code for each in (maker, field, nobody, forbidden)]
