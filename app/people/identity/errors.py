"""What can be wrong with an operator."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class OperatorNotFound(Problem):
    """No operator has this id or slug."""

    code: ClassVar[str] = "operator_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such operator"


class InvalidOperator(Problem):
    """An operator's details break a rule; the fact `path` names the field."""

    code: ClassVar[str] = "invalid_operator"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "The operator's details are not valid"
