"""The session in the ledger: its price, by VAT rate, between the tax office and who sold it."""

from dataclasses import replace

from app.billing.receipts.model import Receipt
from app.billing.receipts.read import receipt_of_session
from app.directpay import store
from app.funds.ledger.chart import Account, AccountKind
from app.funds.ledger.model import Fact, TransactionKind
from app.funds.ledger.post import post_at_end
from app.funds.ledger.postings.providers import passed_on
from app.funds.ledger.postings.sales import Sale, coupon, credit_note, settlement
from app.funds.payments.books import book_of
from app.funds.payments.events import PaymentBooked, PaymentDisputed
from app.funds.payments.model import Payment
from app.funds.payments.steps import get_payment
from app.infra.database import Reactors, Work
from app.kernel.money import Money, TaxedAmount
from app.people.identity.model import MerchantOfRecord, Operator
from app.people.identity.read import get_operator
from app.pricing.promotions.events import PromotionConsumed


async def book_sale(work: Work, receipt: Receipt, payment: Payment) -> None:
    """Step: post the price that *receipt* says, on the terms of the work's operator."""
    operator = await get_operator(work)
    fact = Fact(
        key=f"{TransactionKind.SETTLEMENT}:{receipt.session_id}",
        source_id=receipt.session_id,
        book=await book_of(work, payment.account_id),
        at=receipt.issued_at,
    )
    post_at_end(work, settlement(fact, sale_of(receipt, receipt.document.taxes, operator)))


async def book_credit_note(
    work: Work, note: Receipt, payment: Payment, before: tuple[TaxedAmount, ...]
) -> Money:
    """
    Step: post what a credit *note* takes back of a sale, of which *before* was left per rate.

    The platform gives back the commission that it would not have taken. Returns what the operator
    earned less.
    """
    operator = await get_operator(work)
    fact = Fact(
        key=f"{TransactionKind.CREDIT_NOTE}:{note.receipt_id}",
        source_id=note.session_id,
        book=await book_of(work, payment.account_id),
        at=note.issued_at,
    )
    sold, part = sale_of(note, before, operator), sale_of(note, note.document.taxes, operator)
    rest = operator.commission.of(sold.net - part.net)
    fee = min(sold.fee - rest, part.net)
    taken_back = replace(part, fee=fee)
    post_at_end(work, credit_note(fact, taken_back))
    return taken_back.earned


def sale_of(receipt: Receipt, taxes: tuple[TaxedAmount, ...], operator: Operator) -> Sale:
    """Return the sale of *taxes*, all or a part of what *receipt* says."""
    currency = receipt.document.settlement.charged.currency
    net = Money(sum(tax.net.minor for tax in taxes), currency)
    return Sale(
        session_id=receipt.session_id,
        country=receipt.document.place.address.country,
        taxes=taxes,
        fee=operator.commission.of(net),
        earner=earner_of(operator),
    )


def reactors() -> Reactors:
    """Return what the books of a sale do about facts of payments and promotions."""
    return {
        PaymentBooked: (_payment_booked,),
        PaymentDisputed: (_payment_disputed,),
        PromotionConsumed: (_promotion_consumed,),
    }


def earner_of(operator: Operator) -> Account:
    """Return the account of what is left of a sale of *operator*'s."""
    if operator.merchant_of_record is MerchantOfRecord.PLATFORM:
        return AccountKind.CPO_PAYABLE.of(operator.slug)
    return AccountKind.REVENUE.of()


async def _payment_disputed(work: Work, event: PaymentDisputed) -> None:
    """Let the operator bear what a dispute took, where the platform sold for it."""
    operator = await get_operator(work)
    if operator.merchant_of_record is not MerchantOfRecord.PLATFORM:
        return
    payment = await get_payment(work, event.payment_id)
    if await store.journey_of_session(work, payment.subject_id) is None:
        return  # not of a session: no sale of the operator's was paid with it
    fact = Fact(
        key=f"{TransactionKind.CHARGEBACK_PASSED_ON}:{event.payment_id}:{event.mark}",
        source_id=event.payment_id,
        book=await book_of(work, payment.account_id),
        at=work.now,
    )
    post_at_end(work, passed_on(fact, operator.slug, event.amount))


async def _payment_booked(work: Work, event: PaymentBooked) -> None:
    payment = await get_payment(work, event.payment_id)
    receipt = await receipt_of_session(work, payment.subject_id)
    if receipt is not None:
        await book_sale(work, receipt, payment)


async def _promotion_consumed(work: Work, event: PromotionConsumed) -> None:
    """Post what a partner pays; the operator's own discount has lowered the price already."""
    journey = await store.journey_of_session(work, event.session_id)
    if event.partner is None or journey is None:
        return
    payment = await get_payment(work, journey.payment_id)
    fact = Fact(
        key=f"{TransactionKind.COUPON}:{event.reservation_id}",
        source_id=event.session_id,
        book=await book_of(work, payment.account_id),
        at=work.now,
    )
    post_at_end(work, coupon(fact, event.session_id, event.amount, partner=event.partner))
