"""The outside world of the demo: provider, mailbox and charge points as processes of their own."""

import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.kernel.errors import Kind, Problem

_PATIENCE_SECONDS: Final = 20
_STOP_SECONDS: Final = 5


class NeighbourTrouble(Problem):
    """A process of the outside world does not run."""

    code = "neighbour_trouble"
    kind = Kind.UNAVAILABLE
    title = "A part of the demo does not start"


@dataclass(slots=True)
class Neighbours:
    """Processes that live as long as this one, each with a log in *logs*."""

    logs: Path
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> None:
        """Start `python -m app.sandbox.<name>`; Ctrl-C of the terminal does not reach it."""
        self.logs.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "app.sandbox.leash", f"app.sandbox.{name}", *arguments]
        with (self.logs / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own modules
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=Path(__file__).parent.parent,
            )

    def wait_for(self, name: str, host: str, port: int) -> None:
        """Wait until *name* listens; raise NeighbourTrouble when it ends before, or is too slow."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not _answers(host, port):
            ended = self._running[name].poll() is not None
            if ended or time.monotonic() > deadline:
                what = "ended" if ended else "does not answer"
                log = self.logs / f"{name}.log"
                raise NeighbourTrouble(f"The sandbox's {name} {what}. Its log is {log}.")
            time.sleep(0.02)  # seconds

    def stop(self, name: str) -> None:
        """End *name*, politely at first."""
        process = self._running.pop(name, None)
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def stop_all(self) -> None:
        """End every process, the last one started first."""
        for name in reversed(tuple(self._running)):
            self.stop(name)


def free_port(host: str, wanted: int) -> int:
    """Return *wanted*, or when it is taken any port that is free on *host*."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise NeighbourTrouble(f"No port is free on {host}.")


def own_address() -> str:
    """Return this machine's address in its network; raise NeighbourTrouble when it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the system only says which of its addresses it would use.
            probe.connect(("192.0.2.1", 9))
        except OSError as error:
            raise NeighbourTrouble("This machine is in no network: run without LAN=1.") from error
        address: str = probe.getsockname()[0]
        return address


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
