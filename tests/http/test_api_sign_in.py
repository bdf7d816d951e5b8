"""A driver signs in from an app: a code, tokens that change, devices that can be signed out."""

import re
from datetime import UTC, datetime

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from app.people.identity.drivers.access import access_token
from app.people.identity.drivers.model import DeviceKind, SignedIn
from tests.fakes.clock import FakeClock
from tests.http.program import Program
from tests.scenarios.world import OPERATOR

ANNA = {"operator": "voltstraat", "email": "anna@example.com", "locale": "nl"}


async def code_for(program: Program, body: dict[str, str]) -> tuple[str, str]:
    """A driver asks for a code; return what the device keeps, and the code in the mail."""
    asked = await program.post("/sign-in/codes", body)
    assert 202 == asked.status_code, asked.text
    await program.world.worker.run_due()
    found = re.search(r"^\d{6}$", program.world.mailer.mails[-1].text, re.MULTILINE)
    assert found is not None
    return asked.json()["sign_in"], found[0]


async def signs_in(program: Program, device: str = "Pixel 9", **changed: str) -> dict[str, str]:
    """A driver signs in from an app; return its tokens."""
    asked = {**ANNA, **changed}
    kept, code = await code_for(program, asked)
    body = {"operator": asked["operator"], "sign_in": kept, "code": code, "device": device}
    answer = await program.post("/sign-in", body)
    assert 200 == answer.status_code, answer.text
    assert "no-store" == answer.headers["cache-control"]
    return answer.json()


def shows(tokens: dict[str, str]) -> dict[str, str]:
    """Return the header by which the driver is known."""
    return {"Authorization": f"Bearer {tokens['access_token']}"}


async def refreshed(program: Program, tokens: dict[str, str]) -> dict[str, str]:
    """Exchange the refresh token, which has to be good."""
    answer = await program.post("/sign-in/refresh", {"refresh_token": tokens["refresh_token"]})
    assert 200 == answer.status_code, answer.text
    return answer.json()


async def is_signed_out(program: Program, tokens: dict[str, str]) -> bool:
    """Tell whether the refresh token is good for nothing."""
    answer = await program.post("/sign-in/refresh", {"refresh_token": tokens["refresh_token"]})
    return (401, "not_signed_in") == (answer.status_code, answer.json().get("code"))


async def test_the_way_in(program: Program):
    """Address, code, tokens; the app knows who is signed in, in the language that was asked for."""
    tokens = await signs_in(program)
    me = (await program.get("/me", **shows(tokens))).json()

    assert ("Bearer", 900) == (tokens["token_type"], tokens["expires_in"])
    assert ("anna@example.com", "nl") == (me["email"], me["locale"])


async def test_a_wrong_code_is_refused(program: Program):
    """In the words of the page, and counted as there."""
    kept, code = await code_for(program, ANNA)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    body = {"operator": "voltstraat", "sign_in": kept, "code": wrong, "device": "Pixel 9"}
    for _ in range(5):
        answer = await program.post("/sign-in", body)
        assert (422, "sign_in_refused") == (answer.status_code, answer.json()["code"])

    right = await program.post("/sign-in", {**body, "code": code})
    assert "sign_in_refused" == right.json()["code"]


async def test_a_code_is_good_on_the_device_that_asked(program: Program):
    """A code that somebody was talked into telling is of no use elsewhere."""
    _, code = await code_for(program, ANNA)
    other, _ = await code_for(program, {**ANNA, "email": "mallory@example.com"})
    body = {"operator": "voltstraat", "sign_in": other, "code": code, "device": "Mallory's"}

    assert "sign_in_refused" == (await program.post("/sign-in", body)).json()["code"]


async def test_an_access_token_is_good_for_a_quarter_of_an_hour(program: Program, clock: FakeClock):
    """Then it is refreshed, again and again."""
    tokens = await signs_in(program)
    clock.advance(minutes=15)
    late = await program.get("/me", **shows(tokens))
    assert (401, "not_signed_in") == (late.status_code, late.json()["code"])
    assert "Bearer" == late.headers["www-authenticate"]

    for _ in range(3):
        tokens = await refreshed(program, tokens)
        assert 200 == (await program.get("/me", **shows(tokens))).status_code
        clock.advance(minutes=20)


async def test_a_lost_answer_does_not_sign_out(program: Program, clock: FakeClock):
    """The same refresh token again within a minute gives new tokens, and those are good."""
    first = await signs_in(program)
    await refreshed(program, first)
    clock.advance(seconds=30)
    again = await refreshed(program, first)
    clock.advance(minutes=10)

    assert await refreshed(program, again)


async def test_a_copied_refresh_token_ends_the_sign_in(program: Program, clock: FakeClock):
    """The thief who comes with the old one gets nothing, and neither does anybody afterwards."""
    first = await signs_in(program)
    second = await refreshed(program, first)
    clock.advance(minutes=2)

    assert await is_signed_out(program, first)
    assert await is_signed_out(program, second)


