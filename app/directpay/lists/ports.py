"""What the outside must offer to keep the local lists of charge points."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from app.directpay.lists.model import Limits, Update


class Taken(StrEnum):
    """What came of an update; UNKNOWN has no answer, MISMATCH: the versions are not ours."""

    ACCEPTED = "accepted"
    FAILED = "failed"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Lister:
    """A charge point that is connected, and the version of OCPP that it speaks."""

    operator_id: UUID
    identity: str
    protocol: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The *version* of a charge point's list (0: empty), and what it can hold."""

    version: int
    limits: Limits


class LocalLists(Protocol):
    """The way to the local lists, whichever process holds the socket. Nothing here raises."""

    async def ask(self, lister: Lister) -> Listing | None:
        """
        Return what a charge point says of its list, switched on if need be; None: it has none.

        None is also the answer of one that can't be reached.
        """
        ...

    async def send(self, lister: Lister, update: Update) -> Taken:
        """Send an update."""
        ...


class NoLists(LocalLists):
    """No charge point has a list."""

    async def ask(self, lister: Lister) -> Listing | None:  # noqa: ARG002 - a port
        """Know of none."""
        return None

    async def send(self, lister: Lister, update: Update) -> Taken:  # noqa: ARG002 - a port
        """Send nothing."""
        return Taken.FAILED
