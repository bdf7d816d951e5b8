"""A call is taken as the description shows it, and nothing is guessed."""

import re
from collections.abc import Mapping

import httpx
import pytest

from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from tests.http.program import Program, operation_path
from tests.scenarios.world import OPERATOR

POINTS = "/api/v1/operator/charge-points"
TOKENS = "/api/v1/operator/tokens"
CARD = {"uid": "0A0B0C0D"}


@pytest.fixture
async def caller(program: Program) -> Mapping[str, str]:
    """The headers of a program that may do everything."""
    async with program.world.database.work(OPERATOR) as work:
        _, key = await create_key(work, KeyOrder("strict", frozenset(Scope)))
    return {"Authorization": f"Bearer {key}"}


def told(answer: httpx.Response) -> list[tuple[str, str, str]]:
    """Return what is wrong with which field, by a refusal."""
    assert 422 == answer.status_code, answer.text
    body = answer.json()
    assert "invalid_request" == body["code"]
    return [(each["place"], each["field"], each["message"]) for each in body["errors"]]


async def test_a_query_is_written_as_described(program: Program, caller: Mapping[str, str]):
    """Flags, numbers, instants, days, UUIDs and words of a list have one way to be written."""
    instant = "send an instant with its offset, such as 2026-11-23T10:00:00Z"
    flag, number = "send true or false", "send a whole number"
    quote = "/api/v1/evses/VKTAA2/quote"
    wrong = {
        f"{POINTS}?connected=1": ("connected", flag),
        f"{POINTS}?connected=True": ("connected", flag),
        f"{POINTS}?connected=null": ("connected", flag),
        f"{POINTS}?connected=": ("connected", flag),
        f"{POINTS}?limit=1.0": ("limit", number),
        f"{POINTS}?limit=%D9%A1": ("limit", number),  # an Arabic one
        f"{POINTS}?limit=+5": ("limit", number),
        f"{POINTS}?limit=5&limit=6": ("limit", "it is sent more than once"),
        f"{POINTS}?protocol=null": ("protocol", "send one of ocpp1.6, ocpp2.0.1, ocpp2.1"),
        f"{POINTS}?conected=true": ("conected", "it is unknown"),
        f"{POINTS}/VLT-AMS-1/calls?cursor=null": ("cursor", "send a UUID"),
        f"{quote}?kwh=30&at=1795000000": ("at", instant),
        f"{quote}?kwh=30&at=2026-11-23": ("at", instant),
        f"{quote}?kwh=30&at=2026-11-23T10:00:00": ("at", instant),
        f"{quote}?kwh=30&zoom=5": ("zoom", "it is unknown"),
    }
    answers = {path: await program.http.get(path, headers=caller) for path in wrong}

    for path, (field, message) in wrong.items():
        assert [("query", field, message)] == told(answers[path]), path


async def test_a_query_as_described_is_taken(program: Program, caller: Mapping[str, str]):
    """Every way to write a value that the description has, and a list of several."""
    fine = (
        f"{POINTS}?connected=true&limit=5&protocol=ocpp2.0.1",
        f"{POINTS}?connected=false",
        "/api/v1/locations?operator=voltstraat&near=52.1,4.9&radius_m=100&available=false",
    )
    statuses = [
        (await program.http.get(path, headers=caller if "operator/" in path else {})).status_code
        for path in fine
    ]

    assert [200, 200, 200] == statuses


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"tokens": [CARD | {"uid": 5}]}, "tokens[0].uid", "Expected `str`, got `int`"),
        ({"tokens": [CARD, {"issuer": "1"}]}, "tokens[1].uid", "it is missing"),
        (
            {"tokens": [CARD | {"expires_at": 0}]},
            "tokens[0].expires_at",
            "Expected `datetime | null`, got `int`",
        ),
        ({"tokens": [CARD | {"colour": ""}]}, "tokens[0].colour", "it is unknown"),
        ([], "body", "Expected `object`, got `array`"),
        (None, "body", "Expected `object`, got `null`"),
    ],
)
async def test_a_body_is_written_as_described(
    program: Program, caller: Mapping[str, str], body: object, field: str, message: str
):
    """A number is no text, an instant no number; the field is named, wherever it stands."""
    content = httpx.Request("POST", TOKENS, json=body).content or b"null"
    headers = {**caller, "Content-Type": "application/json"}
    answer = await program.http.post(TOKENS, content=content, headers=headers)

    assert [("body", field, message)] == told(answer)


