"""What the embedded commands share: a running loop, a file's bytes, and a report's lines."""

import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Protocol

from app.serving import runner
from app.settings import SettingsError


class Report(Protocol):
    """Lines to print, and whether what they tell is fine."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Return what is printed."""

    @property
    def is_fine(self) -> bool:
        """Tell whether the command ends with status 0."""


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - what it returns
    """Run *coroutine* on the fastest loop that is installed."""
    with runner() as loop:
        return loop.run(coroutine)


def read(path: Path) -> bytes:
    """Return the bytes of the file at *path*. Raises SettingsError with the system's reason."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error


def tell(report: Report) -> None:
    """Print *report*, and end with status 1 where it is not fine."""
    print(*report.lines, sep="\n")
    if not report.is_fine:
        sys.exit(1)
