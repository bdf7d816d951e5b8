"""A terminal, and what it is asked to do: for one EVSE at a time, of all that it serves."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Terminal:
    """
    A card terminal that serves *evse_uids*.

    *device* is what its *provider* calls it. *waits* says that prompts are answered when the card
    came, because the provider can't tell us by itself. *reading_id* and *reading_at* are of the
    card reading that is under way (the second tap), *quiet_until* is when it can be asked for
    something next, *say* what it has to show to whoever stands there.
    """

    operator_id: UUID
    terminal_id: str
    provider: str
    device: str
    name: str
    language: str
    waits: bool
    evse_uids: tuple[str, ...] = ()
    reading_id: UUID | None = None
    reading_at: datetime | None = None
    quiet_until: datetime | None = None
    say: "Say | None" = None


class Say(StrEnum):
    """What a terminal has to tell."""

    STARTED = "started"
    ENDED = "ended"
    UNKNOWN_CARD = "unknown_card"
    TAKEN = "taken"


class PromptState(StrEnum):
    """
    Where a prompt is.

    WAITING for its turn at the terminal, ASKING for a card, RUNNING while its journey does, OVER.
    """

    WAITING = "waiting"
    ASKING = "asking"
    RUNNING = "running"
    OVER = "over"


class PromptEnd(StrEnum):
    """Why a prompt is over."""

    SESSION_OVER = "session_over"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    TAKEN = "taken"
    CABLE_GONE = "cable_gone"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True)
class Prompt:
    """
    A card that is asked for at *terminal_id* for a session at *evse_uid*.

    *tries* counts the cards that were asked for. From the first ASKING on it has a payment, and the
    ids of the journey and session that begin when the payment is secured. The tariff is the one
    that holds when the card is asked for. *until* is when the terminal is told to ask no more,
    *say* what is to be shown about it.
    """

    prompt_id: UUID
    terminal_id: str
    evse_uid: str
    state: PromptState
    wished_at: datetime
    changed_at: datetime
    tries: int = 0
    until: datetime | None = None
    payment_id: UUID | None = None
    journey_id: UUID | None = None
    session_id: UUID | None = None
    tariff_id: str | None = None
    tariff_version: int | None = None
    rule_id: UUID | None = None
    variant: str = ""
    say: Say | None = None
    ended: PromptEnd | None = None
