"""The messages of an OCPP 2.0.1 or 2.1 charge point."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.sandbox.chargers.config import ChargerConfig
from app.sandbox.chargers.transaction import Reading, Transaction
from app.sandbox.chargers.words16 import Message, instant

_STATUS = {"Available", "Unavailable", "Faulted", "Reserved"}


class Words2:
    """Says in 2.x what happens at the charge point."""

    def boot(self, config: ChargerConfig, *, restarted: bool) -> Message:
        """Return the message of a start."""
        station = {
            "vendorName": "Direct Pay",
            "model": "Sandbox",
            "serialNumber": config.identity[:25],
            "firmwareVersion": "1",
        }
        reason = "RemoteReset" if restarted else "PowerUp"
        return "BootNotification", {"reason": reason, "chargingStation": station}

    def status(self, evse_no: int, word: str, at: datetime) -> Message:
        """Return the message of a connector's status; 2.x knows only that it is occupied."""
        return "StatusNotification", {
            "timestamp": instant(at),
            "connectorStatus": word if word in _STATUS else "Occupied",
            "evseId": evse_no,
            "connectorId": 1,
        }

    def start(self, transaction: Transaction, reading: Reading, trigger: str) -> Message:
        """Return the event that starts a transaction."""
        return self._event("Started", trigger, transaction, reading, self._token(transaction))

    def adopt(self, transaction: Transaction, reading: Reading) -> Message | None:
        """Return the event that gives a running transaction its token."""
        token = self._token(transaction)
        trigger = "Authorized" if transaction.card else "RemoteStart"
        return self._event("Updated", trigger, transaction, reading, token)

    def raised(self, transaction: Transaction, reading: Reading) -> Message:
        """Return the event of a card that was authorised for more."""
        return self._event("Updated", "LimitSet", transaction, reading, {})

    def settled(self, transaction: Transaction, amount: Decimal, at: datetime) -> Message:
        """Return what the terminal tells after it collected *amount*, or gave the card up."""
        assert transaction.card is not None, "a terminal settles cards"  # noqa: S101
        return "NotifySettlement", {
            "pspRef": transaction.card.psp_ref,
            "status": "Settled" if amount else "Canceled",
            "settlementAmount": amount,
            "settlementTime": instant(at),
            "transactionId": transaction.station_id,
        }

    def sample(self, transaction: Transaction, reading: Reading) -> Message:
        """Return the event of a periodic sample."""
        return self._event("Updated", "MeterValuePeriodic", transaction, reading, {})

    def meter(self, evse_no: int, reading: Reading) -> Message:
        """Return the message of a reading outside a transaction."""
        return "MeterValues", {"evseId": evse_no, "meterValue": [self._meter_value(reading)]}

    def stop(self, transaction: Transaction, reading: Reading, reason: str) -> Message:
        """Return the event that ends a transaction."""
        trigger = "RemoteStop" if reason == "Remote" else "EVCommunicationLost"
        action, event = self._event("Ended", trigger, transaction, reading, {})
        stopped = {**event["transactionInfo"], "stoppedReason": reason}
        return action, {**event, "transactionInfo": stopped}

    def verdict(self, answer: Mapping[str, Any]) -> str:
        """Return the status of the token in an *answer* to a start."""
        return str(answer.get("idTokenInfo", {}).get("status", "Accepted"))

    def _event(
        self,
        kind: str,
        trigger: str,
        transaction: Transaction,
        reading: Reading,
        token: Mapping[str, Any],
    ) -> Message:
        info: dict[str, Any] = {"transactionId": transaction.station_id}
        info["chargingState"] = "Charging" if transaction.id_tag else "EVConnected"
        if token and transaction.remote_start_id is not None:
            info["remoteStartId"] = transaction.remote_start_id
        if transaction.card is not None and (token or trigger == "LimitSet"):
            info["transactionLimit"] = {"maxCost": transaction.card.limit}
        return "TransactionEvent", {
            "eventType": kind,
            "timestamp": instant(reading.at),
            "triggerReason": trigger,
            "seqNo": transaction.next_number(),
            "transactionInfo": info,
            "evse": {"id": transaction.evse_no, "connectorId": 1},
            "meterValue": [self._meter_value(reading)],
            **token,
        }

    def _token(self, transaction: Transaction) -> Mapping[str, Any]:
        if transaction.card is not None:
            return {"idToken": transaction.card.token()}
        if transaction.id_tag is None:
            return {}
        return {"idToken": {"idToken": transaction.id_tag, "type": "Central"}}

    def _meter_value(self, reading: Reading) -> dict[str, Any]:
        values: list[dict[str, Any]] = [
            # Kilowatt-hours by the power of ten: a server has to read the multiplier.
            {
                "value": (reading.energy_wh / 1000).quantize(Decimal("0.0001")),
                "context": reading.context,
                "measurand": "Energy.Active.Import.Register",
                "unitOfMeasure": {"unit": "Wh", "multiplier": 3},
            },
            self._value("Power.Active.Import", "W", reading.power_w, reading.context),
        ]
        if reading.signed is not None:
            values[0]["signedMeterValue"] = dict(reading.signed)
        if reading.soc is not None:
            values.append(self._value("SoC", "Percent", reading.soc, reading.context))
        return {"timestamp": instant(reading.at), "sampledValue": values}

    def _value(self, measurand: str, unit: str, value: Decimal, context: str) -> dict[str, Any]:
        return {
            "value": value.quantize(Decimal("0.1")),
            "context": context,
            "measurand": measurand,
            "unitOfMeasure": {"unit": unit},
        }
