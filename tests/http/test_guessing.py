"""Addresses that nobody can guess, and secrets that no log tells."""

import logging
import secrets

import pytest

from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from tests.http.program import Program
from tests.http.site import Site
from tests.scenarios.world import OPERATOR

# As many as a test has time for: with 162 bits, 10^5 would find as much.
GUESSES = 300


async def test_no_guess_finds_a_session(site: Site):
    """Every guess is answered alike: 404, and the same page as for a token of another length."""
    await site.pays_and_plugs_in()
    stranger = site.stranger()
    answers = [
        await stranger.get(f"/s/{secrets.token_urlsafe(20)[:length]}")
        for length in (27, 26, 1)
        for _ in range(GUESSES // 3)
    ]

    assert {404} == {answer.status_code for answer in answers}
    assert 1 == len({answer.text for answer in answers})


async def test_no_guess_finds_a_receipt(site: Site):
    """Receipt and meter values are behind the same token, and answer a guess alike."""
    stranger = site.stranger()
    paths = ("receipt.pdf", "meter.xml")
    answers = [
        await stranger.get(f"/s/{secrets.token_urlsafe(20)}/{path}")
        for path in paths
        for _ in range(GUESSES // 6)
    ]

    assert {404} == {answer.status_code for answer in answers}
    assert 1 == len({answer.text for answer in answers})


async def test_no_guess_finds_a_session_in_the_api(program: Program):
    """A problem that tells nothing of the guess but that it is none."""
    answers = [
        await program.get(f"/sessions/{secrets.token_urlsafe(20)}") for _ in range(GUESSES // 6)
    ]

    assert {(404, "journey_not_found")} == {
        (answer.status_code, answer.json()["code"]) for answer in answers
    }
    assert 1 == len({answer.text for answer in answers})


async def test_no_secret_is_in_a_log(site: Site, caplog: pytest.LogCaptureFixture):
    """A whole journey at the finest level tells neither token, cookie, address nor API key."""
    caplog.set_level(logging.DEBUG)
    path = await site.pays_and_plugs_in()
    token, _, control = site.browser.cookies["directpay"].partition(".")
    await site.post(f"{path}/receipt", {"email": "canary@example.com"})
    await site.post(f"{path}/stop")
    await site.world.worker.run_due()
    async with site.world.database.work(OPERATOR) as work:
        _, key = await create_key(work, KeyOrder("canary", frozenset({Scope.PRICES_READ})))
    # The browser of this test is a client of ours, and says itself what it asks for.
    told = "\n".join(
        each.getMessage() for each in caplog.records if not each.name.startswith("httpx")
    )

    assert 27 == len(token) == len(control)
    for secret in (token, control, "canary@example.com", key, site.world.desk.secrets.key.hex()):
        assert secret not in told


async def test_no_token_reaches_the_charge_point(site: Site):
    """What the station is told is a one-time idTag, neither of the two tokens."""
    await site.pays_and_plugs_in()
    token, _, control = site.browser.cookies["directpay"].partition(".")
    told = repr(vars(site.world.chargers))

    assert token not in told
    assert control not in told
