"""
QR codes on the displays of charge points that have no standard key for them: the makers' own keys.

OCPP 1.6 has none, and 2.0.1 neither; 2.1 has WebPaymentsCtrlr. What is not in the table keeps its
sticker. Each row names where its maker publishes the key.
"""

from dataclasses import dataclass
from typing import Final

from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.station import Station


@dataclass(frozen=True, slots=True)
class CodeKey:
    """The key of a *maker* for the address in the code at connector *number*; *source* tells it."""

    maker: str
    name: str
    source: str
    most_connectors: int

    def at(self, number: int) -> str:
        """Return the key of a connector."""
        return self.name.format(number=number)


CODE_KEYS: Final = (
    CodeKey(
        maker="Compleo",
        name="qrCodeURL{number}",
        source="Compleo, System documentation Ad-Hoc Charging (firmware 6.12.0 and later)",
        most_connectors=2,
    ),
)


def wanted_codes(station: Station, settings: OcppSettings) -> dict[str, str]:
    """Return the address that each key should have, at the connectors that we know by a code."""
    if settings.displays is None:
        return {}
    base = settings.displays.base_of(station.charge_point.operator_id)
    return {
        key.at(evse.ocpp16_connector_id): f"{base}/c/{evse.code}"
        for key in CODE_KEYS
        for evse in station.charge_point.evses
        if evse.code and evse.ocpp16_connector_id <= key.most_connectors
    }
