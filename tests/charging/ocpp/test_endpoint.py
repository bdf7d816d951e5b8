"""Who may connect, and in which version."""

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.charging.ocpp.conftest import basic, raw_charger, until
from tests.fakes.charge_points import PASSWORD, charge_point

V16 = ["ocpp1.6"]


async def refusal(address: str, headers: dict[str, str] | None = None) -> int:
    """Return the status that refuses the handshake."""
    with pytest.raises(InvalidStatus) as refused:
        async with connect(address, subprotocols=V16, additional_headers=headers):
            pass
    return refused.value.response.status_code


async def test_an_unknown_charge_point_is_not_found(url):
    """OCPP-J 1.6, 3.1: an unknown identity gets 404 before the handshake."""
    assert await refusal(f"{url}/nobody", basic("nobody", PASSWORD.encode())) == 404


@pytest.mark.parametrize(
    "headers",
    [
        None,
        basic("CP1", b"wrong"),
        basic("CP2", PASSWORD.encode()),
        basic("CP1", b""),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Bearer abc"},
        {"Authorization": "Basic"},
    ],
)
async def test_a_wrong_password_is_unauthorised(url, headers):
    """Without the right credentials the handshake is answered with 401."""
    assert await refusal(f"{url}/CP1", headers) == 401


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD.encode(),
        PASSWORD.upper().encode(),
        bytes.fromhex(PASSWORD),
        PASSWORD.encode().hex().encode(),
    ],
)
async def test_the_key_comes_in_the_forms_that_firmware_sends(url, password):
    """The key is accepted as hex text, as the raw bytes it stands for, and as hex of the text."""
    headers = basic("CP1", password)

    async with connect(f"{url}/CP1", subprotocols=V16, additional_headers=headers) as socket:
        assert socket.subprotocol == "ocpp1.6"


async def test_a_plain_text_key_is_accepted(url, facts):
    """A password that is no hexadecimal number is compared as text, and as hex of it."""
    facts.known["CP7"] = charge_point("CP7", password="not hexadecimal!")

    for password in (b"not hexadecimal!", b"not hexadecimal!".hex().encode()):
        headers = basic("CP7", password)
        async with connect(f"{url}/CP7", subprotocols=V16, additional_headers=headers) as socket:
            assert socket.subprotocol == "ocpp1.6"


async def test_an_identity_is_percent_decoded(url, facts):
    """OCPP-J 1.6, 3.1.1: the identity in the path may be percent-encoded."""
    facts.known["RDAM|123 é"] = charge_point("RDAM|123 é")
    headers = basic("RDAM|123 é", PASSWORD.encode())
    address = f"{url}/RDAM%7C123%20%C3%A9"

    async with connect(address, subprotocols=V16, additional_headers=headers) as socket:
        assert socket.subprotocol == "ocpp1.6"


@pytest.mark.parametrize("path", ["", "%00", "%ff%fe", "x" * 300])
async def test_an_odd_identity_is_not_found(url, path):
    """What can't be an identity is answered like one that nobody knows."""
    assert await refusal(f"{url}/{path}") == 404


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["ocpp1.6"], "ocpp1.6"),
        (["ocpp2.0.1", "ocpp1.6"], "ocpp2.0.1"),
        (["ocpp2.1", "ocpp2.0.1"], "ocpp2.1"),
        (["ocpp1.5", "ocpp2.0", "ocpp1.6"], "ocpp1.6"),
    ],
)
async def test_the_first_version_that_we_speak_is_chosen(url, offered, chosen):
    """The charge point's order of preference counts."""
    headers = basic("CP1", PASSWORD.encode())

    async with connect(f"{url}/CP1", subprotocols=offered, additional_headers=headers) as socket:
        assert chosen == socket.subprotocol


@pytest.mark.parametrize("offered", [None, ["ocpp1.5"]])
async def test_without_a_common_version_the_socket_is_closed_after_the_handshake(url, offered):
    """OCPP-J 1.6, 3.2: complete the handshake without a subprotocol, then close at once."""
    headers = basic("CP1", PASSWORD.encode())

    async with connect(f"{url}/CP1", subprotocols=offered, additional_headers=headers) as socket:
        assert socket.subprotocol is None
        with pytest.raises(ConnectionClosed):
            await socket.recv()


async def test_a_newer_socket_takes_over(url, facts, gateway):
    """One charge point has one socket: the older goes, and the charge point stays connected."""
    async with raw_charger(url) as older, raw_charger(url) as newer:
        with pytest.raises(ConnectionClosed):
            await older.socket.recv()
        answer = await newer.ask("Heartbeat", {})

        assert answer[0] == 3
        assert facts.open == {"CP1": "ocpp1.6-2"}
        assert len(gateway.registry.connected()) == 1


async def test_a_closed_socket_is_noted(url, facts, gateway):
    """When the socket goes, the charge point is noted as away."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
    await until(lambda: not facts.open)

    assert [] == gateway.registry.connected()


async def test_a_broken_database_is_a_503(url, facts):
    """Who cannot be looked up is asked to come again, not told that it is unknown."""
    facts.broken = True

    assert await refusal(f"{url}/CP1", basic("CP1", PASSWORD.encode())) == 503


async def test_many_connections_are_touched(facts, clock, gateway, url):
    """As long as charge points are connected, their leases are renewed together."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        await gateway.touch()

    assert {(facts.known["CP1"].operator_id, "CP1"): clock.now()} == facts.seen
