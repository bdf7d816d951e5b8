"""Pages of the app itself for the gallery, from sample rows."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from litestar import Response, get

from app.directpay.model import Stage
from app.directpay.notices.own import OwnNotices
from app.directpay.owned.model import RunningSession
from app.people.notifications.model import UNASKED, Address, NoticeKind, PushDevice
from app.web.answers import private_page
from app.web.config import WebConfig
from app.web.drawing.app.frame import Frame
from app.web.drawing.app.start_page import StartPage, render_offline, render_start
from app.web.drawing.history_page import render_history
from app.web.drawing.look import Look
from app.web.notices.page import NoticesPage, render_notices
from app.web.request import AnyRequest
from app.web.shell.install import service_worker
from tests.browser.credit import NOW, eur, sample_history
from tests.browser.places import KADE
from tests.scenarios.world import operator_of_the_world

CONFIG = WebConfig(base_url="http://127.0.0.1")
RUNNING = (
    RunningSession("t1", Stage.CHARGING, "Kade", Decimal("12.345"), eur(617)),
    RunningSession("t2", Stage.WAITING, "Parkeergarage Oosterdok, niveau min twee"),
)
NAMES = ("app-stranger", "app-driver", "app-offline", "app-sessions", "app-notices")


def framed_picture(name: str) -> tuple[str, Look]:
    """Return the page *name* in the current language."""
    quiet = Frame(operator_of_the_world())
    busy = Frame(operator_of_the_world(), RUNNING)
    match name:
        case "app-stranger":
            return render_start(StartPage(quiet))
        case "app-driver":
            sessions = sample_history().history.sessions
            return render_start(StartPage(busy, sessions, known=True, places=(KADE,)))
        case "app-offline":
            return render_offline(quiet)
        case "app-notices":
            return render_notices(NoticesPage(quiet, _notices(), "key"))
        case _:
            return render_history(replace(sample_history(), frame=busy))


def _notices() -> OwnNotices:
    address = Address("https://fcm.googleapis.com/fcm/send/abc", b"", b"", "key")
    phone = PushDevice(UUID(int=1), UUID(int=2), address, "en", "Chrome, Android", NOW)
    nameless = replace(phone, device_id=UUID(int=3), name="")
    choices = {kind: kind in UNASKED for kind in NoticeKind}
    return OwnNotices(choices, (phone, nameless))


@get("/app/{slug:str}/offline")
async def sample_offline(request: AnyRequest) -> Response[bytes]:
    """Answer what the app's script keeps for when there is no network."""
    return private_page(request, render_offline(Frame(operator_of_the_world())), CONFIG)


HANDLERS = (service_worker, sample_offline)
