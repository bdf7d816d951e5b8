"""What can be wrong with a claim."""

from app.kernel.errors import Kind, Problem


class AttemptNotFound(Problem):
    """No charge point with this identity has shown a pairing code of the operator."""

    code = "pairing_attempt_not_found"
    kind = Kind.NOT_FOUND
    title = "No such charge point has shown a pairing code"


class CodeUsed(Problem):
    """The pairing code has paired another charge point, or has expired."""

    code = "pairing_code_used"
    kind = Kind.CONFLICT
    title = "The pairing code is used or expired"


class IdentityTaken(Problem):
    """A charge point with this identity is configured by now."""

    code = "charge_point_taken"
    kind = Kind.CONFLICT
    title = "This identity is taken"
