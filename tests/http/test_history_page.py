"""The page of a driver's sessions: seen, opened, taken away, and nobody else's."""

import re
from datetime import UTC, datetime
from io import BytesIO

from pypdf import PdfReader

from app.directpay.model import Ending, Stage
from app.directpay.owned.export import as_csv
from app.directpay.owned.model import OwnSession
from app.kernel.money import Money
from tests.http.site import Site
from tests.http.test_sign_in import sign_in

PAGE = "/me/voltstraat/sessions"
DAYS = "from=2026-03-01&to=2026-03-31"


async def charges(site: Site) -> str:
    """The driver pays, charges 12.340 kWh and stops; return the session's address."""
    path = await site.pays_and_plugs_in()
    await site.world.charges(minutes=30, kwh="12.340")
    await site.post(f"{path}/stop")
    await site.world.worker.run_due()
    await site.world.stops()
    await site.world.passes(seconds=5)
    return path


async def test_a_stranger_is_asked_to_sign_in(site: Site):
    """The page leads to signing in, and back."""
    answer = await site.get(PAGE)

    assert f"/me/voltstraat?next={PAGE}" == answer.headers["location"]


async def test_what_was_paid_signed_in_is_seen(site: Site):
    """By month, with place, energy and amount; without any, the page says what it is for."""
    await sign_in(site)
    assert "There is no session here" in (await site.get(PAGE)).text
    await charges(site)
    page = (await site.get(PAGE)).text

    assert "March 2026" in page
    assert "Kade, Rotterdam" in page
    assert "12.34\N{NO-BREAK SPACE}kWh" in page
    assert "€6.17" in page
    assert "no-store" == (await site.get(PAGE)).headers["cache-control"]


async def test_a_session_is_opened_on_another_device(site: Site):
    """The driver signs in elsewhere and has the receipt there; a stranger only finds nothing."""
    await sign_in(site)
    path = await charges(site)
    token = path.removeprefix("/s/")
    async with site.stranger() as browser:
        phone = Site(site.world, site.app, browser)
        assert 403 == (await phone.get(f"{path}/receipt.pdf")).status_code
        assert 401 == (await phone.get(f"{PAGE}/{token}")).status_code
        await sign_in(phone, "mallory@example.com")
        assert 404 == (await phone.get(f"{PAGE}/{token}")).status_code
        await sign_in(phone)
        opened = await phone.get(f"{PAGE}/{token}")
        assert path == opened.headers["location"]
        assert 200 == (await phone.get(f"{path}/receipt.pdf")).status_code


async def test_sessions_are_downloaded(site: Site):
    """As PDF and as a table; a day that is none is said on the page."""
    await sign_in(site)
    await charges(site)
    pdf = await site.get(f"{PAGE}/file?{DAYS}&as=pdf")
    table = await site.get(f"{PAGE}/file?{DAYS}&as=csv")
    wrong = await site.get(f"{PAGE}/file?from=2026-03-31&to=2026-03-01&as=pdf")

    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.content)).pages)
    assert "Voltstraat" in text
    assert "€6.17" in text
    assert 2 == len(table.text.splitlines())
    assert 'filename="sessions-2026-03-01-2026-03-31.csv"' in table.headers["content-disposition"]
    assert 422 == wrong.status_code
    assert "Please choose a first day" in wrong.text


def test_no_spreadsheet_runs_what_stands_in_a_table():
    """The name of a place that begins like a formula is text."""
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    evil = OwnSession(
        token="t",
        stage=Stage.ENDED,
        ending=Ending.CHARGED,
        began_at=at,
        location='=HYPERLINK("https://evil.example")',
        city="@SUM(1)",
        evse_id="-1",
        time_zone="Europe/Amsterdam",
        charged=Money(617, "EUR"),
    )

    row = as_csv([evil]).splitlines()[1]
    assert (
        """,2026-03-02T10:00:00+01:00,,"'=HYPERLINK(""https://evil.example"")",'@SUM(1),'-1,"""
        in row
    )


async def test_the_year_is_drawn_month_by_month(site: Site):
    """A bar for each of twelve months, and the sums of those with sessions as a table."""
    await sign_in(site)
    assert "Month by month" not in (await site.get(PAGE)).text
    await charges(site)
    page = (await site.get(PAGE)).text

    assert 12 == page.count('<rect class="bar"')
    assert re.search(r'\?month=2026-03">Mar 2026</a></th><td>12\.3.kWh</td><td>€6\.17</td>', page)


async def test_one_month_is_looked_at(site: Site):
    """Its sessions alone, and its days proposed for the file; what is no month is all of them."""
    await sign_in(site)
    await charges(site)
    march = (await site.get(f"{PAGE}?month=2026-03")).text
    february = (await site.get(f"{PAGE}?month=2026-02")).text
    nonsense = (await site.get(f"{PAGE}?month=2026-13")).text

    assert "Kade, Rotterdam" in march
    assert 'value="2026-03-31"' in march
    assert "Kade, Rotterdam" not in february
    assert "Kade, Rotterdam" in nonsense


async def test_a_session_that_is_over_shows_its_power(site: Site):
    """The curve stays on its page as long as the meter's samples are kept."""
    path = await site.pays_and_plugs_in()
    for kwh in ("4.000", "4.000", "4.340"):
        await site.world.charges(minutes=10, kwh=kwh)
    await site.world.stops()
    await site.world.passes(seconds=5)
    page = (await site.get(path)).text

    assert "€6.17" in page
    assert 'aria-label="Power since the start, up to' in page


async def test_the_page_is_searched_and_its_file_too(site: Site):
    """By words of the place; what does not fit is in neither, and the page leads back to all."""
    await sign_in(site)
    await charges(site)
    found = (await site.get(f"{PAGE}?q=kade")).text
    nothing = (await site.get(f"{PAGE}?q=utrecht")).text
    table = await site.get(f"{PAGE}/file?{DAYS}&as=csv&q=kade")
    empty = await site.get(f"{PAGE}/file?{DAYS}&as=csv&q=utrecht")
    pdf = await site.get(f"{PAGE}/file?{DAYS}&as=pdf&q=kade")

    assert "Kade, Rotterdam" in found
    assert 2 == found.count('name="q"')
    assert "Kade, Rotterdam" not in nothing
    assert "Nothing matches" in nothing
    assert [2, 1] == [len(each.text.splitlines()) for each in (table, empty)]
    assert "Voltstraat · kade" in PdfReader(BytesIO(pdf.content)).pages[0].extract_text()
