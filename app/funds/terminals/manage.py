"""What an operator's programs may do at terminals: see how they are, prompt, and abort."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.charging.chargers.read import get_evse
from app.directpay.desk import Desk
from app.directpay.pay import free_the_socket
from app.funds.payments.ports import DeviceStatus, ProviderAccount
from app.funds.terminals import store
from app.funds.terminals.ask import account_at
from app.funds.terminals.errors import TerminalNotFound, TerminalOffline, TerminalServesAnother
from app.funds.terminals.model import Prompt, PromptEnd, PromptState, Terminal
from app.funds.terminals.reactors import give_up, wish
from app.infra.database import Work


@dataclass(frozen=True, slots=True)
class TerminalState:
    """
    A terminal, whether its provider reaches it (None: the provider does not say now), and prompts.

    *prompts* are those that are not over, the oldest first.
    """

    terminal: Terminal
    status: DeviceStatus | None
    prompts: tuple[Prompt, ...]


async def terminal_states(operator_id: UUID, *, desk: Desk) -> list[TerminalState]:
    """Return the operator's terminals as they are now, by id; each provider is asked once."""
    async with desk.database.work(operator_id) as work:
        terminals = await store.list_terminals(work)
        prompts = [await _open(work, each) for each in terminals]
        accounts = {each.provider: await account_at(work, each, desk) for each in terminals}
    seen = {
        provider: await _statuses(provider, account, desk) for provider, account in accounts.items()
    }
    return [
        TerminalState(each, _status(seen[each.provider], each), open_)
        for each, open_ in zip(terminals, prompts, strict=True)
    ]


async def prompt_terminal(
    terminal_id: str, evse_uid: str, *, operator_id: UUID, desk: Desk
) -> Prompt:
    """
    Let a terminal ask for a card for *evse_uid*, with or without a cable; return the prompt.

    One that waits or asks already is returned as it is. Raises TerminalNotFound,
    TerminalServesAnother, TerminalOffline, EvseNotFound, PointBusy, PointOffline, PointOutOfOrder.
    """
    async with desk.database.work(operator_id) as work:
        terminal = await _found(work, terminal_id)
        account = await account_at(work, terminal, desk)
    if evse_uid not in terminal.evse_uids:
        msg = "the terminal takes no payments for this charging point"
        raise TerminalServesAnother(msg, terminal=terminal_id, evse_uid=evse_uid)
    seen = await _statuses(terminal.provider, account, desk)
    if _status(seen, terminal) is DeviceStatus.OFFLINE:
        raise TerminalOffline("its provider does not reach it now", terminal=terminal_id)
    async with desk.database.work(operator_id) as work:
        known = await store.prompt_at(work, evse_uid)
        if known is not None:
            return known
        await free_the_socket(work, await get_evse(work, evse_uid))
        new = await wish(work, terminal_id, evse_uid)
        if new is not None:
            return new
        # Somebody was faster, and has it by now.
        known = await store.prompt_at(work, evse_uid)
        assert known is not None  # noqa: S101 - the index on prompts says so
        return known


async def abort_terminal(terminal_id: str, *, operator_id: UUID, desk: Desk) -> list[Prompt]:
    """
    End what a terminal asks for and what waits there; return those prompts.

    What was paid goes on; a card that is tapped meanwhile gets its money back. Nothing to end is
    no failure. Raises TerminalNotFound.
    """
    async with desk.database.work(operator_id) as work:
        terminal = await _found(work, terminal_id)
        ended = [
            each
            for each in await _open(work, terminal)
            if each.state in (PromptState.WAITING, PromptState.ASKING)
        ]
        for prompt in ended:
            await give_up(work, prompt, PromptEnd.CANCELLED)
    return ended


async def _found(work: Work, terminal_id: str) -> Terminal:
    terminal = await store.find_terminal(work, terminal_id)
    if terminal is None:
        raise TerminalNotFound("the operator has no such terminal", terminal=terminal_id)
    return terminal


async def _open(work: Work, terminal: Terminal) -> tuple[Prompt, ...]:
    found = await store.open_prompts(work, terminal.terminal_id)
    return tuple(each for each in found if each.state is not PromptState.OVER)


async def _statuses(
    provider: str, account: ProviderAccount | None, desk: Desk
) -> Mapping[str, DeviceStatus] | None:
    if account is None:
        return None
    seen = await desk.payments.devices[provider].status(account)
    return seen if isinstance(seen, Mapping) else None


def _status(seen: Mapping[str, DeviceStatus] | None, terminal: Terminal) -> DeviceStatus | None:
    """Return how a terminal is: one that its provider does not list is not reached."""
    return None if seen is None else seen.get(terminal.device, DeviceStatus.OFFLINE)
