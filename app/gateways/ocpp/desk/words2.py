"""What an operator asks for, in the words of OCPP 2.0.1 and 2.1 (pure)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from app.charging.chargers.calls import commands as asked
from app.charging.chargers.calls.errors import CallNotSupported
from app.charging.chargers.calls.model import Order
from app.gateways.ocpp.desk.times import times


def _reset(command: asked.Reset, _: int) -> Sequence[Order]:
    return [Order("Reset", {"type": "Immediate" if command.at_once else "OnIdle"})]


def _unlock(command: asked.Unlock, _: int) -> Sequence[Order]:
    return [Order("UnlockConnector", {"evseId": command.place.evse_no, "connectorId": 1})]


def _reserve(command: asked.Reserve, _: int) -> Sequence[Order]:
    said = {
        "id": command.number,
        "evseId": command.place.evse_no,
        "idToken": {"idToken": command.id_tag, "type": "Central"},
        **times(expiryDateTime=command.until),
    }
    return [Order("ReserveNow", said)]


def _cancel(command: asked.CancelReservation, _: int) -> Sequence[Order]:
    return [Order("CancelReservation", {"reservationId": command.number})]


def _availability(command: asked.ChangeAvailability, _: int) -> Sequence[Order]:
    status = "Operative" if command.in_use else "Inoperative"
    return [Order("ChangeAvailability", {"operationalStatus": status, **_evse(command.place)})]


def _trigger(command: asked.Trigger, _: int) -> Sequence[Order]:
    where = _evse(command.place)
    if command.message == "StatusNotification" and where:
        where["evse"]["connectorId"] = 1  # 2.0.1, F06: a status is told of a connector
    return [Order("TriggerMessage", {"requestedMessage": command.message, **where})]


def _firmware(command: asked.UpdateFirmware, number: int) -> Sequence[Order]:
    firmware = {"location": command.location, **times(retrieveDateTime=command.at)}
    return [Order("UpdateFirmware", {"requestId": number, "firmware": firmware})]


def _diagnostics(command: asked.SendDiagnostics, number: int) -> Sequence[Order]:
    span = times(oldestTimestamp=command.since, latestTimestamp=command.until)
    log = {"remoteLocation": command.location, **span}
    said = {"logType": "DiagnosticsLog", "requestId": number, "log": log}
    return [Order("GetLog", said)]


def _read(command: asked.ReadSettings, _: int) -> Sequence[Order]:
    if not command.keys:
        raise CallNotSupported("OCPP 2.x tells variables by their names: ask for a report")
    return [Order("GetVariables", {"getVariableData": [_variable(key) for key in command.keys]})]


def _write(command: asked.WriteSettings, _: int) -> Sequence[Order]:
    data = [{**_variable(key), "attributeValue": value} for key, value in command.values.items()]
    return [Order("SetVariables", {"setVariableData": data})]


def _report(_: asked.ReportSettings, number: int) -> Sequence[Order]:
    said = {"requestId": number, "reportBase": "FullInventory"}
    return [Order("GetBaseReport", said)]


def _evse(place: asked.Place | None) -> dict[str, Any]:
    return {} if place is None else {"evse": {"id": place.evse_no}}


def _variable(key: str) -> Mapping[str, Any]:
    """Return the address of `Component.Variable`."""
    component, _, variable = key.partition(".")
    return {"component": {"name": component}, "variable": {"name": variable}}


def _password(command: asked.SetPassword, _: int) -> Sequence[Order]:
    data = {**_variable("SecurityCtrlr.BasicAuthPassword"), "attributeValue": command.password}
    return [Order("SetVariables", {"setVariableData": [data]})]


# Each function takes the command that it is filed under.
WORDS: Final[Mapping[type, Callable[[Any, int], Sequence[Order]]]] = {
    asked.Reset: _reset,
    asked.Unlock: _unlock,
    asked.Reserve: _reserve,
    asked.CancelReservation: _cancel,
    asked.ChangeAvailability: _availability,
    asked.Trigger: _trigger,
    asked.UpdateFirmware: _firmware,
    asked.SendDiagnostics: _diagnostics,
    asked.ReadSettings: _read,
    asked.WriteSettings: _write,
    asked.ReportSettings: _report,
    asked.SetPassword: _password,
}
