"""Reads TXT records by dnspython, which is loaded with the first question."""

from collections.abc import Sequence
from typing import Any, Final

from app.kernel.parts import part
from app.people.identity.hosts.ports import TextRecords

PATIENCE_SECONDS: Final = 5
_MOST_TEXTS: Final = 50


class DnsRecords(TextRecords):
    """Asks the system's name servers, or *servers* (addresses) at *port*."""

    def __init__(self, servers: Sequence[str] = (), port: int = 53) -> None:
        """Ask nobody yet."""
        self._servers = list(servers)
        self._port = port

    async def texts(self, name: str) -> tuple[str, ...] | None:
        """Return the TXT records at *name*, or None where nobody can tell whether there are any."""
        errors: Any = part("dns.resolver")
        try:
            answer = await self._resolver().resolve(f"{name}.", "TXT", lifetime=PATIENCE_SECONDS)
        except (errors.NXDOMAIN, errors.NoAnswer, part("dns.name").LabelTooLong):
            return ()
        except (part("dns.exception").DNSException, OSError):
            return None
        return tuple(
            b"".join(record.strings).decode("ascii", "replace")
            for record in list(answer)[:_MOST_TEXTS]
        )

    def _resolver(self) -> Any:  # noqa: ANN401 - dnspython's, loaded late
        made = part("dns.asyncresolver").Resolver(configure=not self._servers)
        if self._servers:
            made.nameservers, made.port = self._servers, self._port
        return made
