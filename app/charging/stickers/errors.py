"""What can be wrong with a sticker, and with an order about one."""

from app.kernel.errors import Kind, Problem


class StickerNotOurs(Problem):
    """The address has a check tag that we did not make: somebody else printed it."""

    code = "sticker_not_ours"
    kind = Kind.NOT_FOUND
    title = "This sticker is not ours"


class StickerWithdrawn(Problem):
    """The sticker was revoked, or replaced by another one."""

    code = "sticker_withdrawn"
    kind = Kind.GONE
    title = "This sticker was withdrawn"


class StickerNeeded(Problem):
    """The operator wants the whole address of a sticker, and this one has no check tag."""

    code = "sticker_needed"
    kind = Kind.NOT_FOUND
    title = "Scan the sticker on the charge point"


class StickerNotFound(Problem):
    """The operator has no sticker of this serial number."""

    code = "sticker_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such sticker"


class StickerEnded(Problem):
    """The sticker was replaced or revoked before: nothing leads back."""

    code = "sticker_ended"
    kind = Kind.CONFLICT
    title = "The sticker is out of use already"


class StickerOrderInvalid(Problem):
    """Stickers cannot be printed as ordered; the fact `field` names what is wrong."""

    code = "sticker_order_invalid"
    kind = Kind.INVALID
    title = "These stickers cannot be printed"


class ReportNotFound(Problem):
    """The operator has no open report with this id."""

    code = "sticker_report_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such open report"


class FitterNotKnown(Problem):
    """The link of a fitter is unknown, has expired or was revoked."""

    code = "fitter_not_known"
    kind = Kind.FORBIDDEN
    title = "This link is for nobody any more"
