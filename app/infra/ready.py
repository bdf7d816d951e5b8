"""Statements made ready once: on quick ways, to make one costs as much as to run it."""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asyncpg import IntegrityConstraintViolationError
from sqlalchemy import Select, TextualSelect, Update
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.types import TypeEngine

from app.infra.defer import Driver
from app.kernel.ids import Ids

_DIALECT: Final = asyncpg.dialect()  # type: ignore[no-untyped-call]


class ConstraintBroken(Exception):
    """A *constraint* of the database, by its name, forbids a change."""

    def __init__(self, constraint: str | None) -> None:
        """Name the *constraint*."""
        super().__init__(constraint)
        self.constraint = constraint


class Ready:
    """
    A statement of SQLAlchemy's as the driver takes it: its text, its values in order, its rows.

    Values are converted as SQLAlchemy would. Rows are named tuples; what the driver reads needs no
    conversion: instants are in UTC, numbers are Decimal, JSON is decoded.
    """

    __slots__ = ("_constants", "_given", "_make", "takes", "text", "width")

    def __init__(self, statement: Select[Any] | TextualSelect | Update, *changed: str) -> None:
        """Make *statement* ready; *changed* are the columns that an update sets."""
        compiled: Any = statement.compile(dialect=_DIALECT, column_keys=list(changed) or None)
        self.text = str(compiled)
        self._constants: dict[str, Any] = compiled.params
        self._given = [(name, _writer(compiled.binds[name].type)) for name in compiled.positiontup]
        columns = () if isinstance(statement, Update) else statement.selected_columns
        self.takes, self.width = len(self._given), len(columns)
        row: Any = namedtuple("Row", [str(column.key) for column in columns], rename=True)  # type: ignore[misc]  # noqa: PYI024
        self._make: Callable[[Iterable[Any]], Any] = row._make

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Return *values* in the order and the types of the driver."""
        known = {**self._constants, **values}
        return [known[name] if write is None else write(known[name]) for name, write in self._given]

    def row(self, record: Iterable[Any]) -> Any:  # noqa: ANN401
        """Return one row that the driver has read, with the names of the columns."""
        return self._make(record)

    def rows(self, records: Iterable[Iterable[Any]]) -> list[Any]:
        """Return what the driver has read, with the names of the columns."""
        return [self._make(record) for record in records]


@dataclass(slots=True)
class Look:
    """
    A connection on which statements that were made ready run.

    *now* is when it was opened; *ids* makes identifiers.
    """

    driver: Driver
    now: datetime
    ids: Ids

    async def rows(self, ready: Ready, values: Mapping[str, Any]) -> list[Any]:
        """
        Run a statement that was made ready, and return its rows: the quick way.

        Raises ConstraintBroken when the database refuses what it would write.
        """
        try:
            records = await self.driver.fetch(ready.text, *ready.arguments(values))
        except IntegrityConstraintViolationError as error:
            raise ConstraintBroken(error.constraint_name) from error
        return ready.rows(records)

    async def row(self, ready: Ready, values: Mapping[str, Any]) -> Any | None:  # noqa: ANN401
        """Do as `rows` and return the first one, or None."""
        return next(iter(await self.rows(ready, values)), None)


def _writer(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    return kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)
