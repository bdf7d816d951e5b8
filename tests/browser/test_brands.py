"""Any brand that may be saved, in a real browser: it is what drivers read, and nothing more."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from litestar import Litestar, Response, get
from playwright.sync_api import Browser, Page

from app.directpay.scan import brand_view
from app.infra.i18n import speaking
from app.people.identity.brand.colour import AA, contrast
from app.people.identity.brand.model import Brand, Details, Slot
from app.people.identity.model import Links, Operator, Support, complaints
from app.web.answers import private_page
from app.web.config import WebConfig
from app.web.drawing.scan_page import render_scan
from app.web.request import AnyRequest
from app.web.words.payment import Device
from tests.browser.phone import LISTEN
from tests.browser.samples import scans
from tests.browser.serving import serving
from tests.browser.test_hostile import PAYLOADS
from tests.scenarios.world import operator_of_the_world

# Many pages, one after the other, on a machine that may have more to do.
pytestmark = pytest.mark.timeout(600)
EXAMPLES = 60
CONFIG = WebConfig(base_url="http://127.0.0.1")
# What ends an attribute, an element, a style or a script, and what other languages make of signs.
SHARP = st.sampled_from(
    (
        *"<>\"'&;{}()\\/=`$#%|^@:*+-",
        "</style>",
        "<!--",
        "-->",
        "]]>",
        "&lt;",
        "%3Cscript%3E",
        "\xad",
    )
)
WORDS = st.one_of(
    st.sampled_from(PAYLOADS),
    st.text(min_size=1, max_size=60),
    st.lists(st.one_of(SHARP, st.text(max_size=5)), min_size=1, max_size=20).map("".join),
)
COLOURS = st.binary(min_size=3, max_size=3).map(lambda rgb: f"#{rgb.hex()}")
ADDRESSES = st.one_of(
    st.text(min_size=1, max_size=40).map("https://operator.example/".__add__),
    st.sampled_from(["javascript:alert(1)", "https://a.example/?q='onclick=alert(1)//", "//b"]),
)
PHONES = st.from_regex(r"\+[0-9][0-9 ().-]{5,24}", fullmatch=True)
MAILS = st.one_of(
    st.just("help@operator.example"), st.text(min_size=1, max_size=20).map("{}@x.example".format)
)
# The colours as they are seen: text on the band and on a button, a link on what is behind it.
LOOK = """() => {
  const behind = (each) => {
    const own = getComputedStyle(each).backgroundColor;
    return own === "rgba(0, 0, 0, 0)" && each.parentElement ? behind(each.parentElement) : own;
  };
  const seen = (each) => [getComputedStyle(each).color, behind(each)];
  const text = (where) => document.querySelector(where).textContent;
  const links = [...document.querySelectorAll("footer .links a")];
  const wordy = [...document.querySelectorAll("p.small")].map((each) => each.textContent);
  return {
    colours: [".brand b", "button.primary", "footer .links a"].map(
      (where) => seen(document.querySelector(where))),
    name: text(".brand b"), title: text("title"), help: text("footer .help"),
    legal: text("footer p:nth-of-type(2)"), notes: wordy,
    links: links.slice(0, 4).map((each) => each.getAttribute("href")),
    strangers: document.querySelectorAll("iframe, [onload], [onerror], [onfocus], [style],"
      + " form[action*=evil], a[href^=javascript], meta[http-equiv], body style").length,
    scripts: document.scripts.length, rules: document.styleSheets[0].cssRules.length,
  };
}"""


@st.composite
def operators(draw: st.DrawFn) -> Operator:
    """Return an operator that may be saved, whatever its brand says."""
    note, hours = draw(WORDS), draw(WORDS)
    details = Details(
        accent=draw(st.none() | COLOURS),
        texts={Slot.SCAN_NOTE: {"en": note}, Slot.SUPPORT_HOURS: {"en": hours}},
    )
    drawn = replace(
        operator_of_the_world(),
        legal_name=draw(WORDS),
        brand=Brand(draw(WORDS), draw(COLOURS), details=details),
        support=Support(draw(PHONES), draw(MAILS)),
        links=Links(*(draw(ADDRESSES) for _ in range(3))),
    )
    # What is refused, and why, is in tests/people/brand: here are the others.
    safe = operator_of_the_world()
    refused = {each.path.split(".")[0] for each in complaints(drawn)}
    kept = {name: getattr(safe, name) for name in refused}
    found = replace(drawn, **kept)
    assume("brand" not in refused and not complaints(found))
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab that notes dialogs, errors, and all that its policy stops."""
    context = browser.new_context()
    tab = context.new_page()
    tab.add_init_script(LISTEN)
    tab.heard = []  # type: ignore[attr-defined]  # read by the test
    tab.on("dialog", lambda dialog: (tab.heard.append("dialog"), dialog.dismiss()))
    tab.on("console", lambda said: said.type == "error" and tab.heard.append(said.text))
    tab.on("pageerror", lambda error: tab.heard.append(str(error)))
    yield tab
    context.close()


def rgb(colour: str) -> tuple[int, int, int]:
    """Return what a browser computed: `rgb(1, 2, 3)`."""
    red, green, blue = (int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(","))
    return red, green, blue


def test_any_brand_is_what_drivers_read(page: Page):
    """No dialog, no report, no error; the words are those that were given, and can be read."""
    shown: list[Operator] = [operator_of_the_world()]
    usual: list[tuple[int, int]] = []

    @get("/")
    async def scan(request: AnyRequest) -> Response[bytes]:
        view = msgspec.structs.replace(scans()["scan-free"], brand=brand_view(shown[0]))
        with speaking("en"):
            return private_page(request, render_scan(view, device=Device.APPLE), CONFIG)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(operators(), st.sampled_from(["light", "dark"]))
    def any_brand(operator: Operator, scheme: str) -> None:
        shown[0] = operator
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
        page.goto(url, wait_until="load")
        seen = page.evaluate(LOOK)
        usual.append((seen["scripts"], seen["rules"]))
        texts = operator.brand.details.texts

        assert [] == page.heard  # type: ignore[attr-defined]  # of the fixture
        assert 0 == seen["strangers"]
        # The style sheet is whole: no brand ends it before its end, or adds to it.
        assert usual[0] == usual[-1]
        assert operator.brand.name == seen["name"]
        assert seen["title"].endswith(f" – {operator.brand.name}")
        assert texts[Slot.SCAN_NOTE]["en"] in seen["notes"]
        assert seen["help"].endswith(
            f"{operator.support.phone} · {texts[Slot.SUPPORT_HOURS]['en']}"
        )
        assert f"Charging and payment by {operator.legal_name}" == seen["legal"]
        links = operator.links
        mail = f"mailto:{operator.support.email}"
        assert [links.terms, links.privacy, links.imprint, mail] == seen["links"]
        for text, ground in seen["colours"]:
            assert contrast(rgb(text), rgb(ground)) >= AA

    with serving(Litestar([scan], openapi_config=None)) as url:
        page.goto(url)
        first = page.evaluate(LOOK)
        usual.append((first["scripts"], first["rules"]))
        any_brand()
