"""
Adyen's settlement detail report: a CSV file for each payout, with a line for whatever moved.

Its address comes as the `reason` of a REPORT_AVAILABLE notice; the file is read with the API key
of a report user. Source: Adyen, "Settlement details report".
"""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.funds.payments.providers.settlements import Movement, Settlement, SettlementLine
from app.kernel.money import Money

_MOVEMENTS: Final = {
    "Settled": Movement.PAYMENT,
    "SettledReversed": Movement.PAYMENT,
    "Refunded": Movement.REFUND,
    "RefundedReversed": Movement.REFUND_RETURNED,
    "Chargeback": Movement.CHARGEBACK,
    "SecondChargeback": Movement.CHARGEBACK,
    "ChargebackReversed": Movement.CHARGEBACK_REVERSED,
    "BalanceTransfer": Movement.SHARE,
    "BalanceTransferReversed": Movement.SHARE,
    "Fee": Movement.FEE,
    "InvoiceDeduction": Movement.FEE,
    "PaymentCost": Movement.FEE,
    "MerchantPayout": Movement.PAYOUT,
}
_FEES: Final = ("Commission (NC)", "Markup (NC)", "Scheme Fees (NC)", "Interchange (NC)")
_NEEDED: Final = frozenset(
    {
        "Merchant Account",
        "Psp Reference",
        "Type",
        "Net Currency",
        "Net Debit (NC)",
        "Net Credit (NC)",
        "Batch Number",
    }
)

Row = Mapping[str, str]


class NotAReport(ValueError):
    """The text is no settlement detail report of the account."""


def read_report(text: str, merchant: str) -> tuple[Settlement, ...]:
    """
    Return the settlements in *text* that are of *merchant*, by batch.

    Raises NotAReport when a column is missing or a line cannot be read: half a report would be
    matched wrongly.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = _NEEDED - set(reader.fieldnames or ())
    if missing:
        msg = f"there is no column {', '.join(sorted(missing))}"
        raise NotAReport(msg)
    batches: dict[str, list[SettlementLine]] = {}
    for number, row in enumerate(reader, start=2):
        if row["Merchant Account"] != merchant:
            continue
        try:
            line = _line(row, number)
        except (ValueError, InvalidOperation, ZoneInfoNotFoundError) as error:
            msg = f"line {number}: {error}"
            raise NotAReport(msg) from error
        batches.setdefault(row["Batch Number"], []).append(line)
    return tuple(
        Settlement(f"{merchant}:{batch}", tuple(lines)) for batch, lines in batches.items()
    )


def _line(row: Row, number: int) -> SettlementLine:
    currency = row["Net Currency"]
    net = _signed(row, "Net", "NC", currency)
    fee = _sum((row.get(name) or "0" for name in _FEES), currency)
    gross = net + fee
    if row.get("Gross Currency") == currency and gross != _signed(row, "Gross", "GC", currency):
        msg = f"the net {net} and the fees {fee} are not the gross"
        raise ValueError(msg)
    part = row.get("Modification Reference") or None
    said = row["Type"]
    # What has no reference of its own is known by its place in the batch.
    key = f"{row['Batch Number']}:{said}:{part or row['Psp Reference'] or number}"
    return SettlementLine(
        key=key,
        movement=_MOVEMENTS.get(said, Movement.OTHER),
        said=said,
        provider_ref=row["Psp Reference"] or None,
        part_ref=part,
        reference=row.get("Merchant Reference") or None,
        gross=gross,
        fee=fee,
        net=net,
        at=_instant(row),
    )


def _signed(row: Row, side: str, unit: str, currency: str) -> Money:
    credit = _money(row[f"{side} Credit ({unit})"] or "0", currency)
    return credit - _money(row[f"{side} Debit ({unit})"] or "0", currency)


def _sum(texts: Iterable[str], currency: str) -> Money:
    total = Money.zero(currency)
    for text in texts:
        total += _money(text, currency)
    return total


def _money(text: str, currency: str) -> Money:
    amount = Decimal(text)
    money = Money.of(amount, currency)
    if not amount.is_finite() or money.as_decimal() != amount:
        msg = f"{text!r} is no amount in {currency}"
        raise ValueError(msg)
    return money


def _instant(row: Row) -> datetime | None:
    text = row.get("Creation Date")
    if not text:
        return None
    zone = ZoneInfo(row.get("TimeZone") or "UTC")
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone).astimezone(UTC)
