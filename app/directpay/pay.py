"""Begin a journey: keep the socket, open the payment, send the driver to the provider's page."""

from dataclasses import dataclass, replace
from typing import assert_never

from app.charging.chargers.display.work import announce
from app.charging.chargers.find_evse import find_evse
from app.charging.chargers.model import Evse
from app.charging.sessions.prepare import prepare_session
from app.directpay import store
from app.directpay.advance import tell
from app.directpay.afterwards.keep import Consent, keep_with
from app.directpay.afterwards.promise import Chosen, Promised, promise, promised_at
from app.directpay.authorised.events import JourneyChanged
from app.directpay.credit.pay import Credit, reserve_credit
from app.directpay.decide import CHECKOUT_WITHIN, KEEP_SOCKET_FOR, Task
from app.directpay.desk import Desk, token_digest
from app.directpay.errors import (
    MethodUnavailable,
    PaymentsDown,
    PlugInFirst,
    PointBusy,
    PointOffline,
    PointOutOfOrder,
    TariffChanged,
)
from app.directpay.guard.declines import check_declines, network_mark
from app.directpay.guard.display import use_admission
from app.directpay.model import Journey, Paying, Stage
from app.directpay.news import Displaced
from app.directpay.offers.guess import NOBODY, Presented, guessing
from app.directpay.offers.site import site_of
from app.directpay.prices.terms import terms_at
from app.directpay.scan import offered_ways, payable_state
from app.directpay.views import PointState
from app.funds.payments.perform import start_payment
from app.funds.payments.ports import Origin
from app.funds.payments.providers.keeping import open_customer
from app.funds.payments.routing.offers import WayToPay
from app.funds.payments.steps import PaymentOrder, begin_payment
from app.infra.answered.claim import KeyReused
from app.infra.database import Work
from app.kernel.money import Money
from app.pricing.promotions.reserve import came_with, check_shown, reserve
from app.pricing.tariffs.choice.model import Choice

_REFUSALS = {
    PointState.OFFLINE: PointOffline,
    PointState.PLUG_FIRST: PlugInFirst,
    PointState.OUT_OF_ORDER: PointOutOfOrder,
    PointState.OCCUPIED: PointBusy,
    PointState.SOMEONE_PAYING: PointBusy,
}


@dataclass(frozen=True, slots=True)
class PayOrder:
    """
    What the driver chose on the scan page.

    *tariff_id* and *tariff_version* are of the price that was shown; *key* makes pressing twice
    harmless. *shown* are the keys of the offers on the page: none of them is lost silently.
    With *credit* a driver pays with what was prepaid, and *method* is the wallet's. *after* pays
    after the session with a means that is kept, *keep* keeps the one that pays now. *origin* is
    where the driver chose.
    """

    code: str
    method: str
    tariff_id: str
    tariff_version: int
    key: str
    locale: str
    presented: Presented = NOBODY
    shown: tuple[str, ...] = ()
    credit: Credit | None = None
    origin: Origin = Origin.WEB
    after: Chosen | None = None
    keep: Consent | None = None

    @property
    def is_paid_here(self) -> bool:
        """Tell whether the driver needs no page of a provider to pay."""
        return self.credit is not None or self.after is not None


@dataclass(frozen=True, slots=True)
class _ByPage:
    """The driver pays on the provider's page, which keeps the means for a *customer*, if any."""

    way: WayToPay
    customer: str | None = None


_Means = _ByPage | Credit | Promised


@dataclass(frozen=True, slots=True)
class Begun:
    """A journey's tokens, and the provider's page; None when the provider has not answered yet."""

    token: str
    control: str
    checkout_url: str | None


