"""Prices in OCPP 1.6: the messages that the Open Charge Alliance wrote for California (pure)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from app.directpay.board.notices import Agreed, Default, Running
from app.directpay.board.notices import Final as FinalCost
from app.directpay.prices.views import PriceComponentView
from app.gateways.ocpp.orders import Order
from app.gateways.ocpp.values import read_whole, write_instant

VENDOR: Final = "org.openchargealliance.costmsg"
_encoder = msgspec.json.Encoder(decimal_format="number")
_PRICES: Final = {"kwh": "kWhPrice", "minute": "hourPrice", "session": "flatFee"}


def agreed(notice: Agreed) -> Sequence[Order]:
    """Return the price of whoever charges, for the display."""
    extra = [{"format": "UTF8", "language": notice.language, "content": notice.text}]
    said = {"idToken": notice.id_tag, "priceText": notice.text, "priceTextExtra": extra}
    return [_transfer("SetUserPrice", said)]


def running(notice: Running) -> Sequence[Order]:
    """Return the cost so far, for the display."""
    said = {
        "transactionId": _number(notice.place.transaction_id),
        "timestamp": write_instant(notice.at),
        "meterValue": int(notice.register_wh),
        "cost": notice.cost.as_decimal(),
        "state": "Charging",
        "chargingPrice": _prices(notice.prices, {"ENERGY", "TIME", "FLAT"}),
    }
    idle = _prices(notice.prices, {"PARKING_TIME"})
    return [_transfer("RunningCost", said | ({"idlePrice": idle} if idle else {}))]


def final(notice: FinalCost) -> Sequence[Order]:
    """Return the final cost, for the display."""
    extra = [{"format": "UTF8", "language": notice.language, "content": notice.text}]
    said = {
        "transactionId": _number(notice.place.transaction_id),
        "cost": notice.cost.as_decimal(),
        "priceText": notice.text,
        "priceTextExtra": extra,
    }
    return [_transfer("FinalCost", said)]


def default(_: Default) -> Sequence[Order]:
    """1.6 has no tariffs of its own."""
    return []


def back_stop(notice: Running, until: datetime) -> Order:
    """Return the profile that lets the transaction draw nothing after *until*."""
    seconds = max(int((until - notice.at).total_seconds()), 1)
    periods = [
        {"startPeriod": 0, "limit": notice.max_power_kw * 1000},
        {"startPeriod": seconds, "limit": 0},
    ]
    profile = {
        "chargingProfileId": 1,
        "transactionId": _number(notice.place.transaction_id),
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": {
            "startSchedule": write_instant(notice.at),
            "chargingRateUnit": "W",
            "chargingSchedulePeriod": periods,
        },
    }
    connector = notice.place.ocpp16_connector_id
    said = {"connectorId": connector, "csChargingProfiles": profile}
    return Order("SetChargingProfile", said)


def _transfer(message: str, said: Mapping[str, Any]) -> Order:
    data = _encoder.encode(said).decode()
    return Order("DataTransfer", {"vendorId": VENDOR, "messageId": message, "data": data})


def _prices(prices: Sequence[PriceComponentView], kinds: set[str]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for each in prices:
        name = _PRICES.get(each.unit)
        if name is not None and each.kind in kinds:
            found.setdefault(name, each.price * 60 if each.unit == "minute" else each.price)
    return found


def _number(transaction_id: str) -> int:
    return read_whole(transaction_id) or 0