async def test_a_thief_who_went_on_is_found_out(program: Program, clock: FakeClock):
    """The driver's own app comes with a token from before the last two: the thief is out, too."""
    stolen = await signs_in(program)
    thief = stolen
    for _ in range(3):
        clock.advance(minutes=2)
        thief = await refreshed(program, thief)

    assert await is_signed_out(program, stolen)
    assert await is_signed_out(program, thief)


async def test_a_lost_answer_may_be_lost_again(program: Program, clock: FakeClock):
    """The one before is good for a minute, however often, and not longer for being used."""
    first = await signs_in(program)
    await refreshed(program, first)
    for _ in range(3):
        clock.advance(seconds=15)
        last = await refreshed(program, first)
    clock.advance(seconds=20)

    assert await is_signed_out(program, first)
    assert await is_signed_out(program, last)


async def test_a_signed_out_app_changes_nothing(program: Program):
    """Its access token is still young: it neither pays, nor removes a card, nor leaves for good."""
    phone, tablet = await signs_in(program), await signs_in(program, "iPad")
    devices = (await program.get("/me/devices", **shows(tablet))).json()["devices"]
    (lost,) = [each["id"] for each in devices if not each["current"]]
    began = await program.post("/sessions", await program.orders(), **shows(phone))
    assert 201 == began.status_code
    await program.delete(f"/me/devices/{lost}", **shows(tablet))
    orders = await program.orders()
    answers = [
        await program.get("/me", **shows(phone)),
        await program.delete("/me", **shows(phone)),
        await program.delete(f"/me/devices/{devices[0]['id']}", **shows(phone)),
        await program.post("/sessions", orders, **shows(phone)),
        await program.post(f"/sessions/{began.json()['token']}/stop", **shows(phone)),
    ]

    assert 5 * [(401, "not_signed_in")] == [
        (each.status_code, each.json()["code"]) for each in answers
    ]
    assert 200 == (await program.get("/me", **shows(tablet))).status_code


async def test_half_a_token_ends_nothing(program: Program):
    """Only the whole beginning that all tokens of an app share tells that one was copied."""
    tokens = await signs_in(program)
    token = tokens["refresh_token"]
    for guess in (token[:22] + "A" * 54, token[:40], token[:22] + "A" + token[23:]):
        await program.post("/sign-in/refresh", {"refresh_token": guess})

    assert await refreshed(program, tokens)


async def test_signing_out(program: Program):
    """The refresh token is worth nothing afterwards; sending it again changes nothing."""
    tokens = await signs_in(program)
    for _ in range(2):
        left = await program.post("/sign-in/out", {"refresh_token": tokens["refresh_token"]})
        assert 204 == left.status_code

    assert await is_signed_out(program, tokens)


@pytest.mark.parametrize("token", ["x", "é" * 40, "A" * 22, "A" * 49, "=" * 30])
async def test_any_text_is_no_refresh_token(program: Program, token: str):
    """Whatever is sent is refused by name."""
    answer = await program.post("/sign-in/refresh", {"refresh_token": token})

    assert (401, "not_signed_in") == (answer.status_code, answer.json()["code"])


async def test_devices_are_listed_and_signed_out(program: Program, clock: FakeClock):
    """Each by its name; from one the other is ended, and a stranger's cannot be."""
    phone = await signs_in(program, "Pixel 9")
    clock.advance(minutes=5)
    tablet = await signs_in(program, "iPad")
    stranger = await signs_in(program, "Mallory's", email="mallory@example.com")
    listed = (await program.get("/me/devices", **shows(tablet))).json()["devices"]
    assert [("iPad", True), ("Pixel 9", False)] == [(d["name"], d["current"]) for d in listed]
    path = f"/me/devices/{listed[1]['id']}"

    denied = await program.delete(path, **shows(stranger))
    assert (404, "device_not_found") == (denied.status_code, denied.json()["code"])
    for _ in range(2):
        assert 204 == (await program.delete(path, **shows(tablet))).status_code
    assert await is_signed_out(program, phone)
    left = (await program.get("/me/devices", **shows(tablet))).json()["devices"]
    assert ["iPad"] == [device["name"] for device in left]


async def test_a_token_of_another_make_is_refused(program: Program, clock: FakeClock):
    """Another key, no signature, another purpose: none of them is a driver."""
    tokens = await signs_in(program)
    me = (await program.get("/me", **shows(tokens))).json()
    device = SignedIn(
        browser_id=program.world.database._ids.uuid7(clock.now()),
        operator_id=OPERATOR,
        driver_id=me["id"],
        digest=b"",
        kind=DeviceKind.APP,
        name="",
        since=clock.now(),
        rotated_at=clock.now(),
        ends_at=datetime.max.replace(tzinfo=UTC),
    )
    header, claims, _ = tokens["access_token"].split(".")
    plain = jwt.encode({"alg": "HS256"}, {"sub": me["id"]}, OctKey.import_key(b"k" * 32))
    forged = [
        access_token(device, b"another key of 32 bytes, for now", clock.now()),
        f"{header}.{claims}.",
        f"eyJhbGciOiJub25lIn0.{claims}.",
        plain,
        tokens["refresh_token"],
        "x",
    ]
    for token in forged:
        answer = await program.get("/me", **shows({"access_token": token}))
        assert (401, "not_signed_in") == (answer.status_code, answer.json()["code"]), token
