"""Two operators of one installation side by side: each at its own address, in its own colours."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import violations
from tests.scenarios.test_run import Run, free_port, state

__all__ = ["state"]
pytestmark = pytest.mark.xdist_group("run")


@pytest.fixture
def run(state: Path) -> Iterator[Run]:
    """The demo with its two operators."""
    started = Run(state, free_port())
    started.wait()
    yield started
    started.process.terminate()
    started.process.communicate(timeout=60)


def worn(page: Page) -> tuple[str, str]:
    """Return the colours that a page wears: the band's and the buttons'."""
    colours: list[str] = page.evaluate(
        "['--brand', '--accent'].map(name =>"
        " getComputedStyle(document.documentElement).getPropertyValue(name))"
    )
    return colours[0], colours[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_two_operators_side_by_side(browser: Browser, run: Run, scheme: str):
    """Neither page names the other, a code of one leads from the other's host to its own."""
    there = run.address.replace("127.0.0.1", "nordlicht.localhost")
    context = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]  # one of playwright's words
        viewport={"width": 390, "height": 844},
        locale="en-GB",
    )
    first, second = context.new_page(), context.new_page()
    first.goto(f"{run.address}/c/KADE22")
    second.goto(f"{run.address}/c/HAFN22")

    assert f"{run.address}/c/KADE22" == first.url
    assert f"{there}/c/HAFN22" == second.url
    assert [("#0b6e4f", "#0b6e4f"), ("#12335e", "#c75000")] == [worn(first), worn(second)]
    for page, own, other in (
        (first, "Voltstraat", "Nordlicht"),
        (second, "Nordlicht", "Voltstraat"),
    ):
        assert own in page.title()
        assert other not in page.content()
        assert 0 < page.locator(".brand img").evaluate("image => image.naturalWidth")
        assert [] == violations(page)
    assert "Parking is free while you charge." in second.locator("main").inner_text()
    assert "Mon to Sat, 7 to 22" in second.locator("footer").inner_text()
    first.goto(f"{there}/c/KADE22")
    assert f"{run.address}/c/KADE22" == first.url
    context.close()
