"""Why a code is not accepted, in words."""

from dataclasses import dataclass

from app.directpay.scanned.read import ForeignCode
from app.infra.i18n import gettext
from app.kernel.errors import Problem


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a code is not accepted."""

    title: str
    sentence: str


def refusal(problem: Problem) -> Refusal:
    """Return what a driver reads whose code is not one of ours."""
    if isinstance(problem, ForeignCode):
        sentence = gettext(
            "Do not pay where it leads: somebody may have put it over the right one. "
            "Call the number on the charge point."
        )
        return Refusal(gettext("This code is not ours"), sentence)
    sentence = gettext(
        "Scan the code on the charge point again. If it still leads here, the sticker "
        "may not be ours: do not pay, and call the number on the charge point."
    )
    return Refusal(gettext("We do not know this code"), sentence)
