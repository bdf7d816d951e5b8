"""Passwords in calls: found, so that they are kept nowhere but where they belong."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from app.charging.chargers.calls.model import Order
from app.gateways.ocpp.values import object_of, objects, read_text

HIDDEN: Final = "***"
# 1.6 security whitepaper; OCPP 2.x device model, SecurityCtrlr and WebPaymentsCtrlr.
_KEYS: Final = frozenset({"authorizationkey", "basicauthpassword", "sharedsecret"})
_FIELDS: Final = frozenset({"basicAuthPassword", "password", "key"})


def without_secrets(order: Order) -> Order:
    """Return *order* with every password replaced by three stars."""
    said = order.payload
    if order.action == "ChangeConfiguration" and _is_secret(said.get("key")):
        return replace(order, payload={**said, "value": HIDDEN})
    if order.action == "SetVariables":
        data = [_variable(each) for each in objects(said.get("setVariableData"))]
        return replace(order, payload={**said, "setVariableData": data})
    if order.action == "SetNetworkProfile":
        return replace(order, payload=_fields(said))
    return order


def password_in(order: Order) -> str | None:
    """Return the password that *order* gives a charge point to connect with, or None."""
    said = order.payload
    if order.action == "ChangeConfiguration" and said.get("key") == "AuthorizationKey":
        return read_text(said.get("value"))
    if order.action != "SetVariables":
        return None
    for each in objects(said.get("setVariableData")):
        if object_of(each.get("variable")).get("name") == "BasicAuthPassword":
            return read_text(each.get("attributeValue"))
    return None


def _variable(data: Mapping[str, Any]) -> Mapping[str, Any]:
    if _is_secret(object_of(data.get("variable")).get("name")):
        return {**data, "attributeValue": HIDDEN}
    return data


def _fields(value: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(value, Mapping):
        return value
    return {name: HIDDEN if name in _FIELDS else _fields(inner) for name, inner in value.items()}


def _is_secret(name: object) -> bool:
    return isinstance(name, str) and name.lower() in _KEYS
