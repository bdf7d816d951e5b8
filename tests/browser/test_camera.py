"""The camera in a real Chromium: a picture that it is shown, and what becomes of it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from qr.matrix import matrix_of
from tests.browser.chromium import ARGUMENTS, find_chromium

ADDRESS = "HTTPS://PAY.EXAMPLE/C/7KQ2MX"
PATIENCE_MS = 60_000
_SIDE, _MODULE = 480, 12
_BLACK, _WHITE, _GREY = 16, 235, 128


@pytest.fixture(scope="module")
def camera(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium whose camera looks at a sticker."""
    film = tmp_path_factory.mktemp("film") / "sticker.y4m"
    film.write_bytes(_film(ADDRESS))
    seen = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    chromium = browser.browser_type.launch(
        executable_path=find_chromium(), args=[*ARGUMENTS, *seen]
    )
    yield chromium
    chromium.close()


def test_what_the_camera_sees_is_sent(camera: Browser, gallery_url: str, screenshots: Path):
    """One tap, and the text of the code goes to our server, which decides what it means."""
    context = camera.new_context(permissions=["camera"])
    page = context.new_page()
    page.goto(f"{gallery_url}/gallery/en/camera")
    page.screenshot(path=screenshots / "camera-before.png")
    with page.expect_request("**/app/voltstraat/scan?**", timeout=PATIENCE_MS) as sent:
        page.get_by_role("button", name="Use the camera").click()
    asked = parse_qs(urlsplit(sent.value.url).query)
    context.close()

    assert {"code": [ADDRESS]} == asked


def test_who_refuses_the_camera_types(browser: Browser, gallery_url: str):
    """The page says so; the field is there in any case."""
    context = browser.new_context(permissions=[])
    page = context.new_page()
    page.goto(f"{gallery_url}/gallery/en/camera")
    page.get_by_role("button", name="Use the camera").click()

    expect(page.get_by_role("status")).to_have_text(
        "The camera cannot be used. Type the number below the code.", timeout=PATIENCE_MS
    )
    expect(page.get_by_label("Number below the code")).to_be_visible()
    context.close()


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
