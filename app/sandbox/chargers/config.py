"""What a played charge point is: who it says it is, what it can deliver, where it connects."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import yaml

VERSIONS: Final = ("ocpp1.6", "ocpp2.0.1", "ocpp2.1")


class ConfigInvalid(ValueError):
    """A configuration that no charge point can be made of."""


@dataclass(frozen=True, slots=True)
class EvseConfig:
    """
    One EVSE: power in kW, `AC` or `DC`, and what it has beside a socket.

    Whether its meter *signs*, whether it has a *display*, and a payment *terminal* (2.1).
    """

    power_kw: Decimal = Decimal(11)
    current: str = "AC"
    signs: bool = False
    display: bool = False
    terminal: bool = False


@dataclass(frozen=True, slots=True)
class ChargerConfig:
    """
    A charge point.

    *url* is the address of the server's endpoint without the identity. *speed* divides every
    interval, so that a sample a minute becomes one a second at 60. *starts_when_plugged* begins 2.x
    transactions with the cable (TxStartPoint EVConnected) instead of with the power.
    *plugs_by_itself* plays the driver's hand, too.
    """

    identity: str
    url: str
    version: str = "ocpp1.6"
    password: str | None = None
    evses: tuple[EvseConfig, ...] = (EvseConfig(),)
    speed: int = 1
    starts_when_plugged: bool = False
    plugs_by_itself: bool = False

    def __post_init__(self) -> None:
        """Refuse what can't work."""
        if self.version not in VERSIONS:
            msg = f"{self.identity}: version {self.version!r} is none of {', '.join(VERSIONS)}"
            raise ConfigInvalid(msg)
        if not self.evses or self.speed < 1:
            msg = f"{self.identity}: at least one EVSE and a speed of at least 1"
            raise ConfigInvalid(msg)

    @property
    def address(self) -> str:
        """Return the address to connect to."""
        return f"{self.url.rstrip('/')}/{quote(self.identity, safe='')}"


def load(path: Path, *, url: str | None, speed: int) -> list[ChargerConfig]:
    """Return the charge points in the YAML file *path*. Raises ConfigInvalid."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or not isinstance(content.get("chargers"), list):
        msg = f"{path}: a list under the key `chargers` is missing"
        raise ConfigInvalid(msg)
    address = url or content.get("url")
    if not address:
        msg = f"{path}: no `url`, and none was given"
        raise ConfigInvalid(msg)
    return [replace(_charger(each, str(address)), speed=speed) for each in content["chargers"]]


def _charger(entry: Mapping[str, Any], url: str) -> ChargerConfig:
    try:
        evses = tuple(
            EvseConfig(
                Decimal(str(each["power_kw"])),
                str(each.get("current", "AC")).upper(),
                bool(each.get("signs", False)),
                bool(each.get("display", False)),
                bool(each.get("terminal", False)),
            )
            for each in entry.get("evses", [{"power_kw": 11}])
        )
        return ChargerConfig(
            identity=str(entry["identity"]),
            url=url,
            version=str(entry.get("version", "ocpp1.6")),
            password=entry.get("password"),
            evses=evses,
            starts_when_plugged=bool(entry.get("starts_when_plugged", False)),
            plugs_by_itself=bool(entry.get("plugs_by_itself", False)),
        )
    except (KeyError, TypeError, AttributeError, InvalidOperation) as error:
        msg = f"a charger needs an identity and EVSEs with power_kw: {entry!r} ({error})"
        raise ConfigInvalid(msg) from error
