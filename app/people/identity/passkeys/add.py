"""Add a passkey: the authenticator has made what it was asked for."""

from uuid import UUID

from app.infra.database import Database, Work
from app.people.identity.drivers.model import digest_of
from app.people.identity.passkeys import store
from app.people.identity.passkeys.errors import PasskeyRefused
from app.people.identity.passkeys.library import authenticators
from app.people.identity.passkeys.manage import checked_name
from app.people.identity.passkeys.model import (
    Answer,
    NewKey,
    Passkey,
    Question,
    RelyingParty,
    challenge_of,
)


async def add_passkey(
    answer: Answer, party: RelyingParty, *, driver_id: UUID, operator_id: UUID, database: Database
) -> Passkey:
    """
    Return the driver's new passkey, called as the device in *answer* is.

    A ceremony is good once, also for an answer that is wrong. Raises PasskeyRefused, in the same
    words whatever was wrong, and PasskeyNameInvalid.
    """
    name, library = checked_name(answer.device.name), await authenticators()
    question = Question(challenge_of(answer.secret), party)
    made = library.added(answer.credential, question)
    async with database.work(operator_id) as work:
        ceremony = await store.use_ceremony(work, digest_of(answer.secret))
        is_asked = (
            ceremony is not None
            and ceremony.is_open(work.now)
            and (ceremony.driver_id, ceremony.rp_id) == (driver_id, party.rp_id)
        )
        new = None if made is None else _passkey(work, made, driver_id, party.rp_id, name)
        is_added = new is not None and is_asked and await store.add(work, new)
    if new is None or not is_added:
        raise PasskeyRefused("the passkey was not made as it was asked for, or is known already")
    return new


def _passkey(work: Work, made: NewKey, driver_id: UUID, rp_id: str, name: str) -> Passkey:
    return Passkey(
        passkey_id=work.ids.uuid7(work.now),
        operator_id=work.operator_id,
        driver_id=driver_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        rp_id=rp_id,
        name=name,
        since=work.now,
    )
