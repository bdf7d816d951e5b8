"""Cards that paid at the terminal in a 1.6 charge point, which starts them all with one idTag."""

from app.directpay.integrated.model import Spot, Tap
from app.gateways.ocpp.dispatch import Question
from app.gateways.ocpp.terminals.words import is_card
from app.gateways.ocpp.values import read_instant, read_whole


async def tap_of(question: Question, id_tag: str) -> str | None:
    """
    Return the idTag of the session that a card pays for, when *id_tag* is that of cards, or None.

    The start itself is the reference: 1.6 tells none, and sends the same start again.
    """
    said, station = question.payload, question.station
    if not await is_card(question, id_tag):
        return None
    start = f"{said.get('connectorId')}/{said.get('timestamp')}/{said.get('meterStart')}"
    connector = read_whole(said.get("connectorId"))
    places = {each.ocpp16_connector_id: each.evse_no for each in station.charge_point.evses}
    return await question.facts.terminals.tap(
        Tap(
            spot=Spot(station.operator_id, station.identity, start),
            evse_no=None if connector is None else places.get(connector, connector),
            psp_ref=f"{id_tag}:{start}",
            limit=None,
            at=read_instant(said.get("timestamp")),
            details={},
        )
    )
