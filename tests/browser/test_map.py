"""The map in a real Chromium: drawn from our own files alone, and in step with its list."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.axe import violations
from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.test_trusted import TRY

KIB = 1024
# A machine without a graphics card draws the map in software, and may have more to do.
PATIENCE_MS = 60_000
DRAWN = "#map[data-drawn=yes]"


@pytest.fixture(scope="module")
def drawing(browser: Browser) -> Iterator[Browser]:
    """A Chromium that can draw maps, on any machine."""
    given = [argument for argument in ARGUMENTS if argument != "--disable-gpu"]
    software = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
    chromium = browser.browser_type.launch(
        executable_path=find_chromium(), args=[*given, *software]
    )
    yield chromium
    chromium.close()


@pytest.fixture
def page(drawing: Browser) -> Iterator[Page]:
    """A tab whose complaints are collected in `page.complaints`."""
    context = drawing.new_context(
        locale="en-GB",
        viewport={"width": 1280, "height": 900},
        permissions=["geolocation"],
        geolocation={"latitude": 51.91901, "longitude": 4.48902},
    )
    tab = context.new_page()
    tab.complaints = []  # type: ignore[attr-defined]  # read by the tests
    tab.on(
        "console",
        lambda message: (
            message.type in {"error", "warning"} and tab.complaints.append(message.text)
        ),  # type: ignore[attr-defined]
    )
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))  # type: ignore[attr-defined]
    yield tab
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 320), ("light", 1280)])
def test_the_map_is_drawn_from_our_files(
    page: Page, gallery_url: str, screenshots, scheme: str, width: int
):
    """No other host is asked, nothing breaks the policy, and axe finds nothing."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
    page.goto(f"{gallery_url}/gallery/en/map")
    page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)
    page.screenshot(path=screenshots / f"map-drawn-{scheme}-{width}.png")

    assert [] == violations(page)
    assert [] == _serious(page)
    assert all(url.startswith((gallery_url, "data:", "blob:")) for url in asked)
    assert any(re.search(r"/static/europe\.\w+\.pmtiles$", url) for url in asked)


def test_the_map_starts_its_own_worker_alone(page: Page, gallery_url: str):
    """The engine takes an address as a text: of all texts, the policy knows that one."""
    page.goto(f"{gallery_url}/gallery/en/map")
    page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)
    own = "new Worker(new URL(document.getElementById('map').dataset.worker, location).href)"
    statements = (own, "new Worker('/static/other.js')", "document.body.innerHTML = '<b></b>'")
    found = [page.evaluate(TRY.replace("STATEMENT", each))[:2] for each in statements]

    refused = ["TypeError", "require-trusted-types-for"]
    assert [["nothing", None], refused, refused] == found


def test_a_search_lists_and_the_map_follows(page: Page, gallery_url: str):
    """The list is swapped in place, the address can be kept, the result is spoken."""
    page.goto(f"{gallery_url}/app/voltstraat/map")
    page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)
    page.get_by_role("searchbox").fill("Kade")
    page.get_by_role("searchbox").press("Enter")

    expect(page.get_by_role("status")).to_have_text("Locations found: 1", timeout=PATIENCE_MS)
    expect(page.locator("#found li")).to_have_count(1)
    assert "q=Kade" in page.url


def test_who_moves_the_map_sees_what_is_there(page: Page, gallery_url: str):
    """By the keyboard as well as by the mouse: the list becomes that of the part in view."""
    page.goto(f"{gallery_url}/app/voltstraat/map")
    page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)
    page.locator("canvas").focus()
    with page.expect_request(re.compile(r"/map\?.*area=-?\d"), timeout=PATIENCE_MS):
        page.keyboard.press("+")


def test_nobody_is_led_off_the_bundled_map(page: Page, gallery_url: str):
    """However far out the map is, it shows no more than it has."""
    page.goto(f"{gallery_url}/app/voltstraat/map")
    page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)
    page.locator("canvas").focus()
    with page.expect_request(re.compile(r"/map\?.*area="), timeout=PATIENCE_MS) as sent:
        for _ in range(8):
            page.keyboard.press("-")
    (area,) = parse_qs(urlsplit(sent.value.url).query)["area"]
    west, south, east, north = (float(degrees) for degrees in area.split(","))

    assert west >= -32.1
    assert south >= 26.9
    assert east <= 46.1
    assert north <= 72.1


def test_near_me_tells_a_hundred_metres(page: Page, gallery_url: str):
    """The position is rounded before it leaves the browser."""
    page.goto(f"{gallery_url}/app/voltstraat/map")
    page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)
    with page.expect_request(re.compile(r"near=51\.919%2C4\.489(&|$)"), timeout=PATIENCE_MS):
        page.get_by_role("button", name="Near me").click()


def test_without_a_script_the_form_lists(drawing: Browser, gallery_url: str):
    """No map, no button that does nothing, and the same list."""
    context = drawing.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{gallery_url}/app/voltstraat/map")
    page.get_by_role("searchbox").fill("Kade")
    page.get_by_role("button", name="Search").click()

    expect(page.locator("#found li")).to_have_count(1)
    assert not page.locator("#map").is_visible()
    assert not page.get_by_role("button", name="Near me").is_visible()
    context.close()


def test_without_webgl_there_is_the_list_alone(browser: Browser, gallery_url: str):
    """At most 60 KiB until it can be used, and the map's engine is not fetched at all."""
    context = browser.new_context()
    context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page = context.new_page()
    finished: list[Request] = []
    page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108
    page.goto(f"{gallery_url}/gallery/en/map")
    page.wait_for_selector("[data-htmx-powered]", state="attached", timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")
    sizes = [request.sizes() for request in finished if not request.url.startswith("data:")]
    context.close()

    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) < 60 * KIB
    assert not any("maplibre" in request.url for request in finished)


def _serious(page: Page) -> list[str]:
    """Return what the console said, but for the software that draws being slow."""
    said: list[str] = page.complaints  # type: ignore[attr-defined]  # of the fixture
    return [text for text in said if "GL Driver Message" not in text]
