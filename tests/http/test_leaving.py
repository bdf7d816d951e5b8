"""A driver asks what is known, and to be forgotten: by the app and on the page."""

import psycopg

from tests.http.program import Program
from tests.http.site import Site
from tests.http.test_api_history import begins_signed_in
from tests.http.test_api_sign_in import shows, signs_in
from tests.http.test_history_page import charges
from tests.http.test_sign_in import sign_in
from tests.scenarios.wallets import known_driver, sells_credit

DISPOSITION = "content-disposition"
ME = "/me/voltstraat"
TABLES = ("driver", "driver_sign_in", "driver_browser", "journey", "receipt_delivery", "token")


def places_of(sql: psycopg.Connection, address: str) -> list[str]:
    """The tables in which the address stands."""
    rows = {table: sql.execute(f"SELECT t::text FROM {table} t").fetchall() for table in TABLES}
    return [table for table in TABLES if address in str(rows[table])]


async def test_all_that_is_known(program: Program):
    """One document with the driver, the devices, the sessions and the credit."""
    tokens = await signs_in(program)
    await (await known_driver(program.world)).is_given(1000)
    begun = await begins_signed_in(program, tokens)
    known = (await program.get("/me/data", **shows(tokens))).json()

    assert "anna@example.com" == known["driver"]["email"]
    assert ["Pixel 9"] == [device["name"] for device in known["devices"]]
    assert [begun["token"]] == [session["token"] for session in known["sessions"]]
    assert [1000] == [wallet["balance"]["minor"] for wallet in known["credit"]]


async def test_a_driver_is_forgotten_on_the_page(site: Site, sql: psycopg.Connection):
    """The address stands nowhere any more; the receipt stays; signing in again is somebody new."""
    await sign_in(site)
    path = await charges(site)
    await site.post(f"{path}/receipt", {"email": "anna@example.com"})
    await site.world.worker.run_due()
    assert ["driver", "driver_sign_in", "journey", "receipt_delivery"] == places_of(sql, "anna@")
    unsure = await site.post(f"{ME}/forget")
    assert "anna@example.com" in (await site.get(unsure.headers["location"])).text

    await site.post(f"{ME}/forget", {"sure": "yes"})
    assert [] == places_of(sql, "anna@")
    assert 1 == sql.execute("SELECT count(*) FROM receipt").fetchone()[0]
    assert 'name="email"' in (await site.get(ME)).text
    await sign_in(site)
    assert "There is no session here" in (await site.get(f"{ME}/sessions")).text


async def test_an_app_forgets_its_driver(program: Program):
    """The tokens are worth nothing afterwards, the access token included."""
    tokens = await signs_in(program)
    assert 204 == (await program.delete("/me", **shows(tokens))).status_code

    gone = await program.get("/me", **shows(tokens))
    assert (404, "driver_not_found") == (gone.status_code, gone.json()["code"])
    again = await program.post("/sign-in/refresh", {"refresh_token": tokens["refresh_token"]})
    assert 401 == again.status_code


async def test_nobody_is_forgotten_with_a_session_under_way(program: Program):
    """Whoever still charges is told to stop first, and nothing is erased."""
    tokens = await signs_in(program)
    await begins_signed_in(program, tokens)
    refused = await program.delete("/me", **shows(tokens))

    assert (409, "session_under_way") == (refused.status_code, refused.json()["code"])
    assert 200 == (await program.get("/me", **shows(tokens))).status_code


async def test_bought_credit_goes_back_first(site: Site):
    """The page says so; given credit keeps nobody."""
    await sign_in(site)
    await sells_credit(site.world)
    await (await known_driver(site.world)).buys(2500)
    kept = await site.post(f"{ME}/forget", {"sure": "yes"})

    assert 409 == kept.status_code
    assert "Let it go back to you first" in kept.text
    assert "anna@example.com" in kept.text


async def test_credit_on_its_way_is_waited_for(site: Site):
    """Who leaves between ordering and paying would have paid for nobody's credit."""
    await sign_in(site)
    await sells_credit(site.world)
    await (await known_driver(site.world)).orders(2500)
    kept = await site.post(f"{ME}/forget", {"sure": "yes"})

    assert 409 == kept.status_code
    assert "anna@example.com" in (await site.get(ME)).text


async def test_a_driver_takes_the_data_away_on_the_page(site: Site):
    """What the page offers is the document of the API, as a file in the operator's name."""
    await sign_in(site)
    path = await charges(site)
    assert f'href="{ME}/data"' in (await site.get(ME)).text
    file = await site.get(f"{ME}/data")

    assert 'attachment; filename="voltstraat-2026-03-02.json"' == file.headers[DISPOSITION]
    assert "no-store" == file.headers["cache-control"]
    assert "anna@example.com" == file.json()["driver"]["email"]
    assert [path.removeprefix("/s/")] == [each["token"] for each in file.json()["sessions"]]
    assert [True] == [device["current"] for device in file.json()["devices"]]


async def test_nobody_takes_a_strangers_data_away(site: Site):
    """Whoever is not signed in is led to signing in."""
    refused = await site.get(f"{ME}/data")

    assert 401 == refused.status_code
    assert f'href="{ME}"' in refused.text
