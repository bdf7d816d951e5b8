"""
The payment terminals in a charge point (OCPP 2.1): read, and set up, after a boot.

Source: OCPP 2.1, part 2 appendices, "PaymentCtrlr": one for the charge point, or one for each EVSE.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.charging.chargers.terminals.model import SETTLED_BY_US, WHOLE_STATION, InsideTerminal
from app.directpay.integrated.tap import CANNOT_COLLECT
from app.directpay.integrated.terms import TerminalTerms
from app.gateways.ocpp.link.session import Refused
from app.gateways.ocpp.registry import Line
from app.gateways.ocpp.terminals.port import Terminals
from app.gateways.ocpp.values import object_of, objects, read_text
from app.kernel.clock import Clock

log = logging.getLogger(__name__)

_COMPONENT: Final = "PaymentCtrlr"
_AMOUNT: Final = "AuthorizationAmount"
# The first four tell whether there is one at all; small charge points take four at a time.
_READ: Final = (
    (_AMOUNT, SETTLED_BY_US, "ReceiptByCSMS", "Enabled"),
    (
        "AuthorizeDirectPayment",
        "IncrementalAuthorizationAmount",
        "IncrementalAuthorizationThreshold",
        "Problem",
    ),
)
_TAKEN: Final = ("Accepted", "RebootRequired")


@dataclass(frozen=True, slots=True)
class _Talk:
    """A conversation about the terminal at an EVSE, or of the whole charge point."""

    line: Line
    seconds: int
    evse_no: int

    def data(self, name: str) -> dict[str, Any]:
        """Return how a variable of the terminal is named."""
        component: dict[str, Any] = {"name": _COMPONENT}
        if self.evse_no != WHOLE_STATION:
            component["evse"] = {"id": self.evse_no}
        return {"component": component, "variable": {"name": name}}

    async def call(self, action: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Make a call; a refusal is noted, and an answer with nothing."""
        try:
            return await self.line.session.call(action, payload, seconds=self.seconds)
        except Refused as refusal:
            log.info("%s: %s: %s", self.line.station.name, _COMPONENT, refusal)
            return {}


async def set_up_terminals(line: Line, clock: Clock, terminals: Terminals, *, seconds: int) -> None:
    """
    Read the terminals of a charge point, set what we wish, and keep how they are then.

    Raises NotSent or NoAnswer.
    """
    station = line.station
    places = [WHOLE_STATION, *(each.evse_no for each in station.charge_point.evses)]
    terms = await terminals.terms(station.operator_id, station.identity)
    found = []
    for evse_no in places:
        talk = _Talk(line, seconds, evse_no)
        variables = await _read(talk)
        if not variables:
            continue
        variables |= await _set(talk, _wanted(variables, terms, evse_no))
        found.append(_terminal(talk, variables, terms, clock))
        if evse_no == WHOLE_STATION:
            break
    await terminals.keep(station.operator_id, station.identity, found)


def _wanted(have: Mapping[str, str], terms: TerminalTerms, evse_no: int) -> Mapping[str, str]:
    """Return what has to become different: our amount, our receipts, and no settlement we can't."""
    holds = [hold for place, hold in terms.holds.items() if evse_no in (WHOLE_STATION, place)]
    wishes = {"ReceiptByCSMS": "true"}
    if holds:
        wishes[_AMOUNT] = str(max(hold.as_decimal() for hold in holds))
    if not terms.can_collect:
        wishes[SETTLED_BY_US] = "false"
    return {
        name: value
        for name, value in wishes.items()
        if name in have and have[name].strip().lower() != value
    }


async def _read(talk: _Talk) -> dict[str, str]:
    """Return the variables that there are; none: there is no such terminal."""
    known: dict[str, str] = {}
    for names in _READ:
        asked = {"getVariableData": [talk.data(name) for name in names]}
        answer = await talk.call("GetVariables", asked)
        for each in objects(answer.get("getVariableResult")):
            if each.get("attributeStatus") == "Accepted":
                known[_name(each)] = read_text(each.get("attributeValue")) or ""
        if not known:
            break
    return known


async def _set(talk: _Talk, wishes: Mapping[str, str]) -> Mapping[str, str]:
    """Set variables; return those that were taken."""
    if not wishes:
        return {}
    data = [{**talk.data(name), "attributeValue": value} for name, value in wishes.items()]
    answer = await talk.call("SetVariables", {"setVariableData": data})
    taken = {}
    for each in objects(answer.get("setVariableResult")):
        name, status = _name(each), each.get("attributeStatus")
        if status in _TAKEN and name in wishes:
            taken[name] = wishes[name]
        else:
            log.warning("%s: %s.%s: %s", talk.line.station.name, _COMPONENT, name, status)
    return taken


def _terminal(
    talk: _Talk, variables: Mapping[str, str], terms: TerminalTerms, clock: Clock
) -> InsideTerminal:
    identity, now = talk.line.station.identity, clock.now()
    terminal = InsideTerminal(identity, talk.evse_no, variables, None, now)
    if terminal.is_settled_by_us and not terms.can_collect:
        log.warning("%s: %s", talk.line.station.name, CANNOT_COLLECT)
        return InsideTerminal(identity, talk.evse_no, variables, CANNOT_COLLECT, now)
    return terminal


def _name(result: Mapping[str, Any]) -> str:
    return str(object_of(result.get("variable")).get("name"))
