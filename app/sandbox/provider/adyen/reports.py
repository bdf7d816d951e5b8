"""The settlement detail report, as Adyen's pages describe it."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.kernel.money import Money
from app.sandbox.provider.adyen.face import AdyenFace
from app.sandbox.provider.adyen.items import variant_of
from app.sandbox.provider.adyen.merchants import merchant_of
from app.sandbox.provider.book import movements
from app.sandbox.provider.book.model import Payment, Refusal
from app.sandbox.provider.book.movements import Movement, Settlement
from app.sandbox.provider.exchange import Asked, problem_of

COLUMNS: Final = (
    "Company Account",
    "Merchant Account",
    "Psp Reference",
    "Merchant Reference",
    "Payment Method",
    "Creation Date",
    "TimeZone",
    "Type",
    "Modification Reference",
    "Gross Currency",
    "Gross Debit (GC)",
    "Gross Credit (GC)",
    "Exchange Rate",
    "Net Currency",
    "Net Debit (NC)",
    "Net Credit (NC)",
    "Commission (NC)",
    "Markup (NC)",
    "Scheme Fees (NC)",
    "Interchange (NC)",
    "Payment Method Variant",
    "Modification Merchant Reference",
    "Batch Number",
)
_TYPES: Final = {
    movements.PAYMENT: "Settled",
    movements.CAPTURE: "Settled",
    movements.CAPTURE_FAILED: "SettledReversed",
    movements.REFUND: "Refunded",
    movements.REFUND_FAILED: "RefundedReversed",
    movements.CHARGEBACK: "Chargeback",
    movements.CHARGEBACK_REVERSED: "ChargebackReversed",
    movements.SHARE: "BalanceTransfer",
    movements.SHARE_FAILED: "BalanceTransferReversed",
    movements.SHARE_BACK: "BalanceTransfer",
    movements.SHARE_BACK_FAILED: "BalanceTransferReversed",
}


def report(settlement: Settlement, lines: Sequence[tuple[Movement, Payment]]) -> str:
    """Return the report about *settlement*: what moved, and the payout that balances it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_line(settlement, *line) for line in lines)
    writer.writerow(_payout(settlement))
    return text.getvalue()


def _line(settlement: Settlement, movement: Movement, payment: Payment) -> dict[str, str]:
    part = next((part for part in payment.parts() if part.id == movement.part_id), None)
    return {
        **_common(settlement),
        "Psp Reference": payment.id,
        "Merchant Reference": payment.reference,
        "Payment Method": variant_of(payment).partition("_")[0],
        "Creation Date": movement.at.strftime("%Y-%m-%d %H:%M:%S"),
        "Type": _TYPES[movement.kind],
        "Modification Reference": movement.part_id or payment.id,
        **_sides("Gross", "GC", movement.gross),
        **_sides("Net", "NC", movement.net),
        "Exchange Rate": "1",
        "Commission (NC)": str(movement.fee.as_decimal()),
        "Payment Method Variant": variant_of(payment),
        "Modification Merchant Reference": part.reference if part else "",
    }


def _payout(settlement: Settlement) -> dict[str, str]:
    return {
        **_common(settlement),
        "Creation Date": settlement.at.strftime("%Y-%m-%d %H:%M:%S"),
        "Type": "MerchantPayout",
        "Modification Reference": f"TX{settlement.number:09d}XT batch {settlement.number}",
        **_sides("Net", "NC", -settlement.amount),
    }


def _common(settlement: Settlement) -> dict[str, str]:
    merchant = merchant_of(settlement.account)
    return {
        "Company Account": f"{merchant}Company",
        "Merchant Account": merchant,
        "TimeZone": "UTC",
        "Batch Number": str(settlement.number),
    }


def _sides(name: str, unit: str, amount: Money) -> dict[str, str]:
    side = "Debit" if amount.minor < 0 else "Credit"
    value = -amount if amount.minor < 0 else amount
    return {
        f"{name} Currency": amount.currency,
        f"{name} {side} ({unit})": str(value.as_decimal()),
    }


@get("/adyen/reports/{merchant:str}/{file:str}")
async def download(
    request: Asked,
    merchant: FromPath[str],
    file: FromPath[str],
    adyen: NamedDependency[AdyenFace],
) -> Response[bytes]:
    """Give a report to whoever may see the merchant account."""
    try:
        adyen.merchants.admit(adyen.api_key(request.headers), merchant)
        found = _found(adyen, merchant, file)
    except Refusal as no:
        return problem_of(no, adyen)
    return Response(report(found, list(_lines(adyen, found))).encode(), media_type="text/csv")


def _found(adyen: AdyenFace, merchant: str, file: str) -> Settlement:
    number = file.removeprefix("settlement_detail_report_batch_").removesuffix(".csv")
    found = adyen.bank.store.movements.settlement(int(number)) if number.isdecimal() else None
    if found is None or merchant_of(found.account) != merchant:
        raise Refusal(404, "There is no such report")
    return found


def _lines(adyen: AdyenFace, settlement: Settlement) -> Iterator[tuple[Movement, Payment]]:
    store = adyen.bank.store
    for movement in store.movements.of_settlement(settlement.number):
        payment = store.payment(movement.payment_id)
        if payment is not None:
            yield movement, payment


HANDLERS: list[HTTPRouteHandler] = [download]
