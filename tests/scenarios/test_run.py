"""`make run` as a newcomer sees it: it starts, serves, stops in order, and loses nothing."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.xdist_group("run")


@pytest.fixture
def state() -> Iterator[Path]:
    """A folder for the state that the database's user can enter."""
    made = Path(tempfile.mkdtemp(prefix="directpay-run-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


class Run:
    """One `directpay demo` in a process of its own."""

    def __init__(self, state: Path, port: int) -> None:
        """Start it."""
        self.address = f"http://127.0.0.1:{port}"
        clean = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "demo"],
            cwd=ROOT,
            env={**clean, "DIRECTPAY_STATE": str(state), "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait(self, seconds: int = 60) -> None:
        """Wait until it is ready for drivers."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.address}/health/ready", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        self.process.kill()
        pytest.fail(f"did not start: {self.process.communicate()[0]}")

    def end(self, how: signal.Signals) -> tuple[int, str]:
        """Send a signal and return the exit status and all that was printed."""
        self.process.send_signal(how)
        printed, _ = self.process.communicate(timeout=30)
        return self.process.returncode, printed


def free_port() -> int:
    """A port that nobody has now, with room for those after it."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port < 60_000:
            return port


def left_over(state: Path) -> list[str]:
    """Return the command lines of processes that still know the folder."""
    lines = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(state) in command:
            lines.append(command)
    return lines


def test_it_starts_serves_stops_and_starts_again(state: Path):
    """Ctrl-C stops every process; the next start shows the same operator and the same data."""
    port = free_port()
    run = Run(state, port)
    run.wait()
    first = httpx.get(f"{run.address}/c/KADE22")
    status, printed = run.end(signal.SIGINT)
    after_the_stop = left_over(state)
    again = Run(state, port)
    before = time.monotonic()
    again.wait()
    seconds = time.monotonic() - before
    second = httpx.get(f"{again.address}/c/KADE22")
    again.end(signal.SIGTERM)

    assert (200, 200) == (first.status_code, second.status_code)
    assert 0 == status
    assert f"{run.address}/c/KADE22" in printed
    assert [] == after_the_stop
    assert [] == left_over(state)
    assert seconds < 45  # 5 on a machine with nothing else to do
    assert not re.search("Traceback|Error", printed)


def test_killed_it_leaves_nothing_that_disturbs(state: Path):
    """After kill -9 the outside world ends by itself, and the next start finds the database."""
    port = free_port()
    run = Run(state, port)
    run.wait()
    run.end(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while [c for c in left_over(state) if "sandbox" in c] and time.monotonic() < deadline:
        time.sleep(0.1)
    neighbours = [c for c in left_over(state) if "app.sandbox" in c]
    again = Run(state, port)
    again.wait()
    page = httpx.get(f"{again.address}/c/KADE22")
    again.end(signal.SIGINT)

    assert [] == neighbours
    assert 200 == page.status_code
    assert [] == left_over(state)


def test_a_taken_port_gets_a_sentence(state: Path):
    """It says which port is taken and how to choose another, and starts nothing."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = Run(state, port)
        printed, _ = run.process.communicate(timeout=60)

    assert 1 == run.process.returncode
    assert f"Cannot serve on 127.0.0.1:{port}" in printed
    assert f"PORT={port + 10}" in printed
    assert 1 == len(printed.strip().splitlines())


def test_a_broken_database_gets_a_sentence(state: Path):
    """It says that PostgreSQL does not start, why, and where its log is."""
    port = free_port()
    run = Run(state, port)
    run.wait()
    run.end(signal.SIGINT)
    (state / "postgres" / "data" / "global" / "pg_control").unlink()
    broken = Run(state, port)
    printed, _ = broken.process.communicate(timeout=60)

    assert 1 == broken.process.returncode
    assert re.search(r"PostgreSQL does not start \(.*\)\. Its log is .*postgres/log\.", printed)
    assert "Traceback" not in printed
    assert [] == left_over(state)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("DATABASE_URL", "mysql://x"),
        ("DIRECTPAY_KEYS", "short"),
        ("MAIL_URL", "x"),
    ],
)
def test_a_wrong_setting_names_its_variable(state: Path, name: str, value: str):
    """One sentence that names the variable, and no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "serve"],
        cwd=ROOT,
        env={**os.environ, "DIRECTPAY_STATE": str(state), name: value},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert 1 == done.returncode
    assert done.stderr.startswith(name)
    assert 1 == len(done.stderr.splitlines())
