"""What authenticators are asked, and whether they answered it (WebAuthn): a part, loaded late."""

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.people.identity.drivers.model import Driver
from app.people.identity.passkeys.model import CEREMONY_LASTS, NewKey, Passkey, Question

_PATIENCE_MS = int(CEREMONY_LASTS.total_seconds()) * 1000
# The library reads what a stranger sent, and for some of what can be wrong with it has no name:
# a key that is no point of its curve, a map where a number was due, a text that is nested for ever.
_UNUSABLE = (
    WebAuthnException,
    msgspec.MsgspecError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
)
_Json = dict[str, object]


class Authenticators:
    """
    Asks for passkeys that are found without a name and that unlock by finger, face or PIN.

    Such a passkey is two factors: the device, and what unlocks it.
    """

    def to_add(self, question: Question, driver: Driver, known: list[Passkey]) -> str:
        """Return the options (JSON) for making a passkey that is none of those *known*."""
        options = generate_registration_options(
            rp_id=question.party.rp_id,
            rp_name=question.party.name,
            user_name=driver.email,
            user_id=driver.driver_id.bytes,
            challenge=question.challenge,
            timeout=_PATIENCE_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=one.credential_id) for one in known
            ],
        )
        return options_to_json(options)

    def to_show(self, question: Question) -> str:
        """Return the options (JSON) for signing in with whatever passkey there is."""
        options = generate_authentication_options(
            rp_id=question.party.rp_id,
            challenge=question.challenge,
            timeout=_PATIENCE_MS,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def added(self, credential: str, question: Question) -> NewKey | None:
        """Return what the authenticator has made, or None: that was not what it was asked for."""
        try:
            made = verify_registration_response(
                credential=_read(credential),
                expected_challenge=question.challenge,
                expected_rp_id=question.party.rp_id,
                expected_origin=list(question.party.origins),
                require_user_verification=True,
            )
            key = made.credential_public_key
            decoded_public_key_to_cryptography(decode_credential_public_key(key))
        except _UNUSABLE:
            return None
        return NewKey(made.credential_id, key, made.sign_count)

    def named(self, credential: str) -> bytes | None:
        """Return which passkey was shown, by what it says itself; None when it says nothing."""
        try:
            return parse_authentication_credential_json(_read(credential)).raw_id
        except _UNUSABLE:
            return None

    def shown(self, credential: str, question: Question, passkey: Passkey) -> int | None:
        """
        Return the counter of the authenticator that has shown *passkey*; None where it has not.

        One that counted and does not count on is a copy: it has not shown it either.
        """
        try:
            read = _read(credential)
            handle = parse_authentication_credential_json(read).response.user_handle
            if handle is not None and handle != passkey.driver_id.bytes:
                return None
            checked = verify_authentication_response(
                credential=read,
                expected_challenge=question.challenge,
                expected_rp_id=question.party.rp_id,
                expected_origin=list(question.party.origins),
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except _UNUSABLE:
            return None
        return checked.new_sign_count


def _read(credential: str) -> _Json:
    return msgspec.json.decode(credential, type=_Json)
