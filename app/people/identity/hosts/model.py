"""Hosts: the names at which drivers find an operator."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

MOST_HOSTS: Final = 10
# For so long a record may be gone: somebody edits a zone, and moves to another name server.
GRACE: Final = timedelta(days=7)
_MOST_LENGTH: Final = 253
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# Two labels at least, and the last one no number: no address of a machine is a name.
_NAME: Final = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")
_RECORD: Final = "_directpay"


@dataclass(frozen=True, slots=True)
class Host:
    """
    A host that an operator says is its own.

    It counts once it is proved, at *verified_at*. The *main* one is where the pages are and what
    links name; the others lead there. One that is *vouched* for needs no record; of the others it
    is looked for every night, and *missing_since* is when it was first not there any more.
    """

    operator_id: UUID
    name: str
    added_at: datetime
    verified_at: datetime | None = None
    main: bool = False
    vouched: bool = False
    missing_since: datetime | None = None

    @property
    def record(self) -> str:
        """Return the name of the DNS record that proves it."""
        return f"{_RECORD}.{self.name}"

    @property
    def proof(self) -> str:
        """Return what that TXT record says: whose it is, so that it proves nothing for others."""
        return f"operator={self.operator_id}"

    def looked_at(self, *, is_there: bool, now: datetime) -> "Host":
        """Return the host after its record was looked for: without it for too long, not proved."""
        if is_there:
            return replace(self, missing_since=None)
        since = self.missing_since or now
        if now - since < GRACE:
            return replace(self, missing_since=since)
        return replace(self, missing_since=None, verified_at=None, main=False)


def host_name(text: str) -> str | None:
    """Return the name of a host in small ASCII letters (`büro.de` in its form), or None."""
    try:
        name = text.strip().rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return None
    return name if len(name) <= _MOST_LENGTH and _NAME.fullmatch(name) else None


def without_port(host: str) -> str:
    """Return the host of a Host header in small letters: `[::1]:8000` is `[::1]`."""
    name, _, port = host.strip().lower().rpartition(":")
    return name.rstrip(".") if name and port.isdecimal() else host.strip().lower().rstrip(".")
