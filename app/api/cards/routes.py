"""All routes of a driver's cards and cars."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from app.api.cards.cards import (
    add_one_card,
    block_one_card,
    get_card,
    list_cards,
    name_one_card,
    remove_one_card,
)
from app.api.cards.vehicles import (
    add_vehicle,
    get_vehicle,
    list_vehicles,
    name_one_vehicle,
    remove_vehicle,
)

CARD_ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    list_cards,
    get_card,
    add_one_card,
    name_one_card,
    block_one_card,
    remove_one_card,
    list_vehicles,
    get_vehicle,
    add_vehicle,
    name_one_vehicle,
    remove_vehicle,
)
