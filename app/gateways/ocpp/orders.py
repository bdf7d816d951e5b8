"""What we ask charge points to do, in the words of each version (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.charging.chargers.ports import RemoteStart
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.station import Station
from app.gateways.ocpp.values import read_whole

# OCPP 2.0.1, C05: a token of the type Central is not authorised again by the charge point.
_TOKEN_TYPE = "Central"  # noqa: S105 - a word of OCPP


@dataclass(frozen=True, slots=True)
class Order:
    """A call to make."""

    action: str
    payload: Mapping[str, Any]


def start_order(station: Station, start: RemoteStart) -> Order:
    """Return the order to start; always with its connector, or firmware picks another one."""
    if station.version is Version.V16:
        connector = start.ocpp16_connector_id
        return Order("RemoteStartTransaction", {"idTag": start.id_tag, "connectorId": connector})
    return Order(
        "RequestStartTransaction",
        {
            "idToken": {"idToken": start.id_tag, "type": _TOKEN_TYPE},
            "remoteStartId": start.remote_start_id,
            "evseId": start.evse_no,
        },
    )


def stop_order(station: Station, transaction_id: str) -> Order | None:
    """Return the order to stop; None when the id cannot be one of this version."""
    if station.version is not Version.V16:
        return Order("RequestStopTransaction", {"transactionId": transaction_id})
    number = read_whole(transaction_id)
    return None if number is None else Order("RemoteStopTransaction", {"transactionId": number})


def status_order(station: Station, evse_no: int) -> Order:
    """Return the order to report the status of an EVSE."""
    if station.version is Version.V16:
        return _trigger16("StatusNotification", station.connector_of(evse_no))
    # OCPP 2.0.1, F06: a StatusNotification is only triggered for a connector.
    evse = {"id": evse_no, "connectorId": 1}
    return Order("TriggerMessage", {"requestedMessage": "StatusNotification", "evse": evse})


def meter_order(station: Station, evse_no: int) -> Order:
    """Return the order to report the meter of an EVSE."""
    if station.version is Version.V16:
        return _trigger16("MeterValues", station.connector_of(evse_no))
    evse = {"id": evse_no}
    return Order("TriggerMessage", {"requestedMessage": "TransactionEvent", "evse": evse})


def unlock_order(station: Station, evse_no: int) -> Order:
    """Return the order to release the cable."""
    if station.version is Version.V16:
        return Order("UnlockConnector", {"connectorId": station.connector_of(evse_no)})
    return Order("UnlockConnector", {"evseId": evse_no, "connectorId": 1})


def reset_order(station: Station, *, at_once: bool) -> Order:
    """Return the order to restart: *at_once*, or when its transactions are over."""
    if station.version is Version.V16:
        return Order("Reset", {"type": "Hard" if at_once else "Soft"})
    return Order("Reset", {"type": "Immediate" if at_once else "OnIdle"})


def _trigger16(message: str, connector: int) -> Order:
    return Order("TriggerMessage", {"requestedMessage": message, "connectorId": connector})
