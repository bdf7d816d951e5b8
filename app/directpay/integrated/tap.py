"""A card was tapped at a charge point's own terminal: the journey begins where the car charges."""

import logging
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Final
from uuid import UUID

from app.charging.chargers.model import Evse
from app.charging.chargers.read import evses_of
from app.charging.chargers.terminals.read import list_terminals, terminal_of
from app.charging.sessions.read import get_session, session_of_transaction
from app.directpay import store
from app.directpay.advance import ask_a_person
from app.directpay.authorised.running import (
    Running,
    SocketTaken,
    begin_running,
    trusted_instant,
)
from app.directpay.integrated.errors import TerminalRefused
from app.directpay.integrated.model import Spot, Tap, pay_key
from app.directpay.integrated.store import add_authorised
from app.directpay.integrated.till import Till
from app.directpay.model import LIVE_STAGES, Journey
from app.directpay.prices.terms import terms_at
from app.funds.payments.accounts import account_with, unasked_account
from app.funds.payments.errors import AccountNotFound
from app.funds.payments.events import Trouble
from app.funds.payments.outside.answer import raise_outside
from app.funds.payments.outside.secure import Secured, secure_outside
from app.funds.payments.ports import Origin, SettledBy
from app.funds.payments.providers.capabilities import TAKES_REFERENCES, TERMINAL
from app.funds.payments.steps import get_payment, payment_of_provider
from app.infra.database import Work
from app.kernel.money import Money
from app.people.identity.read import get_operator
from app.pricing.tariffs.choice.model import Choice
from app.pricing.tariffs.errors import NoTariff

log = logging.getLogger(__name__)

_CARD: Final = "creditcard"
CANNOT_COLLECT: Final = (
    "SettlementByCSMS is true, and the operator has no account that collects by reference (Adyen)"
)


async def tap(tap: Tap, *, till: Till) -> str | None:
    """
    Return the one-time idTag of the session that the card pays for; None: it pays for none here.

    The first time, journey, session and payment are written in one transaction, on the price of
    now; the same authorisation again leads to the same session.
    """
    spot = tap.spot
    async with till.database.work(spot.operator_id) as work:
        journey = await store.journey_by_pay_key(work, pay_key(spot.identity, tap.psp_ref))
        if journey is None:
            journey = await _begin(work, tap, till)
        if journey is None:
            return None
        return (await get_session(work, journey.session_id)).id_tag


async def is_refused(operator_id: UUID, identity: str, psp_ref: str, *, till: Till) -> bool:
    """
    Tell whether an authorisation can pay for nothing (any more) at a charge point.

    It has paid for a session that is over, or no terminal there takes cards.
    """
    async with till.database.work(operator_id) as work:
        journey = await store.journey_by_pay_key(work, pay_key(identity, psp_ref))
        terminals = await list_terminals(work, identity)
    if journey is None:
        return bool(terminals) and all(each.problem for each in terminals)
    return journey.stage not in LIVE_STAGES


async def raise_limit(spot: Spot, limit: Decimal, *, till: Till) -> None:
    """Let the hold of a running transaction be what its terminal has authorised by now."""
    async with till.database.work(spot.operator_id) as work:
        journey = await journey_at_terminal(work, spot)
        if journey is not None:
            amount = Money.of(limit, journey.held.currency)
            await raise_outside(work, journey.payment_id, amount)


async def compare_limit(spot: Spot, reference: str, limit: Decimal, *, till: Till) -> bool:
    """
    Do as `raise_limit`; False: there is no such transaction.

    The terminal will settle by its *reference*, which is kept.

    A terminal that authorised less than the session may cost is put on the work list: it can't
    collect all of it.
    """
    async with till.database.work(spot.operator_id) as work:
        journey = await journey_at_terminal(work, spot)
        if journey is None:
            return False
        await add_authorised(work, spot, reference, limit)
        amount = Money.of(limit, journey.held.currency)
        await raise_outside(work, journey.payment_id, amount)
        if amount < journey.held:
            detail = f"the terminal authorised {amount}, the session may cost {journey.held}"
            await ask_a_person(work, journey, Trouble.AMOUNT_DIFFERS, detail)
    return True


async def card_tag(operator_id: UUID, identity: str, *, till: Till) -> str | None:
    """Return the idTag of what is paid at a charge point's terminal without OCPP 2.1, or None."""
    async with till.database.work(operator_id) as work:
        terminals = await list_terminals(work, identity)
    return next((each.card_tag for each in terminals if each.card_tag), None)


