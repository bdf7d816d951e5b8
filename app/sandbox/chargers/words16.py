"""The messages of an OCPP 1.6 charge point."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.sandbox.chargers.config import ChargerConfig
from app.sandbox.chargers.transaction import Reading, Transaction

Message = tuple[str, Mapping[str, Any]]


def instant(at: datetime) -> str:
    """Return *at* as the wire has it."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


class Words16:
    """Says in 1.6 what happens at the charge point."""

    def boot(self, config: ChargerConfig, *, restarted: bool) -> Message:  # noqa: ARG002 - of 2.x
        """Return the message of a start."""
        return "BootNotification", {
            "chargePointVendor": "Direct Pay",
            "chargePointModel": "Sandbox",
            "chargePointSerialNumber": config.identity[:25],
            "firmwareVersion": "1",
        }

    def status(self, evse_no: int, word: str, at: datetime) -> Message:
        """Return the message of a connector's status."""
        return "StatusNotification", {
            "connectorId": evse_no,
            "errorCode": "NoError" if word != "Faulted" else "InternalError",
            "status": word,
            "timestamp": instant(at),
        }

    def start(self, transaction: Transaction, reading: Reading, trigger: str) -> Message:  # noqa: ARG002 - of 2.x
        """Return the message of a start."""
        return "StartTransaction", {
            "connectorId": transaction.evse_no,
            "idTag": transaction.id_tag,
            "meterStart": int(transaction.meter_start_wh),
            "timestamp": instant(transaction.started_at),
        }

    def adopt(self, transaction: Transaction, reading: Reading) -> Message | None:  # noqa: ARG002 - of 2.x
        """1.6 has no transaction before its token."""
        return None

    def sample(self, transaction: Transaction, reading: Reading) -> Message:
        """Return the message of a periodic sample."""
        return "MeterValues", {
            "connectorId": transaction.evse_no,
            "transactionId": transaction.number,
            "meterValue": [self._meter_value(reading)],
        }

    def meter(self, evse_no: int, reading: Reading) -> Message:
        """Return the message of a reading outside a transaction."""
        value = self._meter_value(reading)
        return "MeterValues", {"connectorId": evse_no, "meterValue": [value]}

    def stop(self, transaction: Transaction, reading: Reading, reason: str) -> Message:
        """Return the message of a stop."""
        return "StopTransaction", {
            "transactionId": transaction.number,
            "idTag": transaction.id_tag,
            "meterStop": int(reading.energy_wh),
            "timestamp": instant(reading.at),
            "reason": reason,
            "transactionData": [self._meter_value(each) for each in _data(transaction, reading)],
        }

    def verdict(self, answer: Mapping[str, Any]) -> str:
        """Return the status of the token in an *answer* to a start."""
        return str(answer.get("idTagInfo", {}).get("status", "Accepted"))

    def _meter_value(self, reading: Reading) -> dict[str, Any]:
        values = [
            self._value("Energy.Active.Import.Register", "Wh", reading.energy_wh, reading.context),
            self._value("Power.Active.Import", "W", reading.power_w, reading.context),
        ]
        if reading.soc is not None:
            values.append(self._value("SoC", "Percent", reading.soc, reading.context))
        if reading.signed is not None:
            values.append(self._signed(reading))
        return {"timestamp": instant(reading.at), "sampledValue": values}

    def _signed(self, reading: Reading) -> dict[str, Any]:
        value = json.dumps(dict(reading.signed or {}))
        return {"value": value, "context": reading.context, "format": "SignedData"}

    def _value(self, measurand: str, unit: str, value: Decimal, context: str) -> dict[str, Any]:
        text = f"{value:.1f}"
        return {"value": text, "context": context, "measurand": measurand, "unit": unit}


def _data(transaction: Transaction, last: Reading) -> Iterator[Reading]:
    """Yield what a stop brings along: a start has no place for a signed reading."""
    if transaction.begin is not None and transaction.begin.signed is not None:
        yield transaction.begin
    yield last
