"""The page of the API in a real browser: it shows every operation, and a call can be tried."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.town import Town, open_village
from tests.servers import PostgresForTests

CODE = "CGNHF2"
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def village(postgres: PostgresForTests, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The real server."""
    name = f"api_docs_{postgres.worker}"
    postgres.recreate(name)
    with open_village(postgres.url_of(name), tmp_path_factory.mktemp("village")) as opened:
        yield opened
        assert [] == opened.complaints()
    postgres.drop(name)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A developer's browser."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    yield opened
    context.close()


def test_the_api_is_read_and_tried(village: Town, page: Page, screenshots: Path):
    """Nothing comes from elsewhere, the policy lets it work, and a real answer is shown."""
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{village.base}/api/docs")
    get_code = page.locator("#operations-Codes-getCode")
    get_code.click()
    get_code.get_by_role("button", name="Try it out").click()
    get_code.get_by_placeholder("code").fill(CODE)
    get_code.get_by_role("button", name="Execute").click()
    answer = get_code.locator(".live-responses-table")
    expect(answer).to_contain_text("tariff_id", timeout=PATIENCE_MS)
    page.screenshot(path=screenshots / "api-docs.png")
    # Of so many operations only those in sight are drawn: those of one tag are few.
    page.get_by_placeholder("Filter by tag").fill("Receipts")
    described = page.evaluate("fetch('/api/openapi.json').then(answer => answer.json())")
    methods = [each for path in described["paths"].values() for each in path.values()]
    of_receipts = [each for each in methods if each["tags"] == ["Receipts"]]

    assert len(methods) > 100
    expect(page.locator(".opblock")).to_have_count(len(of_receipts), timeout=PATIENCE_MS)
    assert [] == [url for url in asked if not url.startswith((village.base, "data:"))]
    assert [] == [text for text in said if "Content Security Policy" in text or "Trusted" in text]
    # Markdown of ours is markup, every bit of it.
    assert page.locator(".renderedMarkdown p").count() > 0
    assert "</" not in page.locator("#api").inner_text()


def test_without_scripts_the_way_is_told(village: Town, browser: Browser):
    """The description itself is linked."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{village.base}/api/docs")
    link = page.get_by_role("link").get_attribute("href")
    context.close()

    assert "/api/openapi.json" == link
