"""What Mollie moved on its account for the merchant, and what it paid out."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec
from mollie.api.client import Client

from app.funds.payments.ports import ProviderAccount
from app.funds.payments.providers.settlements import Movement, SettlementLine
from app.gateways.mollie.failures import Failure
from app.gateways.mollie.provider import MollieProvider
from app.gateways.mollie.wire import WireAmount
from app.kernel.money import Money

PAGE: Final = 250
_MOVEMENTS: Final = {
    "payment": Movement.PAYMENT,
    "capture": Movement.PAYMENT,
    "refund": Movement.REFUND,
    "returned-refund": Movement.REFUND_RETURNED,
    "chargeback": Movement.CHARGEBACK,
    "chargeback-reversal": Movement.CHARGEBACK_REVERSED,
    "split-payment": Movement.SHARE,
    "post-payment-split-payment": Movement.SHARE,
    "refund-compensation": Movement.SHARE,
    "returned-refund-compensation": Movement.SHARE,
    "payment-fee": Movement.FEE,
    "balance-charge-fee": Movement.FEE,
    "invoice-compensation": Movement.FEE,
    "outgoing-transfer": Movement.PAYOUT,
}
_PARTS: Final = ("captureId", "refundId", "chargebackId", "settlementId", "transferId")


class WireTransaction(msgspec.Struct, rename="camel"):
    """A balance transaction; *context* names what it is about, flat or below its type."""

    id: str
    type: str
    result_amount: WireAmount
    initial_amount: WireAmount
    created_at: datetime
    deductions: WireAmount | None = None
    context: dict[str, object] | None = None


class WireSettlement(msgspec.Struct, rename="camel"):
    """A payout; *reference* stands on the bank statement."""

    id: str
    status: str
    amount: WireAmount
    reference: str | None = None
    settled_at: datetime | None = None


class MollieSettlements:
    """Reads balance transactions and settlements on the connections of the port of payments."""

    def __init__(self, mollie: MollieProvider) -> None:
        """Call through *mollie*; the account's secret must be an organisation's token."""
        self._mollie = mollie

    async def lines(
        self, account: ProviderAccount, *, since: datetime
    ) -> list[SettlementLine] | Failure:
        """Return what moved on the primary balance from *since* on, newest first."""

        def read(client: Client) -> list[SettlementLine]:
            pages = client.balances.get("primary").get_transactions(limit=PAGE)
            return list(_until(since, (_line(each) for each in pages)))

        return await self._mollie.call(account, read)

    async def payouts(self, account: ProviderAccount) -> list[WireSettlement] | Failure:
        """Return the settlements, newest first, those that are still open left out."""

        def read(client: Client) -> list[WireSettlement]:
            listed = client.settlements.list(limit=PAGE)
            found = [msgspec.convert(dict(each), WireSettlement) for each in listed]
            return [each for each in found if each.settled_at is not None]

        return await self._mollie.call(account, read)


def _until(since: datetime, lines: Iterable[SettlementLine]) -> Iterable[SettlementLine]:
    """Yield *lines* as long as they are new: the pages behind are not asked for."""
    for line in lines:
        if line.at is not None and line.at < since:
            return
        yield line


def _line(raw: Mapping[str, object]) -> SettlementLine:
    wire = msgspec.convert(dict(raw), WireTransaction)
    names = _names(wire.context or {})
    gross, net = wire.initial_amount.money(), wire.result_amount.money()
    return SettlementLine(
        key=wire.id,
        movement=_MOVEMENTS.get(wire.type, Movement.OTHER),
        said=wire.type,
        provider_ref=names.get("paymentId"),
        part_ref=next((names[part] for part in _PARTS if part in names), None),
        reference=None,
        gross=gross,
        fee=_fee(wire, gross, net),
        net=net,
        at=wire.created_at,
    )


def _fee(wire: WireTransaction, gross: Money, net: Money) -> Money:
    """Return what was deducted, as a cost; raise ValueError when it does not explain the net."""
    fee = -wire.deductions.money() if wire.deductions else Money.zero(gross.currency)
    if gross - fee != net:
        msg = f"{wire.id}: {gross} less {fee} is not {net}"
        raise ValueError(msg)
    return fee


def _names(context: Mapping[str, object]) -> dict[str, str]:
    """Return the ids in *context*: published below the transaction's type, shown flat."""
    names: dict[str, str] = {}
    for name, value in context.items():
        if isinstance(value, dict):
            names |= _names(value)
        elif isinstance(value, str) and name.endswith("Id"):
            names[name] = value
    return names
