"""Passkeys from an app: the platform's own answers go through as they are."""

import json

from tests.fakes.authenticator import FakeAuthenticator
from tests.http.program import Program
from tests.http.test_api_sign_in import shows, signs_in

APP = {"operator": "voltstraat", "device": "Pixel 9"}


async def adds(program: Program, tokens: dict[str, str], key: FakeAuthenticator):
    """A driver adds a passkey; return the answer."""
    begun = (await program.post("/me/passkeys/question", None, **shows(tokens))).json()
    made = json.loads(key.makes(begun["options"]))
    body = {"ceremony": begun["ceremony"], "credential": made, "name": "Pixel 9"}
    return await program.post("/me/passkeys", body, **shows(tokens))


async def enters(program: Program, key: FakeAuthenticator):
    """Somebody signs in with what is on a device; return the answer."""
    begun = (await program.post("/sign-in/passkey/question", {"operator": "voltstraat"})).json()
    shown = json.loads(key.shows(begun["options"]))
    # What platforms add: it is none of our business, and no mistake.
    shown |= {"authenticatorAttachment": "platform", "clientExtensionResults": {}}
    body = {**APP, "ceremony": begun["ceremony"], "credential": shown}
    return await program.post("/sign-in/passkey", body)


async def test_the_way_in_with_a_passkey(program: Program):
    """Added with an access token; afterwards it gives tokens by itself."""
    tokens = await signs_in(program)
    key = FakeAuthenticator()
    added = await adds(program, tokens, key)
    entered = await enters(program, key)
    assert 200 == entered.status_code, entered.text
    me = (await program.get("/me", **shows(entered.json()))).json()
    data = (await program.get("/me/data", **shows(tokens))).json()

    assert 201 == added.status_code
    assert "anna@example.com" == me["email"]
    assert "no-store" == entered.headers["cache-control"]
    assert [added.json()["id"]] == [one["id"] for one in data["passkeys"]]
    assert data["passkeys"][0]["used_at"] is not None


async def test_a_passkey_that_is_not_known(program: Program):
    """It is refused in the words of every refusal."""
    answer = await enters(program, FakeAuthenticator())

    assert (422, "passkey_refused") == (answer.status_code, answer.json()["code"])


async def test_named_and_removed(program: Program):
    """The list says what each is called; a removed one signs nobody in."""
    tokens = await signs_in(program)
    key = FakeAuthenticator()
    one = f"/me/passkeys/{(await adds(program, tokens, key)).json()['id']}"
    assert 204 == (await program.patch(one, {"name": "Old"}, **shows(tokens))).status_code
    listed = (await program.get("/me/passkeys", **shows(tokens))).json()["passkeys"]
    assert [("Old", "pay.example")] == [(each["name"], each["rp_id"]) for each in listed]

    assert 204 == (await program.delete(one, **shows(tokens))).status_code
    gone = await program.delete(one, **shows(tokens))
    assert (404, "passkey_not_found") == (gone.status_code, gone.json()["code"])
    assert 422 == (await enters(program, key)).status_code
