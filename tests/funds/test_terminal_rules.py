"""What a terminal does next, case by case and as properties."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.funds.terminals.model import Prompt, PromptState, Say, Terminal
from app.funds.terminals.rules import (
    FORGET_WISH_AFTER,
    LOOK_WHILE_ASKING,
    LOOK_WHILE_KEPT,
    LOOK_WHILE_READING,
    Ask,
    Deed,
    Drop,
    Read,
    Rest,
    Show,
    Standing,
    StopReading,
    Withdraw,
    next_deed,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
IDLE = Terminal(UUID(int=1), "t", "adyen", "V400m-1", "Ramp", "en", waits=False)
READING = replace(IDLE, reading_id=UUID(int=9), reading_at=NOW)


def prompt(number: int, state: PromptState, **changes: object) -> Prompt:
    """A prompt for an EVSE of its own."""
    plain = Prompt(UUID(int=number), "t", f"E{number}", state, NOW, NOW, until=NOW + MINUTE)
    return replace(plain, **changes)  # type: ignore[arg-type]


WAITS, ASKS, RUNS, OVER = (prompt(number, state) for number, state in enumerate(PromptState, 1))
NEWS = replace(RUNS, say=Say.STARTED)


@pytest.mark.parametrize(
    ("standing", "deed"),
    [
        (Standing(IDLE, ()), Rest(None)),
        (Standing(IDLE, (WAITS,)), Ask(WAITS)),
        (Standing(IDLE, (WAITS,), frozenset({"E1"})), Rest(NOW + LOOK_WHILE_KEPT)),
        (Standing(IDLE, (WAITS, ASKS)), Rest(NOW + LOOK_WHILE_ASKING)),
        (Standing(IDLE, (ASKS,), frozenset({"E2"})), Withdraw(ASKS)),
        (Standing(IDLE, (RUNS,)), Read()),
        (Standing(IDLE, (RUNS,), reads_cards=False), Rest(None)),
        (Standing(READING, (RUNS,)), Rest(NOW + LOOK_WHILE_READING)),
        (Standing(READING, ()), StopReading()),
        (Standing(READING, (RUNS, WAITS)), StopReading()),
        (Standing(READING, (NEWS,)), StopReading()),
        (Standing(IDLE, (NEWS, WAITS)), Show(NEWS)),
        (Standing(replace(IDLE, say=Say.TAKEN), (NEWS,)), Show(None)),
        (Standing(replace(IDLE, quiet_until=NOW + MINUTE), (WAITS,)), Rest(NOW + MINUTE)),
        (Standing(replace(IDLE, quiet_until=NOW), (WAITS,)), Ask(WAITS)),
    ],
)
def test_what_comes_next(standing: Standing, deed: Deed):
    """One case of each."""
    assert deed == next_deed(standing, NOW)


def test_a_prompt_ends_by_the_clock():
    """Who asks too long is withdrawn, who waits too long is dropped."""
    assert Withdraw(ASKS) == next_deed(Standing(IDLE, (ASKS,)), NOW + MINUTE)
    assert Drop(WAITS) == next_deed(Standing(IDLE, (WAITS,)), NOW + FORGET_WISH_AFTER)


prompts = st.lists(
    st.builds(
        prompt,
        st.integers(1, 9),
        st.sampled_from([PromptState.WAITING, PromptState.RUNNING, PromptState.OVER]),
        say=st.sampled_from([None, Say.STARTED, Say.ENDED]),
    ),
    max_size=6,
    unique_by=lambda one: one.prompt_id,
)
standings = st.builds(
    Standing,
    st.sampled_from([IDLE, READING, replace(IDLE, say=Say.UNKNOWN_CARD)]),
    prompts.map(tuple),
    st.frozensets(st.sampled_from([f"E{number}" for number in range(1, 10)])),
    reads_cards=st.booleans(),
)


@given(standings, st.booleans())
def test_one_card_at_a_time(standing: Standing, asks: bool):  # noqa: FBT001
    """While a card is asked for or read, nothing else is asked or shown."""
    if asks:
        standing = replace(standing, prompts=(*standing.prompts, ASKS))
    deed = next_deed(standing, NOW)

    if asks:
        assert isinstance(deed, Withdraw | Rest)
    if standing.terminal.reading_id is not None:
        assert not isinstance(deed, Ask | Show | Read)


@given(standings)
def test_deeds_come_to_an_end(standing: Standing):
    """Doing what is said, again and again, leads to rest: no terminal is busy with itself."""
    for _ in range(30):
        deed = next_deed(standing, NOW)
        if isinstance(deed, Rest):
            return
        standing = done(standing, deed)
    raise AssertionError(standing)


def done(standing: Standing, deed: Deed) -> Standing:
    """What stands after a deed."""
    match deed:
        case StopReading():
            return replace(standing, terminal=replace(standing.terminal, reading_id=None))
        case Read():
            return replace(standing, terminal=READING)
        case Show(None):
            return replace(standing, terminal=replace(standing.terminal, say=None))
        case Show(shown) if shown is not None:
            return _with(standing, shown, replace(shown, say=None))
        case Ask(asked):
            return _with(standing, asked, replace(asked, state=PromptState.ASKING))
        case Withdraw(asked) | Drop(asked):
            return _with(standing, asked, replace(asked, state=PromptState.OVER, say=None))
        case _:
            raise AssertionError(deed)


def _with(standing: Standing, before: Prompt, after: Prompt) -> Standing:
    changed = tuple(after if each == before else each for each in standing.prompts)
    return replace(standing, prompts=changed)
