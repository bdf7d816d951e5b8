"""The configuration keys of OCPP 1.6 that the price of a session depends on."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.gateways.ocpp.link.session import Refused
from app.gateways.ocpp.readings import ENERGY, POWER, STATE_OF_CHARGE
from app.gateways.ocpp.registry import Line
from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.station import Station
from app.gateways.ocpp.v16.codes import wanted_codes
from app.gateways.ocpp.values import objects, read_text

log = logging.getLogger(__name__)

ASKS_AGAIN: Final = "AuthorizeRemoteTxRequests"
MEASURANDS: Final = "MeterValuesSampledData"
# OCPP 1.6, 9.1.27: what the charge point can do beside the core.
_PROFILES: Final = "SupportedFeatureProfiles"


@dataclass(frozen=True, slots=True)
class Current:
    """What a charge point says of a key."""

    value: str | None
    readonly: bool


def wanted(station: Station, settings: OcppSettings) -> Mapping[str, Sequence[str]]:
    """Return for each key the values that will do, the best first."""
    measurands = [f"{ENERGY},{POWER}", ENERGY]
    if station.direct_current:
        measurands.insert(0, f"{ENERGY},{POWER},{STATE_OF_CHARGE}")
    return {
        "MeterValueSampleInterval": [str(station.sample_seconds)],
        MEASURANDS: measurands,
        "ConnectionTimeOut": [str(settings.connection_timeout_seconds)],
        ASKS_AGAIN: ["false"],
        "StopTransactionOnInvalidId": ["true"],
    }


async def set_up(line: Line, settings: OcppSettings) -> bool | None:
    """
    Read the keys and change those that differ; tell whether it can keep connectors for somebody.

    None: it does not say. Raises NotSent or NoAnswer; a refusal is noted and leaves the key as it
    is.
    """
    station, wishes = line.station, wanted(line.station, settings)
    known = await _read(line, [*wishes, _PROFILES], settings)
    for key, values in wishes.items():
        now = known.get(key) if known is not None else Current(None, readonly=False)
        if now is not None and not now.readonly and not _same(now.value, values[0]):
            changed = await _change(line, key, values, settings)
            now = Current(changed, now.readonly) if changed else now
        if key == ASKS_AGAIN and now is not None and now.value is not None:
            station.asks_again = now.value.strip().lower() == "true"
    await _set_up_codes(line, settings)
    profiles = (known or {}).get(_PROFILES)
    if profiles is None or profiles.value is None:
        return None
    return "reservation" in _words(profiles.value)


async def _set_up_codes(line: Line, settings: OcppSettings) -> None:
    """Set the makers' keys for QR codes that the charge point has; the others are no refusal."""
    wishes = wanted_codes(line.station, settings)
    known = await _read(line, list(wishes), settings) if wishes else None
    for key, now in (known or {}).items():
        if key in wishes and not now.readonly and now.value != wishes[key]:
            await _change(line, key, [wishes[key]], settings)


async def _read(
    line: Line, keys: list[str], settings: OcppSettings
) -> Mapping[str, Current] | None:
    """Return the known keys, or None when the charge point does not tell."""
    try:
        answer = await line.session.call(
            "GetConfiguration", {"key": keys}, seconds=settings.pairing_call_seconds
        )
    except Refused as refusal:
        log.info("%s tells no configuration: %s", line.station.name, refusal)
        return None
    return {
        str(each.get("key")): Current(read_text(each.get("value")), each.get("readonly") is True)
        for each in objects(answer.get("configurationKey"))
    }


async def _change(
    line: Line, key: str, values: Sequence[str], settings: OcppSettings
) -> str | None:
    """Set the first of *values* that is taken; return it, None when nothing holds by now."""
    for value in values:
        try:
            answer = await line.session.call(
                "ChangeConfiguration",
                {"key": key, "value": value},
                seconds=settings.pairing_call_seconds,
            )
        except Refused as refusal:
            log.info("%s: %s: %s", line.station.name, key, refusal)
            return None
        if answer.get("status") == "Accepted":
            return value
        if answer.get("status") == "RebootRequired":
            log.info("%s: %s=%s from its next restart", line.station.name, key, value)
            return None
        log.info("%s: %s=%s: %s", line.station.name, key, value, answer.get("status"))
    return None


def _same(have: str | None, want: str) -> bool:
    return have is not None and _words(have) == _words(want)


def _words(value: str) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in value.split(","))