async def pay(order: PayOrder, *, desk: Desk) -> Begun:
    """
    Begin a journey and open its payment; the same *key* again returns the same journey.

    Raises UnknownCode, TariffChanged, OfferChanged, PointBusy, PointOffline, PointOutOfOrder,
    MethodUnavailable, PaymentsDown, DisplayCodeNeeded and TooManyDeclines, KeyReused when the key
    came with another socket, price or coupon before, and for a coupon
    CouponMistyped, CouponRefused and TooManyRequests, and for credit CreditAmountInvalid,
    CreditTooLow, WalletFrozen and WalletNotFound, and for what is kept ChargeAfterRefused,
    MeansNotFound and MeansNotKept; nothing has been reserved then.
    """
    operator_id, evse = await find_evse(order.code, database=desk.database)
    means = await _means_of(order, evse, desk)
    async with (
        guessing(desk.limits, operator_id, order.presented),
        desk.database.work(operator_id) as work,
    ):
        journey = await store.journey_by_pay_key(work, order.key)
        if journey is None:
            journey = await _begin(work, order, evse, means, desk)
        else:
            await _check_same(work, order, evse, journey, desk)
    return Begun(
        token=desk.secrets.token(journey.journey_id),
        control=desk.secrets.control(journey.journey_id),
        checkout_url=None if order.is_paid_here else await _checkout(journey, desk),
    )


async def _means_of(order: PayOrder, evse: Evse, desk: Desk) -> _Means:
    """Return by what the driver pays, as far as a provider has to be asked for it."""
    if order.credit is not None:
        return order.credit
    if order.after is not None:
        return await promised_at(evse, order.after, desk=desk)
    way = await way_for(evse, order.method, order.locale, desk=desk)
    if order.keep is None:
        return _ByPage(way)
    customer = await open_customer(order.key, way, operator_id=evse.operator_id, desk=desk.payments)
    return _ByPage(way, customer)


async def _check_same(
    work: Work, order: PayOrder, evse: Evse, journey: Journey, desk: Desk
) -> None:
    """Raise KeyReused when *order* is another one than the *journey* of its key."""
    ordered = (evse.code, order.tariff_id, order.tariff_version)
    is_same = ordered == (journey.code, journey.shown_tariff_id, journey.tariff_version)
    if order.credit is not None:
        is_same = is_same and order.credit.amount == journey.held
    coupon = order.presented.coupon
    if not is_same or not await came_with(work, journey.session_id, coupon, desk.codes):
        raise KeyReused("use a new key for each order", field="Idempotency-Key")


async def _checkout(journey: Journey, desk: Desk) -> str | None:
    """Open the payment at its provider; return the address of the page on which to pay."""
    started = await start_payment(
        journey.payment_id, operator_id=journey.operator_id, desk=desk.payments
    )
    return started.checkout_url


async def way_for(
    evse: Evse, method: str, locale: str, *, desk: Desk, amount: Money | None = None
) -> WayToPay:
    """
    Return how to pay *amount* (without one the hold) with *method* at *evse*.

    Raises MethodUnavailable, PaymentsDown.
    """
    for way in await offered_ways(evse, locale, desk=desk, amount=amount):
        if way.offer.method == method and way.is_down:
            raise PaymentsDown("the payment provider does not answer", method=method)
        if way.offer.method == method:
            return way
    raise MethodUnavailable("this way to pay is not on offer here", method=method)


