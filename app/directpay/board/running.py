"""What the charge point may show of a session while it runs."""

from datetime import datetime, timedelta

from app.charging.chargers.model import Evse
from app.directpay.board.notices import Place, Running
from app.directpay.follow.meter import Meter
from app.directpay.model import Journey
from app.directpay.prices.show import price_components
from app.infra.i18n import format_energy, format_money, speaking


def place_of(evse: Evse, transaction_id: str = "") -> Place:
    """Return the place of an EVSE, and of the transaction that runs there."""
    return Place(
        evse.operator_id, evse.identity, evse.evse_no, evse.ocpp16_connector_id, transaction_id
    )


def running_notice(meter: Meter, place: Place, journey: Journey, now: datetime) -> Running:
    """Return what there is to show *now* of the session at *place*, as *meter* has it."""
    cost = min(meter.payable, journey.held)
    with speaking(journey.locale):
        text = f"{format_energy(meter.energy_kwh)} · {format_money(cost)}"
    left = meter.seconds_left_at_most(journey.held)
    return Running(
        place=place,
        language=journey.locale,
        text=text,
        at=now,
        register_wh=meter.register_wh,
        cost=cost,
        prices=price_components(meter.running.price_now),
        limit=journey.held,
        lasts_until=None if left is None else meter.as_of + timedelta(seconds=left),
        max_power_kw=meter.max_power_kw,
    )
