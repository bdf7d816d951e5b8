"""What is agreed on with the driver of another platform at a charge point of ours."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from app.charging.chargers.model import Evse
from app.infra.database import Work
from app.pricing.tariffs.choice.choose import choose_tariff
from app.pricing.tariffs.choice.model import AD_HOC, Choice, Spot
from app.pricing.tariffs.dynamic.locked import locked
from app.pricing.tariffs.dynamic.model import Lock
from app.pricing.tariffs.dynamic.read import lock_in
from app.pricing.tariffs.errors import NoTariff
from app.pricing.tariffs.model import TariffVersion
from app.roaming.here.model import BY_COMMAND, Guest
from app.roaming.here.offer import group_of
from app.roaming.platforms.model import Party
from app.roaming.wire.commands import StartSession
from app.roaming.wire.tokens import Token
from app.roaming.wire.values import CdrToken

# OCPI, TokenType: who charges without a contract, such as one who pays at a terminal.
NO_CONTRACT: Final = "AD_HOC_USER"


async def agreed_tariff(
    work: Work, evse: Evse, token: Token, connector_id: str, at: datetime | None = None
) -> TariffVersion | None:
    """Return the tariff of `agreed_choice`, or None. A step."""
    choice = await agreed_choice(work, evse, token, connector_id, at)
    return None if choice is None else choice.tariff


async def agreed_choice(
    work: Work, evse: Evse, token: Token, connector_id: str, at: datetime | None = None
) -> Choice | None:
    """
    Return the tariff that holds for the driver of *token*, with the price that locks; or None.

    *at* is when the session began, by default now. A step.
    """
    group = AD_HOC if token.type.upper() == NO_CONTRACT else group_of(party_of(token))
    spot = Spot(evse.location.location_id, evse.evse_uid, evse.max_power_kw, connector_id)
    try:
        choice = await choose_tariff(work, spot, frozenset({group}), at)
    except NoTariff:
        return None
    if choice.tariff.series is None or await lock_in(work, evse.location.country) is Lock.LIVE:
        return choice
    return replace(choice, tariff=locked(choice.tariff, at or work.now, evse.location.time_zone))


def party_of(token: Token) -> Party:
    """Return the party whose driver, or whose terminal, a *token* is of."""
    return Party(token.country_code.upper(), token.party_id.upper())


def cdr_token(token: Token) -> CdrToken:
    """Return what session and record say of a token."""
    return CdrToken(
        country_code=token.country_code,
        party_id=token.party_id,
        uid=token.uid,
        type=token.type,
        contract_id=token.contract_id,
    )


def guest_of(
    order: StartSession, platform_id: UUID, session_id: UUID, tariff: TariffVersion, now: datetime
) -> Guest:
    """Return the guest whose start a platform ordered, by the *tariff* that was agreed on."""
    return Guest(
        session_id=session_id,
        platform_id=platform_id,
        token=cdr_token(order.token),
        reference=order.authorization_reference,
        response_url=order.response_url,
        auth_method=BY_COMMAND,
        connector_id=order.connector_id or "1",
        tariff_id=tariff.tariff_id,
        tariff_version=tariff.version,
        variant=tariff.variant,
        created_at=now,
    )
