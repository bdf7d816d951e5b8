"""What is wrong with an operator file: place by place, all of it at once."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Kind, Problem

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at a *path* of the document: `("locations", 1, "evses", 0, "code")`."""

    path: Path
    reason: str


class OperatorFileInvalid(Problem):
    """The operator file cannot be imported; its detail has one line for each fault."""

    code: ClassVar[str] = "operator_file_invalid"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "The operator file is not valid"


def spelled(path: Path) -> str:
    """Return *path* as a person writes it: `locations[1].evses[0].code`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def parsed(text: str) -> Path:
    """Return the path that is written as `elements[0].restrictions`."""
    parts = text.replace("[", ".[").split(".")
    return tuple(int(part[1:-1]) if part.startswith("[") else part for part in parts if part)
