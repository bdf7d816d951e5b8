"""What terminals do about facts of others, inside the same transaction."""

from dataclasses import replace
from functools import partial
from typing import Final

from app.charging.chargers.events import EvseStatusChange, EvseStatusesChanged
from app.charging.chargers.model import EvseStatus
from app.directpay.authorised.begin import Agreed, begin_authorised
from app.directpay.authorised.events import JourneyChanged
from app.directpay.authorised.live import is_taken
from app.directpay.desk import Secrets
from app.directpay.model import Stage
from app.funds.payments.events import PaymentFailed, PaymentSecured, Why
from app.funds.payments.ports import Origin
from app.funds.payments.steps import request_return
from app.funds.terminals import store
from app.funds.terminals.deeds import AFTER_TROUBLE, SETTLES_IN, waiting_again
from app.funds.terminals.model import Prompt, PromptEnd, PromptState, Say
from app.funds.terminals.rules import MOST_TRIES
from app.funds.terminals.tend import defer_tending
from app.infra.database import Reactors, Work

# A cable that was just put in, in the words of 1.6 and of 2.x.
_CABLE_IN: Final = (EvseStatus.PREPARING, EvseStatus.OCCUPIED)
_ENDED: Final = {
    Why.DECLINED: PromptEnd.DECLINED,
    Why.CANCELLED: PromptEnd.CANCELLED,
    Why.EXPIRED: PromptEnd.EXPIRED,
}
_TOLD: Final = (Stage.PAYING, Stage.CHARGING, Stage.ENDED)


def reactors(secrets: Secrets) -> Reactors:
    """Return what terminals do about cables, payments and journeys."""
    return {
        EvseStatusesChanged: (_statuses_changed,),
        PaymentSecured: (partial(_secured, secrets),),
        PaymentFailed: (_failed,),
        JourneyChanged: (_journey_changed,),
    }


async def wish(work: Work, terminal_id: str, evse_uid: str) -> Prompt | None:
    """
    Step: let a terminal ask for a card for an EVSE as soon as it can; None: it will already.

    Nobody is asked while a journey is under way there, before it is over.
    """
    new = Prompt(
        prompt_id=work.ids.uuid7(work.now),
        terminal_id=terminal_id,
        evse_uid=evse_uid,
        state=PromptState.WAITING,
        wished_at=work.now,
        changed_at=work.now,
    )
    is_added = await store.add_wish(work, new)
    defer_tending(work, work.operator_id, terminal_id)
    return new if is_added else None


async def _statuses_changed(work: Work, event: EvseStatusesChanged) -> None:
    for change in event.changes:
        await _status_changed(work, change)


async def _status_changed(work: Work, change: EvseStatusChange) -> None:
    """Ask whoever plugged in, unless a journey waits for that cable; not who unplugged."""
    is_in = change.status in _CABLE_IN and change.previous is EvseStatus.AVAILABLE
    is_out = change.status is EvseStatus.AVAILABLE and change.previous in _CABLE_IN
    if not (is_in or is_out):
        return
    terminal_id = await store.terminal_at(work, change.evse_uid)
    if terminal_id is None:
        return
    if is_out:
        await _unplugged(work, change.evse_uid)
    elif not await is_taken(work, change.evse_uid):
        await wish(work, terminal_id, change.evse_uid)


async def _unplugged(work: Work, evse_uid: str) -> None:
    prompt = await store.prompt_at(work, evse_uid)
    if prompt is not None:
        await give_up(work, prompt, PromptEnd.CABLE_GONE)


async def give_up(work: Work, prompt: Prompt, ended: PromptEnd) -> None:
    """Step: end a prompt that waits, and let one that asks be withdrawn by its terminal."""
    if prompt.state is PromptState.WAITING:
        over = replace(prompt, state=PromptState.OVER, ended=ended)
        await store.save_prompt(work, prompt, over)
    elif prompt.state is PromptState.ASKING:
        await store.save_prompt(work, prompt, replace(prompt, until=work.now, ended=ended))
    defer_tending(work, work.operator_id, prompt.terminal_id)


