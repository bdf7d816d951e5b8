"""What can go wrong when a driver signs in."""

from app.kernel.errors import Kind, Problem


class SignInRefused(Problem):
    """The code is wrong, too old, used, tried too often or meant for another browser."""

    code = "sign_in_refused"
    kind = Kind.INVALID
    title = "This code does not sign you in"


class TooManyCodes(Problem):
    """The address was sent as many codes as it may be for now; *retry_after* is in seconds."""

    code = "too_many_codes"
    kind = Kind.TOO_MANY
    title = "This address was sent enough codes for now"


class NotAnAddress(Problem):
    """The text is not exactly one mail address."""

    code = "not_an_address"
    kind = Kind.INVALID
    title = "This is not a mail address"


class NotSignedIn(Problem):
    """What was asked for is a driver's own, and no driver is signed in."""

    code = "not_signed_in"
    kind = Kind.UNAUTHENTICATED
    title = "Sign in first"


class DriverNotFound(Problem):
    """The operator has no driver with this mail address or id."""

    code = "driver_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such driver"


class DriverNameInvalid(Problem):
    """A driver is called something, in sixty characters at most, or nothing."""

    code = "driver_name_invalid"
    kind = Kind.INVALID
    title = "A driver cannot be called this"


class DeviceNotFound(Problem):
    """The driver is not signed in by any browser or app with this id."""

    code = "device_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such device"
