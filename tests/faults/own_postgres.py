"""A PostgreSQL of a test's own, which keeps what it promised and can be crashed."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from app.infra.embedded.postgres import Server, launch


@dataclass(frozen=True)
class OwnPostgres:
    """The server, durable as in production: what it confirmed survives every crash."""

    server: Server

    @property
    def url(self) -> str:
        """Return the address for the application."""
        return self.server.url

    @property
    def admin_url(self) -> str:
        """Return the address of the same database for the superuser, who sees every row."""
        path = urlsplit(self.server.url).path
        return urlunsplit(urlsplit(self.server.admin_url)._replace(path=path))

    async def crash(self) -> None:
        """Stop at once: no session is ended, nothing is written."""
        await self._pg_ctl("stop", "-m", "immediate", "-w")

    async def start(self) -> None:
        """Start on the same port, recover, and wait until it answers."""
        options = [f"port={self.server.port}", "listen_addresses=127.0.0.1"]
        options += ["unix_socket_directories=", "timezone=UTC"]
        flags = " ".join(f"-c {option}" for option in options)
        log = str(self.server.data.parent / "log")
        await self._pg_ctl("start", "-w", "-t", "30", "-l", log, "-o", flags)

    async def _pg_ctl(self, *words: str) -> None:
        program, data = self.server.binaries / "pg_ctl", self.server.data
        done = await asyncio.to_thread(
            self.server.runner.run, [program, words[0], "-D", data, *words[1:]]
        )
        assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Launch a server in a folder of its own, and leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="directpay-crash-"))
    folder.chmod(0o755)
    try:
        server = launch(folder / "postgres")
        try:
            yield OwnPostgres(server)
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
