"""Charge points that nobody has configured: refused, noted, and claimed with a one-time code."""

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from app.charging.chargers.errors import EvseNotFound
from app.charging.chargers.pairing.attempts import list_attempts, list_strangers, pairing_schedules
from app.charging.chargers.pairing.claim import claim_charge_point
from app.charging.chargers.pairing.codes import list_codes, make_code
from app.charging.chargers.pairing.errors import AttemptNotFound, CodeUsed, IdentityTaken
from app.charging.chargers.read import get_evse
from app.directpay.desk import Secrets
from app.directpay.reader.desk import ReaderDesk
from app.gateways.ocpp.facts import DatabaseFacts
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.settings import OcppSettings
from tests.charging.ocpp.conftest import basic, serving
from tests.charging.ocpp.world import IDENTITY, OPERATOR, configure


@pytest.fixture
async def url(database, clock):
    """The address of a gateway on the real database, with one configured charge point."""
    await configure(database)
    gateway = OcppGateway(
        DatabaseFacts(ReaderDesk(database, Secrets(b"k" * 32))), clock, OcppSettings(pairing=False)
    )
    async with serving(gateway.endpoint) as address:
        yield address


async def knock(url: str, identity: str, password: bytes | None) -> int:
    """Return the status of a handshake."""
    headers = {} if password is None else basic(identity, password)
    offered = ["ocpp2.0.1", "ocpp1.6"]
    try:
        async with connect(f"{url}/{identity}", subprotocols=offered, additional_headers=headers):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


async def new_code(database) -> str:
    """Make a code of the operator."""
    async with database.work(OPERATOR) as work:
        return (await make_code(work, "help desk"))[1]


async def waiting(database):
    """Return the attempts of the operator."""
    async with database.work(OPERATOR) as work:
        return await list_attempts(work)


async def claim(database, identity: str, **evses: int) -> None:
    """Claim a charge point."""
    async with database.work(OPERATOR) as work:
        await claim_charge_point(work, identity, evses)


@pytest.mark.parametrize("form", [str.encode, lambda text: text.encode().hex().encode()])
async def test_a_stranger_with_a_code_is_claimed(url, database, clock, form):
    """Refused, listed, claimed with its EVSE, and in: the code is its password now."""
    code = form(await new_code(database))
    first, second = await knock(url, "NEW-1", code), await knock(url, "NEW-1", code)
    (attempt,) = await waiting(database)
    await claim(database, "NEW-1", E1=7)
    after = await knock(url, "NEW-1", code)
    async with database.work(OPERATOR) as work:
        evse = await get_evse(work, "E1")
        (used,) = await list_codes(work)

    assert [404, 404, 101] == [first, second, after]
    assert ("NEW-1", ("ocpp2.0.1", "ocpp1.6"), 2) == (
        attempt.identity,
        attempt.versions,
        attempt.times,
    )
    assert ("127.0.0.1", clock.now()) == (attempt.address, attempt.last_at)
    assert ("NEW-1", 7) == (evse.identity, evse.evse_no)
    assert "NEW-1" == used.used_by
    assert [] == await waiting(database)


async def test_a_code_pairs_one_charge_point(url, database):
    """The second that shows it is nobody's: a code is for one."""
    code = (await new_code(database)).encode()
    for identity in ("NEW-1", "NEW-2"):
        await knock(url, identity, code)
    await claim(database, "NEW-1")

    with pytest.raises(CodeUsed):
        await claim(database, "NEW-2")
    assert 404 == await knock(url, "NEW-2", code)


async def test_a_code_that_has_expired_pairs_nobody(url, database, clock):
    """After a week it is no code any more."""
    code = (await new_code(database)).encode()
    clock.advance(days=8)
    await knock(url, "NEW-1", code)

    assert [] == await waiting(database)
    assert ["NEW-1"] == [each.identity for each in await list_strangers(database=database)]


@pytest.mark.parametrize("password", [None, b"wrong", b"\xff\x00", b""])
async def test_a_stranger_without_a_code_is_only_noted(url, database, password):
    """For whoever runs the installation; no operator sees it, and nobody can claim it."""
    await knock(url, "WHO-1", password)

    assert [] == await waiting(database)
    assert [("WHO-1", 1)] == [
        (each.identity, each.times) for each in await list_strangers(database=database)
    ]
    with pytest.raises(AttemptNotFound):
        await claim(database, "WHO-1")


async def test_a_claim_that_fails_changes_nothing(url, database):
    """An identity of somebody else, or an EVSE that is not there: the code stays good."""
    code = (await new_code(database)).encode()
    await knock(url, "NEW-1", code)
    with pytest.raises(EvseNotFound):
        await claim(database, "NEW-1", E9=1)
    still = await waiting(database)
    await claim(database, "NEW-1", E1=1)

    assert ["NEW-1"] == [each.identity for each in still]
    assert 101 == await knock(url, "NEW-1", code)


async def test_an_identity_that_was_taken_meanwhile(url, database):
    """It knocked before somebody configured it."""
    code = (await new_code(database)).encode()
    await knock(url, "NEW-1", code)
    async with database.work(OPERATOR) as work:
        await work.driver.execute(
            "UPDATE charge_point SET identity = 'NEW-1' WHERE identity = $1", IDENTITY
        )

    with pytest.raises(IdentityTaken):
        await claim(database, "NEW-1")


async def test_what_is_over_is_forgotten(url, database, clock):
    """Attempts and codes go after a month."""
    await knock(url, "NEW-1", (await new_code(database)).encode())
    await knock(url, "WHO-1", None)
    clock.advance(days=40)
    (sweep,) = pairing_schedules(database)
    await sweep.run()
    async with database.work(OPERATOR) as work:
        codes = await list_codes(work)

    assert [] == codes
    assert [] == await waiting(database)
    assert [] == await list_strangers(database=database)


async def test_a_crowd_of_strangers_fills_no_disk(url, database):
    """Thirty at once are noted, the others are only in the log."""
    for number in range(40):
        await knock(url, f"WHO-{number}", None)

    assert 30 <= len(await list_strangers(database=database)) < 36
