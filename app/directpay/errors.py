"""What can go wrong on the way, told to the driver with one thing to do next."""

from app.kernel.errors import Kind, Problem


class JourneyNotFound(Problem):
    """No journey has this token."""

    code = "journey_not_found"
    kind = Kind.NOT_FOUND
    title = "This session does not exist"


class TariffChanged(Problem):
    """The price is not the one that was shown."""

    code = "tariff_changed"
    kind = Kind.CONFLICT
    title = "The price has changed"


class DisplayCodeNeeded(Problem):
    """The code of the display is missing, too old, of another EVSE, or was used before."""

    code = "display_code_needed"
    kind = Kind.CONFLICT
    title = "Scan the code on the display of the charge point"


class PointBusy(Problem):
    """Somebody else pays or charges at this socket."""

    code = "point_busy"
    kind = Kind.CONFLICT
    title = "This socket is taken"


class PlugInFirst(Problem):
    """At this operator's sockets the cable has to be in before anybody pays."""

    code = "plug_in_first"
    kind = Kind.CONFLICT
    title = "Plug in first"


class PointOffline(Problem):
    """The charge point is not connected."""

    code = "point_offline"
    kind = Kind.UNAVAILABLE
    title = "This charge point is offline"


class PointOutOfOrder(Problem):
    """The charge point says that it can't be used."""

    code = "point_out_of_order"
    kind = Kind.UNAVAILABLE
    title = "This charge point is out of order"


class MethodUnavailable(Problem):
    """The way to pay is not on offer."""

    code = "method_unavailable"
    kind = Kind.INVALID
    title = "This way to pay is not available"


class PaymentsDown(Problem):
    """The provider of this way to pay does not answer now, and no other takes its place."""

    code = "payments_down"
    kind = Kind.UNAVAILABLE
    title = "Payments are not possible right now"


class PaymentOver(Problem):
    """The session is paid or over, or was tried too often: there is no other way to pay it now."""

    code = "payment_over"
    kind = Kind.CONFLICT
    title = "This session cannot be paid in another way now"


class TooManyDeclines(Problem):
    """Many payments were refused here, or from one network; *retry_after* is in seconds."""

    code = "too_many_declines"
    kind = Kind.TOO_MANY
    title = "Too many payments were refused"


class CreditAmountInvalid(Problem):
    """A session was to use less of a driver's credit than it takes, or another currency."""

    code = "credit_amount_invalid"
    kind = Kind.INVALID
    title = "A session cannot use this much credit"


class HoldCannotGrow(Problem):
    """Nothing can be added to what is held for the session."""

    code = "hold_cannot_grow"
    kind = Kind.CONFLICT
    title = "Nothing can be added now"


class NotYours(Problem):
    """Only the one who paid may do this."""

    code = "not_yours"
    kind = Kind.FORBIDDEN
    title = "Only the driver who paid can do this"


class NoReceipt(Problem):
    """There is no receipt, or not yet."""

    code = "no_receipt"
    kind = Kind.NOT_FOUND
    title = "There is no receipt for this session"


class NothingToWriteOff(Problem):
    """The price was collected, or never asked for, or the reason is not a word."""

    code = "nothing_to_write_off"
    kind = Kind.CONFLICT
    title = "There is nothing to write off"


class TooManySessions(Problem):
    """More sessions than one file takes; *limit* is how many."""

    code = "too_many_sessions"
    kind = Kind.INVALID
    title = "These are too many sessions for one file"


class SessionUnderWay(Problem):
    """A session of the driver's is not over yet, or its money is still on the way."""

    code = "session_under_way"
    kind = Kind.CONFLICT
    title = "A session of yours is not over yet"


class CreditLeft(Problem):
    """Credit that the driver bought is left: it goes back first."""

    code = "credit_left"
    kind = Kind.CONFLICT
    title = "There is credit left that you bought"


class VehicleRefused(Problem):
    """A car cannot start by itself for this driver."""

    code = "vehicle_refused"
    kind = Kind.CONFLICT
    title = "This car cannot start by itself"
