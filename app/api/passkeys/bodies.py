"""What an app sends and gets back about passkeys."""

from datetime import UTC, datetime
from uuid import UUID

from msgspec import Raw, Struct

from app.api.drivers.bodies import Name, Operator, PasskeyEntry, Secret

_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
_SECRET = "Xf3kq1vT0b9pZr7mWc2yLh5sNdE"  # noqa: S105 - an example


class PasskeyWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """At which operator somebody signs in with a passkey."""

    operator: Operator


class PasskeyQuestion(Struct, frozen=True):
    """
    What the platform is asked, for five minutes and one answer.

    *options* are its `PublicKeyCredentialCreationOptionsJSON` or
    `PublicKeyCredentialRequestOptionsJSON`. *ceremony* stays on the device that asked.
    """

    ceremony: str
    options: Raw


class PasskeyShown(Struct, frozen=True, forbid_unknown_fields=True):
    """
    The platform's answer to the question of *ceremony*: its `AuthenticationResponseJSON`.

    *device* is what the driver will know the app by in the list of devices.
    """

    operator: Operator
    ceremony: Secret
    credential: dict[str, object]
    device: Name


class PasskeyMade(Struct, frozen=True, forbid_unknown_fields=True):
    """
    The platform's answer to the question of *ceremony*: its `RegistrationResponseJSON`.

    *name* is what the driver will know the passkey by.
    """

    ceremony: Secret
    credential: dict[str, object]
    name: Name


class PasskeyName(Struct, frozen=True, forbid_unknown_fields=True):
    """What a passkey is to be called."""

    name: Name


class Passkeys(Struct, frozen=True):
    """All of them, the oldest first."""

    passkeys: tuple[PasskeyEntry, ...]


WANTED = PasskeyWanted("voltstraat")
QUESTION = PasskeyQuestion(
    _SECRET,
    Raw(
        b'{"challenge":"Zk1yYTc0cVhZc0lPdG1vQ0d4dzJ1Z0hQbmJFVFVEYWw","timeout":300000,'
        b'"rpId":"pay.example","allowCredentials":[],"userVerification":"required"}'
    ),
)
_ID = "kV5cXkBv2wKFqR1gJ3sTzA"
_CREDENTIAL = {"id": _ID, "rawId": _ID, "type": "public-key"}
_CLIENT = {"clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0"}
_SIGNED = {
    "authenticatorData": "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ",
    "signature": "MEUCIQDGf2",
    "userHandle": "AZytxp5odWOX8_qQXF40fg",
}
SHOWN = PasskeyShown(
    operator="voltstraat",
    ceremony=_SECRET,
    credential={**_CREDENTIAL, "response": {**_CLIENT, **_SIGNED}},
    device="Pixel 9",
)
_MADE = {"attestationObject": "o2NmbXRkbm9uZWdhdHRTdG10oA"}
MADE = PasskeyMade(
    ceremony=_SECRET,
    credential={**_CREDENTIAL, "response": {**_CLIENT, **_MADE}},
    name="Pixel 9",
)
NAME = PasskeyName("The old phone")
PASSKEY = PasskeyEntry(
    id=UUID("019cadc6-9e68-7563-97f3-fa905c5e347e"),
    name="Pixel 9",
    rp_id="pay.example",
    since=_AT,
    used_at=None,
)
PASSKEYS = Passkeys((PASSKEY,))
