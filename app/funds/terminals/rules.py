"""What a terminal does next: a pure function of what is asked of it and the time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.funds.terminals.model import Prompt, PromptState, Terminal

# How long a card is asked for. Adyen's terminals end by themselves after 150 seconds, Mollie's
# after 40; what is late by then is given back.
ASK_FOR: Final = timedelta(seconds=180)
# How often is looked up what a terminal does not tell by itself.
LOOK_WHILE_ASKING: Final = timedelta(seconds=5)
LOOK_WHILE_READING: Final = timedelta(seconds=20)
LOOK_WHILE_KEPT: Final = timedelta(seconds=30)
# A driver whose card was refused may try another; whoever only plugged in is not asked for ever.
MOST_TRIES: Final = 3
FORGET_WISH_AFTER: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Ask no more: somebody else began at the EVSE, or nobody came."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Drop:
    """Nobody is asked any more for this EVSE."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class StopReading:
    """Read no card: there is something else to do."""


@dataclass(frozen=True, slots=True)
class Show:
    """Show what there is to tell: of a *prompt*, or None: of the terminal itself."""

    prompt: Prompt | None


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for a card that pays."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Read:
    """Ask for a card without money: whoever charges may tap again to stop."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Do nothing before *until*; None: before something happens."""

    until: datetime | None


Deed = Withdraw | Drop | StopReading | Show | Ask | Read | Rest


@dataclass(frozen=True, slots=True)
class Standing:
    """
    All that a terminal has to do: its *prompts*, the oldest wish first.

    *taken* are those of its EVSEs for which a prompt waits or asks while somebody else's journey is
    under way there. *reads_cards* is what its device can do.
    """

    terminal: Terminal
    prompts: tuple[Prompt, ...]
    taken: frozenset[str] = frozenset()
    reads_cards: bool = True


def next_deed(standing: Standing, now: datetime) -> Deed:
    """
    Return what the terminal is to do.

    It asks for one card at a time. What is to be shown comes first, then who wants to pay, then
    the card of whoever charges.
    """
    asking = _first(standing.prompts, PromptState.ASKING)
    if asking is not None:
        return _while_asking(standing, asking, now)
    terminal = standing.terminal
    if terminal.quiet_until is not None and now < terminal.quiet_until:
        return Rest(terminal.quiet_until)
    for prompt in standing.prompts:
        if prompt.state is PromptState.WAITING and now >= prompt.wished_at + FORGET_WISH_AFTER:
            return Drop(prompt)
    wanted = _wanted(standing)
    if wanted is not None:
        return StopReading() if terminal.reading_id is not None else wanted
    return _while_charging(standing, now)


def _while_asking(standing: Standing, asking: Prompt, now: datetime) -> Deed:
    is_late = asking.until is not None and now >= asking.until
    if is_late or asking.evse_uid in standing.taken:
        return Withdraw(asking)
    return Rest(now + LOOK_WHILE_ASKING)


def _wanted(standing: Standing) -> Deed | None:
    """Return what is more urgent than the card of whoever charges, or None."""
    if standing.terminal.say is not None:
        return Show(None)
    for prompt in standing.prompts:
        if prompt.say is not None:
            return Show(prompt)
    for prompt in standing.prompts:
        if prompt.state is PromptState.WAITING and prompt.evse_uid not in standing.taken:
            return Ask(prompt)
    return None


def _while_charging(standing: Standing, now: datetime) -> Deed:
    is_reading = standing.terminal.reading_id is not None
    if not standing.reads_cards or _first(standing.prompts, PromptState.RUNNING) is None:
        return StopReading() if is_reading else _while_waiting(standing, now)
    return Rest(now + LOOK_WHILE_READING) if is_reading else Read()


def _while_waiting(standing: Standing, now: datetime) -> Rest:
    """Look again now and then at an EVSE that somebody else keeps; else rest."""
    kept = _first(standing.prompts, PromptState.WAITING) is not None
    return Rest(now + LOOK_WHILE_KEPT if kept else None)


def _first(prompts: Iterable[Prompt], state: PromptState) -> Prompt | None:
    return next((prompt for prompt in prompts if prompt.state is state), None)
