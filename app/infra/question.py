"""Questions of several contexts, of one row each, that the database answers in one round trip."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, Generic, TypeVar

from app.infra.ready import Look, Ready

A = TypeVar("A")
B = TypeVar("B")

_PLACEHOLDER: Final = re.compile(r"\$(\d+)")
# The row of a question begins with true, so that a row of NULLs is told from no row.
_BOTH: Final = (
    "SELECT * FROM (SELECT) AS nothing"
    " LEFT JOIN (SELECT true, first.* FROM ({first}) AS first) AS first ON true"
    " LEFT JOIN (SELECT true, second.* FROM ({second}) AS second) AS second ON true"
)


@dataclass(frozen=True, slots=True)
class Question(Generic[A]):
    """A statement of one row at most, its values, and what its row (None: no row) means *now*."""

    ready: Ready
    values: Mapping[str, Any]
    read: Callable[[Any | None, datetime], A]


async def ask(look: Look, first: Question[A], second: Question[B]) -> tuple[A, B]:
    """Return both answers, of one instant. Raises what reading them raises."""
    arguments = [*first.ready.arguments(first.values), *second.ready.arguments(second.values)]
    record = (await look.driver.fetch(_both(first.ready, second.ready), *arguments))[0]
    end = first.ready.width + 1
    return (
        first.read(first.ready.row(record[1:end]) if record[0] else None, look.now),
        second.read(second.ready.row(record[end + 1 :]) if record[end] else None, look.now),
    )


@cache
def _both(first: Ready, second: Ready) -> str:
    def after_first(place: re.Match[str]) -> str:
        return f"${int(place[1]) + first.takes}"

    return _BOTH.format(first=first.text, second=_PLACEHOLDER.sub(after_first, second.text))
