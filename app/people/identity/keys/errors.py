"""What can be wrong with an API key."""

from app.kernel.errors import Kind, Problem


class ApiKeyInvalid(Problem):
    """No key was sent, or one that is unknown, has expired or was revoked."""

    code = "api_key_invalid"
    kind = Kind.UNAUTHENTICATED
    title = "This call needs a valid API key"


class ScopeMissing(Problem):
    """The key is valid and may not do this; the fact `scope` names what it would need."""

    code = "scope_missing"
    kind = Kind.FORBIDDEN
    title = "The API key may not do this"


class ApiKeyNotFound(Problem):
    """The operator has no key with this prefix."""

    code = "api_key_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such API key"
