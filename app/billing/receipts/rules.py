"""What must be true of a receipt before it gets its number."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from app.billing.receipts.errors import NothingCharged, ReceiptDoesNotAddUp
from app.billing.receipts.model import LineKind, PriceLine, ReceiptDraft
from app.kernel.money import Money, TaxedAmount

# AFIR, Regulation (EU) 2023/1804, Art. 5(4): per kWh, per minute, per session, any other.
_AFIR_ORDER = (
    LineKind.ENERGY,
    LineKind.TIME,
    LineKind.IDLE,
    LineKind.SESSION,
    LineKind.OTHER,
    LineKind.MINIMUM,
    LineKind.MAXIMUM,
    LineKind.DISCOUNT,
    LineKind.HOLD,
    LineKind.ROUNDING,
    LineKind.CREDIT,
)


def check_draft(draft: ReceiptDraft) -> None:
    """Raise NothingCharged or ReceiptDoesNotAddUp when *draft* must not become a receipt."""
    charged = draft.settlement.charged
    if charged < Money.zero(charged.currency) or not (charged or _was_discounted(draft)):
        msg = f"session {draft.session_id} cost {charged}"
        raise NothingCharged(msg)
    price = total([charged, *(each.amount for each in draft.settlement.contributions)])
    _same("the VAT amounts", total(tax.gross for tax in draft.taxes), price)
    for tax in draft.taxes:
        at_rate = [line.amount for line in draft.lines if line.vat_rate == tax.rate]
        _same(f"the lines at {tax.rate} %", total(at_rate), tax.gross)
    _same("all lines", total(line.amount for line in draft.lines), price)
    _same("the payment", charged + draft.settlement.returned, draft.settlement.held)
    if draft.supply.ended_at < draft.supply.started_at:
        msg = f"session {draft.session_id} ended before it started"
        raise ReceiptDoesNotAddUp(msg)


def in_afir_order(lines: Iterable[PriceLine]) -> tuple[PriceLine, ...]:
    """Return *lines* in the order of AFIR; those of one kind keep theirs."""
    return tuple(sorted(lines, key=lambda line: _AFIR_ORDER.index(line.kind)))


def total(amounts: Iterable[Money]) -> Money:
    """Return the sum of at least one amount."""
    first, *others = amounts
    for amount in others:
        first += amount
    return first


def net_unit_price(line: PriceLine) -> Decimal | None:
    """Return the unit price without VAT (Directive 2006/112, Art. 226(8)), to six decimals."""
    if line.unit_price is None:
        return None
    net = line.unit_price * 100 / (100 + line.vat_rate)
    return net.quantize(Decimal("0.000001"))


def net_amounts(lines: Sequence[PriceLine], taxes: Iterable[TaxedAmount]) -> list[Money]:
    """
    Return the net amount of each of *lines*: those of one rate add up to that rate's net.

    Rounding the running total instead of each line keeps the sum exact (at most one minor unit
    off per line).
    """
    nets = {index: line.amount for index, line in enumerate(lines)}
    for tax in taxes:
        at_rate = [index for index, line in enumerate(lines) if line.vat_rate == tax.rate]
        gross = before = Money.zero(tax.gross.currency)
        for index in at_rate:
            gross += lines[index].amount
            running = TaxedAmount.from_gross(gross, tax.rate).net if gross != tax.gross else tax.net
            nets[index] = running - before
            before = running
    return [nets[index] for index in range(len(lines))]


def _was_discounted(draft: ReceiptDraft) -> bool:
    """Tell whether something was sold that a discount or a partner paid all of."""
    own = any(line.kind is LineKind.DISCOUNT for line in draft.lines)
    return own or bool(draft.settlement.contributions)


def _same(what: str, actual: Money, expected: Money) -> None:
    if actual != expected:
        msg = f"{what}: {actual} instead of {expected}"
        raise ReceiptDoesNotAddUp(msg)
