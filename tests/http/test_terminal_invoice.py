"""The address that a partner's terminal shows, in a browser."""

from uuid import UUID

from app.directpay.authorised.live import is_live
from app.directpay.store import journey
from app.roaming.here.store import guests
from app.roaming.terminals.invoices import invoice_base_url
from tests.http.program import Program, bearer
from tests.http.site import Site
from tests.http.test_abuse import at
from tests.scenarios.world import OPERATOR, SECRETS

PLATFORM = UUID(int=7)


def address(reference: str) -> str:
    """The path of the invoice of an authorisation."""
    base = invoice_base_url(PLATFORM, secrets=SECRETS, base_url="")
    return f"{base}{reference}"


async def paid_at_terminal(site: Site | Program) -> UUID:
    """Let the last journey be one that was paid at a terminal; return its id."""
    async with site.world.database.work(OPERATOR) as work:
        row = (await work.execute(journey.select())).one()
        new = guests.insert().values(
            operator_id=OPERATOR,
            session_id=row.session_id,
            platform_id=PLATFORM,
            token={"uid": "T", "type": "AD_HOC_USER", "contract_id": "T"},
            reference="pp-1",
            response_url="",
            connector_id="1",
            tariff_id=row.tariff_id,
            tariff_version=row.tariff_version,
            variant="",
            created_at=work.now,
            changed_at=work.now,
            journey_id=row.journey_id,
        )
        await work.execute(new)
        assert await is_live(work, row.journey_id)
    found: UUID = row.journey_id
    return found


async def test_the_terminals_address_leads_to_the_session(site: Site):
    """While it runs everybody may look at it, and nobody may stop it."""
    await site.pays_and_plugs_in()
    journey_id = await paid_at_terminal(site)

    answer = await site.get(address("pp-1"))

    assert 303 == answer.status_code
    assert answer.headers["location"].endswith(f"/s/{SECRETS.token(journey_id)}")


async def test_an_unknown_address_is_a_page_that_says_so(site: Site):
    """Neither an unknown reference nor a key that is not ours tells anything."""
    for path in (address("nobody"), "/i/abc/pp-1"):
        answer = await site.get(path)

        assert 404 == answer.status_code
        assert "text/html" in answer.headers["content-type"]


async def test_who_tries_out_references_is_stopped(site: Site):
    """Thirty in ten minutes from one network, and no more."""
    async with at(site.app, "203.0.113.9") as curious:
        answers = [await curious.get(address(f"pp-{number}")) for number in range(31)]

    assert [404] * 30 + [429] == [answer.status_code for answer in answers]


async def test_an_app_finds_what_was_paid_at_a_terminal(program: Program):
    """To look at while it runs, the payer's own afterwards; what is no such address is unknown."""
    begun = await program.begins_and_plugs_in()
    await paid_at_terminal(program)
    path = "/terminal-sessions/" + address("pp-1").removeprefix("/i/")
    running = (await program.get(path)).json()
    await program.post(f"/sessions/{begun['token']}/stop", **bearer(begun))
    await program.world.worker.run_due()
    await program.world.stops()
    await program.world.passes(seconds=5)
    over = (await program.get(path)).json()

    assert {"token": begun["token"], "control": None} == running
    assert {"token": begun["token"], "control": begun["control"]} == over
    assert 404 == (await program.get("/terminal-sessions/abc/pp-1")).status_code
