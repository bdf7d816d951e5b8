"""What callers send and get back about terminals."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from litestar.params import PathParameter
from msgspec import Meta, Struct

from app.funds.terminals.manage import TerminalState
from app.funds.terminals.model import Prompt

TerminalId = Annotated[
    str,
    PathParameter(pattern="^[0-9A-Za-z_.-]{1,36}$", description="The id of the terminal."),
]


class PromptOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """For which charging point a card is to be asked for."""

    evse_uid: Annotated[str, Meta(min_length=1, max_length=36)]


class PromptView(Struct, frozen=True):
    """
    A card that is asked for.

    *state* is `waiting` (for its turn at the terminal), `asking`, `running` (paid, and a session
    runs or begins) or `over`; *until* is when the terminal asks no more.
    """

    id: UUID
    evse_uid: str
    state: str
    wished_at: datetime
    until: datetime | None


class TerminalView(Struct, frozen=True):
    """
    A terminal: *status* is `online` or `offline`, null while its provider does not say.

    *prompts* are those that are not over, the oldest first.
    """

    id: str
    name: str
    provider: str
    device: str
    evse_uids: tuple[str, ...]
    status: str | None
    prompts: tuple[PromptView, ...]


class Terminals(Struct, frozen=True):
    """An operator's terminals, by id."""

    terminals: tuple[TerminalView, ...]


class Prompts(Struct, frozen=True):
    """Prompts, the oldest first."""

    prompts: tuple[PromptView, ...]


def prompt_view(prompt: Prompt) -> PromptView:
    """Return *prompt* as it is sent."""
    return PromptView(
        prompt.prompt_id, prompt.evse_uid, prompt.state, prompt.wished_at, prompt.until
    )


def terminal_view(state: TerminalState) -> TerminalView:
    """Return a terminal as it is sent."""
    terminal = state.terminal
    return TerminalView(
        id=terminal.terminal_id,
        name=terminal.name,
        provider=terminal.provider,
        device=terminal.device,
        evse_uids=terminal.evse_uids,
        status=state.status,
        prompts=tuple(prompt_view(each) for each in state.prompts),
    )


PROMPT_ORDER = PromptOrder("AMS-KADE-1")
PROMPT = PromptView(
    id=UUID("019cadc7-88c8-7014-94c0-0b38c8360b84"),
    evse_uid="AMS-KADE-1",
    state="asking",
    wished_at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    until=datetime(2026, 11, 23, 10, 3, tzinfo=UTC),
)
PROMPTS = Prompts((PROMPT,))
TERMINALS = Terminals(
    (
        TerminalView(
            id="kade",
            name="Voorbeeldkade, at the ramp",
            provider="adyen",
            device="V400m-324688179",
            evse_uids=("AMS-KADE-1", "AMS-KADE-2"),
            status="online",
            prompts=(PROMPT,),
        ),
    )
)
