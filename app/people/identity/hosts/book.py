"""
Which host leads to which operator, known to a process without asking anybody.

A page must not wait for it: what the database says is read again every few seconds.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from app.infra.database import EVERY_OPERATOR, Database, DatabaseUnavailable, Work
from app.people.identity.hosts import store
from app.people.identity.hosts.model import without_port
from app.people.identity.model import Operator
from app.people.identity.store import by_id

READ_EVERY: Final = timedelta(seconds=5)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """
    What was read: whose each proved host is, the main host of each, operators by slug.

    *faces* are the operators with hosts of their own.
    """

    owners: Mapping[str, UUID] = field(default_factory=dict)
    mains: Mapping[UUID, str] = field(default_factory=dict)
    slugs: Mapping[str, UUID] = field(default_factory=dict)
    faces: Mapping[UUID, "Face"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Face:
    """An operator with a host of its own, as it was when it was last changed, at *changed_at*."""

    operator: Operator
    changed_at: datetime


class Hosts:
    """The hosts of all operators, and *base_url*: our own address, without a slash at its end."""

    def __init__(self, base_url: str) -> None:
        """Know no host but our own, until `read`."""
        self.base_url = base_url
        self._known = Known()
        own = without_port(urlsplit(base_url).netloc)
        self._own = _LOOPBACK if own in _LOOPBACK else frozenset({own})

    async def read(self, database: Database) -> None:
        """Read which hosts there are."""
        async with database.work(EVERY_OPERATOR) as work:
            hosts, slugs = await store.verified(work), await store.slugs(work)
            owners = {each.name: each.operator_id for each in hosts}
            changed = dict(slugs.values())
            self._known = Known(
                owners=owners,
                mains={each.operator_id: each.name for each in hosts if each.main},
                slugs={slug: operator_id for slug, (operator_id, _) in slugs.items()},
                faces={
                    each: await self._face(work, each, changed[each]) for each in owners.values()
                },
            )

    async def _face(self, work: Work, operator_id: UUID, changed_at: datetime) -> Face:
        known = self._known.faces.get(operator_id)
        if known is not None and known.changed_at == changed_at:
            return known
        operator = await by_id(work, operator_id)
        assert operator is not None  # noqa: S101 - it has hosts, in this transaction
        return Face(operator, changed_at)

    @asynccontextmanager
    async def running(self, database: Database) -> AsyncIterator[None]:
        """Read them again and again."""
        reading = asyncio.create_task(self._go_on(database), name="hosts of operators")
        try:
            yield
        finally:
            reading.cancel()

    async def _go_on(self, database: Database) -> None:
        while True:
            await asyncio.sleep(READ_EVERY.total_seconds())
            await self.read_or_wait(database)

    async def read_or_wait(self, database: Database) -> None:
        """Read them, or stay with what is known while the database is away."""
        try:
            await self.read(database)
        except DatabaseUnavailable as error:
            _log.warning("the hosts of operators are as they were: %s", error)

    def base_of(self, operator_id: UUID) -> str:
        """Return the address of an operator's pages, without a slash at its end."""
        main = self._known.mains.get(operator_id)
        if main is None:
            return self.base_url
        ours = urlsplit(self.base_url)
        port = f":{ours.port}" if ours.port else ""
        return urlunsplit((ours.scheme, f"{main}{port}", "", "", ""))

    def operator_at(self, host: str) -> UUID | None:
        """
        Return whose pages are at *host* (as in a Host header), or None for nobody's in particular.

        With a single operator our own host is the operator's.
        """
        known = self._known
        owner = known.owners.get(without_port(host))
        if owner is None and len(known.slugs) == 1:
            return next(iter(known.slugs.values()))
        return owner

    def owner_of(self, host: str) -> Operator | None:
        """Return the operator whose own host it is, as it was seconds ago, or None."""
        owner = self._known.owners.get(without_port(host))
        return None if owner is None else self._known.faces[owner].operator

    def operator_named(self, slug: str) -> UUID | None:
        """Return the operator with this slug, or None while none is known."""
        return self._known.slugs.get(slug)

    @property
    def are_all_ours(self) -> bool:
        """Tell whether we answer at every host: no operator has one of its own."""
        return not self._known.owners

    def knows(self, host: str) -> bool:
        """
        Tell whether we answer at *host*: at our own, and at those that are proved.

        As long as no operator has a host of its own we answer at every one.
        """
        name = without_port(host)
        return self.are_all_ours or name in self._own or name in self._known.owners

    def is_proved(self, host: str) -> bool:
        """Tell whether *host* is ours, or proved by an operator: who asks makes a certificate."""
        name = without_port(host)
        return name in self._known.owners or name in self._own - _LOOPBACK

    def is_right(self, host: str, operator_id: UUID) -> bool:
        """Tell whether *host* is where this operator's pages are."""
        if self.are_all_ours:
            return True
        main = self._known.mains.get(operator_id)
        name = without_port(host)
        return name == main if main is not None else name in self._own
