"""Give an operator a host of its own, prove it, and take it away again."""

from dataclasses import replace
from urllib.parse import urlsplit
from uuid import UUID

from app.infra.database import EVERY_OPERATOR, Database, Work
from app.people.identity.hosts import store
from app.people.identity.hosts.book import Hosts
from app.people.identity.hosts.errors import HostInvalid, HostNotFound, HostNotProved, HostTaken
from app.people.identity.hosts.model import MOST_HOSTS, Host, host_name
from app.people.identity.hosts.ports import TextRecords


async def list_hosts(*, operator_id: UUID, database: Database) -> list[Host]:
    """Return the hosts of an operator, the main one first."""
    async with database.work(operator_id) as work:
        return await store.of_operator(work)


async def add_host(text: str, *, operator_id: UUID, hosts: Hosts, database: Database) -> Host:
    """
    Let a host be the operator's as soon as it is proved; return it with what proves it.

    Once more, nothing changes. Raises HostInvalid and HostTaken.
    """
    name = _named(text, hosts)
    async with database.work(EVERY_OPERATOR) as work:
        if await store.owner(work, name) not in (None, operator_id):
            raise HostTaken("another operator has proved this host", host=name)
    async with database.work(operator_id) as work:
        return await _added(work, name)


async def prove_host(
    text: str, *, operator_id: UUID, hosts: Hosts, records: TextRecords, database: Database
) -> Host:
    """
    Look for the record that proves a host; from then on the operator's pages are there.

    The first one that is proved is the main one. Raises HostNotFound, HostNotProved, HostTaken.
    """
    name = host_name(text) or ""
    async with database.work(operator_id) as work:
        host = await _found(work, name)
    if not host.vouched and host.proof not in (await records.texts(host.record) or ()):
        told = f"expected a TXT record at {host.record} that says {host.proof}"
        raise HostNotProved(told, host=name, record=host.record, proof=host.proof)
    return await _counted(host, hosts, database)


async def vouch_for_host(text: str, *, operator_id: UUID, hosts: Hosts, database: Database) -> Host:
    """
    Let a host be the operator's on the word of who runs the installation.

    Raises HostInvalid and HostTaken.
    """
    host = await add_host(text, operator_id=operator_id, hosts=hosts, database=database)
    return await _counted(replace(host, vouched=True), hosts, database)


async def make_main(text: str, *, operator_id: UUID, hosts: Hosts, database: Database) -> Host:
    """Let a proved host be where the pages are. Raises HostNotFound, HostNotProved."""
    async with database.work(operator_id) as work:
        host = await _found(work, host_name(text) or "")
        if host.verified_at is None:
            raise HostNotProved("prove the host first", host=host.name)
        await store.no_main(work)
        host = replace(host, main=True)
        await store.save(work, host)
    await hosts.read(database)
    return host


async def remove_host(text: str, *, operator_id: UUID, hosts: Hosts, database: Database) -> None:
    """
    Take a host away: it leads nowhere any more. Raises HostNotFound.

    Without its main host an operator's pages are at our own address.
    """
    async with database.work(operator_id) as work:
        host = await _found(work, host_name(text) or "")
        await store.remove(work, host.name)
    await hosts.read(database)


async def _counted(host: Host, hosts: Hosts, database: Database) -> Host:
    async with database.work(EVERY_OPERATOR) as work:
        if await store.owner(work, host.name) not in (None, host.operator_id):
            raise HostTaken("another operator has proved this host", host=host.name)
    async with database.work(host.operator_id) as work:
        has_main = any(each.main for each in await store.of_operator(work))
        proved = replace(
            host,
            verified_at=host.verified_at or work.now,
            main=host.main or not has_main,
            missing_since=None,
        )
        await store.save(work, proved)
    await hosts.read(database)
    return proved


async def _added(work: Work, name: str) -> Host:
    known = await store.of_operator(work)
    same = next((each for each in known if each.name == name), None)
    if same is not None:
        return same
    if len(known) >= MOST_HOSTS:
        raise HostInvalid(f"an operator has at most {MOST_HOSTS} hosts", host=name)
    host = Host(work.operator_id, name, work.now)
    await store.save(work, host)
    return host


async def _found(work: Work, name: str) -> Host:
    host = await store.find(work, name)
    if host is None:
        raise HostNotFound("the operator has no such host", host=name)
    return host


def _named(text: str, hosts: Hosts) -> str:
    name = host_name(text)
    if name is None:
        raise HostInvalid("expected the name of a host such as charge.example.com", host=text)
    if name == urlsplit(hosts.base_url).hostname:
        raise HostInvalid("this is our own host", host=name)
    return name
