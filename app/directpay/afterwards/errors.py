"""Why a session is not paid afterwards."""

from app.kernel.errors import Kind, Problem


class ChargeAfterRefused(Problem):
    """A session cannot be charged afterwards now; *reason* says why, and nothing has begun."""

    code = "charge_after_refused"
    kind = Kind.CONFLICT
    title = "This session cannot be paid afterwards"


class MeansInUse(Problem):
    """A session is under way that the means pays: it can be removed when that is paid."""

    code = "means_in_use"
    kind = Kind.CONFLICT
    title = "A session is still to be paid with this means"
