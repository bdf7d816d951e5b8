"""Hosts on the word of who runs the installation: those in an operator file."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from app.infra.database import EVERY_OPERATOR, Database, Work
from app.people.identity.hosts import store
from app.people.identity.hosts.model import Host


async def owners_of(names: Sequence[str], *, database: Database) -> dict[str, UUID]:
    """Return who has proved the hosts with these *names*; nobody has those that are missing."""
    async with database.work(EVERY_OPERATOR) as work:
        return {each.name: each.operator_id for each in await store.verified(work, names)}


async def vouch_for_hosts(work: Work, names: Sequence[str]) -> list[str]:
    """
    Let the hosts with these *names*, which nobody else has, be the operator's; return what changed.

    The first one is the main one. A step of the caller's transaction.
    """
    known = {each.name: each for each in await store.of_operator(work)}
    wanted = [
        _vouched(known.get(name) or Host(work.operator_id, name, work.now), work, main=not place)
        for place, name in enumerate(names)
    ]
    changed = [each for each in wanted if known.get(each.name) != each]
    if changed:
        await store.no_main(work)
    for each in wanted if changed else []:
        await store.save(work, each)
    return [f"host {each.name}" for each in changed]


def _vouched(host: Host, work: Work, *, main: bool) -> Host:
    since = host.verified_at or work.now
    return replace(host, verified_at=since, main=main, vouched=True, missing_since=None)
