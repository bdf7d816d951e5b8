"""What is agreed on with the driver of another platform at a charge point of ours."""

from datetime import datetime

from app.charging.chargers.model import Evse
from app.infra.database import Work
from app.pricing.tariffs.choice.choose import choose_tariff
from app.pricing.tariffs.choice.model import AD_HOC, Spot
from app.pricing.tariffs.dynamic.locked import locked
from app.pricing.tariffs.dynamic.model import Lock
from app.pricing.tariffs.dynamic.read import lock_in
from app.pricing.tariffs.errors import NoTariff
from app.pricing.tariffs.model import TariffVersion
from app.roaming.here.offer import group_of
from app.roaming.platforms.model import Party
from app.roaming.wire.tokens import Token
from app.roaming.wire.values import CdrToken


async def agreed_tariff(
    work: Work, evse: Evse, token: Token, connector_id: str, at: datetime | None = None
) -> TariffVersion | None:
    """
    Return the tariff that holds for the driver of *token*, with the price that locks; or None.

    *at* is when the session began, by default now. A step.
    """
    party = Party(token.country_code.upper(), token.party_id.upper())
    group = AD_HOC if token.type == "AD_HOC_USER" else group_of(party)
    spot = Spot(evse.location.location_id, evse.evse_uid, evse.max_power_kw, connector_id)
    try:
        tariff = (await choose_tariff(work, spot, frozenset({group}), at)).tariff
    except NoTariff:
        return None
    if tariff.series is None or await lock_in(work, evse.location.country) is Lock.LIVE:
        return tariff
    return locked(tariff, at or work.now, evse.location.time_zone)


def cdr_token(token: Token) -> CdrToken:
    """Return what session and record say of a token."""
    return CdrToken(
        country_code=token.country_code,
        party_id=token.party_id,
        uid=token.uid,
        type=token.type,
        contract_id=token.contract_id,
    )
