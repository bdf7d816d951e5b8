"""The camera in a real Chromium: a picture that it is shown, and what becomes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from qr.matrix import matrix_of
from tests.browser.axe import violations
from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.town import Town, open_village
from tests.servers import PostgresForTests

ADDRESS = "HTTPS://PAY.EXAMPLE/C/7KQ2MX"
SCAN = "/app/voltstraat/scan"
PATIENCE_MS = 60_000
# A browser that reads no codes by itself, as most.
READS_NOTHING = "delete window.BarcodeDetector;"
# Counts how often the camera is asked for.
FILMED = """
window.filmed = 0;
const take = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wanted) => { window.filmed += 1; return take(wanted); };
"""
_SIDE, _MODULE = 480, 12
_BLACK, _WHITE, _GREY = 16, 235, 128


@pytest.fixture(scope="module")
def village(postgres: PostgresForTests, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The real server, with the demo's charge points."""
    name = f"camera_{postgres.worker}"
    postgres.recreate(name)
    with open_village(postgres.url_of(name), tmp_path_factory.mktemp("village")) as opened:
        yield opened
        assert [] == opened.complaints()
    postgres.drop(name)


@contextmanager
def looking_at(text: str, browser: Browser, place: Path) -> Iterator[Page]:
    """Open a page in a Chromium whose camera looks at a code with *text*."""
    film = place / "code.y4m"
    film.write_bytes(_film(text))
    seen = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    chromium = browser.browser_type.launch(
        executable_path=find_chromium(), args=[*ARGUMENTS, *seen]
    )
    context = chromium.new_context(permissions=["camera"], locale="en-GB", service_workers="block")
    yield context.new_page()
    chromium.close()


def test_what_the_camera_sees_is_sent(
    browser: Browser, gallery_url: str, screenshots: Path, tmp_path: Path
):
    """One tap, and the text of the code goes to our server, which decides what it means."""
    with looking_at(ADDRESS, browser, tmp_path) as page:
        page.add_init_script(READS_NOTHING)
        page.goto(f"{gallery_url}/gallery/en/camera")
        page.screenshot(path=screenshots / "camera-before.png")
        with page.expect_request("**/app/voltstraat/scan?**", timeout=PATIENCE_MS) as sent:
            page.get_by_role("button", name="Use the camera").click()
        asked = parse_qs(urlsplit(sent.value.url).query)

    assert {"code": [ADDRESS]} == asked


def test_a_code_of_ours_leads_to_its_price(
    browser: Browser, village: Town, screenshots: Path, tmp_path: Path
):
    """As printed, in capitals: from the app's camera to the page of the charging point."""
    with looking_at(f"{village.base.upper()}/C/KADE22", browser, tmp_path) as page:
        page.goto(f"{village.base}{SCAN}")
        page.get_by_role("button", name="Use the camera").click()

        expect(page.get_by_text("NL*VLT*E1001")).to_be_visible(timeout=PATIENCE_MS)
        assert f"{village.base}/c/KADE22" == page.url
        page.screenshot(path=screenshots / "camera-ours.png")


def test_a_foreign_code_leads_nowhere(
    browser: Browser, village: Town, screenshots: Path, tmp_path: Path
):
    """Whoever put it there learns nothing: the app warns, and offers to look again, or to type."""
    asked: list[str] = []
    with looking_at("https://evil.example/c/KADE22", browser, tmp_path) as page:
        page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
        page.goto(f"{village.base}{SCAN}")
        page.get_by_role("button", name="Use the camera").click()
        expect(page.get_by_role("alert")).to_contain_text(
            "This code is not ours", timeout=PATIENCE_MS
        )

        expect(page.get_by_role("button", name="Use the camera")).to_be_visible()
        expect(page.get_by_label("Number below the code")).to_be_visible()
        assert [] == violations(page)
        page.screenshot(path=screenshots / "camera-foreign.png")
    assert {urlsplit(village.base).netloc} == set(asked)


@pytest.mark.parametrize("granted", [[], ["camera"]])
def test_who_has_no_camera_types(browser: Browser, gallery_url: str, granted: list[str]):
    """Refused, or not there: the page says so; the field is there in any case."""
    context = browser.new_context(permissions=granted)
    page = context.new_page()
    page.goto(f"{gallery_url}/gallery/en/camera")
    page.get_by_role("button", name="Use the camera").click()

    expect(page.get_by_role("status")).to_have_text(
        "The camera cannot be used. Type the number below the code.", timeout=PATIENCE_MS
    )
    expect(page.get_by_label("Number below the code")).to_be_visible()
    context.close()


def test_nobody_is_filmed_in_vain(browser: Browser, gallery_url: str, tmp_path: Path):
    """Without a network the reader does not load: the page says so, and the camera stays off."""
    with looking_at(ADDRESS, browser, tmp_path) as page:
        page.route("**/static/qr.*", lambda route: route.abort())
        page.add_init_script(READS_NOTHING + FILMED)
        page.goto(f"{gallery_url}/gallery/en/camera")
        page.get_by_role("button", name="Use the camera").click()

        expect(page.get_by_role("status")).to_contain_text("cannot be used", timeout=PATIENCE_MS)
        assert 0 == page.evaluate("filmed")


def _film(text: str) -> bytes:
    """Return a film of one picture in YUV4MPEG2: a code in the middle of a white wall."""
    modules = matrix_of(text)
    light = [[_WHITE] * _SIDE for _ in range(_SIDE)]
    margin = (_SIDE - len(modules) * _MODULE) // 2
    for y, row in enumerate(modules):
        for x, is_dark in enumerate(row):
            if is_dark:
                for line in light[margin + y * _MODULE : margin + (y + 1) * _MODULE]:
                    start = margin + x * _MODULE
                    line[start : start + _MODULE] = [_BLACK] * _MODULE
    colour = bytes([_GREY]) * (_SIDE * _SIDE // 2)
    head = f"YUV4MPEG2 W{_SIDE} H{_SIDE} F10:1 Ip A1:1 C420jpeg\nFRAME\n".encode()
    return head + b"".join(bytes(line) for line in light) + colour
