"""Look after a terminal: what happened there, and what it does next."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.directpay.authorised.live import is_taken
from app.directpay.desk import Desk
from app.funds.payments.ports import (
    CardSeen,
    Declined,
    NotSent,
    ProviderAccount,
    StillAsking,
)
from app.funds.terminals import store
from app.funds.terminals.ask import account_at
from app.funds.terminals.deeds import AFTER_TROUBLE, Place, carry_out
from app.funds.terminals.look import device_of, look, reading_of
from app.funds.terminals.model import PromptState, Terminal
from app.funds.terminals.rules import Rest, Standing, next_deed
from app.infra.database import EVERY_OPERATOR, Database, Work

TEND: Final = "terminals.tend"
_UNPAID: Final = (PromptState.WAITING, PromptState.ASKING)
_MOST_DEEDS: Final = 10
_SWEEP_MOST: Final = 200
# If a job is lost, the terminal comes back after this long.
_AGAIN: Final = timedelta(seconds=30)


def defer_tending(work: Work, operator_id: UUID, terminal_id: str) -> None:
    """Step: enqueue `tend`; one that waits already is enough, and two never overlap."""
    name = f"{operator_id}:{terminal_id}"
    work.defer(
        TEND,
        lock=f"terminal:{name}",
        queueing_lock=f"{TEND}:{name}",
        operator_id=operator_id,
        terminal_id=terminal_id,
    )


async def sweep_terminals(*, database: Database) -> int:
    """Tend every terminal whose hour has come; return how many."""
    async with database.work(EVERY_OPERATOR) as work:
        due = await store.claim_due(work, work.now + _AGAIN, _SWEEP_MOST)
        for operator_id, terminal_id in due:
            defer_tending(work, operator_id, terminal_id)
    return len(due)


async def tend(terminal_id: str, *, operator_id: UUID, desk: Desk) -> None:
    """Find out what happened at a terminal, and let it do what comes next. Safe to repeat."""
    async with desk.database.work(operator_id) as work:
        terminal = await store.find_terminal(work, terminal_id)
        # Should this break off, the sweep comes back to it.
        await store.save_terminal(work, terminal_id, look_at=work.now + _AGAIN)
    if terminal is None:
        return
    await look(terminal, desk=desk)
    for _ in range(_MOST_DEEDS):
        async with desk.database.work(operator_id) as work:
            found = await _standing(work, terminal_id, desk)
            if found is None:
                return
            deed = next_deed(found[0], work.now)
            if isinstance(deed, Rest):
                await store.save_terminal(work, terminal_id, look_at=deed.until)
                return
        await carry_out(deed, Place(found[0].terminal, found[1], desk))


async def read_card(terminal_id: str, reading_id: UUID, *, operator_id: UUID, desk: Desk) -> None:
    """
    Ask a terminal for a card without money; what it answers is found out by `tend`.

    Run again after a crash it looks first: a terminal that reads already would call itself busy.
    """
    terminal = await _terminal(terminal_id, operator_id, desk)
    if terminal is None or terminal.reading_id != reading_id:
        return
    prompt, outcome = reading_of(terminal), None
    async with desk.database.work(operator_id) as work:
        account = await account_at(work, terminal, desk)
    if account is not None and prompt is not None:
        device = device_of(terminal, desk)
        known = await device.card_of(account, prompt)
        if isinstance(known, StillAsking | CardSeen):
            return
        outcome = await device.read_card(account, prompt, waits=terminal.waits)
    async with desk.database.work(operator_id) as work:
        if outcome is None or isinstance(outcome, Declined | NotSent):
            await store.end_reading(work, terminal_id, reading_id)
            again = work.now + AFTER_TROUBLE
            await store.save_terminal(work, terminal_id, quiet_until=again)
        if terminal.waits or outcome is None or isinstance(outcome, Declined | NotSent):
            defer_tending(work, operator_id, terminal_id)


async def _terminal(terminal_id: str, operator_id: UUID, desk: Desk) -> Terminal | None:
    async with desk.database.work(operator_id) as work:
        return await store.find_terminal(work, terminal_id)


async def _standing(
    work: Work, terminal_id: str, desk: Desk
) -> tuple[Standing, ProviderAccount | None] | None:
    terminal = await store.find_terminal(work, terminal_id)
    if terminal is None:
        return None
    device = device_of(terminal, desk)
    prompts = await store.open_prompts(work, terminal_id)
    wanted = {each.evse_uid for each in prompts if each.state in _UNPAID}
    taken = {each for each in wanted if await is_taken(work, each)}
    standing = Standing(terminal, prompts, frozenset(taken), reads_cards=device.reads_cards)
    return standing, await account_at(work, terminal, desk)
