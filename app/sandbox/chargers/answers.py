"""What a played charge point answers to the server's calls."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from app.sandbox.chargers.bay import Bay
from app.sandbox.chargers.config import ChargerConfig
from app.sandbox.chargers.wire import NotImplementedHere
from app.sandbox.display import VARIABLES

Payload = Mapping[str, Any]

# The variables of 2.x by the configuration keys of 1.6 that mean the same.
_VARIABLES: Final = {
    ("SampledDataCtrlr", "TxUpdatedInterval"): "MeterValueSampleInterval",
    ("SampledDataCtrlr", "TxUpdatedMeasurands"): "MeterValuesSampledData",
    ("TxCtrlr", "EVConnectionTimeOut"): "ConnectionTimeOut",
    ("TxCtrlr", "StopTxOnInvalidId"): "StopTransactionOnInvalidId",
    ("SecurityCtrlr", "BasicAuthPassword"): "AuthorizationKey",
    ("AuthCtrlr", "AuthorizeRemoteStart"): "AuthorizeRemoteTxRequests",
}


# What only 2.1 has.
_NEW: Final = frozenset({"NotifyWebPaymentStarted"})


_ACCEPTED: Final = {"status": "Accepted"}
_COSTS: Final = "org.openchargealliance.costmsg"


class Commanded(Protocol):
    """What the answers need of the charge point."""

    bays: Mapping[int, Bay]
    settings: dict[str, str]
    shown: dict[str, Payload]
    config: ChargerConfig

    def now(self) -> datetime:
        """Return the time of the charge point's clock."""
        ...

    def report_boot(self) -> None:
        """Tell of the boot again."""
        ...

    def restart(self) -> None:
        """Restart soon."""
        ...


