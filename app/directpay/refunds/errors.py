"""The expected failures of refunds."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class RefundNotFound(Problem):
    """No refund of this operator has this id."""

    code: ClassVar[str] = "refund_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such refund"


class RefundInvalid(Problem):
    """A refund without a reason, or of another session's key."""

    code: ClassVar[str] = "refund_invalid"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "This refund cannot be asked for"


class RefundDecided(Problem):
    """The refund was approved or refused before."""

    code: ClassVar[str] = "refund_decided"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "This refund has been decided"


class SecondPersonNeeded(Problem):
    """Above the operator's limit, who asks for a refund may not approve it."""

    code: ClassVar[str] = "second_person_needed"
    kind: ClassVar[Kind] = Kind.FORBIDDEN
    title: ClassVar[str] = "Somebody else has to approve this"
