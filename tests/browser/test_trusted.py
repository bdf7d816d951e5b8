"""Trusted Types in a real browser: a text becomes HTML or a script by known ways alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.phone import LISTEN

PATIENCE_MS = 60_000
# What a hole in a script of ours or of others would use. Each is a statement of its own.
SINKS = {
    "innerHTML": "document.body.innerHTML = '<b id=grown></b>'",
    "outerHTML": "document.body.firstElementChild.outerHTML = '<b id=grown></b>'",
    "insertAdjacentHTML": "document.body.insertAdjacentHTML('beforeend', '<b id=grown></b>')",
    "write": "document.write('<b id=grown></b>')",
    "fragment": "new Range().createContextualFragment('<b id=grown></b>')",
    "parser": "new DOMParser().parseFromString('<b id=grown></b>', 'text/html')",
    "srcdoc": "document.createElement('iframe').srcdoc = '<b id=grown></b>'",
    "handler": "document.body.setAttribute('onclick', 'grown()')",
    "script": "document.createElement('script').textContent = 'grown()'",
    "address": "document.createElement('script').src = '/static/other.js'",
    "worker": "new Worker('/static/other.js')",
    "service worker": "navigator.serviceWorker.register('/static/other.js')",
    "policy": "trustedTypes.createPolicy('mine', { createHTML: (text) => text })",
}
# Says of a statement what stopped it, and what was reported; a page hears its reports later.
TRY = """async (statement) => {
  const heard = [];
  const hear = (report) => heard.push(report.effectiveDirective);
  document.addEventListener("securitypolicyviolation", hear);
  let stopped = "nothing";
  try { await (async () => STATEMENT)() } catch (error) { stopped = error.name }
  for (let turn = 0; turn < 100 && !heard.length; turn += 1)
    await new Promise((done) => setTimeout(done, 50));
  document.removeEventListener("securitypolicyviolation", hear);
  return [stopped, heard[0], document.querySelectorAll("#grown").length];
}"""
# A page with no script, one that htmx follows, one that installs the app.
PAGES = ("scan-free", "session-charging", "app-driver")
REPORTED = {"policy": "trusted-types"}


def refused_and_reported() -> dict[str, list[object]]:
    """Return what is to come of each sink: an error, a report, and nothing new on the page."""
    guards = {sink: REPORTED.get(sink, "require-trusted-types-for") for sink in SINKS}
    return {sink: ["TypeError", guard, 0] for sink, guard in guards.items()}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab that tells what its policy stops."""
    context = browser.new_context()
    tab = context.new_page()
    tab.add_init_script(LISTEN)
    tab.set_default_timeout(PATIENCE_MS)
    tab.complaints = []  # type: ignore[attr-defined]  # read by the tests
    tab.on("console", lambda said: said.type == "error" and tab.complaints.append(said.text))
    yield tab
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_no_text_becomes_a_page_or_a_script(page: Page, gallery_url: str, name: str):
    """Each sink is refused and reported, whatever scripts of ours are there."""
    page.goto(f"{gallery_url}/gallery/en/{name}")
    if name != "scan-free":
        page.wait_for_selector("[data-htmx-powered]", state="attached")
    found = {sink: page.evaluate(TRY.replace("STATEMENT", SINKS[sink])) for sink in SINKS}

    assert refused_and_reported() == found


def test_the_key_is_taken(page: Page, gallery_url: str):
    """The policy that makes HTML is the only one of its name: nobody makes another."""
    page.goto(f"{gallery_url}/gallery/en/session-charging")
    page.wait_for_selector("[data-htmx-powered]", state="attached")
    again = "trustedTypes.createPolicy('htmx', { createHTML: (text) => text })"

    assert ["TypeError", "trusted-types", 0] == page.evaluate(TRY.replace("STATEMENT", again))


def test_a_script_in_an_answer_is_refused(page: Page, gallery_url: str):
    """What the stream or a page brings is HTML; a script in it ends it, and never runs."""
    address = f"{gallery_url}/app/voltstraat/map"
    page.goto(address)
    page.wait_for_selector("[data-htmx-powered]", state="attached")
    listed = page.request.get(address).text()
    spoilt = "<script>document.title = 'grown'</script>"
    texts = iter([listed.replace('<h2 id="count">', f'<h2 id="count">{spoilt}'), listed])

    def answer(route: Route) -> None:
        route.fulfill(body=next(texts), content_type="text/html")

    page.route(re.compile(r"/map\?"), answer)
    search = page.get_by_role("button", name="Search")
    with page.expect_event("console", lambda said: "brought a script" in said.text):
        search.click()
    search.click()

    # The next answer is as good as any.
    expect(page.get_by_role("status")).to_have_text(page.locator("#count").inner_text())
    assert "grown" != page.title()
