"""Questions that come at the same time are asked together."""

import asyncio
from collections.abc import Sequence

import pytest

from app.infra.database import DatabaseUnavailable
from app.kernel.together import MOST, Together


class Oracle:
    """Doubles numbers, some time after it was asked; a negative one makes it fail."""

    def __init__(self) -> None:
        """Remember what it was asked at once."""
        self.asked: list[list[int]] = []

    async def ask(self, numbers: Sequence[int]) -> list[int]:
        """Answer all."""
        self.asked.append(list(numbers))
        await asyncio.sleep(0.01)
        if min(numbers) < 0:
            raise ValueError("a negative number")
        return [2 * number for number in numbers]


async def test_each_gets_its_own_answer():
    """Whatever was asked beside it, twice the same question included."""
    oracle = Oracle()
    together = Together(oracle.ask)
    answers = await asyncio.gather(*(together(number) for number in (3, 1, 2, 1)))

    assert [6, 2, 4, 2] == answers
    assert [[3, 1, 2, 1]] == oracle.asked


async def test_what_comes_meanwhile_goes_next():
    """Nothing waits for company, and no batch is larger than the largest."""
    oracle = Oracle()
    together = Together(oracle.ask)
    first = asyncio.create_task(together(1))
    await asyncio.sleep(0.005)
    others = [asyncio.create_task(together(number)) for number in range(MOST + 1)]
    await asyncio.gather(first, *others)

    assert [1, MOST, 1] == [len(batch) for batch in oracle.asked]


async def test_a_question_that_fails_fails_alone():
    """What was asked beside it is asked once more, one by one."""
    oracle = Oracle()
    together = Together(oracle.ask)
    answers = await asyncio.gather(together(1), together(-1), return_exceptions=True)

    assert [2, ValueError] == [answers[0], type(answers[1])]
    assert [[1, -1], [1], [-1]] == oracle.asked
    assert 4 == await together(2)


async def test_when_nobody_is_there_to_answer_all_fail_at_once():
    """A database that is away is not asked five hundred times, one after the other."""
    asked = []

    async def nobody(questions: Sequence[int]) -> list[int]:
        asked.append(list(questions))
        raise DatabaseUnavailable("away")

    together = Together(nobody)
    answers = await asyncio.gather(together(1), together(2), return_exceptions=True)

    assert [DatabaseUnavailable, DatabaseUnavailable] == [type(answer) for answer in answers]
    assert [[1, 2]] == asked


async def test_who_gives_up_takes_nobody_along():
    """One that is cancelled leaves the answers of the others."""
    together = Together(Oracle().ask)
    gone, stays = (asyncio.create_task(together(number)) for number in (1, 2))
    await asyncio.sleep(0.005)
    gone.cancel()

    assert 4 == await stays
    with pytest.raises(asyncio.CancelledError):
        await gone
