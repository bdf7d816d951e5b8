"""Settings of a charge point as its answers tell them (pure)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app.charging.chargers.calls.model import Call, Setting
from app.gateways.ocpp.values import object_of, objects, read_text


def settings_of(call: Call) -> Sequence[Setting]:
    """Return the settings in the answer to a call that reads or writes some; else nothing."""
    if call.reply.answer is None:
        return []
    answer, asked = msgspec.json.decode(call.reply.answer), msgspec.json.decode(call.payload)
    match call.action:
        case "GetConfiguration":
            return [*_known(answer), *_unknown(answer)]
        case "ChangeConfiguration":
            return [Setting(str(asked["key"]), str(answer.get("status")), str(asked["value"]))]
        case "GetVariables":
            return [_variable(each) for each in objects(answer.get("getVariableResult"))]
        case "SetVariables":
            return [_variable(each) for each in objects(answer.get("setVariableResult"))]
        case _:
            return []


def _known(answer: Mapping[str, Any]) -> Sequence[Setting]:
    return [
        Setting(
            key=str(each.get("key")),
            status="Accepted",
            value=read_text(each.get("value")),
            readonly=each.get("readonly") is True,
        )
        for each in objects(answer.get("configurationKey"))
    ]


def _unknown(answer: Mapping[str, Any]) -> Sequence[Setting]:
    keys = answer.get("unknownKey")
    return [Setting(str(key), "UnknownKey") for key in keys] if isinstance(keys, list) else []


def _variable(result: Mapping[str, Any]) -> Setting:
    component, variable = object_of(result.get("component")), object_of(result.get("variable"))
    return Setting(
        key=f"{component.get('name')}.{variable.get('name')}",
        status=str(result.get("attributeStatus")),
        value=read_text(result.get("attributeValue")),
    )
