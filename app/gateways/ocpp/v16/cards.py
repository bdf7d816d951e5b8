"""Cards that paid at the terminal in a 1.6 charge point: its one idTag, and its maker's words."""

from collections.abc import Mapping
from typing import Any, assert_never

import msgspec

from app.charging.chargers.terminals.dialects import (
    CardAuthorised,
    CardCollected,
    Word,
    dialect_of_vendor,
)
from app.directpay.integrated.model import Spot, Tap
from app.gateways.ocpp.dispatch import Question
from app.gateways.ocpp.values import object_of, read_instant, read_text, read_whole


async def tap_of(question: Question, id_tag: str) -> str | None:
    """
    Return the idTag of the session that a card pays for, when *id_tag* is that of cards, or None.

    The start itself is the reference: 1.6 tells none, and sends the same start again.
    """
    said, station = question.payload, question.station
    if id_tag in station.remote_tags:
        return None
    terminals = question.facts.terminals
    if id_tag != await terminals.card_tag(station.operator_id, station.identity):
        return None
    start = f"{said.get('connectorId')}/{said.get('timestamp')}/{said.get('meterStart')}"
    connector = read_whole(said.get("connectorId"))
    places = {each.ocpp16_connector_id: each.evse_no for each in station.charge_point.evses}
    return await terminals.tap(
        Tap(
            spot=Spot(station.operator_id, station.identity, start),
            evse_no=None if connector is None else places.get(connector, connector),
            psp_ref=f"{id_tag}:{start}",
            limit=None,
            at=read_instant(said.get("timestamp")),
            details={},
        )
    )


async def data_transfer(question: Question) -> Mapping[str, Any]:
    """Book what a maker's terminal tells; whatever else is transferred is not known here."""
    said, station = question.payload, question.station
    dialect = dialect_of_vendor(str(said.get("vendorId")))
    terminals = question.facts.terminals
    if dialect is None or not await terminals.card_tag(station.operator_id, station.identity):
        return {"status": "UnknownVendorId"}
    word = dialect.read(str(said.get("messageId")), _data(said.get("data")))
    if word is None:
        return {"status": "UnknownMessageId"}
    is_kept = await _keep(question, word)
    return {"status": "Accepted" if is_kept else "Rejected"}


async def _keep(question: Question, word: Word) -> bool:
    """Book a *word*; tell whether it is about a transaction that we know."""
    station, terminals = question.station, question.facts.terminals
    match word:
        case CardAuthorised(transaction, reference, amount):
            spot = Spot(station.operator_id, station.identity, transaction)
            return await terminals.compare_limit(spot, reference, amount)
        case CardCollected(reference, amount):
            return await terminals.settle_reference(
                station.operator_id, station.identity, reference, amount
            )
        case _:
            assert_never(word)


def _data(value: object) -> Mapping[str, Any]:
    """Return the data of a DataTransfer: JSON in a text, or what is none."""
    try:
        return object_of(msgspec.json.decode(read_text(value) or "{}"))
    except msgspec.DecodeError:
        return {}
