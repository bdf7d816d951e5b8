"""Drivers of others who hold a card to a reader of the played platform."""

from typing import Any

from app.sandbox.ocpi.book import Json
from app.sandbox.ocpi.platform import Platform


async def asks_about(platform: Platform, uid: str, place: Json | None) -> Any:  # noqa: ANN401 - JSON
    """Ask the partner whether a token of its own may charge now."""
    url = platform.book.partner.endpoints["tokens", "SENDER"]
    return await platform.line.call("POST", f"{url}/{uid}/authorize", place)


async def taps(platform: Platform, token: Json, uid: str = "E1") -> str:
    """Let a session begin with a token at a reader of *platform*; return its id."""
    order = {"token": token, "location_id": "LOC1", "evse_uid": uid, "response_url": ""}
    assert platform.start(order) == "ACCEPTED", "it does as it is told"  # noqa: S101
    number = platform.newest()
    body = platform.book.sessions[number].body
    body["auth_method"], body["authorization_reference"] = "AUTH_REQUEST", None
    await platform.plugs_in(number)
    return number
