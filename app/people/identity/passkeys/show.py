"""Sign in with a passkey: whoever has it is its driver, without a word about who that is."""

from typing import TYPE_CHECKING
from uuid import UUID

from app.infra.database import Database, Work
from app.people.identity.drivers.finish import Welcome, welcome
from app.people.identity.drivers.model import digest_of
from app.people.identity.drivers.read import get_driver
from app.people.identity.passkeys import store
from app.people.identity.passkeys.errors import PasskeyRefused
from app.people.identity.passkeys.library import authenticators
from app.people.identity.passkeys.model import Answer, Question, RelyingParty, challenge_of

if TYPE_CHECKING:
    from app.people.identity.passkeys.authenticators import Authenticators


async def sign_in_with(
    answer: Answer, party: RelyingParty, *, operator_id: UUID, database: Database
) -> Welcome:
    """
    Return the driver whose passkey was shown on the device in *answer*, which is signed in.

    A ceremony is good once, also for an answer that is wrong. Raises PasskeyRefused, in the same
    words whatever was wrong.
    """
    library = await authenticators()
    async with database.work(operator_id) as work:
        entered = await _try(work, answer, party, library)
    if entered is None:
        raise PasskeyRefused("the passkey is not known here, or the answer came too late")
    return entered


async def _try(
    work: Work, answer: Answer, party: RelyingParty, library: "Authenticators"
) -> Welcome | None:
    """Use the ceremony up, which has to stay used, and sign in when all is right."""
    ceremony = await store.use_ceremony(work, digest_of(answer.secret))
    if ceremony is None or not ceremony.is_open(work.now) or ceremony.driver_id is not None:
        return None
    credential_id = library.named(answer.credential)
    known = None if credential_id is None else await store.lock(work, credential_id)
    if known is None or not known.rp_id == ceremony.rp_id == party.rp_id:
        return None
    question = Question(challenge_of(answer.secret), party)
    counted = library.shown(answer.credential, question, known)
    if counted is None:
        return None
    await store.note_use(work, known, counted)
    return await welcome(work, await get_driver(work, known.driver_id), answer.device)
