"""Settle: what was charged becomes a CDR, a price and a receipt, and the money is moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.billing.receipts.issue import issue_receipt
from app.billing.receipts.model import Receipt
from app.billing.receipts.send import queue_receipt_mail
from app.charging.cdrs.build import build_cdr
from app.charging.cdrs.evidence import evidence_of
from app.charging.cdrs.model import Cdr
from app.charging.cdrs.ocpi import Sale
from app.charging.cdrs.record import record_cdr
from app.charging.chargers.model import Evse
from app.charging.chargers.read import get_evse
from app.charging.sessions.read import get_session, samples_of
from app.charging.sessions.withdraw import withdraw_session
from app.directpay import store
from app.directpay.advance import ask_a_person, tell
from app.directpay.afterwards.charge import charge
from app.directpay.books.sale import book_sale
from app.directpay.books.shares import share_out
from app.directpay.desk import Counter
from app.directpay.draft import Bill, Settled, draft_of, vouchers_of
from app.directpay.model import Ended, Ending, Journey, Settling
from app.directpay.money.additions import payments_that_count, shares
from app.directpay.news import Priced
from app.directpay.prices.show import vat_at
from app.directpay.prices.terms import agreed_tariff
from app.funds.payments.events import Trouble
from app.funds.payments.sharing.order import Kept
from app.funds.payments.steps import get_payment, lock_payment, request_capture, request_return
from app.infra.database import Work
from app.kernel.money import Money
from app.people.identity.model import Operator
from app.people.identity.read import get_operator
from app.pricing.promotions.apply import apply
from app.pricing.promotions.model import Reservation
from app.pricing.promotions.reserve import consume, reserved
from app.pricing.tariffs.engine import plan_of, price_samples
from app.pricing.tariffs.model import TariffVersion

# Below this the car took nothing worth a booking: a contact test, a car that refuses.
TINY_KWH = Decimal("0.05")


async def settle(journey_id: UUID, *, operator_id: UUID, desk: Counter) -> None:
    """
    Price the ended session, write its CDR and receipt, and let the money follow. Safe to repeat.

    All of it is one transaction; the capture or the return is a job of it.
    """
    async with desk.database.work(operator_id) as work:
        # Locked, so that an address given now is not missed.
        journey = await store.lock_journey(work, journey_id)
        if journey is None or not isinstance(journey.state, Settling):
            return
        session = await get_session(work, journey.session_id)
        samples = await samples_of(work, journey.session_id)
        cdr = build_cdr(session, samples, await evidence_of(work, session, samples))
        site = await _site(work, journey, cdr.ended_at)
        promised = await reserved(work, journey.session_id)
        bill = site.bill(cdr, journey, promised)
        taxes = bill.listed if bill.is_sale else ()
        sale = Sale(session, site.evse, site.operator, site.tariff, taxes)
        await record_cdr(work, cdr, sale)
        codes = await consume(work, session.session_id, bill.discounted.discounts, desk.codes)
        if bill.is_sale:
            payments = [await get_payment(work, each) for each in payments_that_count(journey)]
            vouchers = vouchers_of(bill, codes)
            settled = Settled(journey, sale, cdr, bill, tuple(payments), vouchers)
            receipt = await _issue(work, settled)
            await share_out(work, receipt, _kept(settled))
        if cdr.is_suspicious:
            flags = ", ".join(sorted(cdr.flags))
            await ask_a_person(work, journey, Trouble.CHECK_METER, f"the meter: {flags}")
        returned = await _returned(work, journey, bill)
        await tell(work, journey_id, Priced(bill.charged.minor, returned.minor, bill.is_sale))


async def collect(journey_id: UUID, *, operator_id: UUID, desk: Counter) -> None:
    """Ask for the money of a journey that charged: capture it, or give back the rest."""
    async with desk.database.work(operator_id) as work:
        journey = await store.get_journey(work, journey_id)
        if journey is None or not isinstance(journey.state, Ended):
            return
        is_promised = (await get_payment(work, journey.payment_id)).is_promise
    charged = Money(journey.state.charged_minor, journey.held.currency)
    if is_promised:
        await charge(journey, charged, desk=desk)
        return
    # The first payment last: when it is told that its money went, the others have their orders.
    for payment_id, amount in reversed(shares(journey, charged)):
        async with desk.database.work(operator_id) as work:
            # Decided once: a part of it may have been given back since.
            if (await lock_payment(work, payment_id)).keep is None:
                await request_capture(work, payment_id, amount)


async def _returned(work: Work, journey: Journey, bill: Bill) -> Money:
    """Return what of the journey's money goes back: nothing where it was only promised."""
    if (await get_payment(work, journey.payment_id)).is_promise:
        return Money.zero(journey.held.currency)
    return journey.held - bill.charged


async def give_back(journey_id: UUID, *, operator_id: UUID, desk: Counter) -> None:
    """Give everything back for a journey that charged nothing; a later start will be refused."""
    async with desk.database.work(operator_id) as work:
        journey = await store.get_journey(work, journey_id)
    if journey is None or not _charged_nothing(journey):
        return
    for payment_id, _ in reversed(shares(journey, Money.zero(journey.held.currency))):
        async with desk.database.work(operator_id) as work:
            # Payment, then session: the order in which everyone locks.
            await request_return(work, payment_id)
            await withdraw_session(work, journey.session_id)


def _charged_nothing(journey: Journey) -> bool:
    return isinstance(journey.state, Ended) and journey.state.ending is not Ending.CHARGED


@dataclass(frozen=True, slots=True)
class _Site:
    """Where it was charged, by whose tariff."""

    evse: Evse
    operator: Operator
    tariff: TariffVersion

    def bill(self, cdr: Cdr, journey: Journey, promised: Sequence[Reservation]) -> Bill:
        location, held = self.evse.location, journey.held
        vat = vat_at(self.evse, cdr.ended_at)
        plan = plan_of(self.tariff)
        price = price_samples(plan, cdr.readings, location.time_zone, cdr.ended_at, vat)
        nothing = Money.zero(held.currency)
        if cdr.energy_kwh < TINY_KWH:
            return Bill(apply(price, ()), nothing, journey.locale)
        discounted = apply(price, promised)
        # Never more than was held, and never less than nothing: a tariff may pay for the energy.
        charged = max(nothing, min(discounted.payable, held))
        return Bill(discounted, charged, journey.locale)


async def _site(work: Work, journey: Journey, ended_at: datetime) -> _Site:
    return _Site(
        evse=await get_evse(work, journey.evse_uid),
        operator=await get_operator(work),
        tariff=await agreed_tariff(work, journey, ended_at),
    )


def _kept(settled: Settled) -> list[Kept]:
    """Return what the driver's payments keep of the price."""
    kept = dict(shares(settled.journey, settled.bill.charged))
    return [Kept(payment, kept[payment.payment_id]) for payment in settled.payments]


async def _issue(work: Work, settled: Settled) -> Receipt:
    receipt = await issue_receipt(work, draft_of(settled, work.ids.uuid7(work.now)))
    await book_sale(work, receipt, settled.payments[0])
    if settled.journey.receipt_email is not None:
        await queue_receipt_mail(work, receipt, settled.journey.receipt_email)
    return receipt
