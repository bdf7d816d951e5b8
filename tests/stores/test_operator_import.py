"""The operator file, imported into the real database."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from app.charging.chargers.find_evse import find_evse
from app.charging.chargers.list_evses import list_evses
from app.charging.chargers.read import get_evse
from app.charging.chargers.stations.find import find_charge_point
from app.charging.meters.registry.register import registered_keys
from app.charging.tokens.read import token_of_uid
from app.directpay.cards.keep import owned
from app.directpay.offers.site import spot_of
from app.funds.payments.accounts import Vault, account_for
from app.funds.wallet.top_ups.offer import wallet_offer
from app.infra.database import EVERY_OPERATOR
from app.kernel.money import Money
from app.office.import_operator import (
    OperatorFileInvalid,
    import_operator,
    read_operator_file,
)
from app.people.identity.errors import OperatorNotFound
from app.people.identity.find import find_operator
from app.pricing.promotions.codes import CodeKeys
from app.pricing.tariffs.choice.choose import choose_tariff
from app.pricing.tariffs.choice.drivers import grouped_driver
from app.pricing.tariffs.choice.model import Spot
from app.sandbox.meter import SigningMeter

CODES = CodeKeys((b"k" * 32,))
DEMO = Path(__file__).parent.parent.parent / "app" / "sandbox" / "demo" / "operator.yaml"


@pytest.fixture
def vault() -> Vault:
    """A vault with a new key."""
    return Vault((Vault.new_key(),))


@pytest.fixture
def demo():
    """The demo operator's file."""
    return read_operator_file(DEMO)


async def test_the_demo_file_is_imported_whole(database, demo, vault):
    """Eight charging points at three locations, four tariffs, the operator and its account."""
    done = await import_operator(demo, vault=vault, codes=CODES, database=database)

    evses = await list_evses(database=database)
    operator = await find_operator("voltstraat", database=database)
    async with database.work(done.operator_id) as work:
        account = await account_for(work, vault=vault)
    assert 8 == len(evses)
    assert {"NL", "DE", "SE"} == {evse.location.country for evse in evses}
    assert ("Voltstraat Laden B.V.", "image/png") == (
        operator.legal_name,
        operator.brand.logo_type,
    )
    assert ("mollie", "test") == (account.provider, account.mode)
    assert () == done.forgotten_evses


async def test_holds_and_tariffs_are_inherited(database, demo, vault):
    """An EVSE's own amount and tariff go before its location's, and those before the operator's."""
    done = await import_operator(demo, vault=vault, codes=CODES, database=database)

    async def at(code):
        _, evse = await find_evse(code, database=database)
        async with database.work(done.operator_id) as work:
            choice = await choose_tariff(work, spot_of(evse))
        return evse.hold, choice.tariff.tariff_id

    assert (Money(4500, "EUR"), "nl-kwh") == await at("KADE22")
    assert (Money(8000, "EUR"), "de-fast") == await at("CGNHF2")
    assert (Money(3000, "EUR"), "de-start") == await at("CGNHF4")
    assert (Money(45000, "SEK"), "se-day-night") == await at("MMXTR2")


async def test_credit_is_sold_on_the_files_terms(database, demo, vault):
    """The amounts and the most of the file; a file without them sells no more."""
    done = await import_operator(demo, vault=vault, codes=CODES, database=database)
    async with database.work(done.operator_id) as work:
        sold = await wallet_offer(work)
    lines = [line for line in demo.text.splitlines() if "wallet:" not in line]
    text = "\n".join(line for line in lines if not line.startswith(("  amounts:", "  most: 250")))
    without = replace(demo, text=text)
    await import_operator(without, vault=vault, codes=CODES, database=database)
    async with database.work(done.operator_id) as work:
        after = await wallet_offer(work)

    assert sold is not None
    assert [2500, 5000, 10_000] == [amount.minor for amount in sold.amounts]
    assert Money(25_000, "EUR") == sold.most
    assert after is None


