"""What can go wrong when a device asks for notices."""

from app.kernel.errors import Kind, Problem


class PushRefused(Problem):
    """The device's push service is none that we know, or its keys are no keys."""

    code = "push_refused"
    kind = Kind.INVALID
    title = "Notices cannot be sent to this device"


class TooManyDevices(Problem):
    """The driver has as many devices with notices as one may have."""

    code = "too_many_devices"
    kind = Kind.CONFLICT
    title = "These are too many devices"
