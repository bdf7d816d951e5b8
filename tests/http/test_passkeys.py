"""Passkeys on the pages, with an authenticator in software in the place of the script."""

import json

import pytest

from tests.fakes.authenticator import FakeAuthenticator
from tests.http.site import SAME_ORIGIN, Site
from tests.http.test_sign_in import ME, sign_in


async def adds(site: Site, key: FakeAuthenticator) -> int:
    """The driver adds a passkey, as the script does; return the status."""
    begun = await site.post(f"{ME}/passkeys/question")
    assert 200 == begun.status_code, begun.text
    made = await site.post(f"{ME}/passkeys", {"credential": key.makes(begun.text)})
    return made.status_code


async def test_the_way_in_with_a_passkey(site: Site):
    """Added by a driver who is signed in; another browser signs in with it and nothing else."""
    await sign_in(site)
    key = FakeAuthenticator()
    assert 303 == await adds(site, key)
    assert "Added" in (await site.get(f"{ME}/passkeys")).text
    await site.post(f"{ME}/sign-out")

    start = await site.get(f"{ME}?next=/wallet/voltstraat")
    assert "Sign in with a passkey" in start.text
    begun = await site.post(f"{ME}/passkey/question")
    form = {"credential": key.shows(begun.text), "next": "/wallet/voltstraat"}
    entered = await site.post(f"{ME}/passkey", form)

    assert (303, "/wallet/voltstraat") == (entered.status_code, entered.headers["location"])
    assert "You are signed in" in (await site.get(ME)).text
    assert "Last used" in (await site.get(f"{ME}/passkeys")).text


async def test_the_question_is_bound_by_a_guarded_cookie(site: Site):
    """No script reads it, no other site sends it, and it goes to no other page."""
    asked = await site.post(f"{ME}/passkey/question")
    cookie = asked.headers["set-cookie"]

    assert "no-store" == asked.headers["cache-control"]
    for part in ("HttpOnly", "SameSite=strict", "Secure", f"Path={ME}", "Max-Age=300"):
        assert part in cookie
    assert json.loads(asked.text)["challenge"] not in cookie


async def test_another_browser_cannot_answer(site: Site):
    """An answer that somebody was talked into handing on is of no use."""
    await sign_in(site)
    key = FakeAuthenticator()
    await adds(site, key)
    begun = await site.post(f"{ME}/passkey/question")
    async with site.stranger() as stranger:
        form = {"credential": key.shows(begun.text)}
        answer = await stranger.post(f"{ME}/passkey", data=form, headers=SAME_ORIGIN)

    assert 422 == answer.status_code
    assert "This passkey was not accepted." in answer.text
    assert 'name="email"' in answer.text
    assert "__Host-account-voltstraat" not in stranger.cookies


async def test_a_passkey_is_named_and_removed(site: Site):
    """Each has its own forms, and pressing twice is as once."""
    await sign_in(site)
    await adds(site, FakeAuthenticator())
    page = await site.get(f"{ME}/passkeys")
    path = page.text.split('action="')[2].split("/name")[0]
    assert 303 == (await site.post(f"{path}/name", {"name": "The old phone"})).status_code
    assert "The old phone" in (await site.get(f"{ME}/passkeys")).text
    long = await site.post(f"{path}/name", {"name": "x" * 61})
    assert (422, True) == (long.status_code, "Please choose a shorter name." in long.text)

    for _ in range(2):
        assert 303 == (await site.post(f"{path}/remove")).status_code
    assert "The old phone" not in (await site.get(f"{ME}/passkeys")).text


async def test_what_was_not_made_is_told(site: Site):
    """The page says so, and the next try has its own question."""
    await sign_in(site)
    begun = await site.post(f"{ME}/passkeys/question")
    stolen = FakeAuthenticator(origin="https://evil.example").makes(begun.text)
    answer = await site.post(f"{ME}/passkeys", {"credential": stolen})

    assert 422 == answer.status_code
    assert "This passkey was not accepted." in answer.text
    assert 303 == await adds(site, FakeAuthenticator())


async def test_only_who_is_signed_in_adds(site: Site):
    """A stranger is led to signing in, and asked for nothing."""
    assert ME == (await site.get(f"{ME}/passkeys")).headers["location"]
    for path in ("passkeys/question", "passkeys"):
        assert 401 == (await site.post(f"{ME}/{path}")).status_code


@pytest.mark.parametrize("host", ["127.0.0.1", "evil.example", "[::1]:8000", "pay.example:1", ""])
async def test_an_address_that_is_none_of_ours_has_no_passkeys(site: Site, host: str):
    """The code by mail is offered as ever; nothing is asked of the browser."""
    page = await site.get(ME, Host=host)
    asked = await site.post(f"{ME}/passkey/question", **{**SAME_ORIGIN, "Host": host})

    assert 'name="email"' in page.text
    assert "passkey" not in page.text
    assert 409 == asked.status_code


async def test_other_sites_cannot_send_the_forms(site: Site):
    """A form of another site neither asks nor answers."""
    none = "0197a0c4-7b1e-7cc0-9d35-0123456789ab"
    paths = ("passkey/question", "passkey", "passkeys/question", "passkeys")
    for path in (*paths, f"passkeys/{none}/name", f"passkeys/{none}/remove"):
        answer = await site.post(f"{ME}/{path}", {}, Sec_Fetch_Site="cross-site")
        assert 403 == answer.status_code
