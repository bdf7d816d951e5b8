"""Pages of the app itself for the gallery, from sample rows."""

from dataclasses import replace
from decimal import Decimal

from app.directpay.model import Stage
from app.directpay.owned.model import RunningSession
from app.web.drawing.app.frame import Frame
from app.web.drawing.app.start_page import StartPage, render_offline, render_start
from app.web.drawing.history_page import render_history
from app.web.drawing.look import Look
from tests.browser.credit import eur, sample_history
from tests.scenarios.world import operator_of_the_world

RUNNING = (
    RunningSession("t1", Stage.CHARGING, "Kade", Decimal("12.345"), eur(617)),
    RunningSession("t2", Stage.WAITING, "Parkeergarage Oosterdok, niveau min twee"),
)
NAMES = ("app-stranger", "app-driver", "app-offline", "app-sessions")


def framed_picture(name: str) -> tuple[str, Look]:
    """Return the page *name* in the current language."""
    quiet = Frame(operator_of_the_world())
    busy = Frame(operator_of_the_world(), RUNNING)
    match name:
        case "app-stranger":
            return render_start(StartPage(quiet))
        case "app-driver":
            sessions = sample_history().history.sessions
            return render_start(StartPage(busy, sessions, known=True))
        case "app-offline":
            return render_offline(quiet)
        case _:
            return render_history(replace(sample_history(), frame=busy))
