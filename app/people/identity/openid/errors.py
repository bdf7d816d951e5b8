"""What can go wrong when a driver signs in with an account elsewhere."""

from app.kernel.errors import Kind, Problem


class OpenIdNotOffered(Problem):
    """The operator lets nobody sign in with an account elsewhere."""

    code = "openid_not_offered"
    kind = Kind.NOT_FOUND
    title = "Nobody signs in like this here"


class OpenIdRefused(Problem):
    """
    The way back from the provider does not fit the way there.

    It took too long or was gone twice, it began in another browser, the provider refused, or what
    it said of the driver is not to be believed: the log says which.
    """

    code = "openid_refused"
    kind = Kind.INVALID
    title = "Signing in there did not work"


class OpenIdNoAddress(Problem):
    """The account elsewhere is nobody's here, and has no mail address that the provider checked."""

    code = "openid_no_address"
    kind = Kind.INVALID
    title = "The account there has no confirmed mail address"


class OpenIdUnavailable(Problem):
    """The provider does not answer, or not as OpenID Connect wants it."""

    code = "openid_unavailable"
    kind = Kind.UNAVAILABLE
    title = "Signing in there is not possible right now"


class OpenIdInvalid(Problem):
    """How the operator's drivers are to sign in elsewhere breaks a rule; `field` names the part."""

    code = "openid_invalid"
    kind = Kind.INVALID
    title = "This is not a provider to sign in with"
