"""`make bench`: every benchmark after the other, each in a process of its own, bounded in time."""

import os
import platform
import signal
import subprocess
import sys
import time

# `lighthouse` needs Node.js, so it only runs when it is named.
BENCHMARKS = (
    "pages",
    "live",
    "start",
    "meter",
    "ocpp",
    "ocpi",
    "pricing",
    "money",
    "memory",
    "stickers",
    "api",
)
LIMIT_SECONDS = 300
# A million sessions are not made in a minute.
LONGER = {"api": 900}


def main() -> int:
    """Run them all, or those that are named, and return how many failed."""
    names = sys.argv[1:] or BENCHMARKS
    print(_machine(), flush=True)
    failed = [name for name in names if not _is_done(name)]
    if failed:
        print("failed:", *failed, file=sys.stderr)
    return len(failed)


def _is_done(name: str) -> bool:
    print(f"\n=== {name}, load {_load()}", flush=True)
    begun, limit = time.monotonic(), LONGER.get(name, LIMIT_SECONDS)
    with subprocess.Popen([sys.executable, "-m", f"bench.{name}"]) as process:
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            print(f"not done within {limit} s", file=sys.stderr)
            process.send_signal(signal.SIGINT)  # it stops the servers that it has started
            return False
    print(f"    ({int(time.monotonic() - begun)} s)", flush=True)
    return status == 0


def _machine() -> str:
    """Return what the figures were measured on: without it they say nothing."""
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    return (
        f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, {os.cpu_count()} cores, {gib} GiB,"
        f" {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def _load() -> str:
    """Return the load of the machine: figures of a busy one are too high."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


if __name__ == "__main__":
    sys.exit(main())