class Answers:
    """Answers in all versions: their calls have different names."""

    def __init__(self, station: Commanded) -> None:
        """Answer for *station*."""
        self._station = station
        self._known: dict[str, Callable[[Payload], Payload]] = {
            "RemoteStartTransaction": self._start,
            "RequestStartTransaction": self._start,
            "RemoteStopTransaction": self._stop,
            "RequestStopTransaction": self._stop,
            "TriggerMessage": self._trigger,
            "GetConfiguration": self._get_configuration,
            "ChangeConfiguration": self._change_configuration,
            "GetVariables": self._get_variables,
            "SetVariables": self._set_variables,
            "UnlockConnector": self._unlock,
            "NotifyWebPaymentStarted": self._web_payment,
            "Reset": self._reset,
            "ClearCache": lambda _: {"status": "Accepted"},
            "DataTransfer": self._data_transfer,
            "CostUpdated": self._show("CostUpdated", {}),
            "SetDisplayMessage": self._show("SetDisplayMessage", _ACCEPTED),
            "SetChargingProfile": self._show("SetChargingProfile", _ACCEPTED),
            "SetDefaultTariff": self._show("SetDefaultTariff", _ACCEPTED),
            "ChangeTransactionTariff": self._show("ChangeTransactionTariff", _ACCEPTED),
        }

    def answer(self, action: str, payload: Payload) -> Payload:
        """Return the answer to a call. Raises NotImplementedHere."""
        is_new = action in _NEW and self._station.config.version != "ocpp2.1"
        if is_new or action not in self._known:
            raise NotImplementedHere(action)
        return self._known[action](payload)

    def _start(self, said: Payload) -> Payload:
        bay = self._station.bays.get(said.get("connectorId") or said.get("evseId") or 1)
        token = said.get("idTag") or said.get("idToken", {}).get("idToken")
        if bay is None or not bay.permit(str(token), said.get("remoteStartId")):
            return {"status": "Rejected"}
        return {"status": "Accepted"}

    def _stop(self, said: Payload) -> Payload:
        wanted = said.get("transactionId")
        for bay in self._station.bays.values():
            running = bay.charging
            if running is not None and wanted in (running.number, running.station_id):
                bay.stop("Remote")
                return {"status": "Accepted"}
        return {"status": "Rejected"}

    def _trigger(self, said: Payload) -> Payload:
        number = said.get("connectorId") or said.get("evse", {}).get("id")
        bays = [bay for no, bay in self._station.bays.items() if number in (None, 0, no)]
        match said.get("requestedMessage"):
            case "StatusNotification":
                for bay in bays:
                    bay.announce(again=True)
            case "MeterValues" | "TransactionEvent":
                for bay in bays:
                    bay.report_meter()
            case "BootNotification":
                self._station.report_boot()
            case _:
                return {"status": "NotImplemented"}
        return {"status": "Accepted" if bays else "Rejected"}

    def _get_configuration(self, said: Payload) -> Payload:
        settings = self._station.settings
        keys = said.get("key") or list(settings)
        known = [
            {"key": key, "readonly": False, "value": settings[key]}
            for key in keys
            if key in settings
        ]
        return {
            "configurationKey": known,
            "unknownKey": [key for key in keys if key not in settings],
        }

    def _change_configuration(self, said: Payload) -> Payload:
        key = str(said.get("key"))
        if key not in self._station.settings:
            return {"status": "NotSupported"}
        self._station.settings[key] = str(said.get("value"))
        return {"status": "Accepted"}

    def _get_variables(self, said: Payload) -> Payload:
        return {"getVariableResult": [self._get(each) for each in said["getVariableData"]]}

    def _set_variables(self, said: Payload) -> Payload:
        return {"setVariableResult": [self._set(each) for each in said["setVariableData"]]}

    def _web_payment(self, said: Payload) -> Payload:
        bay = self._station.bays.get(said["evseId"])
        if bay is not None:
            bay.display.paying_until = self._station.now() + timedelta(seconds=said["timeout"])
        return {}

    def _set_display(self, asked: Payload) -> str:
        bay = self._station.bays.get(asked["component"].get("evse", {}).get("id"))
        name = asked["variable"]["name"]
        if bay is None or not bay.config.display:
            return "UnknownComponent"
        if name not in VARIABLES:
            return "UnknownVariable"
        bay.display.values[name] = str(asked["attributeValue"])
        return "Accepted"

    def _set_terminal(self, asked: Payload) -> str:
        values = self._terminal(asked)
        name = asked["variable"]["name"]
        if values is None:
            return "UnknownComponent"
        if name not in values:
            return "UnknownVariable"
        values[name] = str(asked["attributeValue"])
        return "Accepted"

    def _terminal(self, asked: Payload) -> dict[str, str] | None:
        """Return the variables of the terminal that is *asked* about, or None: there is none."""
        bay = self._station.bays.get(asked["component"].get("evse", {}).get("id"))
        has_one = bay is not None and self._station.config.version == "ocpp2.1"
        return bay.terminal.values if bay and has_one and bay.terminal else None

    def _get(self, asked: Payload) -> Payload:
        address = {"component": asked["component"], "variable": asked["variable"]}
        if asked["component"]["name"] == "PaymentCtrlr":
            values, name = self._terminal(asked), asked["variable"]["name"]
            if values is None or name not in values:
                return {"attributeStatus": "UnknownComponent", **address}
            return {"attributeStatus": "Accepted", "attributeValue": values[name], **address}
        key = _VARIABLES.get((asked["component"]["name"], asked["variable"]["name"]))
        if key is None:
            return {"attributeStatus": "UnknownVariable", **address}
        value = self._station.settings[key]
        return {"attributeStatus": "Accepted", "attributeValue": value, **address}

    def _set(self, asked: Payload) -> Payload:
        address = {"component": asked["component"], "variable": asked["variable"]}
        if asked["component"]["name"] == "WebPaymentsCtrlr":
            return {"attributeStatus": self._set_display(asked), **address}
        if asked["component"]["name"] == "PaymentCtrlr":
            return {"attributeStatus": self._set_terminal(asked), **address}
        key = _VARIABLES.get((asked["component"]["name"], asked["variable"]["name"]))
        if key not in self._station.settings:
            return {"attributeStatus": "UnknownVariable", **address}
        self._station.settings[key] = str(asked["attributeValue"])
        return {"attributeStatus": "Accepted", **address}

    def _data_transfer(self, said: Payload) -> Payload:
        known = self._station.settings.get("CustomDisplayCostAndPrice") == "true"
        if said.get("vendorId") != _COSTS or not known:
            return {"status": "UnknownVendorId"}
        self._station.shown[str(said.get("messageId"))] = json.loads(str(said.get("data")))
        return _ACCEPTED

    def _show(self, name: str, answer: Payload) -> Callable[[Payload], Payload]:
        def shown(said: Payload) -> Payload:
            self._station.shown[name] = said
            return answer

        return shown

    def _unlock(self, said: Payload) -> Payload:
        bay = self._station.bays.get(said.get("connectorId") or 1)
        if "evseId" in said:
            bay = self._station.bays.get(said["evseId"])
        if bay is None:
            return {"status": "UnlockFailed"}
        bay.stop("UnlockCommand" if "evseId" not in said else "Remote")
        return {"status": "Unlocked"}

    def _reset(self, _: Payload) -> Payload:
        self._station.restart()
        return {"status": "Accepted"}
