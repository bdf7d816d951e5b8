"""The page of a driver's means of payment."""

from dataclasses import dataclass

from app.directpay.afterwards.errors import MeansInUse
from app.directpay.afterwards.look import AfterView
from app.funds.means.errors import MeansNameInvalid
from app.funds.means.model import LONGEST_NAME
from app.infra.i18n import gettext
from app.kernel.errors import Problem
from app.web.drawing.app.frame import Frame, Here, render_framed
from app.web.drawing.look import Look
from app.web.words.after import means_words, waits_words


@dataclass(frozen=True, slots=True)
class MeansPage:
    """What the page shows; *problem* is what was just wrong."""

    frame: Frame
    own: AfterView
    problem: Problem | None = None


def render_means(page: MeansPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    return render_framed(
        "means.html",
        page.frame,
        Here.ME,
        means=[means_words(each) for each in page.own.means],
        owed=page.own.owed,
        waits=waits_words(page.own),
        longest=LONGEST_NAME,
        error=None if page.problem is None else _mistake(page.problem),
    )


def _mistake(problem: Problem) -> str:
    match problem:
        case MeansInUse():
            return gettext("A session is still to be paid with this. Remove it when that is done.")
        case MeansNameInvalid():
            return gettext("Please choose a shorter name.")
        case _:
            return gettext("This is not possible now. Please call us.")
