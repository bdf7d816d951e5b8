"""What can be wrong with codes and campaigns."""

from app.kernel.errors import Kind, Problem


class CouponRefused(Problem):
    """
    The code gives nothing here and now.

    It says no more: whether the code exists, is used up, over or of another place is told to
    nobody who only guesses.
    """

    code = "coupon_refused"
    kind = Kind.INVALID
    title = "This code cannot be used here now"


class CouponMistyped(Problem):
    """The check character does not fit: a letter is wrong or two have changed places."""

    code = "coupon_mistyped"
    kind = Kind.INVALID
    title = "There is a typing mistake in the code"


class OfferChanged(Problem):
    """An offer that was shown does not hold any more; nothing was reserved."""

    code = "offer_changed"
    kind = Kind.CONFLICT
    title = "The offer has changed"


class CampaignInvalid(Problem):
    """The terms of a campaign contradict themselves; the fact `field` names the place."""

    code = "campaign_invalid"
    kind = Kind.INVALID
    title = "This campaign is not valid"


class CampaignNotFound(Problem):
    """The operator has no campaign with this id."""

    code = "campaign_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such campaign"


class VoucherNotFound(Problem):
    """No receipt of the operator has this voucher code."""

    code = "voucher_not_found"
    kind = Kind.NOT_FOUND
    title = "There is no such voucher"


class CodesInvalid(Problem):
    """Codes that are to be taken over cannot be: too short, known already, or odd."""

    code = "codes_invalid"
    kind = Kind.INVALID
    title = "These codes cannot be taken over"
