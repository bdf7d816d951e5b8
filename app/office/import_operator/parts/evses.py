"""EVSEs as an operator file describes them."""

from decimal import Decimal

from app.charging.chargers.model import Connector
from app.charging.chargers.setup.model import DisplayDraft, EvseDraft
from app.office.import_operator.document import DisplayEntry, EvseEntry


def draft_of(location_id: str, entry: EvseEntry) -> EvseDraft:
    """Return the EVSE that an *entry* of a location describes."""
    return EvseDraft(
        evse_uid=entry.uid,
        evse_id=entry.evse_id,
        code=entry.code,
        location_id=location_id,
        identity=entry.charge_point,
        evse_no=entry.evse_no,
        ocpp16_connector_id=entry.ocpp16_connector_id or entry.evse_no,
        connectors=tuple(
            Connector(
                connector_id=each.id,
                standard=each.standard,
                format=each.format,
                power_type=each.power_type,
                max_power_kw=Decimal(each.max_power_kw),
            )
            for each in entry.connectors
        ),
        physical_reference=entry.physical_reference,
        display=None if entry.display_code is None else _display(entry.display_code),
    )


def _display(entry: DisplayEntry) -> DisplayDraft:
    return DisplayDraft(entry.validity_seconds, entry.length, entry.required)
