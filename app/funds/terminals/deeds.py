"""What a terminal is made to do, deed by deed."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, assert_never

from app.charging.chargers.errors import EvseNotFound
from app.charging.chargers.model import EvseStatus
from app.charging.chargers.read import get_evse
from app.directpay.authorised.live import is_taken, read_journey
from app.directpay.desk import Desk
from app.directpay.letters.links import PageLinks
from app.directpay.model import Ended
from app.funds.payments.ports import Accepted, PromptDevice, ProviderAccount
from app.funds.payments.steps import lock_payments_of, request_return
from app.funds.terminals import store
from app.funds.terminals.ask import ask
from app.funds.terminals.look import device_of, reading_of
from app.funds.terminals.model import Prompt, PromptEnd, PromptState, Terminal
from app.funds.terminals.rules import Ask, Deed, Drop, Read, Rest, Show, StopReading, Withdraw
from app.funds.terminals.screen import Charge, screen_of
from app.infra.database import Database, Work

READ_CARD: Final = "terminals.read_card"
# So long a driver has to read the screen, or the terminal to become free.
SHOWN_FOR: Final = timedelta(seconds=15)
SETTLES_IN: Final = timedelta(seconds=2)
AFTER_TROUBLE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a deed is done: the terminal, the account that it takes money for, and the desk."""

    terminal: Terminal
    account: ProviderAccount | None
    desk: Desk

    @property
    def device(self) -> PromptDevice:
        """Return what speaks to the terminal."""
        return device_of(self.terminal, self.desk)

    @property
    def database(self) -> Database:
        """Return the database."""
        return self.desk.database


async def carry_out(deed: Deed, place: Place) -> None:
    """Do what `next_deed` said, at the terminal and in the database. Safe to repeat."""
    match deed:
        case Withdraw(prompt):
            await _withdraw(prompt, place)
        case Drop(prompt):
            async with place.database.work(place.terminal.operator_id) as work:
                await store.save_prompt(work, prompt, _over(prompt, PromptEnd.EXPIRED))
        case StopReading():
            await _stop_reading(place)
        case Show(prompt):
            await _show(prompt, place)
        case Ask(prompt):
            async with place.database.work(place.terminal.operator_id) as work:
                await ask(work, place.terminal, prompt, desk=place.desk)
        case Read():
            await _read(place)
        case Rest():
            raise AssertionError("resting is no deed")
        case _:
            assert_never(deed)


async def _withdraw(prompt: Prompt, place: Place) -> None:
    """Give the money back that may come, and ask no more; again later where there is a driver."""
    assert prompt.session_id is not None  # noqa: S101 - what asks has a payment
    async with place.database.work(place.terminal.operator_id) as work:
        # The payment first: who secures it holds its row while the journey begins.
        payments = await lock_payments_of(work, prompt.session_id)
        now = await store.find_prompt(work, prompt.prompt_id)
        if now is None or now.state is not PromptState.ASKING:
            return
        for payment in payments:
            await request_return(work, payment.payment_id)
        await store.save_prompt(work, now, await _after(work, now))
        await _rest(work, place, SETTLES_IN)


async def _after(work: Work, prompt: Prompt) -> Prompt:
    """Return what becomes of a prompt that is withdrawn: it waits again if somebody was faster."""
    if prompt.ended is not None:
        return _over(prompt, prompt.ended)
    if await is_taken(work, prompt.evse_uid):
        return waiting_again(prompt)
    gone = await _is_unplugged(work, prompt.evse_uid)
    return _over(prompt, PromptEnd.CABLE_GONE if gone else PromptEnd.EXPIRED)


async def _is_unplugged(work: Work, evse_uid: str) -> bool:
    try:
        return (await get_evse(work, evse_uid)).status is EvseStatus.AVAILABLE
    except EvseNotFound:
        return True


def waiting_again(prompt: Prompt) -> Prompt:
    """Return *prompt* as it waits for its turn, its payment forgotten."""
    return replace(
        prompt,
        state=PromptState.WAITING,
        until=None,
        payment_id=None,
        journey_id=None,
        session_id=None,
    )


def _over(prompt: Prompt, ended: PromptEnd) -> Prompt:
    return replace(prompt, state=PromptState.OVER, ended=ended)


async def _stop_reading(place: Place) -> None:
    terminal = place.terminal
    prompt = reading_of(terminal)
    if prompt is not None and place.account is not None:
        await place.device.stop_reading(place.account, prompt)
    async with place.database.work(terminal.operator_id) as work:
        if terminal.reading_id is not None:
            await store.end_reading(work, terminal.terminal_id, terminal.reading_id)


async def _read(place: Place) -> None:
    terminal = place.terminal
    async with place.database.work(terminal.operator_id) as work:
        reading_id = work.ids.uuid7(work.now)
        if await store.begin_reading(work, terminal.terminal_id, reading_id):
            work.defer(READ_CARD, terminal_id=terminal.terminal_id, reading_id=reading_id)


async def _show(prompt: Prompt | None, place: Place) -> None:
    """Show it once: what could not be shown is not news any more a moment later."""
    terminal = place.terminal
    say = terminal.say if prompt is None else prompt.say
    assert say is not None  # noqa: S101 - see `next_deed`
    async with place.database.work(terminal.operator_id) as work:
        charge = None if prompt is None else await _charge(work, prompt, place.desk)
    screen = screen_of(say, charge, terminal.language)
    shown = None
    if place.account is not None:
        key = f"{terminal.terminal_id if prompt is None else prompt.prompt_id}:{say}"
        shown = await place.device.show(place.account, terminal.device, screen, key=key)
    async with place.database.work(terminal.operator_id) as work:
        await _forget_news(work, prompt, terminal)
        await _rest(work, place, SHOWN_FOR if isinstance(shown, Accepted) else SETTLES_IN)


async def _forget_news(work: Work, prompt: Prompt | None, terminal: Terminal) -> None:
    if prompt is None:
        await store.save_terminal(work, terminal.terminal_id, say=None)
        return
    now = await store.find_prompt(work, prompt.prompt_id)
    if now is not None and now.say is prompt.say:
        await store.save_prompt(work, now, replace(now, say=None))


async def _charge(work: Work, prompt: Prompt, desk: Desk) -> Charge | None:
    journey = None
    if prompt.journey_id is not None:
        journey = await read_journey(work, prompt.journey_id)
    if journey is None:
        return None
    evse = await get_evse(work, prompt.evse_uid)
    links = PageLinks(desk.secrets, desk.base_of)
    # Whoever reads the code while it charges may look; when it is over there is nothing to stop,
    # and the page of the payer has the receipt as PDF and mail.
    is_over = isinstance(journey.state, Ended)
    link = (links.to_control if is_over else links.to_look)(journey.journey_id, work.operator_id)
    return Charge(journey, evse.physical_reference or evse.evse_id, link)


async def _rest(work: Work, place: Place, pause: timedelta) -> None:
    await store.save_terminal(work, place.terminal.terminal_id, quiet_until=work.now + pause)
