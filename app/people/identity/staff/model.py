"""What staff did, and the chain of digests that holds the record together."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

# Where the chain of an operator begins.
BEGINNING: Final = hashlib.sha256(b"staff record").digest()
# Whose chain holds what belongs to no operator.
INSTALLATION: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Deed:
    """
    What somebody is doing: the *actor*, the *action*, and on what.

    *operator* is whose it is where that is known before the work begins: an id, or the slug that
    was written on the command line.
    """

    actor: str
    action: str
    detail: Mapping[str, str] = field(default_factory=dict)
    operator: UUID | str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One row of an operator's record; rows are numbered from 1, without a gap.

    *detail* is JSON as it was digested. *digest* is of the row and of the digest before it.
    """

    operator_id: UUID
    number: int
    at: datetime
    actor: str
    action: str
    detail: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """A row and its digest, as somebody noted them outside of the database."""

    number: int
    digest: bytes

    def __str__(self) -> str:
        """Return it as it is noted."""
        return f"{self.number}:{self.digest.hex()}"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row of a record that is not what it was, and why that is known."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What walking along a record has shown: its last row, and the first that is broken."""

    operator_id: UUID
    head: Mark
    broken: Broken | None


def begun(operator_id: UUID) -> Chain:
    """Return the chain of an operator before its first row."""
    return Chain(operator_id, Mark(0, BEGINNING), None)


def detail_of(deed: Deed) -> str:
    """Return the detail of a deed as it is kept."""
    return json.dumps(dict(deed.detail), ensure_ascii=False, sort_keys=True)


def following(before: Mark, operator_id: UUID, at: datetime, deed: Deed) -> Entry:
    """Return the row that comes after *before* in an operator's record."""
    parts = (operator_id, before.number + 1, at, deed.actor, deed.action, detail_of(deed))
    return Entry(*parts, digest=_digest(before.digest, *parts))


def walked(chain: Chain, entries: Iterable[Entry]) -> Chain:
    """Return *chain* after the next *entries*; it stops at the first one that is broken."""
    head = chain.head
    for entry in entries:
        why = _complaint(head, entry)
        if why is not None:
            return Chain(chain.operator_id, head, Broken(head.number + 1, why))
        head = Mark(entry.number, entry.digest)
    return Chain(chain.operator_id, head, None)


def _complaint(before: Mark, entry: Entry) -> str | None:
    if entry.number != before.number + 1:
        return "it is missing"
    parts = (entry.operator_id, entry.number, entry.at, entry.actor, entry.action, entry.detail)
    return None if _digest(before.digest, *parts) == entry.digest else "it was changed"


def _digest(before: bytes, *parts: UUID | int | datetime | str) -> bytes:
    """Return the digest of a row: as JSON, so that no part can reach into the next."""
    told = [part.isoformat() if isinstance(part, datetime) else str(part) for part in parts]
    return hashlib.sha256(before + json.dumps(told).encode()).digest()
