"""Pages of the app itself for the gallery, from sample rows."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from litestar import Response, get

from app.directpay.model import Stage
from app.directpay.notices.own import OwnNotices
from app.directpay.owned.model import RunningSession
from app.people.identity.brand.model import Details, Slot
from app.people.identity.model import Operator
from app.people.notifications.model import UNASKED, Address, NoticeKind, PushDevice
from app.web.answers import private_page
from app.web.config import WebConfig
from app.web.drawing.app.frame import Frame
from app.web.drawing.app.start_page import StartPage, render_offline, render_start
from app.web.drawing.assets import script
from app.web.drawing.history_page import render_history
from app.web.drawing.look import Look
from app.web.drawing.scan_page import Own, render_scan
from app.web.drawing.session_page import Viewer, render_session
from app.web.notices.page import NoticesPage, render_notices
from app.web.request import AnyRequest
from app.web.shell.install import service_worker
from app.web.words.payment import Device
from tests.browser.credit import NOW, eur, sample_history
from tests.browser.places import KADE
from tests.browser.samples import journeys, scans
from tests.scenarios.world import operator_of_the_world

CONFIG = WebConfig(base_url="http://127.0.0.1")
RUNNING = (
    RunningSession("t1", Stage.CHARGING, "Kade", Decimal("12.345"), eur(617)),
    RunningSession("t2", Stage.WAITING, "Parkeergarage Oosterdok, niveau min twee"),
)
WELCOME = "Laden Sie Ihr Elektrofahrzeug mit Strom aus der Nachbarschaft."
NAMES = ("app-stranger", "app-driver", "app-offline", "app-sessions", "app-notices")
NAMES += ("scan-known", "session-known", "session-keeping")


def framed_picture(name: str) -> tuple[str, Look]:
    """Return the page *name* in the current language."""
    quiet = Frame(operator_of_the_world())
    busy = Frame(operator_of_the_world(), RUNNING)
    match name:
        case "app-stranger":
            return render_start(StartPage(Frame(_greeting())))
        case "app-driver":
            sessions = sample_history().history.sessions
            return render_start(StartPage(busy, sessions, known=True, places=(KADE,)))
        case "app-offline":
            return render_offline(quiet)
        case "app-notices":
            return render_notices(NoticesPage(quiet, _notices(), "key"))
        case "scan-known" | "session-known" | "session-keeping":
            return _journey_picture(name, busy)
        case _:
            return render_history(replace(sample_history(), frame=busy))


def _journey_picture(name: str, busy: Frame) -> tuple[str, Look]:
    """Return a page of the journey as a driver sees it who has an account, or may get one."""
    if name == "scan-known":
        return render_scan(scans()["scan-free"], device=Device.OTHER, own=Own(frame=busy))
    frame = busy if name == "session-known" else None
    viewer = Viewer("token", "http://127.0.0.1/s/token", control=True, frame=frame, keeping=True)
    return render_session(journeys()["session-charged"], viewer, script=script().path)


def _greeting() -> Operator:
    """Return an operator who has words of its own."""
    operator = operator_of_the_world()
    details = Details(texts={Slot.WELCOME: {"en": WELCOME}})
    return replace(operator, brand=replace(operator.brand, details=details))


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
