"""Begin the journey of a driver who paid at the terminal of a provider that roams with us."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import uuid5

from app.charging.chargers.model import Evse
from app.directpay.authorised.begin import Agreed, begin_authorised
from app.directpay.authorised.live import is_live
from app.directpay.desk import Secrets
from app.funds.payments.accounts import partner_account
from app.funds.payments.outside.secure import Secured, secure_outside
from app.funds.payments.ports import Origin, SettledBy
from app.infra.database import Work
from app.kernel.money import Money
from app.people.identity.read import get_operator
from app.pricing.tariffs.choice.model import Choice
from app.pricing.tariffs.model import TariffVersion
from app.roaming.here import store as guests
from app.roaming.here.agree import NO_CONTRACT, guest_of, party_of
from app.roaming.here.offer import amount_to_authorise
from app.roaming.platforms.model import SENDER, Platform
from app.roaming.platforms.store import lock_platform
from app.roaming.received.model import PAYMENTS
from app.roaming.terminals.read import terminal_at
from app.roaming.wire.commands import StartSession

_CARD: Final = "creditcard"


class StartRefused(Exception):
    """A start that is not done: whatever was begun for it is rolled back."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A start that was paid at a terminal of *platform*, and on which tariff it is agreed."""

    platform: Platform
    order: StartSession
    evse: Evse
    choice: Choice

    @property
    def reference(self) -> str:
        """Return what the provider calls its authorisation of the driver's card."""
        assert self.order.authorization_reference, "see is_paid_at_terminal"  # noqa: S101
        return self.order.authorization_reference


def is_paid_at_terminal(platform: Platform, order: StartSession) -> bool:
    """
    Tell whether a start was paid at a terminal of *platform*: then the driver is nobody's customer.

    OCPI 2.3.0, mod_payments: a provider of terminals serves the module, and starts with a token of
    type AD_HOC_USER and the reference of its authorisation.
    """
    is_nobodys = order.token.type.upper() == NO_CONTRACT
    return is_nobodys and bool(order.authorization_reference) and platform.serves(PAYMENTS, SENDER)


async def is_under_way(work: Work, platform: Platform, order: StartSession) -> bool:
    """
    Tell whether this very start was taken before, and is not over. A step.

    Starts of one platform wait here for each other. Raises StartRefused when the authorisation has
    paid for another session: it pays for one.
    """
    await lock_platform(work, platform.platform_id)
    reference = order.authorization_reference or ""
    guest = await guests.of_reference(work, platform.platform_id, reference)
    if guest is None or guest.journey_id is None:
        return False
    if not await is_live(work, guest.journey_id):
        raise StartRefused
    return True


async def begin_paid(work: Work, paid: Paid, *, secrets: Secrets) -> None:
    """
    Step: begin the journey of a driver who paid at a terminal; a job asks the charge point.

    The payment is secured by whoever owns the terminal, who collects the price and owes it to us.
    Raises StartRefused when the socket can't be used.
    """
    order, platform = paid.order, paid.platform
    tariff = paid.choice.tariff
    agreed = Agreed(
        journey_id=work.ids.uuid7(work.now),
        session_id=work.ids.uuid7(work.now),
        payment_id=uuid5(platform.platform_id, paid.reference),
        evse_uid=paid.evse.evse_uid,
        tariff_id=tariff.tariff_id,
        tariff_version=tariff.version,
        rule_id=paid.choice.rule.rule_id,
        variant=tariff.variant,
        locale=await _language(work, order),
    )
    await _secure(work, paid, agreed)
    if await begin_authorised(work, agreed, secrets=secrets) is None:
        raise StartRefused
    guest = guest_of(order, platform.platform_id, agreed.session_id, tariff, work.now)
    terminal = await terminal_at(work, platform, paid.evse)
    creator = None if terminal is None else terminal.invoice_creator
    await guests.add(
        work,
        replace(guest, journey_id=agreed.journey_id, asked_at=work.now, invoice_creator=creator),
    )


async def _secure(work: Work, paid: Paid, agreed: Agreed) -> None:
    secured = Secured(
        payment_id=agreed.payment_id,
        subject_id=agreed.session_id,
        account_id=await partner_account(work, str(party_of(paid.order.token))),
        provider_ref=paid.reference,
        amount=await _authorised(work, paid.choice.tariff, paid.evse),
        method=_CARD,
        origin=Origin.OCPI_PTP,
        settled_by=SettledBy.PTP,
    )
    await secure_outside(work, secured)


async def _authorised(work: Work, version: TariffVersion, evse: Evse) -> Money:
    """Return what the terminal authorised: what the tariff that it was told asks for."""
    amount = await amount_to_authorise(work, version.tariff)
    return evse.hold if amount is None else Money.of(amount, version.tariff.currency)


async def _language(work: Work, order: StartSession) -> str:
    languages = (await get_operator(work)).languages
    wished = order.token.language
    return wished if wished in languages else languages[0]
