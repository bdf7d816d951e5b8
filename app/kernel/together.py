"""Group commit for anything: what is asked for while one answer is under way shares the next."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

MOST: Final = 500


class Together(Generic[Asked, Answer]):
    """
    Asks for many things at once.

    Nothing waits for company: the first question is asked at once, and those that come until it is
    answered go together.
    """

    def __init__(self, ask: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]]) -> None:
        """Let *ask* answer many questions, each in its place; it may raise for all of them."""
        self._ask = ask
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def __call__(self, question: Asked) -> Answer:
        """Return the answer to *question*, or raise what was raised for those asked with it."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_all(), name="ask together")
        return await future

    async def _ask_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            asking = asyncio.gather(self._ask([question for question, _ in batch]))
            await asyncio.wait([asking])
            error = asking.exception()
            if error is not None:
                _fail([future for _, future in batch], error)
                continue
            for (_, future), answer in zip(batch, asking.result()[0], strict=True):
                if not future.done():
                    future.set_result(answer)
        self._asking = None


def _fail(futures: Sequence["asyncio.Future[Answer]"], error: BaseException) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(error)
