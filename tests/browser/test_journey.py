"""The whole journey: a real browser, the real server, sockets, provider, mail server, PDF."""

import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from app.charging.meters.command import verify_file
from app.infra.i18n import format_money, format_number
from app.kernel.money import Money
from app.sandbox.meter import SigningMeter
from tests.browser.phone import STOPWATCH, Phone, plain, take_phone
from tests.browser.printing import keep_first_page, pdf_text
from tests.browser.town import Town, open_town
from tests.servers import PostgresForTests

SOON_MS = 60_000
# How Mollie and Adyen call the methods.
CALLED = {"creditcard": ("creditcard", "scheme"), "ideal": ("ideal",)}
MONEY_SECONDS = 20
# The sandbox's cars take 11 kW (AC): under 0.05 kWh, 17 s, nothing is charged.
LONGEST_MS = 60_000
PIXEL_SECONDS = 1


@dataclass(frozen=True)
class Trip:
    """One driver at one socket of the demo operator; *enough* is the energy to stop at."""

    name: str
    code: str
    identity: str
    method: str
    held: Money
    locale: str
    enough: Decimal
    evse: int = 1

    @property
    def language(self) -> str:
        """Return the language that the driver's browser asks for."""
        return self.locale[:2]

    @property
    def mail(self) -> str:
        """Return the driver's address."""
        return f"{self.name}@driver.example"


ENOUGH_AC, ENOUGH_DC = Decimal("0.06"), Decimal("0.40")
HOLD = Trip("card", "KADE22", "VLT-AMS-1", "creditcard", Money(4500, "EUR"), "nl-NL", ENOUGH_AC)
FIRST = Trip("ideal", "CGNHF2", "VLT-CGN-1", "ideal", Money(8000, "EUR"), "de-DE", ENOUGH_DC)
KRONOR = Money(45000, "SEK")
# In Malmö the demo operator takes payments at Adyen, elsewhere at Mollie.
ADYEN = Trip("adyen", "MMXTR3", "VLT-MMX-1", "creditcard", KRONOR, "en-GB", ENOUGH_AC, evse=2)
PLAIN = Trip("plain", "MMXTR2", "VLT-MMX-1", "creditcard", KRONOR, "fr-FR", ENOUGH_AC)


@pytest.fixture(scope="module")
def town_url(postgres: PostgresForTests) -> Iterator[str]:
    """An empty database, which the server brings to its release itself."""
    name = f"journey_{postgres.worker}"
    postgres.recreate(name)
    yield postgres.url_of(name)
    postgres.drop(name)


