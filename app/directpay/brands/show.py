"""Show an operator's brand to whoever makes an app for it."""

from dataclasses import asdict
from typing import Final
from uuid import UUID

import msgspec

from app.directpay.afterwards.rule import charges_after
from app.directpay.brands.views import (
    ColoursView,
    FeaturesView,
    LinksView,
    PublicBrandView,
    StoresView,
    SupportView,
)
from app.directpay.desk import Desk
from app.funds.wallet.top_ups.offer import wallet_offer_of
from app.infra.database import Work
from app.infra.question import ask
from app.people.identity.brand.colour import Palette, palette
from app.people.identity.brand.model import Slot
from app.people.identity.model import Operator
from app.people.identity.read import get_operator
from app.pricing.tariffs.choice.drivers import prices_drivers

_ICONS: Final = ("180", "192", "512", "maskable")


async def public_brand(operator_id: UUID, language: str, *, desk: Desk) -> PublicBrandView:
    """Return the brand of an operator with its words in *language*. Raises OperatorNotFound."""
    async with desk.database.work(operator_id) as work:
        operator = await get_operator(work)
        features = await _features(work)
    base, slug, brand = desk.base_of(operator_id), operator.slug, operator.brand
    apps = brand.details.apps
    return PublicBrandView(
        slug=slug,
        name=brand.name,
        legal_name=operator.legal_name,
        address=base,
        colours=colours_view(palette(brand.colour, brand.details.accent)),
        logo=f"{base}/brand/{slug}/logo" if brand.logo else None,
        icons={name: f"{base}/app/{slug}/icons/{name}" for name in _ICONS},
        texts=_texts(operator, language),
        support=SupportView(
            operator.support.phone,
            operator.support.email,
            _text(operator, Slot.SUPPORT_HOURS, language),
        ),
        links=msgspec.convert(asdict(operator.links), LinksView),
        languages=operator.languages,
        stores=StoresView(apps.app_store, apps.play_store),
        features=features,
    )


def colours_view(colours: Palette) -> ColoursView:
    """Return a palette as apps see it."""
    return msgspec.convert(asdict(colours), ColoursView)


async def _features(work: Work) -> FeaturesView:
    whose = work.operator_id
    offer, own_prices = await ask(work, wallet_offer_of(whose), prices_drivers(whose, work.now))
    return FeaturesView(
        credit=offer is not None, pay_after=await charges_after(work), own_prices=own_prices
    )


def _texts(operator: Operator, language: str) -> dict[str, str]:
    words = {str(slot): _text(operator, slot, language) for slot in Slot}
    return {slot: text for slot, text in words.items() if text}


def _text(operator: Operator, slot: Slot, language: str) -> str:
    return operator.brand.details.text(slot, language, operator.languages[0])
