"""Prices in OCPP 2.0.1 and 2.1: cost updates, display messages, profiles and tariffs (pure)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from app.directpay.board.notices import Agreed, Default, Place, Running
from app.directpay.board.notices import Final as FinalCost
from app.gateways.ocpp.orders import Order
from app.gateways.ocpp.prices.tariff21 import tariff_of
from app.gateways.ocpp.values import write_instant

# OCPP 2.0.1, MessageContentType: at most 512 characters (2.1: 1024).
_LONGEST: Final = 512


def agreed(notice: Agreed) -> Sequence[Order]:
    """Return the price of whoever charges, for the display."""
    return [_display(notice.place, notice.language, notice.text)]


def running(notice: Running) -> Sequence[Order]:
    """Return the cost so far, as a number and for the display."""
    said = {
        "totalCost": notice.cost.as_decimal(),
        "transactionId": notice.place.transaction_id,
    }
    return [
        Order("CostUpdated", said),
        _display(notice.place, notice.language, notice.text),
    ]


def final(notice: FinalCost) -> Sequence[Order]:
    """Return the final cost, for the display of the EVSE: the transaction is over."""
    return [_display(notice.place, notice.language, notice.text, is_over=True)]


def default(_: Default) -> Sequence[Order]:
    """2.0.1 has no tariffs."""
    return []


def default_21(notice: Default) -> Sequence[Order]:
    """Return what whoever comes pays, when 2.1 can say all of it."""
    mapped = tariff_of(notice.tariff, vat=notice.vat)
    if mapped.lost:
        return []
    said = {"evseId": notice.place.evse_no, "tariff": mapped.tariff}
    return [Order("SetDefaultTariff", said)]


def agreed_21(notice: Agreed) -> Sequence[Order]:
    """Return the price for the display, and the transaction's tariff when 2.1 can say it."""
    mapped = tariff_of(notice.tariff, vat=notice.vat)
    if mapped.lost:
        return agreed(notice)
    said = {"transactionId": notice.place.transaction_id, "tariff": mapped.tariff}
    return [*agreed(notice), Order("ChangeTransactionTariff", said)]


def back_stop(notice: Running, until: datetime) -> Order:
    """Return the profile that lets the transaction draw nothing after *until*."""
    seconds = max(int((until - notice.at).total_seconds()), 1)
    periods = [
        {"startPeriod": 0, "limit": notice.max_power_kw * 1000},
        {"startPeriod": seconds, "limit": 0},
    ]
    schedule = {
        "id": 1,
        "startSchedule": write_instant(notice.at),
        "chargingRateUnit": "W",
        "chargingSchedulePeriod": periods,
    }
    profile = {
        "id": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Absolute",
        "transactionId": notice.place.transaction_id,
        "chargingSchedule": [schedule],
    }
    return Order("SetChargingProfile", {"evseId": notice.place.evse_no, "chargingProfile": profile})


def _display(place: Place, language: str, text: str, *, is_over: bool = False) -> Order:
    content = {"format": "UTF8", "language": language, "content": text[:_LONGEST]}
    message: dict[str, Any] = {
        "id": place.evse_no,  # one message for each EVSE: the later takes the place of the former
        "priority": "AlwaysFront",
        "message": content,
        "display": {"name": "Display", "evse": {"id": place.evse_no}},
    }
    if not is_over:
        message["transactionId"] = place.transaction_id
    return Order("SetDisplayMessage", {"message": message})
