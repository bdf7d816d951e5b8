"""What readers set in their browsers: larger text, and colours of their own."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.gallery import EVERY_LANGUAGE

# Where the names in the navigation begin and end, from left to right.
NAMES = """() => [...document.querySelectorAll(".parts span")].map((each) => {
  const { left, right } = each.getBoundingClientRect();
  return [left, right];
})"""
LARGER = "document.documentElement.style.fontSize = '200%'"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
@pytest.mark.parametrize("width", [320, 390])
def test_text_twice_as_large(
    page: Page, gallery_url: str, screenshots: Path, language: str, width: int
) -> None:
    """No name in the navigation lies on its neighbour or beyond the screen (WCAG 1.4.4)."""
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{gallery_url}/gallery/{language}/app-driver")
    page.evaluate(LARGER)
    page.screenshot(path=screenshots / f"app-driver-{language}-{width}-large.png")

    edges = [edge for name in page.evaluate(NAMES) for edge in (round(each) for each in name)]
    assert 10 == len(edges)
    assert sorted(edges) == edges
    assert 0 <= edges[0]
    assert edges[-1] <= width


def test_what_is_left_is_seen_in_the_readers_own_colours(page: Page, gallery_url: str) -> None:
    """The bar is full of the colour of text where money is left, and empty of it where none is."""
    page.emulate_media(forced_colors="active")
    page.goto(f"{gallery_url}/gallery/en/session-charging")
    bar = Image.open(BytesIO(page.locator("progress").screenshot())).convert("L")
    left, right = (bar.getpixel((x, bar.height // 2)) for x in (bar.width // 4, bar.width - 8))

    # 89.9 % is left.
    assert 100 < abs(left - right)