async def test_tokens_are_kept_once(database, demo, vault, clock):
    """A card of the file charges, with its owner; the file again names no change of it."""
    text = f'{demo.text}\ntokens:\n  - {{uid: "04A22B9C7D1E80", email: anna@example.com}}\n'
    with_card = replace(demo, text=text)
    first = await import_operator(with_card, vault=vault, codes=CODES, database=database)
    clock.advance(minutes=1)
    again = await import_operator(with_card, vault=vault, codes=CODES, database=database)
    async with database.work(first.operator_id) as work:
        token = await token_of_uid(work, "04a22b9c7d1e80")
        found = None if token is None else await owned(work, token)

    assert "token 04A22B9C7D1E80" in first.changes
    assert () == again.changes
    assert found is not None
    assert "anna@example.com" == found.address


async def test_importing_twice_changes_nothing(database, demo, vault, clock):
    """The second run names no change."""
    first = await import_operator(demo, vault=vault, codes=CODES, database=database)
    clock.advance(minutes=1)

    second = await import_operator(demo, vault=vault, codes=CODES, database=database)

    assert "operator voltstraat" in first.changes
    assert (first.operator_id, ()) == (second.operator_id, second.changes)


async def test_a_changed_price_is_a_new_version(database, demo, vault, clock):
    """The old version stays for those who saw it."""
    await import_operator(demo, vault=vault, codes=CODES, database=database)
    clock.advance(minutes=1)
    dearer = replace(demo, text=demo.text.replace("price: 0.49", "price: 0.52"))

    done = await import_operator(dearer, vault=vault, codes=CODES, database=database)

    assert ("tariff nl-kwh version 2",) == done.changes


async def test_a_tariff_that_left_its_place_holds_there_no_more(database, demo, vault, clock):
    """Without its own assignment the EVSE has its location's tariff."""
    done = await import_operator(demo, vault=vault, codes=CODES, database=database)
    clock.advance(minutes=1)
    text = demo.text.replace("        tariff: de-start\n", "")

    again = await import_operator(
        replace(demo, text=text), vault=vault, codes=CODES, database=database
    )
    clock.advance(seconds=1)

    async with database.work(done.operator_id) as work:
        spot = Spot("CGN-HOF", "CGN-HOF-3", Decimal(22))
        tariff = (await choose_tariff(work, spot)).tariff
    assert ("tariff of evse CGN-HOF-3",) == again.changes
    assert "de-fast" == tariff.tariff_id


async def test_an_evse_that_left_the_file_is_reported_and_stays(database, demo, vault):
    """Nothing that may be in use vanishes by a slip of the editor."""
    await import_operator(demo, vault=vault, codes=CODES, database=database)
    cut = demo.text.index("      - uid: MMX-TORG-2")

    done = await import_operator(
        replace(demo, text=demo.text[:cut]), vault=vault, codes=CODES, database=database
    )

    assert ("MMX-TORG-2",) == done.forgotten_evses
    assert 8 == len(await list_evses(database=database))


async def test_a_faulty_file_changes_nothing(database, demo, vault):
    """All or nothing: the operator is not there afterwards."""
    broken = replace(demo, text=demo.text.replace("max_power_kw: 150}", "max_power_kw: fast}", 1))

    with pytest.raises(OperatorFileInvalid) as raised:
        await import_operator(broken, vault=vault, codes=CODES, database=database)

    line = demo.text[: demo.text.index("max_power_kw: 150}")].count("\n") + 1
    place = "locations[1].evses[0].connectors[0].max_power_kw"
    assert f"operator.yaml:{line}: {place}: expected a number, got 'fast'" == raised.value.detail
    with pytest.raises(OperatorNotFound):
        await find_operator("voltstraat", database=database)


async def test_a_failure_half_way_leaves_nothing(database, demo, vault, sql):
    """The import is one transaction: what fails at the last step undoes the first."""
    sql.execute("ALTER TABLE tariff_version ADD CONSTRAINT never CHECK (version < 0)")

    with pytest.raises(Exception, match="never"):
        await import_operator(demo, vault=vault, codes=CODES, database=database)

    assert (0,) == sql.execute("SELECT count(*) FROM operator").fetchone()
    assert (0,) == sql.execute("SELECT count(*) FROM evse").fetchone()


