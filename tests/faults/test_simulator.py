"""Ten thousand sessions with every fault of the matrix, and the bugs that must not hide in them."""

from random import Random

import pytest

from tests.faults.simulator.agenda import Agenda
from tests.faults.simulator.faults import Mutation, draw
from tests.faults.simulator.story import Breach, Outcome, Story, tell

SESSIONS = 10_000
BLOCK = 1_000
# What may be lost to charge points that lie, go deaf or never tell: per mille of what was charged.
WRITE_OFF_PERMILLE = 600
PROMPT_SECONDS = 60


@pytest.mark.parametrize("first", range(0, SESSIONS, BLOCK))
def test_no_fault_loses_money(first: int):
    """After every event and at rest the books agree; little is written off; money moves soon."""
    told = [tell(seed) for seed in range(first, first + BLOCK)]
    seconds = sorted(one.seconds for one in told if one.seconds is not None)

    assert lost(told) * 1000 < WRITE_OFF_PERMILLE * sum(one.charged for one in told)
    assert seconds[len(seconds) // 2] < PROMPT_SECONDS


def lost(told: list[Outcome]) -> int:
    """What nobody pays, in minor units."""
    return sum(one.written_off for one in told)


@pytest.mark.parametrize("mutation", Mutation)
def test_planted_bugs_are_found(mutation: Mutation):
    """Without the key, the sweeps, the stop of late starts or durable jobs the books break."""
    with pytest.raises(Breach, match="seed"):
        for seed in range(4_000):
            tell(seed, mutation)


def test_a_seed_tells_the_same_story():
    """A story can be told again, to the last event."""

    def log(seed: int) -> list[str]:
        chance = Random(seed)
        story = Story(draw(chance, seed), Agenda(chance))
        story.play()
        return story.agenda.log

    assert log(7) == log(7)
    assert log(7) != log(8)
