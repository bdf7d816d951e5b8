"""Pages of paying after the session for the gallery, from sample rows."""

from uuid import UUID

from app.directpay.afterwards.errors import MeansInUse
from app.directpay.afterwards.look import AfterHere, AfterView, MeansView
from app.directpay.prices.views import MoneyView
from app.infra.i18n import gettext
from app.web.drawing.app.frame import Frame
from app.web.drawing.look import Look
from app.web.drawing.scan_page import Own, render_scan
from app.web.drivers.means_drawing import MeansPage, render_means
from app.web.words.after import after_words
from app.web.words.payment import Device
from tests.browser.samples import scans
from tests.scenarios.world import operator_of_the_world

NAMES = ("scan-after", "scan-after-owed", "means", "means-none", "means-owed")
LIMIT = MoneyView(6000, "EUR")
CARDS = (
    MeansView(UUID(int=1), "Visa •••• 4242", "", "creditcard"),
    MeansView(UUID(int=2), "Mastercard •••• 5454", "The company's", "creditcard"),
)
PAGE = "https://pay.example/s/t?k=c"


def after_picture(name: str) -> tuple[str, Look]:
    """Return the page *name* in the current language."""
    frame = Frame(operator_of_the_world())
    match name:
        case "scan-after":
            return _scan(AfterView(CARDS))
        case "scan-after-owed":
            return _scan(AfterView(CARDS, owed=PAGE))
        case "means":
            in_use = MeansInUse("in use")
            return render_means(MeansPage(frame, AfterView(CARDS), in_use))
        case "means-none":
            return render_means(MeansPage(frame, AfterView((), waits=True)))
        case _:
            return render_means(MeansPage(frame, AfterView(CARDS, owed=PAGE)))


def _scan(own: AfterView) -> tuple[str, Look]:
    words = after_words(AfterHere(LIMIT, own), keeping=gettext("card"))
    return render_scan(scans()["scan-free"], device=Device.OTHER, own=Own(after=words))
