"""Other sites' forms and texts that would like to be scripts, in Firefox too."""

from collections.abc import Iterator

import pytest

from tests.browser.firefox import Firefox, firefox
from tests.browser.serving import serving
from tests.browser.test_hostile import PAYLOADS, Bank, evil, hostile_pages
from tests.browser.test_trusted import SINKS, TRY, refused_and_reported

pytestmark = pytest.mark.timeout(600)

# htmx notes on the page what it follows.
UNTIL_POWERED = """async () => {
  for (let turn = 0; turn < 600; turn += 1) {
    if (document.querySelector("[data-htmx-powered]")) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}"""


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """One Firefox for the module."""
    with firefox(tmp_path_factory.mktemp("fox") / "profile") as opened:
        yield opened


def test_forms_of_other_sites_are_refused(fox: Firefox) -> None:
    """By a form, by fetch and out of a frame, from another origin and another site: all refused."""
    bank = Bank()
    with serving(bank.application()) as url, serving(evil(url)) as other:
        fox.opens(url)
        fox.runs("document.querySelector('button').click()")
        bank.wait_for(1)
        for host in ("127.0.0.1", "localhost"):
            for kind in ("form", "fetch", "frame"):
                before = bank.heard
                fox.leaves_for(f"{other.replace('127.0.0.1', host)}/{kind}")
                bank.wait_for(before + 1)

    assert ["own"] == bank.taken
    assert ["fetch", "fetch", "form", "form", "frame", "frame"] == sorted(bank.refused)


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_texts_of_others_stay_texts(fox: Firefox, number: int) -> None:
    """Each payload in every text of a page: nothing runs, nothing new is on the page."""
    with serving(hostile_pages()) as url:
        fox.opens(f"{url}/scan/scan-free/{number}")
        heading = fox.runs("document.querySelector('h1').textContent")
        grown = fox.runs(
            "document.querySelectorAll('iframe, img[onerror], [onload], [onfocus],"
            " form[action*=evil], a[href^=javascript], meta[content*=evil]').length"
        )

    assert PAYLOADS[number] == heading
    assert 0 == grown


def test_no_text_becomes_a_page_or_a_script(fox: Firefox, gallery_url: str) -> None:
    """The script of the live page works under its policy, and all else is refused."""
    fox.opens(f"{gallery_url}/gallery/en/session-charging")
    powered = fox.runs(f"({UNTIL_POWERED})()")
    found = {sink: fox.runs(f"({TRY.replace('STATEMENT', SINKS[sink])})()") for sink in SINKS}
    told = {sink: [part["value"] for part in parts] for sink, parts in found.items()}

    assert powered
    assert refused_and_reported() == told
