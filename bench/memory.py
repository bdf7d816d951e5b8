"""How much memory an idle process takes, by role: `python -m bench.memory` prints the figures."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from app.infra.migrations.migrate import migrate
from app.outside import free_port
from app.settings import new_key
from tests.servers import postgres_for_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLES = ("web,ocpp,worker", "web", "ocpp", "worker")
SETTLE_SECONDS = 5
TO_BEAT_MIB = 150


def main() -> None:
    """Start the real server once per role, let it settle, and print what it takes."""
    print(f"{'roles':<18}{'RSS MiB':>9}{'own MiB':>9}")
    with postgres_for_tests() as server:
        server.recreate("bench_memory")
        # As every start but the first: a process that migrates keeps 11 MiB for it.
        migrate(server.url_of("bench_memory"))
        # So is code compiled by then: to compile it takes memory, too.
        with _serving(server.url_of("bench_memory"), ROLES[0]):
            pass
        for roles in ROLES:
            with _serving(server.url_of("bench_memory"), roles) as pid:
                time.sleep(SETTLE_SECONDS)
                resident, own = _memory(pid)
            print(f"{roles:<18}{resident:>9}{own:>9}")
    print(f"to beat: {TO_BEAT_MIB} MiB for all roles in one process")


@contextmanager
def _serving(database: str, roles: str) -> "Iterator[int]":
    port = free_port("127.0.0.1", 8500)
    base = f"http://127.0.0.1:{port}"
    environ = {
        **os.environ,
        "DATABASE_URL": database,
        "DIRECTPAY_KEYS": new_key(),
        "PORT": str(port),
        "BASE_URL": base,
    }
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "app.cli", "serve", "--roles", roles]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(f"{base}/health/live")
            yield process.pid
        finally:
            process.terminate()


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            httpx.get(url, timeout=1)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    msg = f"{url} does not answer"
    raise SystemExit(msg)


def _memory(pid: int) -> tuple[int, int]:
    """Return what is resident and, of that, what no other process shares, in MiB."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    kib = {name: int(value.split()[0]) for name, value in (row.split(":", 1) for row in rows)}
    return kib["Rss"] // 1024, (kib["Private_Clean"] + kib["Private_Dirty"]) // 1024


if __name__ == "__main__":
    main()