async def journey_at_terminal(work: Work, spot: Spot) -> Journey | None:
    """Step: return the journey of a transaction that was paid at its terminal, or None."""
    session = await session_of_transaction(work, spot.identity, spot.transaction_id)
    found = None if session is None else await store.journey_of_session(work, session.session_id)
    if found is None:
        return None
    payment = await get_payment(work, found.payment_id)
    return found if payment.origin is Origin.OCPP_TERMINAL else None


async def _begin(work: Work, tap: Tap, till: Till) -> Journey | None:
    evse = await _evse(work, tap)
    if evse is None:
        log.warning("%s: a card was tapped, and it is not known where", tap.spot.identity)
        return None
    limit = evse.hold if tap.limit is None else Money.of(tap.limit, evse.hold.currency)
    if limit <= Money.zero(limit.currency):
        log.warning("%s: a card was authorised for %s", tap.spot.identity, limit)
        return None
    return await _pays(work, tap, evse, limit, till)


async def _pays(work: Work, tap: Tap, evse: Evse, limit: Money, till: Till) -> Journey | None:
    """Begin the journey that the card pays for; None: it can't pay there."""
    spot, since = tap.spot, trusted_instant(tap.at, work.now)
    if await session_of_transaction(work, spot.identity, spot.transaction_id) is not None:
        return None  # somebody else pays for it
    try:
        account_id, settled_by = await _collector(work, evse)
        await _check_unused(work, account_id, tap.psp_ref)
        running = Running(
            evse=evse,
            session_id=work.ids.uuid7(work.now),
            pay_key=pay_key(spot.identity, tap.psp_ref),
            choice=await _choice(work, evse, since),
            held=limit,
            since=since,
            told_at=tap.at,
            locale=(await get_operator(work)).languages[0],
        )
        secure = partial(_secure, tap=tap, account_id=account_id, settled_by=settled_by)
        await begin_running(work, running, secure=secure, secrets=till.secrets)
    except SocketTaken:
        return None
    except (AccountNotFound, NoTariff, TerminalRefused) as problem:
        log.warning("%s: a card can't pay there: %s", spot.identity, problem.detail)
        return None
    return await store.journey_by_pay_key(work, running.pay_key)


async def _secure(
    work: Work, journey: Journey, *, tap: Tap, account_id: UUID, settled_by: SettledBy
) -> None:
    secured = Secured(
        payment_id=journey.payment_id,
        subject_id=journey.session_id,
        account_id=account_id,
        provider_ref=tap.psp_ref,
        amount=journey.held,
        method=_CARD,
        origin=Origin.OCPP_TERMINAL,
        settled_by=settled_by,
        instrument=tap.instrument,
    )
    await secure_outside(work, secured)


async def _choice(work: Work, evse: Evse, since: datetime) -> Choice:
    """Return the tariff of *since*, or of now where there was none: the card is charged anyway."""
    try:
        return (await terms_at(work, evse, at=since)).choice
    except NoTariff:
        return (await terms_at(work, evse)).choice


async def _collector(work: Work, evse: Evse) -> tuple[UUID, SettledBy]:
    """
    Return the account on which the money is expected, and who collects it.

    A terminal that leaves that to us (SettlementByCSMS) needs an account of ours which can. Raises
    AccountNotFound and TerminalRefused.
    """
    terminal = await terminal_of(work, evse.identity, evse.evse_no)
    if terminal is None or not terminal.is_settled_by_us:
        return await unasked_account(work, TERMINAL), SettledBy.TERMINAL
    account_id = await account_with(work, TAKES_REFERENCES)
    if account_id is None:
        raise TerminalRefused(CANNOT_COLLECT, identity=evse.identity)
    return account_id, SettledBy.US


async def _check_unused(work: Work, account_id: UUID, psp_ref: str) -> None:
    """Raise TerminalRefused when another charge point told the same reference before."""
    if await payment_of_provider(work, account_id, [psp_ref], None) is not None:
        raise TerminalRefused("its reference pays at another charge point", reference=psp_ref)


async def _evse(work: Work, tap: Tap) -> Evse | None:
    """Return where it was tapped: as the charge point says, or the only place that it has."""
    evses = await evses_of(work, tap.spot.identity)
    if tap.evse_no is None:
        return evses[0] if len(evses) == 1 else None
    return next((each for each in evses if each.evse_no == tap.evse_no), None)
