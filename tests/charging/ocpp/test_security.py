"""Security profiles, certificates from a proxy, passwords that rotate, and the pace."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from app.charging.chargers.calls.errors import ChargePointOffline
from app.charging.chargers.calls.make import Caller, make_call
from app.charging.chargers.calls.model import CallOutcome, Order
from app.charging.chargers.calls.rotate import rotate_password
from app.charging.chargers.overview.read import get_charge_point
from app.charging.chargers.setup.save import save_charge_point
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.link.pace import Pace
from app.gateways.ocpp.link.proxies import BehindProxies
from app.gateways.ocpp.settings import OcppSettings
from tests.charging.ocpp.conftest import basic, raw_charger, serving
from tests.charging.ocpp.world import IDENTITY, OPERATOR, PASSWORD, World, world
from tests.fakes.charge_points import PASSWORD as KNOWN
from tests.fakes.charge_points import charge_point

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
VERSIONS = ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"]
SECOND = 1_000_000_000


def certificate(name: str, *, until: datetime = NOW + timedelta(days=1)) -> x509.Certificate:
    """Return a certificate of *name*, serial 0xabc, that holds since two days."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 0xABC)
    builder = builder.not_valid_before(NOW - timedelta(days=2)).not_valid_after(until)
    return builder.sign(key, hashes.SHA256())


def rfc9440(shown: x509.Certificate) -> str:
    """Return a certificate as RFC 9440 writes it."""
    der = shown.public_bytes(serialization.Encoding.DER)
    return f":{base64.b64encode(der).decode()}:"


def escaped(shown: x509.Certificate) -> str:
    """Return a certificate as nginx escapes it."""
    return quote(shown.public_bytes(serialization.Encoding.PEM).decode())


async def knock(gateway, headers: dict[str, str], trusted: tuple[str, ...] = ("127.0.0.1",)) -> int:
    """Return the status of a handshake through a proxy at one of the *trusted* addresses."""
    async with serving(BehindProxies(gateway.endpoint, trusted)) as url:
        try:
            async with connect(f"{url}/CP1", subprotocols=["ocpp1.6"], additional_headers=headers):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code


@pytest.mark.parametrize("write", [rfc9440, escaped])
@pytest.mark.parametrize("profile", [None, 3])
async def test_a_certificate_opens_the_door(gateway, facts, write, profile):
    """Profile 3: no password, the common name is the identity."""
    facts.known["CP1"] = charge_point(profile=profile)

    assert 101 == await knock(gateway, {"Client-Cert": write(certificate("CP1"))})


@pytest.mark.parametrize("expected", ["SERIAL-17", "abc"])
async def test_a_certificate_of_another_name(gateway, facts, expected):
    """The operator says which: its common name, or its serial number."""
    shown = {"Client-Cert": rfc9440(certificate("SERIAL-17"))}
    without = await knock(gateway, shown)
    facts.known["CP1"] = charge_point(certificate=expected)

    assert [401, 101] == [without, await knock(gateway, shown)]


@pytest.mark.parametrize(
    "header",
    [
        rfc9440(certificate("CP2")),
        rfc9440(certificate("CP1", until=NOW - timedelta(days=1))),
        ":bm90IGEgY2VydGlmaWNhdGU=:",
        ":!!!:",
        "CN=CP1",
        "",
    ],
)
async def test_a_certificate_that_is_no_good(gateway, facts, header):
    """Another's, an expired one, nonsense: refused, and no trace in the log."""
    facts.known["CP1"] = charge_point(profile=3)

    assert 401 == await knock(gateway, {"Client-Cert": header})


async def test_only_a_proxy_of_ours_is_believed(gateway, facts):
    """Whoever reaches the port may write any header: it counts from trusted addresses alone."""
    shown = {"Client-Cert": rfc9440(certificate("CP1"))}

    assert 401 == await knock(gateway, shown, trusted=("10.0.0.0/8",))
    assert 101 == await knock(gateway, shown, trusted=("127.0.0.0/8",))


@pytest.mark.parametrize(
    ("profile", "proto", "status"),
    [(1, "http", 101), (2, "http", 401), (2, "https", 101), (3, "https", 401)],
)
async def test_a_password_by_profile(gateway, facts, profile, proto, status):
    """Profile 1 takes it as it comes, 2 by TLS only, 3 not at all."""
    facts.known["CP1"] = charge_point(profile=profile)
    headers = {**basic("CP1", KNOWN.encode()), "X-Forwarded-Proto": proto}

    assert status == await knock(gateway, headers)


