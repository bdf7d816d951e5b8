"""What an operator asks for, in the words of OCPP 1.6 (pure)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from app.charging.chargers.calls import commands as asked
from app.charging.chargers.calls.errors import CallNotSupported
from app.charging.chargers.calls.model import Order
from app.gateways.ocpp.desk.times import times

# Messages that can only be asked for by the call of the security extension.
_EXTENDED: Final = frozenset({"LogStatusNotification", "SignChargePointCertificate"})


def _reset(command: asked.Reset, _: int) -> Sequence[Order]:
    return [Order("Reset", {"type": "Hard" if command.at_once else "Soft"})]


def _unlock(command: asked.Unlock, _: int) -> Sequence[Order]:
    return [Order("UnlockConnector", {"connectorId": command.place.ocpp16_connector_id})]


def _reserve(command: asked.Reserve, _: int) -> Sequence[Order]:
    said = {
        "connectorId": command.place.ocpp16_connector_id,
        "idTag": command.id_tag,
        "reservationId": command.number,
        **times(expiryDate=command.until),
    }
    return [Order("ReserveNow", said)]


def _cancel(command: asked.CancelReservation, _: int) -> Sequence[Order]:
    return [Order("CancelReservation", {"reservationId": command.number})]


def _availability(command: asked.ChangeAvailability, _: int) -> Sequence[Order]:
    connector = 0 if command.place is None else command.place.ocpp16_connector_id
    kind = "Operative" if command.in_use else "Inoperative"
    return [Order("ChangeAvailability", {"connectorId": connector, "type": kind})]


def _trigger(command: asked.Trigger, _: int) -> Sequence[Order]:
    action = "ExtendedTriggerMessage" if command.message in _EXTENDED else "TriggerMessage"
    place = command.place
    where = {} if place is None else {"connectorId": place.ocpp16_connector_id}
    return [Order(action, {"requestedMessage": command.message, **where})]


def _firmware(command: asked.UpdateFirmware, _: int) -> Sequence[Order]:
    said = {"location": command.location, **times(retrieveDate=command.at)}
    return [Order("UpdateFirmware", said)]


def _diagnostics(command: asked.SendDiagnostics, _: int) -> Sequence[Order]:
    span = times(startTime=command.since, stopTime=command.until)
    return [Order("GetDiagnostics", {"location": command.location, **span})]


def _read(command: asked.ReadSettings, _: int) -> Sequence[Order]:
    return [Order("GetConfiguration", {"key": list(command.keys)} if command.keys else {})]


def _write(command: asked.WriteSettings, _: int) -> Sequence[Order]:
    return [
        Order("ChangeConfiguration", {"key": key, "value": value})
        for key, value in command.values.items()
    ]


def _report(_command: asked.ReportSettings, _: int) -> Sequence[Order]:
    raise CallNotSupported("OCPP 1.6 tells all its settings at once: read them")


def _password(command: asked.SetPassword, _: int) -> Sequence[Order]:
    said = {"key": "AuthorizationKey", "value": command.password}
    return [Order("ChangeConfiguration", said)]


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
