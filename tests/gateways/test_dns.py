"""TXT records, asked of a name server that speaks the real protocol."""

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import dns.message
import dns.rcode
import dns.rrset
import pytest

from app.gateways.dns.records import DnsRecords

NAME = "_directpay.charge.lampje.example"


class NameServer(asyncio.DatagramProtocol):
    """Knows the records of one name; of others it says that there is none."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to answer."""
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer."""
        asked = dns.message.from_wire(data)
        answer = dns.message.make_response(asked)
        if asked.question[0].name.to_text() == f"{NAME}.":
            texts = ('"operator=1"', '"in two " "parts"')
            answer.answer.append(dns.rrset.from_text(f"{NAME}.", 60, "IN", "TXT", *texts))
        elif asked.question[0].name.to_text().startswith("trouble."):
            answer.set_rcode(dns.rcode.SERVFAIL)
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self.transport.sendto(answer.to_wire(), addr)


@pytest.fixture
async def records() -> AsyncIterator[DnsRecords]:
    """What asks that name server."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(NameServer, local_addr=("127.0.0.1", 0))
    yield DnsRecords(["127.0.0.1"], transport.get_extra_info("sockname")[1])
    transport.close()


async def test_records_are_read(records: DnsRecords):
    """Each as one text, also where it was written in parts."""
    assert {"operator=1", "in two parts"} == set(await records.texts(NAME) or ())


async def test_a_name_without_records_has_none(records: DnsRecords):
    """No such name is no mistake."""
    assert () == await records.texts("other.lampje.example")


async def test_nonsense_has_none(records: DnsRecords):
    """What cannot be asked for is not there."""
    assert () == await records.texts("a" * 70 + ".example")


async def test_a_server_in_trouble_tells_nothing(records: DnsRecords):
    """Its failure says neither that there are records nor that there are none."""
    assert await records.texts("trouble.lampje.example") is None
