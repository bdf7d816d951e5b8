"""The variables of the device model of OCPP 2.x that the price of a session depends on."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.gateways.ocpp.link.session import Refused
from app.gateways.ocpp.readings import ENERGY, POWER, STATE_OF_CHARGE
from app.gateways.ocpp.registry import Line
from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.station import Station
from app.gateways.ocpp.values import object_of, objects, read_text

log = logging.getLogger(__name__)

# DeviceDataCtrlr.ItemsPerMessage is small on small charge points; four have been taken by all.
_ITEMS_PER_MESSAGE: Final = 4


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a component without an instance."""

    component: str
    name: str

    def address(self) -> dict[str, Any]:
        """Return the two as every message names them."""
        return {"component": {"name": self.component}, "variable": {"name": self.name}}


# OCPP 2.0.1, part 2, 3.1: what does not keep EVSEs for somebody has no such controller.
_RESERVES: Final = Variable("ReservationCtrlr", "Enabled")
ASKS_AGAIN: Final = Variable("AuthCtrlr", "AuthorizeRemoteStart")


def wanted(station: Station, settings: OcppSettings) -> Mapping[Variable, str]:
    """Return the value that each variable should have."""
    running = f"{ENERGY},{POWER}"
    if station.direct_current:
        running += f",{STATE_OF_CHARGE}"
    return {
        Variable("SampledDataCtrlr", "TxUpdatedInterval"): str(station.sample_seconds),
        Variable("SampledDataCtrlr", "TxUpdatedMeasurands"): running,
        Variable("SampledDataCtrlr", "TxStartedMeasurands"): ENERGY,
        Variable("SampledDataCtrlr", "TxEndedMeasurands"): ENERGY,
        Variable("TxCtrlr", "EVConnectionTimeOut"): str(settings.connection_timeout_seconds),
        Variable("TxCtrlr", "StopTxOnInvalidId"): "true",
        ASKS_AGAIN: "false",
    }


async def set_up(line: Line, settings: OcppSettings) -> bool | None:
    """
    Read the variables and set those that differ; tell whether it can keep EVSEs for somebody.

    None: it does not say. Raises NotSent or NoAnswer; a refusal is noted and leaves the variable as
    it is.
    """
    wishes = wanted(line.station, settings)
    known = await _read(line, [*wishes, _RESERVES], settings)
    different = [
        variable
        for variable, value in wishes.items()
        if variable in known and not _enough(known[variable], value)
    ]
    taken = await _set(line, {variable: wishes[variable] for variable in different}, settings)
    asks_again = taken.get(ASKS_AGAIN, known.get(ASKS_AGAIN))
    if asks_again is not None:
        line.station.asks_again = asks_again.strip().lower() == "true"
    if not known:
        return None
    return (known.get(_RESERVES) or "").strip().lower() == "true"


async def _read(
    line: Line, variables: Sequence[Variable], settings: OcppSettings
) -> Mapping[Variable, str | None]:
    """Return the variables that the charge point has; their value is None when it can't be read."""
    known: dict[Variable, str | None] = {}
    for part in _parts(variables):
        asked = [variable.address() for variable in part]
        try:
            answer = await line.session.call(
                "GetVariables", {"getVariableData": asked}, seconds=settings.pairing_call_seconds
            )
        except Refused as refusal:
            log.info("%s tells no variables: %s", line.station.name, refusal)
            continue
        for each in objects(answer.get("getVariableResult")):
            # "Rejected" is how a variable that can only be written answers.
            if each.get("attributeStatus") in ("Accepted", "Rejected"):
                known[_variable(each)] = read_text(each.get("attributeValue"))
    return known


async def _set(
    line: Line, wishes: Mapping[Variable, str], settings: OcppSettings
) -> Mapping[Variable, str]:
    """Set the variables; return those that hold by now (some do from the next restart)."""
    taken: dict[Variable, str] = {}
    for part in _parts(list(wishes)):
        data = [{**each.address(), "attributeValue": wishes[each]} for each in part]
        try:
            answer = await line.session.call(
                "SetVariables", {"setVariableData": data}, seconds=settings.pairing_call_seconds
            )
        except Refused as refusal:
            log.info("%s takes no variables: %s", line.station.name, refusal)
            continue
        for each in objects(answer.get("setVariableResult")):
            variable, status = _variable(each), each.get("attributeStatus")
            if status == "Accepted" and variable in wishes:
                taken[variable] = wishes[variable]
            else:
                log.info("%s: %s: %s", line.station.name, variable, status)
    return taken


def _parts(variables: Sequence[Variable]) -> Iterator[Sequence[Variable]]:
    for first in range(0, len(variables), _ITEMS_PER_MESSAGE):
        yield variables[first : first + _ITEMS_PER_MESSAGE]


def _variable(result: Mapping[str, Any]) -> Variable:
    component, variable = object_of(result.get("component")), object_of(result.get("variable"))
    return Variable(str(component.get("name")), str(variable.get("name")))


def _enough(have: str | None, want: str) -> bool:
    """Tell whether *have* is *want*, or a list that holds all of it."""
    if have is None:
        return False
    words = {word.strip().lower() for word in have.split(",")}
    return {word.lower() for word in want.split(",")} <= words
