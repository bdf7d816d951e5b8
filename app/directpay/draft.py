"""What the receipt of a journey says: facts of every context, put into the receipt's own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from app.billing.receipts.model import (
    Address,
    Contribution,
    LineKind,
    Logo,
    Look,
    MeterProof,
    Place,
    PriceLine,
    ReceiptDraft,
    Remark,
    Seller,
    Settlement,
    Supply,
    TariffName,
    Unit,
    Voucher,
)
from app.charging.cdrs.model import Cdr
from app.charging.cdrs.ocpi import Sale
from app.charging.chargers.model import Evse
from app.charging.meters.evidence import Evidence
from app.charging.sessions.model import Flag
from app.directpay.model import Journey
from app.funds.payments.model import Payment
from app.funds.payments.providers.capabilities import refund_days
from app.kernel.money import Money, TaxedAmount
from app.people.identity.brand.model import Slot
from app.people.identity.model import Operator
from app.pricing.promotions.apply import Discount, Discounted, added
from app.pricing.promotions.codes import shown
from app.pricing.promotions.model import Gift
from app.pricing.tariffs.engine import Line
from app.pricing.tariffs.engine import LineKind as PricedKind
from app.pricing.tariffs.engine import Unit as PricedUnit
from app.pricing.tariffs.model import TariffVersion

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
_REMARKS: dict[str, Remark] = {
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
    """
    What is charged: the price less its discounts, or the hold where that went beyond it.

    What a partner pays is a part of the price, like what is charged. Campaigns are named in the
    driver's *language*.
    """

    discounted: Discounted
    charged: Money
    language: str

    @property
    def is_sale(self) -> bool:
        """Tell whether something was sold, paid by whomever."""
        return bool(self.charged) or bool(self.discounted.total)

    @property
    def over(self) -> Money:
        """Return what the driver would have to pay more than what is charged."""
        return self.discounted.payable - self.charged

    @property
    def lines(self) -> tuple[PriceLine, ...]:
        """Return the lines that add up to the taxes; discounts and a cut stand on their own."""
        lines = [_line(line) for line in self.discounted.price.lines if line.gross]
        lines += [
            PriceLine(LineKind.DISCOUNT, -part.gross, part.rate, label=self._name(each))
            for each in self._own
            for part in each.parts
        ]
        if self.over:
            lines.append(PriceLine(LineKind.HOLD, -self.over, self._largest.rate))
        return tuple(lines)

    @property
    def taxes(self) -> tuple[TaxedAmount, ...]:
        """Return what is sold per VAT rate after our own discounts; a cut lowers the largest."""
        largest = self._largest
        cut = TaxedAmount.from_gross(largest.gross - self.over, largest.rate)
        return tuple(cut if tax is largest else tax for tax in self.discounted.taxes)

    @property
    def listed(self) -> tuple[TaxedAmount, ...]:
        """Return what the session costs by its tariff, per VAT rate, as if nobody gave a thing."""
        sums = {tax.rate: tax for tax in self.taxes}
        for each in self._own:
            for part in each.parts:
                sums[part.rate] = added(sums[part.rate], part)
        return tuple(sums.values())

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """Return what partners pay."""
        return tuple(
            Contribution(terms.partner, self._name(each), each.amount)
            for each in self.discounted.discounts
            if (terms := each.reservation.terms).partner is not None and each.amount
        )

    def _name(self, discount: Discount) -> str:
        return discount.reservation.terms.name_in(self.language)

    @property
    def _own(self) -> tuple[Discount, ...]:
        found = self.discounted.discounts
        return tuple(each for each in found if each.reservation.terms.partner is None)

    @property
    def _largest(self) -> TaxedAmount:
        return max(self.discounted.taxes, key=lambda tax: tax.gross.minor)


@dataclass(frozen=True, slots=True)
class Settled:
    """A journey with all that its receipt tells; the *payments* that paid it, the first first."""

    journey: Journey
    sale: Sale
    cdr: Cdr
    bill: Bill
    payments: tuple[Payment, ...]
    vouchers: tuple[Voucher, ...] = ()


def draft_of(settled: Settled, receipt_id: UUID) -> ReceiptDraft:
    """Return what the receipt of a journey says, before it has a number."""
    operator, bill = settled.sale.operator, settled.bill
    return ReceiptDraft(
        receipt_id=receipt_id,
        session_id=settled.cdr.session_id,
        series=operator.receipt_series,
        language=settled.journey.locale,
        seller=Seller(operator.legal_name, _address_of_operator(operator), operator.vat_number),
        look=_look(operator, settled.journey.locale),
        place=_place(settled.sale.evse),
        supply=_supply(settled.cdr, settled.sale.tariff),
        lines=bill.lines,
        taxes=bill.taxes,
        settlement=_settlement(settled),
        remarks=_remarks(settled),
        logo=_logo(operator),
        vouchers=settled.vouchers,
    )


def vouchers_of(bill: Bill, codes: Mapping[UUID, str]) -> tuple[Voucher, ...]:
    """Return the gifts of a session with their *codes*, by reservation, as the receipt shows it."""
    return tuple(
        Voucher(
            terms.gift_in(bill.language),
            shown(codes[each.reservation.reservation_id]),
            terms.partner or "",
        )
        for each in bill.discounted.discounts
        if isinstance((terms := each.reservation.terms).benefit, Gift)
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


def _look(operator: Operator, language: str) -> Look:
    details, languages = operator.brand.details, (language, operator.languages[0])
    return Look(
        brand=operator.brand.name,
        colour=operator.brand.colour,
        support_phone=operator.support.phone,
        support_email=operator.support.email,
        logo_place=details.receipt.logo,
        header=details.receipt.header,
        note=details.text(Slot.RECEIPT_NOTE, *languages),
        support_hours=details.text(Slot.SUPPORT_HOURS, *languages),
    )


def _place(evse: Evse) -> Place:
    location = evse.location
    address = Address(location.address, location.postal_code, location.city, location.country)
    return Place(evse.evse_id, location.name, address, location.time_zone)


def _supply(cdr: Cdr, tariff: TariffVersion) -> Supply:
    return Supply(
        started_at=cdr.started_at,
        ended_at=cdr.ended_at,
        energy_kwh=cdr.energy_kwh,
        start_register_kwh=_in_watt_hours(cdr.start_register_kwh),
        end_register_kwh=_in_watt_hours(cdr.end_register_kwh),
        tariff=TariffName(tariff.tariff.id, tariff.version),
        proof=_proof(cdr.evidence),
    )


def _proof(evidence: Evidence | None) -> MeterProof | None:
    if evidence is None:
        return None
    return MeterProof(evidence.proof.verdict, evidence.meter_serial)


def _in_watt_hours(register_kwh: Decimal | None) -> Decimal | None:
    """Cut a register as the energy is cut, so that a driver who subtracts finds the energy."""
    if register_kwh is None:
        return None
    return register_kwh.quantize(Decimal("0.001"), ROUND_DOWN)


def _settlement(settled: Settled) -> Settlement:
    payment, charged = settled.payments[0], settled.bill.charged
    # What was only promised was never taken, so nothing of it goes back.
    held = charged if payment.is_promise else settled.journey.held
    return Settlement(
        method=payment.method,
        strategy=payment.strategy,
        reference=", ".join(each.reference for each in settled.payments),
        held=held,
        charged=charged,
        returned=held - charged,
        instrument=payment.instrument,
        contributions=settled.bill.contributions,
        shown_within=refund_days(payment.method),
    )


def _remarks(settled: Settled) -> tuple[Remark, ...]:
    flagged = {_REMARKS[flag] for flag in settled.cdr.flags if flag in _REMARKS}
    if settled.bill.over:
        flagged.add(Remark.CAPPED_AT_HOLD)
    return tuple(sorted(flagged))


def _logo(operator: Operator) -> Logo | None:
    if operator.brand.logo is None or operator.brand.logo_type is None:
        return None
    return Logo(operator.brand.logo, operator.brand.logo_type)
