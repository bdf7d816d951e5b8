"""Notices over the API: chosen, shown on devices, and nobody else's."""

from uuid import UUID

import pytest

from app.sandbox.push.browser import Browser
from tests.http.program import Program, bearer
from tests.http.test_api_sign_in import shows, signs_in

PATH = "/me/notifications"
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"


async def subscription(program: Program, tokens: dict[str, str], **more: object) -> dict:
    """Return what an app sends after its browser subscribed."""
    told = (await program.get(PATH, **shows(tokens))).json()
    made = Browser().subscription(ENDPOINT)
    return {
        "endpoint": ENDPOINT,
        "keys": made["keys"],
        "server_key": told["server_key"],
        "name": "Pixel 9",
        **more,
    }


async def test_a_driver_chooses(program: Program):
    """All but the receipt is told until the driver chooses; what is not named stays."""
    tokens = await signs_in(program)
    first = (await program.get(PATH, **shows(tokens))).json()
    wanted = {"choices": [{"kind": "receipt", "wanted": True}, {"kind": "fee", "wanted": False}]}
    then = await program.http.put(f"/api/v1{PATH}", json=wanted, headers=shows(tokens))

    def told(view: dict) -> list[str]:
        return [each["kind"] for each in view["choices"] if each["wanted"]]

    assert ["finished", "hold", "fee", "free"] == told(first)
    assert ["finished", "hold", "receipt", "free"] == told(then.json())


async def test_a_device_shows_notices_until_it_is_taken_away(program: Program):
    """It is this app's; twice is as once, added and taken away."""
    tokens = await signs_in(program)
    sent = await subscription(program, tokens)
    added = await program.post(f"{PATH}/devices", sent, **shows(tokens))
    again = await program.post(f"{PATH}/devices", sent, **shows(tokens))
    (device,) = (await program.get(PATH, **shows(tokens))).json()["devices"]
    for _ in range(2):
        gone = await program.http.delete(
            f"/api/v1{PATH}/devices/{device['id']}", headers=shows(tokens)
        )
        assert 204 == gone.status_code

    assert [201, 201] == [added.status_code, again.status_code]
    assert ("Pixel 9", True) == (device["name"], device["current"])
    assert [] == (await program.get(PATH, **shows(tokens))).json()["devices"]


async def test_a_device_of_somebody_else_is_not_taken_away(program: Program):
    """Nothing is done, and nothing is told."""
    anna, bert = await signs_in(program), await signs_in(program, email="bert@example.com")
    sent = await subscription(program, anna)
    device = (await program.post(f"{PATH}/devices", sent, **shows(anna))).json()
    for device_id in (device["id"], UUID(int=1)):
        gone = await program.http.delete(f"/api/v1{PATH}/devices/{device_id}", headers=shows(bert))
        assert 204 == gone.status_code

    assert 1 == len((await program.get(PATH, **shows(anna))).json()["devices"])


@pytest.mark.parametrize(
    "change", [{"endpoint": "https://evil.example/"}, {"server_key": "another"}]
)
async def test_what_is_no_subscription_is_refused(program: Program, change: dict[str, str]):
    """We send to push services alone (server-side request forgery)."""
    tokens = await signs_in(program)
    sent = await subscription(program, tokens, **change)

    answer = await program.post(f"{PATH}/devices", sent, **shows(tokens))

    assert (422, "push_refused") == (answer.status_code, answer.json()["code"])


async def test_nobody_else_asks(program: Program):
    """Every call takes the driver's access token."""
    assert 401 == (await program.get(PATH)).status_code
    assert 401 == (await program.post(f"{PATH}/devices", {})).status_code


async def test_a_session_is_followed_without_an_account(program: Program):
    """By who paid for it, with the key of `getAbout`, for as long as there is something to tell."""
    key = (await program.get("/about")).json()["push_key"]
    made = {"endpoint": ENDPOINT, "keys": Browser().subscription(ENDPOINT)["keys"]}
    begun = await program.begins_and_plugs_in()
    path = f"/sessions/{begun['token']}/notices"
    stranger = await program.post(path, {**made, "server_key": key})
    answer = await program.post(path, {**made, "server_key": key}, **bearer(begun))
    other = await program.post(path, {**made, "server_key": "another"}, **bearer(begun))
    await program.world.charges(minutes=30, kwh="12.340")
    await program.post(f"/sessions/{begun['token']}/stop", **bearer(begun))
    await program.world.worker.run_due()
    await program.world.stops()
    await program.world.passes(seconds=5)
    over = await program.post(path, {**made, "server_key": key}, **bearer(begun))

    assert [401, 204, 422, 422] == [each.status_code for each in (stranger, answer, other, over)]
    assert "push_refused" == over.json()["code"]
