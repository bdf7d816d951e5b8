"""What the session page shows: one view of the journey for everyone who may look."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import msgspec

from app.billing.receipts.model import DocumentKind, MeterProof, PriceLine, Receipt
from app.billing.receipts.send import MAILS_PER_SESSION
from app.charging.cdrs.read import energy_of
from app.directpay.attempts.again import attempt_key, ways_again
from app.directpay.desk import Desk, find
from app.directpay.follow.course import course_of
from app.directpay.follow.known import Known, known_of
from app.directpay.follow.meter import Meter, meter_of
from app.directpay.model import Charging, Ended, Journey, Paying, Stage, Starting, Stopping, Waiting
from app.directpay.money.additions import waiting
from app.directpay.money.way import more_view
from app.directpay.offers.look import offer_view
from app.directpay.prices.show import agreed_view, is_far, money_view, price_components
from app.directpay.prices.views import MoneyView
from app.directpay.scan import brand_view, point_state, point_view
from app.directpay.views import (
    ContributionView,
    JourneyView,
    LineView,
    LiveView,
    MeterView,
    OfferView,
    SettledView,
    VoucherView,
)
from app.funds.payments.model import Payment
from app.funds.payments.ports import Strategy
from app.funds.payments.refresh import come_back
from app.funds.payments.steps import get_payment
from app.infra.database import Work
from app.pricing.promotions.reserve import reserved
from app.pricing.promotions.rules import Offer

NOTHING: Mapping[str, str] = MappingProxyType({})
SILENT_AFTER = timedelta(minutes=3)
# Charge points wait 180 s for the cable (ConnectionTimeOut, set on pairing), we wait 240 s.
_GRACE = timedelta(seconds=60)
_RUNNING = (Stage.CHARGING, Stage.STOPPING)


async def journey_view(token: str, *, desk: Desk) -> JourneyView:
    """Return what the page of this *token* shows now. Raises JourneyNotFound."""
    return await view_now(await find(token, desk=desk), desk=desk)


async def view_now(journey: Journey, *, desk: Desk) -> JourneyView:
    """Return what the page of a *journey* shows that was just found."""
    methods = await ways_again(journey, desk=desk)
    async with desk.database.work(journey.operator_id) as work:
        view = await view_of(work, journey)
    if not methods:
        return view
    return msgspec.structs.replace(view, methods=methods, pay_key=attempt_key(journey))


async def returned(token: str, query: Mapping[str, str] = NOTHING, *, desk: Desk) -> None:
    """
    Read the payment anew: the driver came back from the provider's page, with *query*.

    Coming back decides nothing; what the provider says does. Raises JourneyNotFound.
    """
    journey = await find(token, desk=desk)
    payment_id = _awaited(journey)
    if payment_id is not None:
        await come_back(payment_id, query, operator_id=journey.operator_id, desk=desk.payments)


def _awaited(journey: Journey) -> UUID | None:
    """Return the payment that the driver was sent away for, or None."""
    is_owed = isinstance(journey.state, Ended) and journey.state.owed
    if journey.stage is Stage.PAYING or is_owed:
        return journey.payment_id
    added = waiting(journey)
    return None if added is None or added.raises else added.addition_id


async def view_of(work: Work, journey: Journey, meter: Meter | None = None) -> JourneyView:
    """
    Return what everyone who may look sees of *journey*. A step of the caller's transaction.

    Its *meter* is made anew when none is given.
    """
    known = await known_of(work, journey)
    evse, session = known.evse, known.session
    payment = await get_payment(work, journey.payment_id)
    if meter is None and journey.stage in _RUNNING and session.started_at is not None:
        meter = await meter_of(work, journey, session, evse)
    return JourneyView(
        version=milliseconds(work.now),
        stage=journey.stage,
        ending=journey.state.ending if isinstance(journey.state, Ended) else None,
        now=work.now,
        brand=brand_view(known.operator),
        point=point_view(evse, point_state(evse, None)),
        held=money_view(journey.held),
        strategy=payment.strategy,
        method=payment.method,
        checkout_url=payment.checkout_url if _is_at_page(journey) else None,
        plug_in_by=_plug_in_by(journey),
        charger_answered=not isinstance(journey.state, Paying | Starting),
        hold_warning=isinstance(journey.state, Charging | Stopping) and journey.state.warned,
        live=live_view(meter, journey, work.now) if meter else None,
        settled=await _settled(work, journey, known, payment),
        receipt_email=journey.receipt_email,
        stop_reason=journey.state.reason if isinstance(journey.state, Stopping) else None,
        more=await more_view(work, journey, payment),
        offers=await _promised(work, journey),
        agreed=agreed_view(journey, known.published, known.rule),
        lost=journey.state.lost if isinstance(journey.state, Paying) else None,
    )


def moved_on(view: JourneyView, journey: Journey, meter: Meter, now: datetime) -> JourneyView:
    """Return *view* as *journey* and its *meter* have it *now*; the rest of it stays."""
    state = journey.state
    return msgspec.structs.replace(
        view,
        version=milliseconds(now),
        now=now,
        stage=journey.stage,
        hold_warning=isinstance(state, Charging | Stopping) and state.warned,
        live=live_view(meter, journey, now),
        receipt_email=journey.receipt_email,
        stop_reason=state.reason if isinstance(state, Stopping) else None,
    )


def live_view(meter: Meter, journey: Journey, now: datetime) -> LiveView:
    """Return the running session as *meter* has it."""
    cost = min(meter.payable, journey.held)
    left = journey.held - cost
    return LiveView(
        started_at=meter.started_at,
        as_of=meter.as_of,
        silent=now - meter.heard_at > SILENT_AFTER,
        seconds=max((now - meter.started_at) // timedelta(seconds=1), 0),
        energy_kwh=meter.energy_kwh,
        power_kw=meter.power_kw,
        cost=money_view(cost),
        left_permille=left.minor * 1000 // journey.held.minor if journey.held else 0,
        price_now=price_components(meter.running.price_now),
        next_change=meter.running.next_change,
        curve=meter.curve(),
        next_components=price_components(meter.running.next_components),
        next_is_far=is_far(meter.running.next_change, now),
        discount=money_view(meter.discount) if meter.discount else None,
    )


def milliseconds(at: datetime) -> int:
    """Return *at* as the number of a view: views of a journey grow with the time."""
    return int(at.timestamp() * 1000)


def _is_at_page(journey: Journey) -> bool:
    """Tell whether the provider's page is where the driver goes on."""
    return isinstance(journey.state, Paying) and journey.state.lost is None


