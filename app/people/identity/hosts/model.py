"""Hosts: the names at which drivers find an operator."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

MOST_HOSTS: Final = 10
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
    links name; the others lead there.
    """

    operator_id: UUID
    name: str
    added_at: datetime
    verified_at: datetime | None = None
    main: bool = False

    @property
    def record(self) -> str:
        """Return the name of the DNS record that proves it."""
        return f"{_RECORD}.{self.name}"

    @property
    def proof(self) -> str:
        """Return what that TXT record says: whose it is, so that it proves nothing for others."""
        return f"operator={self.operator_id}"


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
