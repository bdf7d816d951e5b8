"""What can go wrong with a passkey."""

from app.kernel.errors import Kind, Problem


class PasskeyRefused(Problem):
    """
    The passkey was not accepted.

    It is not known here, it was asked for too long ago or on another device, or the authenticator's
    answer is not what was asked for: which of these is not said.
    """

    code = "passkey_refused"
    kind = Kind.INVALID
    title = "This passkey was not accepted"


class PasskeyNotFound(Problem):
    """The driver has no passkey with this id."""

    code = "passkey_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such passkey"


class PasskeyNameInvalid(Problem):
    """A passkey is called something, in sixty characters at most."""

    code = "passkey_name_invalid"
    kind = Kind.INVALID
    title = "A passkey cannot be called this"


class TooManyPasskeys(Problem):
    """The driver has as many passkeys as a driver may have; the fact `limit` says how many."""

    code = "too_many_passkeys"
    kind = Kind.CONFLICT
    title = "There are too many passkeys already"


class PasskeysNotHere(Problem):
    """Passkeys belong to a name, and the address of this request is none of the operator's."""

    code = "passkeys_not_here"
    kind = Kind.CONFLICT
    title = "Passkeys cannot be used at this address"
