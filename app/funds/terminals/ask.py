"""Ask for a card: the payment is ordered at the terminal, for one EVSE on the terms of now."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from app.charging.chargers.errors import EvseNotFound
from app.charging.chargers.model import Evse
from app.charging.chargers.read import get_evse
from app.directpay import scan
from app.directpay.desk import Desk
from app.directpay.prices.terms import terms_at
from app.directpay.views import PointState
from app.funds.payments.accounts import accounts_for
from app.funds.payments.ports import AtTerminal, Origin, ProviderAccount
from app.funds.payments.providers.capabilities import strategy_of
from app.funds.payments.steps import PaymentOrder, begin_payment, order_start
from app.funds.terminals import store
from app.funds.terminals.model import Prompt, PromptEnd, PromptState, Terminal
from app.funds.terminals.rules import ASK_FOR
from app.infra.database import Work
from app.pricing.tariffs.errors import NoTariff

_STARTABLE: Final = (PointState.FREE, PointState.PLUGGED)


async def account_at(work: Work, terminal: Terminal, desk: Desk) -> ProviderAccount | None:
    """Step: return the account that takes the payments of *terminal*, or None: it has none."""
    accounts = await accounts_for(work, vault=desk.payments.vault)
    return next((each for each in accounts if each.provider == terminal.provider), None)


async def ask(work: Work, terminal: Terminal, waiting: Prompt, *, desk: Desk) -> Prompt:
    """
    Step: let *terminal* ask for the card of whoever waits; return the prompt as it is then.

    The order goes out by a job of the same commit. A prompt that can't be carried out is over.
    """
    offer = await _offer(work, terminal, waiting, desk)
    if offer is None:
        over = replace(waiting, state=PromptState.OVER, ended=PromptEnd.NOT_POSSIBLE)
        await store.save_prompt(work, waiting, over)
        return over
    asking = _asking(work, waiting, offer)
    if await store.save_prompt(work, waiting, asking):
        order_start(work, await begin_payment(work, _order(terminal, asking, offer, desk)))
    return asking


@dataclass(frozen=True, slots=True)
class _Offer:
    """Where the card will pay, on which account, and by what tariff."""

    evse: Evse
    account: ProviderAccount
    tariff_id: str
    tariff_version: int
    rule_id: UUID
    variant: str


async def _offer(work: Work, terminal: Terminal, waiting: Prompt, desk: Desk) -> _Offer | None:
    account = await account_at(work, terminal, desk)
    try:
        evse = await get_evse(work, waiting.evse_uid)
        choice = (await terms_at(work, evse)).choice
    except (EvseNotFound, NoTariff):
        return None
    method = desk.payments.devices[terminal.provider].method
    state = await scan.look_at_point(work, evse, None)
    can_pay = strategy_of(terminal.provider, method, evse.hold.currency) is not None
    if account is None or state not in _STARTABLE or not can_pay:
        return None
    tariff = choice.tariff
    return _Offer(
        evse, account, tariff.tariff_id, tariff.version, choice.rule.rule_id, tariff.variant
    )


def _asking(work: Work, waiting: Prompt, offer: _Offer) -> Prompt:
    return replace(
        waiting,
        state=PromptState.ASKING,
        tries=waiting.tries + 1,
        until=work.now + ASK_FOR,
        payment_id=work.ids.uuid7(work.now),
        journey_id=work.ids.uuid7(work.now),
        session_id=work.ids.uuid7(work.now),
        tariff_id=offer.tariff_id,
        tariff_version=offer.tariff_version,
        rule_id=offer.rule_id,
        variant=offer.variant,
    )


def _order(terminal: Terminal, asking: Prompt, offer: _Offer, desk: Desk) -> PaymentOrder:
    device = desk.payments.devices[terminal.provider]
    evse = offer.evse
    assert asking.payment_id is not None  # noqa: S101 - see `_asking`
    assert asking.session_id is not None  # noqa: S101
    assert asking.journey_id is not None  # noqa: S101
    return PaymentOrder(
        payment_id=asking.payment_id,
        subject_id=asking.session_id,
        amount=evse.hold,
        method=device.method,
        strategy=device.strategy,
        locale=terminal.language,
        description=f"{evse.location.name} {evse.evse_id}",
        return_url=f"{desk.base_of(evse.operator_id)}/s/{desk.secrets.token(asking.journey_id)}",
        country=evse.location.country,
        account_id=offer.account.account_id,
        origin=Origin.CLOUD_TERMINAL,
        terminal=AtTerminal(terminal.device, terminal.waits),
    )