@pytest.fixture(scope="module")
def town(town_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The real server and the outside world; an error in the server's log is a failure."""
    with open_town(town_url, tmp_path_factory.mktemp("town")) as opened:
        yield opened
        assert [] == opened.complaints()


@pytest.fixture
def book(town_url: str, postgres: PostgresForTests) -> Iterator[psycopg.Connection]:
    """A superuser's look at the database."""
    with psycopg.connect(postgres.as_admin(town_url), autocommit=True) as connection:
        yield connection


@pytest.mark.timeout(300)
@pytest.mark.parametrize("trip", [HOLD, FIRST], ids=lambda trip: trip.name)
def test_scan_pay_charge_stop_receipt(
    trip: Trip, browser: Browser, town: Town, book: psycopg.Connection, screenshots: Path
) -> None:
    """A hold by card and iDEAL first: live on one phone, and every amount is the same."""
    phone = take_phone(browser, screenshots / "journey" / trip.name, locale=trip.locale)
    payment = scan_and_pay(phone, trip, town)
    others_are_told(browser, trip, town, phone)
    approve_and_plug(phone, trip, town)
    expect(phone.page.locator("#numbers")).to_be_visible(timeout=SOON_MS)
    phone.asks_for_mail(trip.mail)
    phone.page.evaluate(STOPWATCH)
    wait_for_energy(phone, trip)
    phone.picture("charging")
    others_may_look(browser, trip, town, phone)
    mail_brings_the_right_to_stop(browser, trip, town, phone)
    scanning_again_comes_back(phone, trip, town)
    stop_and_wait_for_receipt(phone, trip)
    charged = settled(town, payment, trip)
    receipt_is_complete(phone, trip, town, charged)
    if trip is FIRST:
        meter_is_proven(phone, town)
    town.unplug(trip.identity, trip.evse)
    seconds = seconds_to_pixel(phone, trip, book)
    followed = phone.page.evaluate("window.followed")
    phone.context.close()

    print(f"{trip.name}: {charged}, meter value to pixel, s: {sorted(seconds)}")
    assert followed, "the page was loaded anew on the way"
    assert len(seconds) >= 2
    assert statistics.median(seconds) < PIXEL_SECONDS
    assert [] == phone.complaints


@pytest.mark.timeout(300)
def test_adyens_page(browser: Browser, town: Town, screenshots: Path) -> None:
    """The same journey paid on Adyen's page: its webhooks settle it, and the amounts agree."""
    trip = ADYEN
    phone = take_phone(browser, screenshots / "journey" / trip.name, locale=trip.locale)
    payment = scan_and_pay(phone, trip, town)
    approve_and_plug(phone, trip, town)
    expect(phone.page.locator("#numbers")).to_be_visible(timeout=SOON_MS)
    phone.asks_for_mail(trip.mail)
    wait_for_energy(phone, trip)
    stop_and_wait_for_receipt(phone, trip)
    charged = settled(town, payment, trip)
    receipt_is_complete(phone, trip, town, charged)
    town.unplug(trip.identity, trip.evse)
    phone.context.close()
    told = [each for each in town.book().values() if each["face"] == "adyen"]

    assert payment in [each["id"] for each in told]
    assert [] == phone.complaints


@pytest.mark.timeout(300)
def test_without_a_script(browser: Browser, town: Town, screenshots: Path) -> None:
    """The same journey where no script runs: the page comes anew by itself and by links."""
    trip = PLAIN
    album = screenshots / "journey" / trip.name
    phone = take_phone(browser, album, locale=trip.locale, scripted=False)
    payment = scan_and_pay(phone, trip, town)
    approve_and_plug(phone, trip, town)
    expect(phone.page.locator("#numbers")).to_be_visible(timeout=SOON_MS)
    wait_for_energy(phone, trip)
    phone.picture("charging")
    scanning_again_comes_back(phone, trip, town)
    stop_and_wait_for_receipt(phone, trip)
    phone.asks_for_mail(trip.mail)
    charged = settled(town, payment, trip)
    receipt_is_complete(phone, trip, town, charged)
    town.unplug(trip.identity, trip.evse)
    phone.context.close()

    assert [] == phone.complaints


def scan_and_pay(phone: Phone, trip: Trip, town: Town) -> str:
    """Scan, choose, and be at the provider's page; return the id of the payment there."""
    before = set(town.book())
    phone.page.goto(town.display(trip.identity, trip.evse) or f"{town.base}/c/{trip.code}")
    expect(phone.page.locator("html")).to_have_attribute("lang", trip.language)
    assert shown(trip.held, trip) in phone.text("form.pay")
    phone.picture("scan")
    phone.pays(trip.method)
    phone.picture("checkout")
    (payment,) = set(town.book()) - before
    return payment


def others_are_told(browser: Browser, trip: Trip, town: Town, phone: Phone) -> None:
    """Somebody else who scans the code meanwhile learns why they can't pay here."""
    other = take_phone(browser, phone.album / "others", locale=trip.locale)
    other.page.goto(f"{town.base}/c/{trip.code}")
    expect(other.page.locator("h2#state")).to_be_visible()
    buttons = other.page.locator('button[name="method"]').count()
    other.picture("somebody-pays")
    other.context.close()

    assert 0 == buttons
    assert [] == other.complaints


def approve_and_plug(phone: Phone, trip: Trip, town: Town) -> None:
    """Let the bank agree, wait to be asked for the cable, and plug in."""
    phone.page.get_by_role("button", name="Approve", exact=True).click()
    expect(phone.page.locator("li.current .count")).to_be_visible(timeout=SOON_MS)
    phone.picture("plug-in")
    town.plug(trip.identity, trip.evse)


def wait_for_energy(phone: Phone, trip: Trip) -> None:
    """Watch without a touch until enough has flowed."""
    deadline = time.monotonic() + LONGEST_MS / 1000
    while energy_shown(phone, trip) < trip.enough:
        assert time.monotonic() < deadline, phone.text("#numbers")
        phone.page.wait_for_timeout(100)


def energy_shown(phone: Phone, trip: Trip) -> Decimal:
    """Return the kWh on the page."""
    text = phone.text("#numbers dd >> nth=0").removesuffix(" kWh")
    return Decimal(text.replace(",", "."))


def others_may_look(browser: Browser, trip: Trip, town: Town, phone: Phone) -> None:
    """A shared address shows the session; stopping it is refused, by page and by request."""
    other = take_phone(browser, phone.album / "others", locale=trip.locale)
    other.page.goto(phone.page.url)
    expect(other.page.locator("#looking")).to_be_visible()
    expect(other.page.locator("#numbers")).to_be_visible()
    stops = other.page.locator("#stop").count()
    other.picture("only-looking")
    refused = other.context.request.post(f"{town.base}/s/{phone.token}/stop")
    other.context.close()

    assert (0, 403) == (stops, refused.status)
    assert [] == other.complaints


def mail_brings_the_right_to_stop(browser: Browser, trip: Trip, town: Town, phone: Phone) -> None:
    """The address in the mail opens the session with its stop button, in any browser."""
    (link,) = re.findall(
        r"http://\S+/s/\S+", mail_text(town.letter(trip.mail, attached=0), "plain")
    )
    other = take_phone(browser, phone.album, locale=trip.locale)
    other.page.goto(link)
    expect(other.page.locator("#stop")).to_be_visible()
    address = other.page.url
    other.context.close()

    assert phone.page.url.split("#")[0] == address
    assert [] == other.complaints


def scanning_again_comes_back(phone: Phone, trip: Trip, town: Town) -> None:
    """The code leads the same browser to its session."""
    again = phone.context.new_page()
    again.goto(f"{town.base}/c/{trip.code}")
    address = again.url
    again.close()

    assert phone.page.url.split("#")[0] == address


def stop_and_wait_for_receipt(phone: Phone, trip: Trip) -> None:
    """Press stop, confirm, and have the receipt."""
    before = time.monotonic()
    phone.stops()
    expect(phone.page.locator("#receipt")).to_be_visible(timeout=SOON_MS)
    print(f"{trip.name}: stop to receipt {time.monotonic() - before:.1f} s")


def settled(town: Town, payment: str, trip: Trip) -> Money:
    """Wait until the provider's book is closed; return what was kept of the driver's money."""
    deadline = time.monotonic() + MONEY_SECONDS
    while time.monotonic() < deadline:
        row = town.book()[payment]
        kept = row["captured"]["minor"] - row["refunded"]["minor"]
        if row["status"] == "paid" and 0 < kept < trip.held.minor:
            assert trip.held.minor == row["amount"]["minor"]
            assert row["method"] in CALLED[trip.method]
            return Money(kept, trip.held.currency)
        time.sleep(0.2)
    raise AssertionError(town.book()[payment])


def receipt_is_complete(phone: Phone, trip: Trip, town: Town, charged: Money) -> None:
    """Page, PDF and mail say the same amount under the same number."""
    expect(phone.page.locator("#receipt tr.total")).to_contain_text(shown(charged, trip))
    expect(phone.page.locator("#receipt p")).to_contain_text(shown(trip.held - charged, trip))
    phone.picture("receipt")
    number = phone.text("#receipt-title").split()[-1]
    answer = phone.context.request.get(f"{town.base}/s/{phone.token}/receipt.pdf")
    assert "application/pdf" == answer.headers["content-type"]
    pdf = answer.body()
    keep_first_page(pdf, phone.album / "receipt-pdf.png")
    letter = town.letter(trip.mail, attached=1)
    (attached,) = letter.iter_attachments()

    assert number in pdf_text(pdf)
    assert without_space(shown(charged, trip)) in without_space(pdf_text(pdf))
    assert pdf_text(pdf) == pdf_text(attached.get_content())
    for kind in ("plain", "html"):
        assert number in mail_text(letter, kind)
        assert shown(charged, trip) in mail_text(letter, kind)


def meter_is_proven(phone: Phone, town: Town) -> None:
    """The German meter signs: page and receipt say so, and the file is proven by its key."""
    expect(phone.page.locator("#meter")).to_contain_text("sie sind echt")
    address = f"{town.base}/s/{phone.token}"
    pdf = phone.context.request.get(f"{address}/receipt.pdf").body()
    file = phone.context.request.get(f"{address}/meter.xml").body()
    report = verify_file(file, SigningMeter("VLT-CGN-1-1").public_key)

    assert "geprüft und echt (Zähler VLT-CGN-1-1)" in pdf_text(pdf)
    assert report.is_fine, report.lines


def seconds_to_pixel(phone: Phone, trip: Trip, book: psycopg.Connection) -> list[float]:
    """Return the time from the charge point's message to the drawn figure, per sample."""
    rows = book.execute(
        "SELECT (energy_wh - meter_start_wh) / 1000, received_at FROM meter_sample"
        " JOIN session USING (operator_id, session_id)"
        " JOIN journey USING (operator_id, session_id) WHERE code = %s ORDER BY received_at",
        (trip.code,),
    ).fetchall()
    came: dict[str, datetime] = {}
    for energy_kwh, received_at in rows:
        kwh = format_number(energy_kwh, decimals=2, language=trip.language)
        came.setdefault(f"{kwh} kWh", received_at)
    drawn = phone.page.evaluate("window.drawn")
    return [at / 1000 - came[text].timestamp() for at, text in drawn if text in came]


def shown(amount: Money, trip: Trip) -> str:
    """Return *amount* as the trip's reader expects it, with plain spaces."""
    return plain(format_money(amount, trip.language))


def mail_text(letter: EmailMessage, kind: str) -> str:
    """Return the mail's text of *kind*, with plain spaces."""
    body = letter.get_body(preferencelist=(kind,))
    assert body is not None
    return plain(body.get_content())


def without_space(text: str) -> str:
    """Return *text* without any white space."""
    return "".join(text.split())