async def _secured(secrets: Secrets, work: Work, event: PaymentSecured) -> None:
    """
    Begin the journey of whoever tapped; what can't begin any more is given back at once.

    The payment's row is locked by whoever tells; the journey comes before the prompt's own row, as
    everywhere.
    """
    if event.origin is not Origin.CLOUD_TERMINAL:
        return
    prompt = await store.prompt_of_payment(work, event.payment_id)
    if prompt is None or prompt.state is not PromptState.ASKING:
        # It was withdrawn, or another card was asked for since.
        await request_return(work, event.payment_id)
        return
    journey = await begin_authorised(
        work, _agreed(prompt, await _language(work, prompt)), secrets=secrets
    )
    if journey is None:
        await request_return(work, event.payment_id)
        over = replace(prompt, state=PromptState.OVER, ended=PromptEnd.TAKEN)
        await store.save_prompt(work, prompt, over)
        await store.save_terminal(work, prompt.terminal_id, say=Say.TAKEN)
    else:
        await store.save_prompt(work, prompt, replace(prompt, state=PromptState.RUNNING))
    defer_tending(work, work.operator_id, prompt.terminal_id)


async def _language(work: Work, prompt: Prompt) -> str:
    terminal = await store.find_terminal(work, prompt.terminal_id)
    return "en" if terminal is None else terminal.language


def _agreed(prompt: Prompt, language: str) -> Agreed:
    assert prompt.journey_id is not None  # noqa: S101 - what asks has all of these
    assert prompt.session_id is not None  # noqa: S101
    assert prompt.payment_id is not None  # noqa: S101
    assert prompt.tariff_id is not None  # noqa: S101
    assert prompt.tariff_version is not None  # noqa: S101
    assert prompt.rule_id is not None  # noqa: S101
    return Agreed(
        journey_id=prompt.journey_id,
        session_id=prompt.session_id,
        payment_id=prompt.payment_id,
        evse_uid=prompt.evse_uid,
        tariff_id=prompt.tariff_id,
        tariff_version=prompt.tariff_version,
        rule_id=prompt.rule_id,
        variant=prompt.variant,
        locale=language,
    )


async def _failed(work: Work, event: PaymentFailed) -> None:
    """Ask again after a refused card, or one that nobody showed; not after the red key."""
    prompt = await store.prompt_of_payment(work, event.payment_id)
    if prompt is None or prompt.state is not PromptState.ASKING:
        return
    # Whatever comes of it later goes back.
    payment = await request_return(work, event.payment_id)
    again = prompt.tries < MOST_TRIES and event.why is not Why.CANCELLED and prompt.ended is None
    over = replace(
        prompt, state=PromptState.OVER, ended=prompt.ended or _ENDED[event.why], until=None
    )
    await store.save_prompt(work, prompt, waiting_again(prompt) if again else over)
    # What never reached the terminal (offline, busy) will not do so a moment later either.
    pause = AFTER_TROUBLE if payment.provider_ref is None else SETTLES_IN
    await store.save_terminal(work, prompt.terminal_id, quiet_until=work.now + pause)
    defer_tending(work, work.operator_id, prompt.terminal_id)


async def _journey_changed(work: Work, event: JourneyChanged) -> None:
    if event.stage not in _TOLD:
        return
    own = await store.prompt_of_journey(work, event.journey_id)
    if own is not None and own.state is PromptState.RUNNING:
        await _own_journey_changed(work, own, event.stage)
        return
    prompt = await store.prompt_at(work, event.evse_uid)
    if prompt is None:
        return
    if event.stage is Stage.CHARGING and prompt.state is PromptState.WAITING:
        await give_up(work, prompt, PromptEnd.TAKEN)
    else:
        defer_tending(work, work.operator_id, prompt.terminal_id)


async def _own_journey_changed(work: Work, own: Prompt, stage: Stage) -> None:
    if stage is Stage.CHARGING:
        await store.save_prompt(work, own, replace(own, say=Say.STARTED))
    else:
        over = replace(own, state=PromptState.OVER, ended=PromptEnd.SESSION_OVER, say=Say.ENDED)
        await store.save_prompt(work, own, over)
    defer_tending(work, work.operator_id, own.terminal_id)
