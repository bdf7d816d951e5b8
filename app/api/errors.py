"""What can be wrong with a request to the API itself."""

from app.kernel.errors import Kind, Problem


class InvalidRequest(Problem):
    """A field, header or parameter is missing or is not what the description asks for."""

    code = "invalid_request"
    kind = Kind.INVALID
    title = "The request does not follow the API's description"
