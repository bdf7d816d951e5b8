"""What an audit found."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Invariant:
    """A statement that must be true: its *number* in the list, its *title*, the *sql* that asks."""

    number: int
    title: str
    sql: str


@dataclass(frozen=True, slots=True)
class Breach:
    """A row that breaks an invariant: whose it is (None: nobody's), which, and how."""

    number: int
    operator_id: UUID | None
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Checked:
    """An invariant that was asked: the first of its *breaches*, and how many there are."""

    invariant: Invariant
    breaches: tuple[Breach, ...]
    count: int
