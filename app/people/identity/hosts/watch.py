"""Look every night whether the records that prove hosts are still there: domains change hands."""

import logging

from app.infra.database import EVERY_OPERATOR, Database
from app.infra.jobs import Schedule
from app.people.identity.hosts import store
from app.people.identity.hosts.book import Hosts
from app.people.identity.hosts.model import Host
from app.people.identity.hosts.ports import TextRecords

_log = logging.getLogger(__name__)


def host_schedules(hosts: Hosts, records: TextRecords, database: Database) -> tuple[Schedule, ...]:
    """Return the nightly look."""

    async def look() -> None:
        await prove_again(hosts=hosts, records=records, database=database)

    return (Schedule("hosts.prove", "41 4 * * *", look),)


async def prove_again(*, hosts: Hosts, records: TextRecords, database: Database) -> None:
    """
    Look for the records of all hosts that nobody vouches for.

    One that is missing for a week proves nothing any more: then the host leads nowhere. Where no
    name server answers nothing is changed.
    """
    async with database.work(EVERY_OPERATOR) as work:
        proved = [each for each in await store.verified(work) if not each.vouched]
    for host in proved:
        found = await records.texts(host.record)
        if found is not None:
            await _note(host, is_there=host.proof in found, database=database)
    await hosts.read(database)


async def _note(host: Host, *, is_there: bool, database: Database) -> None:
    async with database.work(host.operator_id) as work:
        before = await store.find(work, host.name)
        if before != host:
            return  # Somebody has changed it since: the next night sees.
        after = host.looked_at(is_there=is_there, now=work.now)
        if after != host:
            await store.save(work, after)
    if after.verified_at is None:
        _log.warning("%s leads nowhere any more: its TXT record is gone", host.name)
    elif after.missing_since is not None:
        _log.warning("%s is about to be lost: no TXT record at %s", host.name, host.record)
