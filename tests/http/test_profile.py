"""What a driver says of itself: a name and a language, on the page and by the app."""

import psycopg

from tests.http.program import Program
from tests.http.site import Site
from tests.http.test_api_sign_in import shows, signs_in
from tests.http.test_sign_in import sign_in

ME = "/me/voltstraat"


async def test_a_driver_is_called_what_they_type(site: Site):
    """Spaces at the ends are no part of it; an empty one is no name."""
    await sign_in(site)
    named = await site.post(f"{ME}/name", {"name": "  Anna   <b>K.</b> "})
    shown = (await site.get(ME)).text
    await site.post(f"{ME}/name", {"name": ""})

    assert (303, ME) == (named.status_code, named.headers["location"])
    assert "<b>Anna &lt;b&gt;K.&lt;/b&gt;</b>" in shown
    assert "Anna" not in (await site.get(ME)).text


async def test_what_is_no_name(site: Site):
    """More than sixty characters are refused, and so is a form of another site or of nobody."""
    stranger = await site.post(f"{ME}/name", {"name": "Anna"})
    await sign_in(site)
    long = await site.post(f"{ME}/name", {"name": "x" * 61})
    foreign = await site.post(f"{ME}/name", {"name": "Eve"}, Sec_Fetch_Site="cross-site")

    assert (401, 422, 403) == (stranger.status_code, long.status_code, foreign.status_code)


async def test_an_app_changes_what_it_sends(program: Program):
    """The rest stays; the answer has the version for the next change."""
    app = shows(await signs_in(program))
    named = await program.patch("/me", {"name": "Anna"}, **app)
    spoken = await program.patch("/me", {"locale": "de"}, **app)
    read = await program.get("/me", **app)

    assert (200, "Anna") == (named.status_code, named.json()["name"])
    assert ("Anna", "de") == (spoken.json()["name"], spoken.json()["locale"])
    assert spoken.json() == read.json()
    assert spoken.headers["etag"] == read.headers["etag"]


async def test_an_edit_undoes_nobody_elses(program: Program):
    """Who has not seen the last change is refused, and changes nothing."""
    app = shows(await signs_in(program))
    seen = (await program.get("/me", **app)).headers["etag"]
    first = await program.patch("/me", {"name": "Anna"}, **app, If_Match=seen)
    second = await program.patch("/me", {"name": "Eve"}, **app, If_Match=seen)
    name = (await program.get("/me", **app)).json()["name"]

    assert (200, 412) == (first.status_code, second.status_code)
    assert "version_changed" == second.json()["type"].rsplit("/", 1)[-1]
    assert "Anna" == name


async def test_a_name_that_cannot_be_printed(program: Program):
    """It is refused, as on the page."""
    app = shows(await signs_in(program))
    refused = await program.patch("/me", {"name": "Anna\x07"}, **app)

    assert 422 == refused.status_code
    assert "driver_name_invalid" == refused.json()["type"].rsplit("/", 1)[-1]


async def test_the_name_goes_with_the_driver(program: Program, sql: psycopg.Connection):
    """Who leaves leaves no name."""
    app = shows(await signs_in(program))
    await program.patch("/me", {"name": "Anna"}, **app)
    await program.delete("/me", **app)

    assert [("",)] == sql.execute("SELECT name FROM driver").fetchall()


async def test_notices_are_in_the_data(program: Program):
    """What the driver wants to be told is known of them, so it is in the document."""
    app = shows(await signs_in(program))
    kinds = (await program.get("/me/notifications", **app)).json()["choices"]
    chosen = [{"kind": each["kind"], "wanted": not each["wanted"]} for each in kinds]
    told = await program.put("/me/notifications", {"choices": chosen}, **app, If_Match="*")
    known = (await program.get("/me/data", **app)).json()

    assert 200 == told.status_code
    assert chosen == known["notifications"]
    assert [] == known["notification_devices"]
