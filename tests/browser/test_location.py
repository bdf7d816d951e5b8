"""The page of a location in a real Chromium: it shows by itself what becomes free."""

from playwright.sync_api import Browser, Route, expect

PATIENCE_MS = 60_000
A_WHILE_MS = 20_000


def test_what_becomes_free_is_shown_without_a_reload(browser: Browser, gallery_url: str):
    """The list comes anew every 15 s and is morphed: what has the focus keeps it."""
    context = browser.new_context()
    page = context.new_page()
    address = f"{gallery_url}/gallery/en/location"
    now = context.request.get(address).text().replace("1 of 4 free", "2 of 4 free")

    def answer(route: Route) -> None:
        route.fulfill(body=now, content_type="text/html")

    page.route("**/app/voltstraat/locations/kade?**", answer)
    page.clock.install()
    page.goto(address)
    page.wait_for_selector("[data-htmx-powered]", state="attached", timeout=PATIENCE_MS)
    link = page.get_by_role("link", name="Start here: Socket 1")
    link.focus()
    page.clock.fast_forward(A_WHILE_MS)

    expect(page.locator("#points-title")).to_have_text("2 of 4 free", timeout=PATIENCE_MS)
    expect(link).to_be_focused()
    context.close()
