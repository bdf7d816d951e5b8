"""The price lines of a receipt as a table: gross for a driver, net for a business."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, assert_never

from app.billing.receipts.model import DocumentKind, PriceLine, Receipt, Unit
from app.billing.receipts.rules import net_amounts, net_unit_price
from app.billing.receipts.texts.words import LINES
from app.infra.i18n import (
    format_clock,
    format_energy,
    format_money,
    format_number,
    format_percent,
    format_unit_price,
    gettext,
    said,
)

_NO_BREAK: Final = "\N{NO-BREAK SPACE}"


def line_heads(kind: DocumentKind) -> tuple[str, ...]:
    """Return the heads of the table of lines; the last two columns are amounts."""
    price = gettext("Net price") if kind is DocumentKind.INVOICE else gettext("Price per unit")
    return (gettext("Description"), gettext("Quantity"), price, gettext("Amount"))


def line_rows(receipt: Receipt) -> tuple[tuple[str, ...], ...]:
    """Return the lines as cells under `line_heads`; a cell is empty where there is nothing."""
    document = receipt.document
    is_invoice = receipt.kind is DocumentKind.INVOICE
    many_rates = len(document.taxes) > 1
    kinds = Counter(line.kind for line in document.lines)
    nets = net_amounts(document.lines, document.taxes)
    rows = []
    for line, net in zip(document.lines, nets, strict=True):
        price = net_unit_price(line) if is_invoice else line.unit_price
        description = _description(
            line, time_zone=document.place.time_zone if kinds[line.kind] > 1 else None
        )
        if many_rates:
            tax = gettext("VAT")
            description += f" ({tax} {format_percent(line.vat_rate)})"
        amount = format_money(net if is_invoice else line.amount)
        rows.append((description, _quantity(line), _unit_price(line, price), amount))
    return tuple(rows)


def _description(line: PriceLine, *, time_zone: str | None) -> str:
    words = said(LINES[line.kind])
    if line.label:
        words = f"{words}: {line.label}"
    if time_zone is None or line.started_at is None or line.ended_at is None:
        return words
    start, end = (format_clock(at, time_zone) for at in (line.started_at, line.ended_at))
    return f"{words}, {start}\N{EN DASH}{end}"


def _quantity(line: PriceLine) -> str:
    if line.quantity is None or line.unit is None:
        return ""
    match line.unit:
        case Unit.KWH:
            return format_energy(line.quantity)
        case Unit.MINUTE:
            return f"{_plain(line.quantity)}{_NO_BREAK}min"
        case Unit.HOUR:
            return f"{format_number(line.quantity, decimals=3)}{_NO_BREAK}h"
        case Unit.SESSION:
            return _plain(line.quantity)
        case _:
            assert_never(line.unit)


def _plain(quantity: Decimal) -> str:
    return format_number(quantity, decimals=0 if quantity == int(quantity) else 2)


def _unit_price(line: PriceLine, price: Decimal | None) -> str:
    if price is None or line.unit is None:
        return ""
    amount = format_unit_price(price, line.amount.currency, line.unit)
    units: Mapping[Unit, str] = {Unit.KWH: "kWh", Unit.MINUTE: "min", Unit.HOUR: "h"}
    return f"{amount}{_NO_BREAK}/{_NO_BREAK}{units[line.unit]}" if line.unit in units else amount
