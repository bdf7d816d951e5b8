"""What can be wrong with a tariff, or with asking for one."""

from app.kernel.errors import Kind, Problem


class TariffInvalid(Problem):
    """The tariff cannot be used; the fact `field` names the place: `elements[0].restrictions`."""

    code = "tariff_invalid"
    kind = Kind.INVALID
    title = "This tariff is not valid"


class TariffNotFound(Problem):
    """There is no such tariff, or not that version of it."""

    code = "tariff_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such tariff"


class NoTariff(Problem):
    """No tariff is assigned to the place, so nothing may be sold there."""

    code = "no_tariff"
    kind = Kind.CONFLICT
    title = "No price is set here"


class GroupInvalid(Problem):
    """A driver cannot be put into this group; the fact `field` names the place."""

    code = "group_invalid"
    kind = Kind.INVALID
    title = "There is no such group of drivers"


class TimeZoneUnknown(Problem):
    """The name is not a time zone of the IANA database."""

    code = "time_zone_unknown"
    kind = Kind.INVALID
    title = "This time zone does not exist"


class CdrInvalid(Problem):
    """The CDR cannot be priced; the fact `field` names the place: `cdr.charging_periods[0]`."""

    code = "cdr_invalid"
    kind = Kind.INVALID
    title = "This CDR is not valid"


class EnergyFedBack(Problem):
    """A session gives energy back, and the policy at hand does not price that."""

    code = "energy_fed_back"
    kind = Kind.INVALID
    title = "This session gives energy back"
