"""Other sites' forms and texts that would like to be scripts, in Firefox too."""

from collections.abc import Iterator

import pytest

from tests.browser.firefox import Firefox, firefox
from tests.browser.serving import serving
from tests.browser.test_hostile import PAYLOADS, Bank, evil, hostile_pages

pytestmark = pytest.mark.timeout(600)


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
