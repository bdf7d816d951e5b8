"""Which addresses other platforms may be called at, and how much they may answer."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Address, ip_network

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gateways.ocpi import client as module
from app.gateways.ocpi.client import OcpiClient
from app.gateways.ocpi.network import PublicNetwork, PublicTransport, is_public
from app.kernel.ids import RandomIds
from app.roaming.errors import PlatformTrouble
from app.roaming.ports import Link, PeerRequest, Reply
from tests.fakes.clock import FakeClock

NOT_PUBLIC = [
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/3",
    )
]
inside = st.sampled_from(NOT_PUBLIC).flatmap(
    lambda net: st.integers(0, net.num_addresses - 1).map(
        lambda number, net=net: IPv4Address(int(net.network_address) + number)
    )
)
WAYS: list[Callable[[int], IPv6Address]] = [
    lambda v4: IPv6Address((0xFFFF << 32) | v4),
    lambda v4: IPv6Address((0x64FF9B << 96) | v4),
    lambda v4: IPv6Address((0x2002 << 112) | (v4 << 80)),
    lambda v4: IPv6Address((0x20010000 << 96) | ((~v4) & 0xFFFF_FFFF)),
]


@given(inside, st.sampled_from(WAYS))
def test_no_private_address_is_public_in_any_dress(
    address: IPv4Address, dressed: Callable[[int], IPv6Address]
):
    """As itself, mapped, translated, tunnelled by 6to4 and by Teredo."""
    assert not is_public(str(address))
    assert not is_public(str(dressed(int(address))))


@pytest.mark.parametrize(
    "address",
    [
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "::",
        "ff02::1",
        "168.63.129.16",
    ],
)
def test_what_is_near_is_not_public(address: str):
    """Loopback, link-local, unique local, multicast, and the services of clouds."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_what_is_far_is_public(address: str):
    """Addresses of the internet, also behind NAT64."""
    assert is_public(address)


class Wire(httpcore.AsyncNetworkBackend):
    """A network that remembers where it was to connect to; *down* addresses do not answer."""

    def __init__(self, *down: str) -> None:
        """Begin with no connection."""
        self.down = down
        self.connected: list[str] = []

    async def connect_tcp(self, host, port, *_, **__):
        """Remember, and give a stream that says nothing."""
        if host in self.down:
            raise httpcore.ConnectError("down")
        self.connected.append(f"{host}:{port}")
        return httpcore.AsyncMockStream([])


def resolved(*addresses: str) -> Callable[[str, int], object]:
    """A name server that knows one answer."""

    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


@pytest.mark.parametrize(
    "addresses", [("127.0.0.1",), ("1.1.1.1", "10.0.0.1"), ("169.254.169.254",), ()]
)
async def test_a_name_of_a_private_address_is_not_connected_to(addresses: tuple[str, ...]):
    """One private address among public ones is enough to refuse."""
    wire = Wire()

    with pytest.raises(httpcore.ConnectError, match="no public address"):
        await PublicNetwork(wire, resolved(*addresses)).connect_tcp("peer.example", 443)

    assert [] == wire.connected


async def test_what_was_checked_is_connected_to():
    """The address, not the name: it cannot mean something else a moment later."""
    wire = Wire("1.1.1.1")

    await PublicNetwork(wire, resolved("1.1.1.1", "8.8.8.8")).connect_tcp("peer.example", 443)

    assert ["8.8.8.8:443"] == wire.connected


# Our own network in the dresses in which others have been led to theirs: other numerals and
# lengths, IPv6 around IPv4, names of this machine, zones, trailing dots, full-width digits, users
# before the host, other schemes, and the services of clouds.
NEAR_US = (
    "https://127.0.0.1/",
    "https://127.0.0.1:8000/",
    "https://127.1/",
    "https://127.0.1/",
    "https://127.255.255.254/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0x7f.0x0.0x0.0x1/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://169.254.170.2/v2/credentials",
    "https://2852039166/",
    "https://168.63.129.16/",
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://localhost/",
    "https://localhost./",
    "https://LOCALHOST:443/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https://user@127.0.0.1/",
    "https://1.1.1.1@127.0.0.1/",
    "http://1.1.1.1/",
    "ftp://1.1.1.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:25/",
    "//127.0.0.1/",
)


@pytest.mark.parametrize("url", NEAR_US)
async def test_a_platform_near_us_is_not_called(clock: FakeClock, url: str):
    """Whatever its address is written as; and nobody is called without TLS."""
    client = OcpiClient(clock, RandomIds(), PublicTransport())

    with pytest.raises(PlatformTrouble) as refused:
        await client.call(Link("token"), PeerRequest("GET", url))

    assert refused.value.facts["is_sent"] is False
    await client.close()


@asynccontextmanager
async def answering(clock: FakeClock, answer: httpx.Response) -> AsyncIterator[OcpiClient]:
    """A client before a platform that answers the same to everything."""
    client = OcpiClient(clock, RandomIds(), httpx.MockTransport(lambda _: answer))
    yield client
    await client.close()


async def told(client: OcpiClient) -> Reply:
    """What came of a call."""
    return await client.call(Link("token"), PeerRequest("GET", "https://peer.example/", seconds=1))


async def test_nobody_is_sent_on(clock: FakeClock):
    """A redirect is an error, even with an answer of OCPI in it."""
    answer = httpx.Response(
        302, json={"status_code": 1000}, headers={"Location": "https://10.0.0.1/"}
    )
    async with answering(clock, answer) as client:
        with pytest.raises(PlatformTrouble, match=r"sends on to https://10\.0\.0\.1/"):
            await told(client)


async def test_an_answer_has_an_end(clock: FakeClock, monkeypatch: pytest.MonkeyPatch):
    """What is longer than a page can be is read no further, also when it is packed."""
    monkeypatch.setattr(module, "_MOST_BYTES", 1000)
    packed = gzip.compress(b" " * 100_000)
    answer = httpx.Response(200, content=packed, headers={"Content-Encoding": "gzip"})
    async with answering(clock, answer) as client:
        with pytest.raises(PlatformTrouble, match="more than 1000 bytes"):
            await told(client)


async def test_an_answer_that_drips_is_given_up(clock: FakeClock):
    """The patience is for the whole answer, not for each of its bytes."""

    async def dripping() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.2)
            yield b" "

    async with answering(clock, httpx.Response(200, content=dripping())) as client:
        with pytest.raises(PlatformTrouble, match="does not answer"):
            await told(client)
