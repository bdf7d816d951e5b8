"""Group commit for anything: what is asked for while one answer is under way shares the next."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Generic, TypeAlias, TypeVar

from app.kernel.errors import Kind, Problem

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
_Batch: TypeAlias = Sequence[tuple[Asked, "asyncio.Future[Answer]"]]

MOST: Final = 500


class Together(Generic[Asked, Answer]):
    """
    Asks for many things at once.

    Nothing waits for company: the first question is asked at once, and those that come until it is
    answered go together. A question that can't be answered fails alone: what failed together is
    asked once more, one by one, unless nobody is there to answer.
    """

    def __init__(self, ask: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]]) -> None:
        """
        Let *ask* answer many questions, each in its place.

        It may raise for all of them, and is then asked again: what it does may be done twice.
        """
        self._ask = ask
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def __call__(self, question: Asked) -> Answer:
        """Return the answer to *question*, or raise what was raised for it."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_all(), name="ask together")
        return await future

    async def _ask_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            error = await self._answer(batch)
            if error is None:
                continue
            if len(batch) == 1 or _is_away(error):
                _fail(batch, error)
                continue
            for one in batch:
                if (alone := await self._answer([one])) is not None:
                    _fail([one], alone)
        self._asking = None

    async def _answer(self, batch: "_Batch[Asked, Answer]") -> BaseException | None:
        """Ask what is in a *batch* and answer it; return what was raised instead, if anything."""
        asking = asyncio.gather(self._ask([question for question, _ in batch]))
        await asyncio.wait([asking])
        error = asking.exception()
        if error is None:
            for (_, future), answer in zip(batch, asking.result()[0], strict=True):
                if not future.done():
                    future.set_result(answer)
        return error


def _is_away(error: BaseException) -> bool:
    return isinstance(error, Problem) and error.kind is Kind.UNAVAILABLE


def _fail(batch: "_Batch[Any, Any]", error: BaseException) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
