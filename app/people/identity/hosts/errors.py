"""What can be wrong with a host."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class HostInvalid(Problem):
    """What was given is no name of a host that an operator can have."""

    code: ClassVar[str] = "host_invalid"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "This host cannot be used"


class HostTaken(Problem):
    """Another operator has proved that the host is its own."""

    code: ClassVar[str] = "host_taken"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "This host belongs to another operator"


class HostUnknown(Problem):
    """Nobody's pages are at this host."""

    code: ClassVar[str] = "host_unknown"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is nothing here"


class ServedElsewhere(Problem):
    """What was asked for is another operator's than the host's; the fact `address` is where."""

    code: ClassVar[str] = "served_elsewhere"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "This is at another address"


class HostNotFound(Problem):
    """The operator has no such host."""

    code: ClassVar[str] = "host_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such host"


class HostNotProved(Problem):
    """The DNS record that proves a host is not there, or says something else."""

    code: ClassVar[str] = "host_not_proved"
    kind: ClassVar[Kind] = Kind.CONFLICT
    title: ClassVar[str] = "The host is not proved yet"
