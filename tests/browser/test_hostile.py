"""Texts that would like to be scripts, and other sites' forms, in a real browser."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec
import pytest
from litestar import Litestar, Response, get, post
from litestar.params import FromPath
from playwright.sync_api import Browser, Page

from app.directpay.places.views import PlacePage, PlaceView
from app.directpay.views import BrandView, JourneyView, ScanView
from app.infra.i18n import speaking
from app.people.identity.brand.model import Slot
from app.web.answers import private_page
from app.web.config import WebConfig
from app.web.drawing.assets import script
from app.web.drawing.scan_page import render_scan
from app.web.drawing.session_page import Viewer, render_session
from app.web.files.serve import static_file
from app.web.places.map_page import map_sources
from app.web.request import AnyRequest
from app.web.security import ForeignForm, check_same_origin
from app.web.words.payment import Device
from tests.browser.places import FOUND, KADE, place_drawn
from tests.browser.samples import journeys, scans
from tests.browser.serving import serving

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><iframe srcdoc='<script>parent.alert(1)</script>'>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "{{ 7*7 }}${7*7}<%= 7*7 %>",
    "<a href=javascript:alert(1) autofocus onfocus=alert(1)>x</a>",
    "<form action=https://evil.example><button>Pay</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
)
# What an operator, a tariff or a charge point writes and a page shows as it stands.
WRITTEN = {
    *("name", "legal_name", "support_phone", "label", "partner", "what", "serial"),
    *("location_name", "address", "postal_code", "city", "physical_reference", "evse_id"),
}
SOON_SECONDS = 120
CONFIG = WebConfig(base_url="http://127.0.0.1")
VIEWS: Mapping[str, Mapping[str, msgspec.Struct]] = {
    "scan": scans(),
    "session": journeys(),
    "place": {"map": FOUND, "location": KADE},
}


def poisoned(view: msgspec.Struct, payload: str) -> msgspec.Struct:
    """Return *view* with *payload* in every text that others write, however deep it is."""

    def poison(value: object, name: str = "") -> object:
        if isinstance(value, msgspec.Struct):
            names = value.__struct_fields__
            changed = {each: poison(getattr(value, each), each) for each in names}
            if isinstance(value, BrandView):
                changed["texts"] = {slot: {"en": payload} for slot in Slot}
            return msgspec.structs.replace(value, **changed)
        if isinstance(value, tuple):
            return tuple(poison(each, name) for each in value)
        return payload if type(value) is str and name in WRITTEN else value

    changed = poison(view)
    assert isinstance(changed, msgspec.Struct)
    return changed


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab that notes dialogs and everything that its policy stops."""
    context = browser.new_context()
    tab = context.new_page()
    tab.heard = []  # type: ignore[attr-defined]  # read by the tests
    tab.on("dialog", lambda dialog: (tab.heard.append("dialog"), dialog.dismiss()))
    tab.on("console", lambda said: said.type == "error" and tab.heard.append(said.text))
    yield tab
    context.close()


def hostile_pages() -> Litestar:
    """Return every page in every state, with each payload in every text."""

    @get("/{kind:str}/{name:str}/{number:int}")
    async def hostile(
        request: AnyRequest, kind: FromPath[str], name: FromPath[str], number: FromPath[int]
    ) -> Response[bytes]:
        view = poisoned(VIEWS[kind][name], PAYLOADS[number])
        with speaking("en"):
            if isinstance(view, PlaceView | PlacePage):
                return private_page(request, place_drawn(view), CONFIG, more=map_sources(None))
            if isinstance(view, ScanView):
                return private_page(request, render_scan(view, device=Device.APPLE), CONFIG)
            assert isinstance(view, JourneyView)
            viewer = Viewer("token", "http://127.0.0.1/s/token", control=True)
            drawn = render_session(view, viewer, script=script().path)
            return private_page(request, drawn, CONFIG)

    return Litestar([hostile, static_file], openapi_config=None)


