"""The journey inside the app: the way back on its pages, and keeping a session in the account."""

from dataclasses import replace

from app.people.identity.brand.model import Details, Slot
from app.web.drawing.app.frame import Frame
from app.web.drawing.app.start_page import StartPage, render_start
from tests.http.site import Site
from tests.http.test_sign_in import sign_in
from tests.scenarios.wallets import known_driver
from tests.scenarios.world import CODE, operator_of_the_world

HOME = '<a href="/app/voltstraat">Voltstraat</a>'
NAVIGATION = '<nav class="parts"'


async def test_the_pages_of_the_journey_lead_home(site: Site):
    """An app on the home screen has no button to go back: the operator's name leads on."""
    path = await site.pays()

    for page in (f"/c/{CODE}", path):
        text = (await site.stranger().get(page)).text
        assert HOME in text
        assert NAVIGATION not in text


async def test_a_driver_keeps_the_navigation(site: Site):
    """Who is signed in has the parts of the app on the scan page and on that of a session."""
    await known_driver(site.world)
    await sign_in(site)
    scan = (await site.get(f"/c/{CODE}")).text
    path = await site.pays_and_plugs_in()
    session = (await site.get(path)).text

    assert NAVIGATION in scan
    assert NAVIGATION in session
    assert '<a class="up" href="/me/voltstraat/sessions">' in session
    # Its own session is the page; the bar is for others.
    assert 'class="running"' not in session


async def test_what_runs_is_on_the_page_of_another_session(site: Site):
    """The bar leads from a session that is over to the one that runs, and asks for nothing."""
    await known_driver(site.world)
    await sign_in(site)
    first = await site.pays()
    await site.post(f"{first}/stop")
    second = await site.pays_and_plugs_in()

    page = (await site.get(first)).text

    assert f'<a href="{second}"><b>Kade</b>' in page
    assert "/app/voltstraat/running" not in page


async def test_a_session_is_kept_after_signing_in(site: Site):
    """Paid by nobody; the page leads to signing in and back, and one press keeps it."""
    path = await site.pays_and_plugs_in()
    assert f'href="/me/voltstraat?next={path}"' in (await site.get(path)).text
    await known_driver(site.world)
    await sign_in(site)
    keep = f"/me/voltstraat/sessions/{path.removeprefix('/s/')}/keep"
    assert f'action="{keep}"' in (await site.get(path)).text
    assert "Kade, Rotterdam" not in (await site.get("/me/voltstraat/sessions")).text

    kept = await site.post(keep)

    assert (303, path) == (kept.status_code, kept.headers["location"])
    assert keep not in (await site.get(path)).text
    assert "Kade, Rotterdam" in (await site.get("/me/voltstraat/sessions")).text


async def test_nobody_keeps_what_another_paid(site: Site):
    """A link that was shared to look at gives nothing to keep."""
    path = await site.pays_and_plugs_in()
    await known_driver(site.world)
    async with site.stranger() as browser:
        other = Site(site.world, site.app, browser)
        await sign_in(other)
        keep = f"/me/voltstraat/sessions/{path.removeprefix('/s/')}/keep"
        assert keep not in (await other.get(path)).text
        refused = await other.post(keep)

        assert 403 == refused.status_code


def test_the_operator_greets_in_its_own_words():
    """On the page on which its app begins, in the language of the page or the operator's first."""
    operator = operator_of_the_world()
    greeting = Details(texts={Slot.WELCOME: {"en": "Power from <the> quarter."}})
    brand = replace(operator.brand, details=greeting)

    page, _ = render_start(StartPage(Frame(replace(operator, brand=brand))))

    assert "<p>Power from &lt;the&gt; quarter.</p>" in page
