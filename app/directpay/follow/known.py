"""What is known of a journey, read at once: a page of it asks eight contexts."""

from dataclasses import dataclass

from app.billing.receipts.deliveries.model import Mails
from app.billing.receipts.model import Receipt
from app.billing.receipts.read import mails_of_documents, valid_document
from app.charging.chargers.model import Evse
from app.charging.chargers.read import evse_with_uid
from app.charging.sessions.model import Session
from app.charging.sessions.read import session_with_id
from app.directpay.letters.ask import letters_caused
from app.directpay.model import Journey
from app.directpay.prices.terms import published_tariff
from app.infra.database import Work
from app.infra.question import ask
from app.people.identity.model import Operator
from app.people.identity.read import operator_with_id
from app.pricing.tariffs.choice.model import Rule
from app.pricing.tariffs.choice.read import rule_with_id
from app.pricing.tariffs.model import TariffVersion


@dataclass(frozen=True, slots=True)
class Known:
    """
    What a journey's page is made of, of one instant.

    *published* is the tariff that was agreed on, chosen by *rule* (None in sessions of earlier
    releases); *receipt* the valid document, None before there is one. The session has caused
    *mails* with its documents, and *letters* beside them.
    """

    operator: Operator
    evse: Evse
    session: Session
    published: TariffVersion
    rule: Rule | None
    receipt: Receipt | None
    mails: Mails
    letters: int


async def known_of(work: Work, journey: Journey) -> Known:
    """
    Return what is known of *journey*. A step, of one round trip.

    Raises OperatorNotFound, EvseNotFound, SessionNotFound and TariffNotFound.
    """
    whose, session_id = journey.operator_id, journey.session_id
    answers = await ask(
        work,
        operator_with_id(whose),
        evse_with_uid(whose, journey.evse_uid),
        session_with_id(whose, session_id),
        published_tariff(journey),
        rule_with_id(whose, journey.rule_id),
        valid_document(whose, session_id),
        mails_of_documents(whose, session_id),
        letters_caused(journey),
    )
    return Known(*answers)
