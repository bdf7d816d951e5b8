"""The register of VAT numbers, over the wire to a played one: clear answers, and the rest."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from app.gateways.vies.register import ViesRegister
from app.pricing.vat import NoRegister, Registry
from app.sandbox.vies.app import Mood, Register, vies_app
from tests.fakes.clock import FakeClock

KNOWN, UNKNOWN, OWN = "NL004495445B01", "DE136695976", "NL123456782B90"


@pytest.fixture
def played() -> Register:
    """A register that knows one company."""
    return Register({KNOWN: "Voorbeeld B.V."})


@pytest.fixture
async def vies(played: Register, clock: FakeClock) -> AsyncIterator[ViesRegister]:
    """The gateway, connected to the played register."""
    register = ViesRegister("http://vies.test", clock)
    await register._http.aclose()
    transport = httpx.ASGITransport(vies_app(played))
    register._http = httpx.AsyncClient(base_url="http://vies.test", transport=transport)
    yield register
    await register.close()


async def test_a_registered_number_is_valid(vies: ViesRegister, clock: FakeClock):
    """With its name, and with the number of the answer, because we said who asks."""
    found = await vies.look_up(KNOWN, requester=OWN)

    assert (Registry.VALID, "Voorbeeld B.V.", "WAPIAAAA00000001", clock.now()) == (
        found.outcome,
        found.name,
        found.consultation,
        found.checked_at,
    )


async def test_a_number_that_nobody_has_is_invalid(vies: ViesRegister):
    """A clear no."""
    found = await vies.look_up(UNKNOWN)

    assert (Registry.INVALID, None, None) == (found.outcome, found.name, found.consultation)


@pytest.mark.parametrize("mood", [Mood.STATE_AWAY, Mood.BROKEN, Mood.NONSENSE])
async def test_what_is_no_answer_proves_nothing(vies: ViesRegister, played: Register, mood: Mood):
    """A member state that is away, an error, a page in place of data."""
    played.mood = mood

    assert Registry.UNKNOWN is (await vies.look_up(KNOWN)).outcome


async def test_nobody_waits_for_a_slow_register(vies: ViesRegister, clock: FakeClock):
    """No answer in time is no answer; after several the register is left alone for a while."""
    asked = 0

    async def silent(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        raise httpx.ReadTimeout("too slow")

    await vies._http.aclose()
    vies._http = httpx.AsyncClient(
        base_url="http://vies.test", transport=httpx.MockTransport(silent)
    )
    found = [(await vies.look_up(f"DE{number:09}")).outcome for number in range(12)]
    clock.advance(minutes=1)
    await vies.look_up("DE000000099")

    assert {Registry.UNKNOWN} == set(found)
    # Eight blow the fuse; a minute later one may try.
    assert 8 + 1 == asked


async def test_an_answer_is_kept_for_a_day_and_silence_for_a_minute(
    vies: ViesRegister, played: Register, clock: FakeClock
):
    """The register is asked as rarely as its answers allow."""
    await vies.look_up(KNOWN)
    await vies.look_up(KNOWN)
    once = played.asked
    clock.advance(timedelta(days=1))
    played.mood = Mood.STATE_AWAY
    await vies.look_up(KNOWN)
    await vies.look_up(KNOWN)
    twice = played.asked
    clock.advance(minutes=1)
    played.mood = Mood.GOOD
    found = await vies.look_up(KNOWN)

    assert (1, 2, 3, Registry.VALID) == (once, twice, played.asked, found.outcome)


@pytest.mark.parametrize("number", ["GB980780684", "CHE107787577MWST", "NO995525828MVA"])
async def test_numbers_from_elsewhere_are_not_asked_for(
    vies: ViesRegister, played: Register, number: str
):
    """VIES has the Union and Northern Ireland."""
    found = await vies.look_up(number, requester="GB980780684")

    assert (Registry.UNKNOWN, 0) == (found.outcome, played.asked)


async def test_without_a_register_nothing_is_known():
    """`VIES_URL=off`."""
    found = await NoRegister().look_up(KNOWN)

    assert (Registry.UNKNOWN, None) == (found.outcome, found.checked_at)
