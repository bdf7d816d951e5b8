"""The live page in a browser: it follows, it notices silence, it keeps a stop, it ends."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import httpx
import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.directpay.model import Ending, Stage
from app.directpay.views import JourneyView
from tests.browser.proxy import Proxy, proxy_to
from tests.browser.samples import JOURNEY, LIVE, SETTLED, eur, journeys
from tests.browser.serving import serving
from tests.browser.stage import Stage as Theatre

replace = msgspec.structs.replace
WATCHDOG_SECONDS = 16


@dataclass
class Show:
    """A stage, its server, a silent-able way to it, and a browser on the session page."""

    stage: Theatre
    url: str
    proxy: Proxy
    context: BrowserContext
    page: Page
    complaints: list[str]

    def shows(self, view: JourneyView, kind: str = "whole") -> None:
        """Move the journey on, by a message that carries the view or says to read it anew."""
        httpx.post(f"{self.url}/control/{kind}", content=msgspec.json.encode(view))

    def measures(self, kwh: str, cost: int, seconds: int = 2461) -> None:
        """Send a sample: the figures change, nothing else."""
        live = replace(LIVE, energy_kwh=Decimal(kwh), cost=eur(cost), seconds=seconds)
        self.shows(replace(JOURNEY, live=live))

    def wait_for_streams(self, number: int) -> None:
        """Wait until so many pages follow."""
        deadline = time.monotonic() + 60
        while self.stage.rooms.fan.open_streams != number:
            assert time.monotonic() < deadline, self.stage.rooms.fan.open_streams
            self.page.wait_for_timeout(20)


@pytest.fixture
def show(browser: Browser) -> Iterator[Show]:
    """A driver on the live page."""
    stage = Theatre()
    complaints: list[str] = []
    with serving(stage.application()) as url, proxy_to(url) as proxy:
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{proxy.url}/s/token")
        opened = Show(stage, url, proxy, context, page, complaints)
        opened.wait_for_streams(1)
        yield opened
        context.close()


def test_a_sample_reaches_the_page_at_once(show: Show):
    """The stream brings it: the page is not asked for again."""
    looks = show.stage.looks
    show.measures("13.50", 662)
    expect(show.page.locator("#numbers")).to_contain_text("13.50 kWh")

    assert looks == show.stage.looks
    expect(show.page.locator("#numbers")).to_contain_text("€6.62")
    assert [] == show.complaints


def test_a_sample_disturbs_nobody(show: Show):
    """An address half typed, an open question and the focus stay as they are."""
    page = show.page
    page.get_by_text("Stop charging", exact=True).click()
    page.get_by_label("E-mail address").fill("anna@exa")
    show.measures("13.50", 662)
    expect(page.locator("#numbers")).to_contain_text("13.50")
    show.shows(replace(JOURNEY, hold_warning=True))
    expect(page.locator("#live")).to_contain_text("Charging stops by itself")

    assert "anna@exa" == page.get_by_label("E-mail address").input_value()
    assert page.get_by_role("button", name="Yes, stop charging").is_visible()
    assert "email" == page.evaluate("document.activeElement.id")


def test_a_message_that_carries_nothing_makes_the_page_read(show: Show):
    """An empty message says that the state changed; the page shows the new one."""
    show.shows(replace(JOURNEY, stage=Stage.SETTLING, live=None), "empty")

    expect(show.page.locator("#headline")).to_contain_text("Working out the price")


def test_an_old_message_changes_nothing(show: Show):
    """A message that overtook another is not undone by it."""
    show.measures("14.00", 686)
    expect(show.page.locator("#numbers")).to_contain_text("14.00")
    old = replace(JOURNEY, version=1)
    show.stage.view = replace(show.stage.view, version=0)
    show.shows(old)
    show.page.wait_for_timeout(300)

    expect(show.page.locator("#numbers")).to_contain_text("14.00")


def test_a_new_state_is_spoken_at_once(show: Show):
    """A screen reader hears a new state without delay, and not every sample."""
    show.measures("13.50", 662)
    show.page.wait_for_timeout(1500)
    quiet = show.page.locator("#say").text_content()
    show.shows(journeys()["session-stopping"])
    expect(show.page.locator("#say")).to_contain_text("Stopping")

    assert "" == quiet


def test_a_stream_that_dies_silently_is_replaced(show: Show):
    """Nothing arrives any more and nothing is closed: the page notices and is up to date."""
    show.measures("13.50", 662)
    expect(show.page.locator("#numbers")).to_contain_text("13.50")
    show.proxy.silence()
    show.measures("15.00", 735)

    expect(show.page.locator("#numbers")).to_contain_text("15.00", timeout=WATCHDOG_SECONDS * 1000)


def test_pings_keep_a_quiet_stream(show: Show):
    """A session in which nothing happens for longer than the watchdog waits keeps its stream."""
    looks = show.stage.looks
    show.page.wait_for_timeout(14_000)

    assert looks == show.stage.looks
    expect(show.page.locator("#offline")).to_be_hidden()


def test_offline_is_told_and_a_stop_is_kept(show: Show):
    """Without a network the page says so; a stop pressed then is sent once when it is back."""
    page = show.page
    show.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    page.get_by_text("Stop charging", exact=True).click()
    page.get_by_role("button", name="Yes, stop charging").click()
    expect(page.locator("#queued")).to_be_visible()
    show.context.set_offline(False)
    expect(page.locator("#headline")).to_contain_text("Stopping")
    expect(page.locator("#queued")).to_be_hidden()
    page.wait_for_timeout(4000)

    assert 1 == show.stage.stops


def test_stop_is_one_request_and_shows_at_once(show: Show):
    """Stop, confirmed on the page: the state changes without a new page."""
    show.page.get_by_text("Stop charging", exact=True).click()
    show.page.get_by_role("button", name="Yes, stop charging").click()
    expect(show.page.locator("#headline")).to_contain_text("Stopping")

    assert 1 == show.stage.stops


def test_the_end_is_the_end(show: Show):
    """With the money moved the receipt stands there, and nobody follows any more."""
    done = replace(JOURNEY, stage=Stage.ENDED, ending=Ending.CHARGED, live=None, settled=SETTLED)
    show.shows(done)
    expect(show.page.locator("#receipt")).to_contain_text("2026-000042")
    show.wait_for_streams(0)
    show.page.wait_for_timeout(2000)

    assert 0 == show.stage.rooms.fan.open_streams
    assert [] == show.complaints


def test_the_countdown_counts(show: Show):
    """The time left to plug in goes down by itself."""
    show.shows(journeys()["session-waiting"])
    count = show.page.locator("[data-seconds]")
    expect(count).to_have_text(re.compile("^4:[0-2][0-9]$"))


def test_the_time_goes_on_between_samples(show: Show):
    """The clock of the session runs by itself, and every sample sets it."""
    elapsed = show.page.locator("[data-elapsed]")
    expect(elapsed).to_have_text("41:03", timeout=60_000)
    show.measures("13.50", 662, seconds=3598)
    expect(elapsed).to_have_text("1:00:00", timeout=60_000)


def test_what_is_over_offers_no_notices(show: Show):
    """The offer stands beside a running session, and goes with its end without a new page."""
    show.stage.push_key = "key"
    show.page.reload()
    offer = show.page.get_by_role("button", name="Show notices on this device")
    expect(offer).to_be_visible(timeout=60_000)
    done = replace(JOURNEY, stage=Stage.ENDED, ending=Ending.CHARGED, live=None, settled=SETTLED)
    show.shows(done)

    expect(offer).to_have_count(0, timeout=60_000)


def test_the_server_restarts_under_the_page(browser: Browser):
    """The process goes and another comes: the page follows again within fifteen seconds."""
    stage = Theatre()
    with serving(stage.application()) as url:
        port = int(url.rsplit(":", 1)[1])
        page = browser.new_context().new_page()
        page.goto(f"{url}/s/token")
        Show(stage, url, None, page.context, page, []).wait_for_streams(1)  # type: ignore[arg-type]
    again = Theatre(replace(JOURNEY, live=replace(LIVE, energy_kwh=Decimal("20.00"))))
    with serving(again.application(), port):
        expect(page.locator("#numbers")).to_contain_text("20.00")
        page.context.close()