async def _begin(work: Work, order: PayOrder, evse: Evse, means: _Means, desk: Desk) -> Journey:
    choice = (await terms_at(work, evse, order.presented.groups)).choice
    # The id of a tariff with a locked price names the price too.
    if (choice.tariff.tariff.id, choice.tariff.version) != (order.tariff_id, order.tariff_version):
        raise TariffChanged("the price is another than the one shown", code=order.code)
    network = network_mark(order.presented.host, work.now, desk.secrets)
    await check_declines(work, evse.evse_uid, network)
    await free_the_socket(work, evse)
    held = evse.hold if isinstance(means, _ByPage) else means.amount
    journey = replace(await _new_journey(work, order, evse, choice), network=network, held=held)
    token = desk.secrets.token(journey.journey_id)
    if not await store.insert_journey(
        work, journey, token_digest=token_digest(token), pay_key=order.key
    ):
        # The same driver pressed twice, or another one was faster.
        same = await store.journey_by_pay_key(work, order.key)
        if same is None:
            raise PointBusy("someone else has just begun to pay", code=evse.code)
        await _check_same(work, order, evse, same, desk)
        return same
    await use_admission(work, evse, order.presented, desk)
    if evse.display is not None:
        announce(work, evse.evse_uid, work.now + KEEP_SOCKET_FOR)
    promised = await reserve(
        work, journey.session_id, site_of(evse, choice), order.presented.asked, desk.codes
    )
    check_shown(promised, order.shown)
    await work.emit(JourneyChanged.of(journey))
    work.defer(Task.WAKE, at=work.now + CHECKOUT_WITHIN, journey_id=journey.journey_id)
    back = f"{desk.base_of(evse.operator_id)}/s/{token}/back"
    await begin_payment(work, await _payment(work, order, means, _At(journey, evse, back)))
    return journey


@dataclass(frozen=True, slots=True)
class _At:
    """The journey that is begun, where, and the page that its payment leads back to."""

    journey: Journey
    evse: Evse
    return_url: str


async def _payment(work: Work, order: PayOrder, means: _Means, at: _At) -> PaymentOrder:
    match means:
        case Credit():
            return await reserve_credit(work, at.journey, at.evse, means)
        case Promised():
            return await promise(work, at.journey, at.evse, means, at.return_url)
        case _ByPage(way, customer):
            ordered = payment_order(at.journey, way, at.evse, at.return_url, origin=order.origin)
            if customer is None or order.keep is None:
                return ordered
            return await keep_with(work, ordered, order.keep, customer)
        case _:
            assert_never(means)


async def free_the_socket(work: Work, evse: Evse) -> None:
    """Step: let go of who did not pay in time. Raises PointBusy, PointOffline, PointOutOfOrder."""
    live = await store.live_journey_at(work, evse.evse_uid)
    if live is not None:
        live = await tell(work, live.journey_id, Displaced())
    stage = None if live is None or live.stage is Stage.ENDED else live.stage
    refusal = _REFUSALS.get(await payable_state(work, evse, stage))
    if refusal is not None:
        raise refusal("the socket cannot be used now", code=evse.code)


async def _new_journey(work: Work, order: PayOrder, evse: Evse, choice: Choice) -> Journey:
    session = await prepare_session(work, evse)
    own = order.credit or order.after or order.keep
    return Journey(
        journey_id=work.ids.uuid7(work.now),
        operator_id=work.operator_id,
        code=evse.code,
        evse_uid=evse.evse_uid,
        payment_id=work.ids.uuid7(work.now),
        session_id=session.session_id,
        tariff_id=choice.tariff.tariff_id,
        tariff_version=choice.tariff.version,
        rule_id=choice.rule.rule_id,
        variant=choice.tariff.variant,
        held=evse.hold,
        locale=order.locale,
        began_at=work.now,
        version=1,
        driver_id=own.driver_id if own else order.presented.driver_id,
        state=Paying(kept_until=work.now + KEEP_SOCKET_FOR, until=work.now + CHECKOUT_WITHIN),
    )


def payment_order(
    journey: Journey, way: WayToPay, evse: Evse, return_url: str, *, origin: Origin
) -> PaymentOrder:
    """Return the order of the payment that *journey* names, to be taken as *way* says."""
    return PaymentOrder(
        payment_id=journey.payment_id,
        subject_id=journey.session_id,
        amount=journey.held,
        method=way.offer.method,
        strategy=way.offer.strategy,
        locale=journey.locale,
        description=f"{evse.location.name} {evse.evse_id}",
        return_url=return_url,
        country=evse.location.country,
        account_id=way.account_id,
        alternatives=way.alternatives,
        origin=origin,
    )
