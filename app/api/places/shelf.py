"""Answers about places, kept for a moment: what many look at together is looked up once."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import msgspec

from app.api.answers import Made
from app.infra.kept.values import Kept

# As long as the scan page keeps a socket's state.
LASTS: Final = timedelta(seconds=1)
# A page of a hundred locations is 140 kB.
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """*what* somebody wants to know, of which operator and for whom, and how to *find* it."""

    what: Hashable
    find: Callable[[], Awaitable[msgspec.Struct]] = field(compare=False)


class Shelf:
    """The answers of one process; who asks for the same meanwhile waits with it."""

    def __init__(self, lasts: timedelta) -> None:
        """Keep each answer for as long as it *lasts*."""
        self._kept: Kept[Asked, Made] = Kept(_made, lambda _: lasts, most=_MOST)

    async def get(self, what: Hashable, find: Callable[[], Awaitable[msgspec.Struct]]) -> Made:
        """Return the answer to *what*, which `find` finds. Raises what that raises."""
        return await self._kept.get(Asked(what, find))


async def _made(asked: Asked) -> Made:
    return Made.of(await asked.find())
