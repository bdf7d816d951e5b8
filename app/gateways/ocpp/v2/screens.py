"""
What a charge point is told about the code on its display (pure).

Source: OCPP 2.1, part 2, C25 "Ad hoc payment via a QR code", and part 2 appendices,
"WebPaymentsCtrlr". What is set is written only: the charge point never tells its secret.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.charging.chargers.display.model import DisplayCode, DisplaySecrets
from app.charging.chargers.display.totp import TOTP_VERSION
from app.gateways.ocpp.values import object_of, objects

_COMPONENT: Final = "WebPaymentsCtrlr"


@dataclass(frozen=True, slots=True)
class Screen:
    """An EVSE that shows codes: what its address is made of."""

    operator_id: UUID
    evse_uid: str
    evse_no: int
    code: str
    display: DisplayCode


@dataclass(frozen=True, slots=True)
class Displays:
    """What the codes on displays lead to, and the secrets that they are made with."""

    base_of: Callable[[UUID], str]
    secrets: DisplaySecrets

    def variables(self, screen: Screen) -> Mapping[str, Any]:
        """Return the payload of SetVariables that makes a *screen* show its codes."""
        code = screen.display
        secret = self.secrets.secret(screen.operator_id, screen.evse_uid, code.rotation)
        wanted = {
            "URLTemplate": f"{self.base_of(screen.operator_id)}/c/{screen.code}"
            "?id={chargingstationid}&totp={totp}&v={version}",
            "TOTPVersion": TOTP_VERSION,
            "ValidityTime": str(code.validity_seconds),
            "Length": str(code.length),
            "SharedSecret": secret,
            "Enabled": "true",
        }
        component = {"name": _COMPONENT, "evse": {"id": screen.evse_no}}
        return {
            "setVariableData": [
                {"component": component, "variable": {"name": name}, "attributeValue": value}
                for name, value in wanted.items()
            ]
        }


def is_shown(answer: Mapping[str, Any]) -> bool:
    """Tell whether the charge point took what the codes depend on."""
    results = {
        str(object_of(each.get("variable")).get("name")): each.get("attributeStatus")
        for each in objects(answer.get("setVariableResult"))
    }
    return all(
        results.get(name) in ("Accepted", "RebootRequired")
        for name in ("URLTemplate", "ValidityTime", "Length", "SharedSecret")
    )
