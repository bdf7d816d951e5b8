"""`python -m scripts.pictures`: make docs/pictures/journey.png anew from a journey that happens."""

import base64
import tempfile
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.phone import Phone, take_phone
from tests.browser.town import Town, open_town
from tests.servers import postgres_for_tests

TARGET: Final = Path(__file__).parents[1] / "docs" / "pictures" / "journey.png"
MOST_BYTES: Final = 300_000
CODE, IDENTITY = "CGNHF2", "VLT-CGN-1"
CHARGE_SECONDS: Final = 150
SOON_MS: Final = 20_000
WIDTH, HEIGHT = 390, 920
_SHEET = """<!doctype html><style>
body { margin: 0; padding: 32px; display: flex; gap: 32px; background: #dfe5ea; width: max-content }
img { width: %dpx; height: %dpx; border-radius: 28px; border: 8px solid #14191f }
</style>%s"""


def main() -> None:
    """Charge at the demo's fast charger and keep the scan, the session and the receipt."""
    with tempfile.TemporaryDirectory() as folder, postgres_for_tests() as postgres:
        postgres.recreate("pictures")
        with open_town(postgres.url_of("pictures"), Path(folder)) as town:
            picture = _picture(town, Path(folder))
    if len(picture) > MOST_BYTES:
        raise SystemExit(f"{TARGET.name} has {len(picture)} bytes, {MOST_BYTES} are allowed")
    TARGET.write_bytes(picture)
    print(f"{TARGET.name}: {len(picture)} bytes")


def _picture(town: Town, album: Path) -> bytes:
    with sync_playwright() as playwright:
        path = find_chromium()
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        phone = take_phone(browser, album, locale="en-GB")
        phone.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        sheet = _sheet(browser, _journey(phone, town))
        browser.close()
    return sheet


def _journey(phone: Phone, town: Town) -> list[bytes]:
    """Return what the phone shows at the scan, while charging, and at the end."""
    page = phone.page
    page.goto(f"{town.base}/c/{CODE}")
    pictures = [page.screenshot()]
    phone.pays("creditcard")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("li.current .count")).to_be_visible(timeout=SOON_MS)
    town.plug(IDENTITY, 1)
    expect(page.locator("#numbers")).to_be_visible(timeout=SOON_MS)
    time.sleep(CHARGE_SECONDS)
    pictures.append(page.screenshot())
    phone.stops()
    expect(page.locator("#receipt")).to_be_visible(timeout=SOON_MS)
    expect(page.locator("#receipt p")).to_contain_text("released", timeout=SOON_MS)
    page.evaluate("scrollTo(0, 0)")
    return [*pictures, page.screenshot()]


def _sheet(browser: Browser, pictures: list[bytes]) -> bytes:
    """Return *pictures* side by side."""
    encoded = (base64.b64encode(picture).decode() for picture in pictures)
    images = "".join(f'<img alt="" src="data:image/png;base64,{image}">' for image in encoded)
    width = len(pictures) * (WIDTH + 48) + 32
    page = browser.new_page(viewport={"width": width, "height": HEIGHT + 80})
    page.set_content(_SHEET % (WIDTH, HEIGHT, images))
    return page.screenshot()


if __name__ == "__main__":
    main()