async def enters(at: World, url: str, password: str) -> bool:
    """Tell whether the charge point may connect with *password*."""
    headers = basic(IDENTITY, password.encode())
    address = f"{url}/{quote(IDENTITY)}"
    try:
        async with connect(address, subprotocols=["ocpp1.6"], additional_headers=headers):
            return True
    except InvalidStatus:
        return False


async def changes(at: World) -> bool:
    """Tell whether a password is offered and has not come back."""
    async with at.database.work(OPERATOR) as work:
        return (await get_charge_point(work, IDENTITY)).password_changes


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_password_rotates(database, clock, version):
    """Old and new are good until the charge point came back with the new; then only that."""
    async with world(database, clock, version) as at, serving(at.gateway.endpoint) as url:
        caller = Caller(OPERATOR, "help desk")
        calls = {"gateway": at.gateway.calls, "database": database}
        call = await rotate_password(IDENTITY, caller, **calls)
        new = at.charger.settings["AuthorizationKey"]
        offered = [await changes(at), await enters(at, url, PASSWORD), await changes(at)]
        back = await enters(at, url, new)
        after = [await changes(at), await enters(at, url, PASSWORD), await enters(at, url, new)]

        assert CallOutcome.ANSWERED is call.reply.outcome
        assert 40 == len(new)
        assert new not in call.payload
        assert [True, True, True] == offered
        assert back
        assert [False, False, True] == after


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_password_that_is_not_taken_is_none(database, clock, version):
    """Refused, or never sent: the old one goes on alone."""
    async with world(database, clock, version) as at:
        caller = Caller(OPERATOR, "help desk")
        calls = {"gateway": at.gateway.calls, "database": database}
        del at.charger.settings["AuthorizationKey"]
        await rotate_password(IDENTITY, caller, **calls)
        refused = await changes(at)
        await at.charger.go_offline()
        await at.until_evse(lambda evse: not evse.connected)
        with pytest.raises(ChargePointOffline):
            await rotate_password(IDENTITY, caller, **calls)

        assert [False, False] == [refused, await changes(at)]


async def test_a_password_by_any_call_is_known_too(database, clock):
    """An operator who writes the key by hand locks nobody out, and leaves it on no record."""
    async with world(database, clock, "ocpp1.6") as at, serving(at.gateway.endpoint) as url:
        new = "ffeeddccbbaa99887766554433221100"
        order = Order("ChangeConfiguration", {"key": "AuthorizationKey", "value": new})
        call = await make_call(
            IDENTITY,
            order,
            Caller(OPERATOR, "help desk"),
            gateway=at.gateway.calls,
            database=database,
        )

        assert new not in call.payload
        assert await enters(at, url, new)


async def test_the_operators_file_does_not_undo_a_rotation(database, clock):
    """It names the password from before; the import leaves the new one alone."""
    async with world(database, clock, "ocpp1.6") as at, serving(at.gateway.endpoint) as url:
        calls = {"gateway": at.gateway.calls, "database": database}
        await rotate_password(IDENTITY, Caller(OPERATOR, "help desk"), **calls)
        new = at.charger.settings["AuthorizationKey"]
        await enters(at, url, new)
        async with database.work(OPERATOR) as work:
            changed = await save_charge_point(work, IDENTITY, PASSWORD)

        assert not changed
        assert await enters(at, url, new)


def test_a_runaway_is_read_slower():
    """Five at once, then ten a second: the sixth waits a tenth, and after a pause none does."""
    now = 7 * SECOND
    pace = Pace(10, 5, lambda: now)
    waits = [pace.wait_ns() for _ in range(7)]
    late = pace.goes()
    now += 10 * SECOND

    assert [0] * 5 + [SECOND // 10, SECOND // 5] == waits
    assert (False, True) == (late, pace.goes())


def test_what_has_to_wait_or_is_taken_back_does_not_count():
    """Five go at once, whatever was tried meanwhile and given back."""
    pace = Pace(10, 5, lambda: SECOND)
    for _ in range(5):
        assert pace.goes()
        pace.take_back()
        assert pace.goes()

    assert (False, False) == (pace.goes(), pace.goes())
    assert SECOND // 10 == pace.wait_ns()


async def test_a_runaway_keeps_its_connection(facts, clock):
    """A hundred messages, two hundred a second: each is answered, none is lost."""
    slow = OcppSettings(pairing=False, frames_per_second=200, frames_at_once=10)
    async with (
        serving(OcppGateway(facts, clock, slow).endpoint) as url,
        raw_charger(url) as charger,
    ):
        for number in range(100):
            await charger.say(f'[2,"{number}","Heartbeat",{{}}]')
        heard = [(await charger.hear())[1] for _ in range(100)]

    assert [str(number) for number in range(100)] == heard