def test_texts_of_others_stay_texts(page: Page):
    """Ten payloads in every text of every page: no dialog, no report, nothing new on the page."""
    kinds = [(kind, name) for kind, views in VIEWS.items() for name in views]
    found = []
    with serving(hostile_pages()) as url:
        for number in range(len(PAYLOADS)):
            # Each payload meets a third of the pages, and each page several payloads.
            for kind, name in kinds[number % 3 :: 3]:
                page.goto(f"{url}/{kind}/{name}/{number}", wait_until="domcontentloaded")
                grown = page.evaluate(
                    "document.querySelectorAll('iframe, img[onerror], [onload], [onfocus],"
                    " form[action*=evil], a[href^=javascript], meta[content*=evil]').length"
                )
                heard = [each for each in page.heard if "/events" not in each]
                if grown or any("dialog" in each or "Content Security" in each for each in heard):
                    found.append((kind, name, PAYLOADS[number], grown, heard))
                page.heard.clear()

    assert [] == found


def test_the_payloads_are_on_the_page(page: Page):
    """The test above sees something: the payload is there, as a text, in the brand's words too."""
    with serving(hostile_pages()) as url:
        page.goto(f"{url}/scan/scan-free/0", wait_until="domcontentloaded")

        assert page.locator("h1").inner_text() == PAYLOADS[0]
        # Its note below the price, and its hours beside the telephone number.
        assert [True, True] == [
            PAYLOADS[0] in page.locator(place).inner_text() for place in ("main", "footer .help")
        ]


@dataclass
class Bank:
    """Counts the forms that it has taken and refused."""

    taken: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def heard(self) -> int:
        """Return how many forms have come."""
        return len(self.taken) + len(self.refused)

    def wait_for(self, forms: int) -> None:
        """Wait until so many forms have come."""
        deadline = time.monotonic() + SOON_SECONDS
        while self.heard < forms:
            assert time.monotonic() < deadline, (self.taken, self.refused)
            time.sleep(0.05)

    def application(self) -> Litestar:
        """Return a page with a form of its own, and what takes it, guarded as ours are."""

        @get("/")
        async def own(request: AnyRequest) -> Response[str]:
            form = "<form method=post action=/pay><button name=who value=own>Pay</button></form>"
            answer = Response(form, media_type="text/html")
            answer.set_cookie("directpay", "a.b", httponly=True, samesite="lax")
            return answer

        @post("/pay", status_code=200)
        async def pay(request: AnyRequest) -> str:
            who = str((await request.form()).get("who", "fetch"))
            config = WebConfig(base_url=f"http://{request.headers['host']}")
            try:
                check_same_origin(request.headers, config)
            except ForeignForm:
                self.refused.append(who)
                return "refused"
            self.taken.append(who)
            return "taken"

        return Litestar([own, pay], openapi_config=None)


def evil(url: str) -> Litestar:
    """Return a site of somebody else that sends forms to *url*."""

    @get("/{kind:str}")
    async def lure(kind: FromPath[str]) -> Response[str]:
        text = {
            "form": f"<form method=post action={url}/pay><input name=who value=form></form>"
            "<script>document.forms[0].submit()</script>",
            "fetch": f"<script>fetch('{url}/pay', {{method: 'POST', mode: 'no-cors',"
            "credentials: 'include'}).then(() => document.title = 'sent')</script>",
            "frame": f"<iframe name=f></iframe><form target=f method=post action={url}/pay>"
            "<input name=who value=frame></form><script>document.forms[0].submit()</script>",
        }[kind]
        return Response(text, media_type="text/html")

    return Litestar([lure], openapi_config=None)


def test_forms_of_other_sites_are_refused(page: Page):
    """By a form, by fetch and out of a frame, from another origin and another site: all refused."""
    bank = Bank()
    with serving(bank.application()) as url, serving(evil(url)) as other:
        page.goto(url)
        page.get_by_role("button").click()
        bank.wait_for(1)
        for host in ("127.0.0.1", "localhost"):
            for kind in ("form", "fetch", "frame"):
                before = bank.heard
                page.goto(f"{other.replace('127.0.0.1', host)}/{kind}", wait_until="commit")
                bank.wait_for(before + 1)
                # What the form has led to is there before the next one leads away.
                page.wait_for_load_state()

    assert ["own"] == bank.taken
    assert ["fetch", "fetch", "form", "form", "frame", "frame"] == sorted(bank.refused)