def _plug_in_by(journey: Journey) -> datetime | None:
    """Return until when a cable helps: the charge point gives up a minute before we do."""
    return journey.state.plug_in_by - _GRACE if isinstance(journey.state, Waiting) else None


async def _promised(work: Work, journey: Journey) -> tuple[OfferView, ...]:
    if isinstance(journey.state, Ended):
        return ()
    found = await reserved(work, journey.session_id)
    offers = [Offer(each.campaign, each.grant, each.coupon) for each in found]
    return tuple(offer_view(each, journey.held, journey.locale) for each in offers)


async def _settled(
    work: Work, journey: Journey, known: Known, payment: Payment
) -> SettledView | None:
    if not isinstance(journey.state, Ended):
        return None
    session = known.session
    if known.receipt is not None:
        settled = _charged(journey.state, known.receipt, known.mails.number + known.letters)
        curve = (await course_of(work, session, known.evse)).curve()
        failed = journey.receipt_email in known.mails.unreached
        settled = msgspec.structs.replace(settled, curve=curve, mail_failed=failed)
        if payment.strategy is Strategy.CHARGE_AFTER and payment.captured:
            return msgspec.structs.replace(settled, paid_with=payment.instrument)
        return settled
    currency = journey.held.currency
    return SettledView(
        started_at=session.started_at,
        ended_at=session.ended_at,
        energy_kwh=await energy_of(work, session),
        charged=MoneyView(journey.state.charged_minor, currency),
        returned=MoneyView(journey.state.returned_minor, currency),
        money_moved=journey.state.moved,
        receipt_number=None,
    )


def _charged(ended: Ended, receipt: Receipt, mails: int) -> SettledView:
    document = receipt.document
    net, vat = document.taxes[0].net, document.taxes[0].vat
    for tax in document.taxes[1:]:
        net, vat = net + tax.net, vat + tax.vat
    return SettledView(
        started_at=document.supply.started_at,
        ended_at=document.supply.ended_at,
        energy_kwh=document.supply.energy_kwh,
        charged=money_view(document.settlement.charged),
        returned=money_view(document.settlement.returned),
        money_moved=ended.moved,
        owed=ended.owed,
        receipt_number=receipt.number,
        lines=tuple(_line(line) for line in document.lines),
        net=money_view(net),
        vat=money_view(vat),
        vat_rate=document.taxes[0].rate if len(document.taxes) == 1 else None,
        invoiced=receipt.kind is DocumentKind.INVOICE,
        mails_left=max(MAILS_PER_SESSION - mails, 0),
        contributions=tuple(
            ContributionView(each.partner, each.name, money_view(each.amount))
            for each in document.settlement.contributions
        ),
        vouchers=tuple(
            VoucherView(each.what, each.code, each.partner) for each in document.vouchers
        ),
        meter=_meter(document.supply.proof),
    )


def _meter(proof: MeterProof | None) -> MeterView | None:
    return None if proof is None else MeterView(proof.verdict, proof.meter_serial)


def _line(line: PriceLine) -> LineView:
    return LineView(
        kind=line.kind,
        quantity=line.quantity,
        unit=line.unit,
        price=line.unit_price,
        amount=money_view(line.amount),
        label=line.label,
    )
