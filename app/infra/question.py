"""Questions of several contexts, of one row each, that the database answers in one round trip."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any, Final, Generic, TypeVar, overload

from app.infra.ready import Look, Ready
from app.kernel.errors import Problem

A = TypeVar("A")
B = TypeVar("B")

_PLACEHOLDER: Final = re.compile(r"\$(\d+)")
# The row of a question begins with true, so that a row of NULLs is told from no row.
_NOTHING: Final = "SELECT * FROM (SELECT) AS nothing"
_PART: Final = " LEFT JOIN (SELECT true, {name}.* FROM ({text}) AS {name}) AS {name} ON true"


@dataclass(frozen=True, slots=True)
class Question(Generic[A]):
    """A statement of one row at most, its values, and what its row (None: no row) means *now*."""

    ready: Ready
    values: Mapping[str, Any]
    read: Callable[[Any | None, datetime], A]


def needed(question: Question[A | None], missing: Problem) -> Question[A]:
    """Return *question* about what has to be there: where it is not, reading raises *missing*."""

    def read(row: Any | None, now: datetime) -> A:  # noqa: ANN401 - a row
        found = question.read(row, now)
        if found is None:
            raise missing
        return found

    return Question(question.ready, question.values, read)


async def answer(look: Look, question: Question[A]) -> A:
    """Return the answer to one question. Raises what reading it raises."""
    return question.read(await look.row(question.ready, question.values), look.now)


@overload
async def ask(look: Look, first: Question[A], second: Question[B], /) -> tuple[A, B]: ...


@overload
async def ask(look: Look, /, *questions: Question[Any]) -> tuple[Any, ...]: ...


async def ask(look: Look, /, *questions: Question[Any]) -> tuple[Any, ...]:
    """Return all answers, of one instant. Raises what reading them raises."""
    arguments = [each for one in questions for each in one.ready.arguments(one.values)]
    text = _together(tuple(one.ready for one in questions))
    record = (await look.driver.fetch(text, *arguments))[0]
    answers, begin = [], 0
    for one in questions:
        end = begin + 1 + one.ready.width
        row = one.ready.row(record[begin + 1 : end]) if record[begin] else None
        answers.append(one.read(row, look.now))
        begin = end
    return tuple(answers)


@cache
def _together(statements: tuple[Ready, ...]) -> str:
    """Return the statement whose one row has the rows of all *statements* beside each other."""
    parts, taken = [], 0
    for number, ready in enumerate(statements):
        text = _PLACEHOLDER.sub(partial(_moved, by=taken), ready.text)
        parts.append(_PART.format(text=text, name=f"part_{number}"))
        taken += ready.takes
    return _NOTHING + "".join(parts)


def _moved(place: re.Match[str], *, by: int) -> str:
    return f"${int(place[1]) + by}"