async def test_a_whole_number_may_have_a_point(program: Program, caller: Mapping[str, str]):
    """As JSON Schema has it, 5.0 is an integer, and 5.5 is none."""
    order = (
        b'{"email": "anna@example.com", "expires_at": "2030-01-01T00:00:00Z",'
        b' "amount": {"minor": %s, "currency": "EUR"}}'
    )
    headers = {**caller, "Content-Type": "application/json", "Idempotency-Key": "k" * 22}
    place = "/api/v1/operator/wallets/grants"
    whole = await program.http.post(place, content=order % b"500.0", headers=headers)
    half = await program.http.post(place, content=order % b"500.5", headers=headers)

    assert whole.is_success, whole.text
    assert {"minor": 500, "currency": "EUR"} == whole.json()["amount"]
    assert [("body", "amount.minor", "Expected `int`, got `float`")] == told(half)


async def test_a_body_is_sent_as_json(program: Program, caller: Mapping[str, str]):
    """Another type is refused, none is taken for JSON, and what is no JSON is told apart."""
    fine = b'{"tokens": [{"uid": "0A0B0C0D"}]}'
    cases = {
        ("application/json; charset=utf-8", fine): 200,
        ("application/merge-patch+json", fine): 200,
        ("", fine): 200,
        ("text/plain", fine): 415,
        ("application/x-www-form-urlencoded", b"tokens=1"): 415,
        ("application/json", b'{"tokens": '): 400,
        ("application/json", b'{"tokens": ["\xff"]}'): 400,
        ("application/json", b""): 422,
    }
    found = {}
    for media_type, body in cases:
        kind = {"Content-Type": media_type} if media_type else {}
        answer = await program.http.post(TOKENS, content=body, headers={**caller, **kind})
        found[media_type, body] = answer.status_code
        assert "application/problem+json" == answer.headers["content-type"] or answer.is_success

    assert cases == found


async def test_map_keys_are_described(program: Program):
    """The description tells what the names of a map may be, and how many it needs."""
    schemas = program.description["components"]["schemas"]  # type: ignore[index]
    settings = schemas["SettingsOrder"]["properties"]["settings"]
    texts = schemas["BrandOrder"]["properties"]["texts"]

    assert {"maxLength": 1000, "minLength": 1} == settings["propertyNames"]
    assert 1 == settings["minProperties"]
    assert "scan_note" in texts["propertyNames"]["enum"]


async def test_only_what_takes_json_says_that_it_needs_json(program: Program):
    """415 is declared exactly where a JSON body is."""
    paths = program.description["paths"]  # type: ignore[index]
    operations = [each for methods in paths.values() for each in methods.values()]
    declaring = {each["operationId"] for each in operations if "415" in each["responses"]}
    taking = {
        each["operationId"]
        for each in operations
        if list(each.get("requestBody", {}).get("content", ())) == ["application/json"]
    }

    assert taking == declaring
    assert operation_path("/api/v1/sessions", program.description) == "/api/v1/sessions"


async def test_what_is_no_operation_is_not_held_against_the_description(program: Program):
    """The files of the page of the API have their version in the query, as files have."""
    page = (await program.http.get("/api/docs")).text
    files = re.findall(r'(?:href|src)="(/api/docs/[^"]+\?[^"]+)"', page)
    answers = [await program.http.get(file) for file in files]

    assert 3 == len(files)
    assert {200} == {answer.status_code for answer in answers}
