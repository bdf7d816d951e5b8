"""What the receipt of a journey says: facts of every context, put into the receipt's own words."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.billing.receipts.model import (
    Address,
    LineKind,
    Logo,
    Look,
    Place,
    PriceLine,
    ReceiptDraft,
    Remark,
    Seller,
    Settlement,
    Supply,
    Unit,
)
from app.charging.cdrs.model import Cdr
from app.charging.chargers.model import Evse
from app.charging.sessions.model import Flag, Session
from app.directpay.model import Journey
from app.funds.payments.model import Payment
from app.kernel.money import Money, TaxedAmount
from app.people.identity.model import Operator
from app.pricing.tariffs.engine.result import Line, Priced
from app.pricing.tariffs.engine.result import LineKind as PricedKind
from app.pricing.tariffs.engine.result import Unit as PricedUnit

_KINDS = {
    PricedKind.ENERGY: LineKind.ENERGY,
    PricedKind.TIME: LineKind.TIME,
    PricedKind.PARKING_TIME: LineKind.IDLE,
    PricedKind.FLAT: LineKind.SESSION,
    PricedKind.MIN_PRICE: LineKind.MINIMUM,
    PricedKind.MAX_PRICE: LineKind.MAXIMUM,
}
_UNITS = {
    PricedUnit.KWH: Unit.KWH,
    PricedUnit.MINUTE: Unit.MINUTE,
    PricedUnit.SESSION: Unit.SESSION,
}
_REMARKS = {
    Flag.LATE_STOP: Remark.STOPPED_LATE,
    Flag.CLOSED_WITHOUT_STOP: Remark.CLOSED_BY_US,
    Flag.REGISTER_DROP: Remark.READINGS_CORRECTED,
    Flag.STOP_BELOW_START: Remark.READINGS_CORRECTED,
    Flag.STOP_BELOW_SAMPLE: Remark.READINGS_CORRECTED,
    Flag.ABSURD_POWER: Remark.READINGS_CORRECTED,
    Flag.LATE_SAMPLES: Remark.OFFLINE_PART,
}


@dataclass(frozen=True, slots=True)
class Bill:
    """What there is to charge: lines and taxes that add up to *charged*; *is_capped* at the hold."""

    journey: Journey
    session: Session
    evse: Evse
    cdr: Cdr
    lines: tuple[PriceLine, ...]
    taxes: tuple[TaxedAmount, ...]
    charged: Money
    is_capped: bool


def billed(price: Priced, charged: Money) -> tuple[tuple[PriceLine, ...], tuple[TaxedAmount, ...]]:
    """
    Return the lines and the VAT of *price*, cut to *charged* where it went beyond the hold.

    The cut stands on a line of its own, at the rate of the largest part.
    """
    lines = tuple(_line(line) for line in price.lines if line.gross)
    over = price.gross - charged
    if not over:
        return lines, price.taxes
    largest = max(price.taxes, key=lambda tax: tax.gross.minor)
    cut = TaxedAmount.from_gross(largest.gross - over, largest.rate)
    taxes = tuple(cut if tax is largest else tax for tax in price.taxes)
    return (*lines, PriceLine(LineKind.MAXIMUM, -over, largest.rate)), taxes


def draft_of(bill: Bill, operator: Operator, payment: Payment, receipt_id: UUID) -> ReceiptDraft:
    """Return what the receipt of *bill* says, before it has a number."""
    return ReceiptDraft(
        receipt_id=receipt_id,
        session_id=bill.session.session_id,
        series=operator.receipt_series,
        language=bill.journey.locale,
        seller=Seller(operator.legal_name, _address_of_operator(operator), operator.vat_number),
        look=Look(
            brand=operator.brand.name,
            colour=operator.brand.colour,
            support_phone=operator.support.phone,
            support_email=operator.support.email,
        ),
        place=_place(bill.evse),
        supply=_supply(bill.cdr),
        lines=bill.lines,
        taxes=bill.taxes,
        settlement=_settlement(bill, payment),
        remarks=_remarks(bill),
        logo=_logo(operator),
    )


def _line(line: Line) -> PriceLine:
    return PriceLine(
        kind=_KINDS[line.kind],
        amount=line.gross,
        vat_rate=line.vat_rate or Decimal(0),
        quantity=line.billed if line.unit in _UNITS else None,
        unit=_UNITS.get(line.unit),
        unit_price=line.unit_price if line.unit in _UNITS else None,
    )


def _address_of_operator(operator: Operator) -> Address:
    address = operator.address
    return Address(address.street, address.postal_code, address.city, address.country)


def _place(evse: Evse) -> Place:
    location = evse.location
    address = Address(location.address, location.postal_code, location.city, location.country)
    return Place(evse.evse_id, location.name, address, location.time_zone)


def _supply(cdr: Cdr) -> Supply:
    return Supply(
        started_at=cdr.started_at,
        ended_at=cdr.ended_at,
        energy_kwh=cdr.energy_kwh,
        start_register_kwh=cdr.start_register_kwh,
        end_register_kwh=cdr.end_register_kwh,
    )


def _settlement(bill: Bill, payment: Payment) -> Settlement:
    return Settlement(
        method=payment.method,
        strategy=payment.strategy,
        reference=payment.reference,
        held=bill.journey.held,
        charged=bill.charged,
        returned=bill.journey.held - bill.charged,
        instrument=payment.instrument,
    )


def _remarks(bill: Bill) -> tuple[Remark, ...]:
    flagged = {_REMARKS[flag] for flag in bill.cdr.flags if flag in _REMARKS}
    if bill.is_capped:
        flagged.add(Remark.CAPPED_AT_HOLD)
    return tuple(sorted(flagged))


def _logo(operator: Operator) -> Logo | None:
    if operator.brand.logo is None or operator.brand.logo_type is None:
        return None
    return Logo(operator.brand.logo, operator.brand.logo_type)
