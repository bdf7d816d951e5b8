"""What the commands share: a running loop, a file's bytes, a report's lines, answers to lines."""

import os
import sys
from collections.abc import Coroutine, Iterable
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


class Answer(Protocol):
    """The answer to a line: JSON, and one sentence of what is wrong, if anything is."""

    @property
    def text(self) -> bytes:
        """Return what goes to standard output."""

    @property
    def trouble(self) -> str | None:
        """Return what goes to standard error."""


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


def give(answers: Iterable[Answer]) -> None:
    """Write *answers* as they come, and end with status 1 where one of them tells of trouble."""
    wrong = 0
    try:
        for answer in answers:
            sys.stdout.buffer.write(answer.text + b"\n")
            if answer.trouble:
                wrong += 1
                sys.stderr.write(f"{answer.trouble}\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough, such as `head`; nothing is left to flush at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if wrong:
        sys.exit(1)
