"""The gallery: every page in every state, from sample views, served like the real ones."""

from litestar import Litestar, Response, get
from litestar.params import FromPath

from app.infra.i18n import speaking
from app.infra.kept.packed import FOR_NOW, Packed
from app.web.answers import packed_answer, private_page, scan_headers
from app.web.config import WebConfig
from app.web.drawing.assets import script
from app.web.drawing.look import Look
from app.web.drawing.scan_page import Tried, render_scan
from app.web.drawing.session_forms import Mistakes, Notice
from app.web.drawing.session_page import Action, Viewer, render_session
from app.web.drawing.templates import render
from app.web.files.serve import static_file
from app.web.places.map_page import map_sources
from app.web.problems import ProblemWords
from app.web.request import AnyRequest
from app.web.security import NO_MORE
from app.web.words.payment import Device
from tests.browser import after, cards, credit, framed, places, signing, stickers
from tests.browser.samples import EVERY_LANGUAGE, journeys, scans

CONFIG = WebConfig(base_url="http://127.0.0.1", checkout_origins=("https://www.mollie.com",))
SCANS = scans()
JOURNEYS = journeys()
WATCHED = "session-watched"
WRONG = "session-wrong-mail"
SCAN_NOTICE = "scan-notice"
PROBLEM = "problem"
HANDOVER = "handover"
OTHERS = (
    (after.NAMES, after.after_picture),
    (cards.NAMES, cards.cards_picture),
    (credit.NAMES, credit.credit_picture),
    (framed.NAMES, framed.framed_picture),
    (signing.NAMES, signing.signing_picture),
    (stickers.NAMES, stickers.sticker_picture),
    (places.NAMES, places.place_picture),
)
NAMES = (*SCANS, SCAN_NOTICE, *JOURNEYS, WATCHED, WRONG, PROBLEM, HANDOVER)
NAMES += tuple(name for names, _ in OTHERS for name in names)


def picture(name: str, language: str) -> tuple[str, Look]:
    """Return the page *name* of the gallery in *language*."""
    with speaking(language):
        if name in SCANS:
            return render_scan(SCANS[name], device=Device.APPLE)
        for names, draw in OTHERS:
            if name in names:
                return draw(name)
        if name == SCAN_NOTICE:
            return render_scan(
                SCANS["scan-free"], device=Device.ANDROID, tried=Tried(notice="Nothing charged.")
            )
        if name == PROBLEM:
            words = ProblemWords("Title", "A sentence.", Action("/", "One thing to do"))
            return render("problem.html", None, problem=words)
        if name == HANDOVER:
            return render("handover.html", None, checkout_url="https://pay.example/1")
        return _session(name)


def _session(name: str) -> tuple[str, Look]:
    view = JOURNEYS["session-charging" if name in (WATCHED, WRONG) else name]
    viewer = Viewer("token", "http://127.0.0.1/s/token", name != WATCHED, push_key="key")
    mistakes = Mistakes()
    if name == WRONG:
        view = JOURNEYS["session-charged"]
        mistakes = Mistakes(
            notice=Notice("warn", "A notice."),
            mail="Write one address.",
            invoice="Please check: City.",
            typed={"email": "anna@", "company": "Laadpas & Zn. <B.V.>"},
        )
    return render_session(view, viewer, script=script().path, mistakes=mistakes)


@get("/gallery/{language:str}/{name:str}")
async def gallery_page(
    request: AnyRequest, language: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    """Serve a page of the gallery with the headers of the real one."""
    text, look = picture(name, language)
    if name.startswith("scan"):
        body = Packed(text.encode(), quality=FOR_NOW)
        return packed_answer(request, body, scan_headers(look, CONFIG))
    more = map_sources(None) if name in places.MAPS else NO_MORE
    return private_page(request, (text, look), CONFIG, more=more)


@get("/")
async def index() -> Response[str]:
    """List the gallery."""
    links = [f'<a href="/gallery/en/{name}">{name}</a><br>' for name in NAMES]
    return Response("".join(links), media_type="text/html")


def gallery() -> Litestar:
    """Return the gallery as an application."""
    return Litestar(
        [index, gallery_page, static_file, *framed.HANDLERS, *places.HANDLERS], openapi_config=None
    )


__all__ = ["EVERY_LANGUAGE", "NAMES", "gallery", "picture"]