async def test_a_code_is_unique_in_the_whole_installation(database, demo, vault):
    """Another operator cannot take a code, nor the name of a charge point."""
    await import_operator(demo, vault=vault, codes=CODES, database=database)
    other = replace(demo, text=demo.text.replace("slug: voltstraat", "slug: other"))

    with pytest.raises(OperatorFileInvalid) as raised:
        await import_operator(other, vault=vault, codes=CODES, database=database)

    assert "code: the code KADE22 belongs to another charging point" in raised.value.detail
    assert "charge_point: 'VLT-AMS-1' belongs to another operator" in raised.value.detail


async def test_a_new_password_counts_from_now_on(database, demo, vault, clock):
    """The old one is refused."""
    await import_operator(demo, vault=vault, codes=CODES, database=database)
    clock.advance(minutes=1)
    text = demo.text.replace("voltstraat-ams-1-pass", "another-password-now")

    done = await import_operator(
        replace(demo, text=text), vault=vault, codes=CODES, database=database
    )

    station = await find_charge_point("VLT-AMS-1", database=database)
    assert ("charge point VLT-AMS-1",) == done.changes
    assert station.matches(b"another-password-now")
    assert not station.matches(b"voltstraat-ams-1-pass")


async def test_the_status_of_a_charging_point_survives_an_import(database, demo, vault, sql):
    """A configuration says nothing about what a charge point is doing."""
    done = await import_operator(demo, vault=vault, codes=CODES, database=database)
    sql.execute("UPDATE evse SET status = 'Charging' WHERE evse_uid = 'AMS-KADE-1'")
    text = demo.text.replace('physical_reference: "1"', 'physical_reference: "links"')

    await import_operator(replace(demo, text=text), vault=vault, codes=CODES, database=database)

    async with database.work(done.operator_id) as work:
        evse = await get_evse(work, "AMS-KADE-1")
    assert ("links", "Charging") == (evse.physical_reference, evse.status)


async def test_a_file_that_is_not_there_is_said_so(tmp_path):
    """No traceback for a slip of the keyboard."""
    with pytest.raises(OperatorFileInvalid, match="No such file"):
        read_operator_file(tmp_path / "nothing.yaml")


async def test_passwords_are_not_kept_in_clear(database, demo, vault, sql):
    """The database holds digests of passwords and sealed secrets only."""
    await import_operator(demo, vault=vault, codes=CODES, database=database)

    async with database.work(EVERY_OPERATOR):
        rows = sql.execute("SELECT credential FROM charge_point").fetchall()
    assert not any(b"voltstraat" in bytes(row[0]) for row in rows)


async def test_meters_are_registered_with_the_file(database, demo, vault):
    """The keys of the three German meters are at their EVSEs."""
    done = await import_operator(demo, vault=vault, codes=CODES, database=database)
    async with database.work(done.operator_id) as work:
        keys = await registered_keys(work, "CGN-HOF-3")

    assert {"VLT-CGN-2-1": SigningMeter("VLT-CGN-2-1").public_key} == keys


async def test_a_meter_with_a_broken_key_is_refused(database, vault, tmp_path):
    """The line of the field is named."""
    text = DEMO.read_text().replace("public_key: 305a", "public_key: 99zz", 1)
    file = tmp_path / "operator.yaml"
    file.write_text(text)
    (tmp_path / "logo.svg").write_bytes((DEMO.parent / "logo.svg").read_bytes())

    with pytest.raises(OperatorFileInvalid, match="public_key"):
        await import_operator(read_operator_file(file), vault=vault, codes=CODES, database=database)


async def test_drivers_are_put_into_groups_once(database, demo, vault):
    """Named drivers get their groups, the same file again changes nothing, others stay."""
    text = f"{demo.text}\ndrivers:\n  - {{email: anna@example.com, groups: ['fleet:ACME']}}\n"
    first = await import_operator(
        replace(demo, text=text), vault=vault, codes=CODES, database=database
    )
    again = await import_operator(
        replace(demo, text=text), vault=vault, codes=CODES, database=database
    )
    without = await import_operator(demo, vault=vault, codes=CODES, database=database)

    anna = await grouped_driver(
        "anna@example.com", operator_id=first.operator_id, database=database
    )
    assert "groups of anna@example.com" in first.changes
    assert not [each for each in (*again.changes, *without.changes) if "groups" in each]
    assert ("fleet:ACME",) == anna.groups
