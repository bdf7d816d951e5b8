"""The pages about stickers, for the gallery."""

from datetime import UTC, datetime
from uuid import UUID

from app.charging.chargers.pairing.model import Attempt
from app.charging.chargers.pairing.on_site import Waiting
from app.charging.stickers.fitters.model import Fitter
from app.charging.stickers.model import Sticker, StickerState
from app.infra.i18n import gettext
from app.web.drawing.look import Look
from app.web.drawing.templates import render
from app.web.stickers.pair import SOCKETS
from app.web.stickers.report import REASONS
from tests.browser.samples import scans

REPORT, REPORTED = "sticker-report", "sticker-reported"
LINK, SCANNED, NOTED = "fitter-link", "fitter-scanned", "fitter-noted"
PAIR, KNOCKED = "pair", "pair-knocked"
NAMES = (REPORT, REPORTED, LINK, SCANNED, NOTED, PAIR, KNOCKED)
_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_FITTER = Fitter(UUID(int=1), UUID(int=2), "Ans of Kabel & Zn.", _AT, _AT)


def sticker_picture(name: str) -> tuple[str, Look]:
    """Return the page *name* in the current language."""
    view = scans()["scan-free"]
    if name in (REPORT, REPORTED):
        thanks = gettext("Thank you. We will look at it.") if name == REPORTED else ""
        reasons = [(reason.value, gettext(text)) for reason, text in REASONS.items()]
        return render(
            "report.html", view.brand, point=view.point, thanks=thanks, reasons=reasons, most_note=9
        )
    if name in (PAIR, KNOCKED):
        return _pairing(name)
    if name == SCANNED:
        code = view.point.code
        sticker = Sticker("VLT1-1", code, 3, "A6", StickerState.PRINTED, _AT, "office")
        shown = {"sticker": sticker, "point": view.point, "hangs": False, "said": ""}
        return render("fit.html", view.brand, fitter=_FITTER, **shown)
    said = gettext("Noted. Scan the next one.") if name == NOTED else ""
    return render("fit.html", None, fitter=_FITTER, sticker=None, said=said)


def _pairing(name: str) -> tuple[str, Look]:
    knocked = Attempt(
        identity="VLT-AMS-0000000000000000042",
        address="192.0.2.7",
        versions=("ocpp2.0.1",),
        first_at=_AT,
        last_at=_AT,
        times=3,
        has_code=True,
    )
    code_used = gettext("This code is unknown, used or expired. Ask for another one.")
    return render(
        "pair.html",
        None,
        waiting=Waiting(UUID(int=2), (knocked,)) if name == KNOCKED else None,
        address="wss://pay.voltstraat.example/ocpp/",
        sockets=SOCKETS,
        code="0123-4567-89AB-CDEF",
        wrong=code_used if name == PAIR else "",
        done="",
    )
