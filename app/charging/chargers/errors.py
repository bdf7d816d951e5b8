"""What can be wrong with a charge point or a code."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class UnknownCode(Problem):
    """No charging point has this code."""

    code: ClassVar[str] = "unknown_code"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "This code belongs to no charging point"


class NoDisplay(Problem):
    """The EVSE shows no code on a display."""

    code = "no_display"
    kind = Kind.CONFLICT
    title = "This charging point has no display for codes"


class EvseNotFound(Problem):
    """The operator has no EVSE with this uid."""

    code: ClassVar[str] = "evse_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such charging point"


class LocationNotFound(Problem):
    """The operator has no location with this id where one can charge."""

    code: ClassVar[str] = "location_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such location"


class ChargePointNotFound(Problem):
    """The operator has no charge point with this identity."""

    code: ClassVar[str] = "charge_point_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There is no such charge point"


class InvalidCharger(Problem):
    """The configuration of a charging point breaks a rule; the fact `path` names the field."""

    code: ClassVar[str] = "invalid_charger"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "The charging point's configuration is not valid"
