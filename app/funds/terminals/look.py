"""Find out what happened at a terminal: how a payment went, or which card was shown."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.directpay.advance import tell
from app.directpay.desk import Desk
from app.directpay.news import StopAsked
from app.funds.payments.model import Payment
from app.funds.payments.ports import CardSeen, NoCard, PromptDevice, PromptName, ProviderAccount
from app.funds.payments.refresh import refresh_payment
from app.funds.payments.steps import get_payment
from app.funds.terminals import store
from app.funds.terminals.ask import account_at
from app.funds.terminals.model import Prompt, PromptState, Say, Terminal
from app.infra.database import Work

# A card that the terminal has not told us of by then has no name that we could know it by.
_CARD_KNOWN_WITHIN: Final = timedelta(minutes=2)


async def look(terminal: Terminal, *, desk: Desk) -> None:
    """
    Ask what became of what *terminal* was told to do, and let it have its effect. Safe to repeat.

    What a payment comes to is told as events of payments; a card that was read stops the session
    that it pays.
    """
    async with desk.database.work(terminal.operator_id) as work:
        prompts = await store.open_prompts(work, terminal.terminal_id)
        account = await account_at(work, terminal, desk)
        wanted = [each for each in prompts if await _is_unclear(work, each, terminal, desk)]
    for prompt in wanted:
        if prompt.payment_id is not None:
            await refresh_payment(
                prompt.payment_id, operator_id=terminal.operator_id, desk=desk.payments
            )
    if account is not None and terminal.reading_id is not None:
        await _look_at_card(terminal, account, desk)


def reading_of(terminal: Terminal) -> PromptName | None:
    """Return the name of the card reading that is under way, or None."""
    if terminal.reading_id is None or terminal.reading_at is None:
        return None
    return PromptName(terminal.device, f"reading:{terminal.reading_id}", terminal.reading_at)


def device_of(terminal: Terminal, desk: Desk) -> PromptDevice:
    """Return what speaks to the terminals of this provider."""
    return desk.payments.devices[terminal.provider]


async def _is_unclear(work: Work, prompt: Prompt, terminal: Terminal, desk: Desk) -> bool:
    """Tell whether it is not known how a payment went, or not yet which card paid."""
    if prompt.state is PromptState.ASKING:
        return True
    if prompt.state is not PromptState.RUNNING or not device_of(terminal, desk).reads_cards:
        return False
    is_new = work.now < prompt.changed_at + _CARD_KNOWN_WITHIN
    return is_new and (await _payment(work, prompt)).fingerprint is None


async def _look_at_card(terminal: Terminal, account: ProviderAccount, desk: Desk) -> None:
    prompt = reading_of(terminal)
    assert prompt is not None  # noqa: S101 - see above
    assert terminal.reading_id is not None  # noqa: S101
    seen = await device_of(terminal, desk).card_of(account, prompt)
    if not isinstance(seen, CardSeen | NoCard):
        return
    async with desk.database.work(terminal.operator_id) as work:
        is_first = await store.end_reading(work, terminal.terminal_id, terminal.reading_id)
        if is_first and isinstance(seen, CardSeen):
            await _tapped(work, terminal, seen)


async def _tapped(work: Work, terminal: Terminal, card: CardSeen) -> None:
    """Stop what the *card* pays, the oldest session first; another card stops nothing."""
    journey_id = await _journey_of(work, terminal, card)
    if journey_id is not None:
        await tell(work, journey_id, StopAsked())
    else:
        await store.save_terminal(work, terminal.terminal_id, say=Say.UNKNOWN_CARD)


async def _journey_of(work: Work, terminal: Terminal, card: CardSeen) -> UUID | None:
    for prompt in await store.open_prompts(work, terminal.terminal_id):
        if prompt.state is not PromptState.RUNNING:
            continue
        if (await _payment(work, prompt)).fingerprint == card.fingerprint:
            return prompt.journey_id
    return None


async def _payment(work: Work, prompt: Prompt) -> Payment:
    assert prompt.payment_id is not None  # noqa: S101 - what runs was paid
    return await get_payment(work, prompt.payment_id)
