"""Campaigns and codes on a real PostgreSQL."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from app.cli import main
from app.funds.payments.accounts import Vault
from app.infra.database import Database
from app.kernel.money import Money
from app.office.import_operator import import_operator, read_operator_file
from app.pricing.promotions.codes import CodeKeys
from app.pricing.promotions.coupons.make import (
    block_code,
    list_codes,
    make_codes,
    share_code,
    take_codes,
)
from app.pricing.promotions.coupons.save import end_campaigns, save_campaign
from app.pricing.promotions.coupons.stats import campaign_stats
from app.pricing.promotions.errors import (
    CampaignInvalid,
    CampaignNotFound,
    CodesInvalid,
    CouponRefused,
)
from app.pricing.promotions.model import Asked, Limits, Percent, Site, Terms, Value
from app.pricing.promotions.offers import offers
from app.pricing.promotions.reserve import release, reserve
from tests.fakes.clock import FakeClock
from tests.servers import PostgresForTests

OPERATOR = UUID("01900000-0000-7000-8000-000000000001")
OTHER = UUID("01900000-0000-7000-8000-000000000002")
KEYS = CodeKeys((b"k" * 32,))
SITE = Site("KADE", "VLT1-1", "per-kwh", "Europe/Amsterdam", Money(6000, "EUR"), "ad_hoc")
TENTH = Terms("Tenth", Percent(Decimal(10)), "EUR")
DEMO = Path(__file__).parent.parent.parent / "app" / "sandbox" / "demo" / "operator.yaml"


async def saved(database: Database, campaign_id: str = "c", terms: Terms = TENTH) -> bool:
    """Save a campaign."""
    async with database.work(OPERATOR) as work:
        return await save_campaign(work, campaign_id, terms)


async def made(database: Database, number: int = 1, campaign_id: str = "c") -> tuple[str, ...]:
    """Make codes."""
    _, codes = await make_codes(
        campaign_id, number, keys=KEYS, operator_id=OPERATOR, database=database
    )
    return codes


async def good(
    database: Database, code: str, *, operator_id: UUID = OPERATOR, keys: CodeKeys = KEYS
) -> bool:
    """Tell whether a code gives something."""
    async with database.work(operator_id) as work:
        try:
            return bool(await offers(work, SITE, Asked(code, "driver"), keys))
        except CouponRefused:
            return False


async def test_the_same_terms_again_change_nothing(database: Database):
    """A new version when, and only when, the terms say something new; ended ones run again."""
    assert [True, False] == [await saved(database), await saved(database)]
    assert await saved(database, terms=replace_name(TENTH))
    async with database.work(OPERATOR) as work:
        assert ["c"] == await end_campaigns(work, set())
    assert await saved(database, terms=replace_name(TENTH))
    (stats,) = await campaign_stats(operator_id=OPERATOR, database=database)
    assert (3, None) == (stats.campaign.version, stats.campaign.ended_at)


def replace_name(terms: Terms) -> Terms:
    """Return *terms* under another name."""
    return Terms("Another", terms.benefit, terms.currency)


async def test_bad_terms_are_not_saved(database: Database):
    """Two hundred percent is not a campaign."""
    with pytest.raises(CampaignInvalid, match="benefit"):
        await saved(database, terms=Terms("c", Percent(Decimal(200)), "EUR"))


async def test_codes_are_found_by_digests_alone(database: Database, sql: psycopg.Connection):
    """No code stands in the database; export makes them again; another key makes nothing of it."""
    await saved(database)
    codes = await made(database, 5000)
    everything = sql.execute("SELECT string_agg(coupon::text, ' ') FROM promotion_coupon coupon")
    (text,) = everything.fetchone() or ("",)
    assert not any(code in text or code.replace("-", "") in text for code in codes)
    listed = await list_codes("c", keys=KEYS, operator_id=OPERATOR, database=database)
    assert list(codes) == [each.code for each in listed]
    assert await good(database, codes[4711])
    stolen = CodeKeys((b"x" * 32,))
    assert not await good(database, codes[0], keys=stolen)
    known = await list_codes("c", keys=stolen, operator_id=OPERATOR, database=database)
    assert {""} == {each.code for each in known}


async def test_a_former_key_still_finds_and_exports(database: Database):
    """A rotated key makes new codes; those that are out stay good."""
    await saved(database)
    (code,) = await made(database)
    rotated = CodeKeys((b"n" * 32, *KEYS.keys))

    assert await good(database, code, keys=rotated)
    (listed,) = await list_codes("c", keys=rotated, operator_id=OPERATOR, database=database)
    assert code == listed.code


async def test_another_operators_code_is_nothing(database: Database):
    """Each operator has a code space of its own."""
    await saved(database)
    (code,) = await made(database)

    assert not await good(database, code, operator_id=OTHER)


async def test_codes_of_others_are_taken_over_all_or_none(database: Database):
    """One odd line, and none is taken; what was taken is good, and is not shown again."""
    await saved(database)
    take = {"keys": KEYS, "operator_id": OPERATOR, "database": database}
    with pytest.raises(CodesInvalid, match=r"line 2: 'short'.*\nline 3: .*twice"):
        await take_codes("c", ["PARTNER-0001", "short", "partner 0001"], **take)
    assert 2 == await take_codes("c", ["PARTNER-0001", "partner-0002"], **take)
    with pytest.raises(CodesInvalid, match="1 of 2 codes are known already"):
        await take_codes("c", ["PARTNER-0002", "PARTNER-0003"], **take)

    assert [True, False] == [
        await good(database, "partner0001"),
        await good(database, "PARTNER0003"),
    ]
    listed = await list_codes("c", keys=KEYS, operator_id=OPERATOR, database=database)
    assert ["", ""] == [each.code for each in listed]


async def test_a_word_is_one_campaigns(database: Database):
    """Another word takes its place, the old one comes back, and nobody else may have it."""
    await saved(database)
    await saved(database, "d")
    async with database.work(OPERATOR) as work:
        shares = [
            await share_code(work, "c", word, KEYS) for word in ("AUTUMN", "autumn", "WINTER")
        ]
    assert [True, False, True] == shares
    assert [False, True] == [await good(database, "AUTUMN"), await good(database, "winter")]
    async with database.work(OPERATOR) as work:
        assert await share_code(work, "c", "AUTUMN", KEYS)
    assert await good(database, "AUTUMN")
    with pytest.raises(CodesInvalid, match="another campaign"):
        async with database.work(OPERATOR) as work:
            await share_code(work, "d", "AUTUMN", KEYS)


async def test_a_blocked_code_stays_blocked(database: Database):
    """Blocked once; a second time, and a code that is none, are told."""
    await saved(database)
    (code,) = await made(database)
    order = {"keys": KEYS, "operator_id": OPERATOR, "database": database}
    await block_code("c", code, **order)

    assert not await good(database, code)
    with pytest.raises(CodesInvalid, match="no such code"):
        await block_code("c", code, **order)
    with pytest.raises(CampaignNotFound):
        await block_code("none", code, **order)


@pytest.mark.parametrize("number", [0, -1, 100_001])
async def test_so_many_codes_are_not_made(database: Database, number: int):
    """At least one, at most a hundred thousand at once."""
    await saved(database)
    with pytest.raises(CodesInvalid):
        await made(database, number)


async def test_an_automatic_campaign_has_no_codes(database: Database):
    """It needs none."""
    await saved(database, terms=Terms("c", Percent(Decimal(10)), "EUR", automatic=True))
    with pytest.raises(CampaignInvalid):
        await made(database)


async def test_one_balance_spent_by_sixty_four(database: Database, sql: psycopg.Connection):
    """10.00 of a code by 1.50: six get 1.50, one the last 1.00, the others nothing."""
    await saved(database, terms=Terms("c", Value(1000), "EUR", most_minor=150))
    (code,) = await made(database)

    async def spend(number: int) -> int:
        async with database.work(OPERATOR) as work:
            try:
                held = await reserve(work, UUID(int=number), SITE, Asked(code), KEYS)
            except CouponRefused:
                return 0
            return held[0].grant.most.minor

    got = await asyncio.gather(*(spend(number) for number in range(64)))
    assert [100, *[150] * 6] == sorted(each for each in got if each)
    (minor,) = sql.execute("SELECT minor FROM promotion_tally WHERE part = ''").fetchone() or (0,)
    assert 1000 == minor


async def test_reserving_and_releasing_at_once_ends_where_it_began(
    database: Database, sql: psycopg.Connection
):
    """Forty sessions of two campaigns reserve and release at once: nothing waits or is left."""
    for name in ("a", "b"):
        terms = Terms(
            name, Percent(Decimal(10)), "EUR", automatic=True, stackable=True,
            limits=Limits(uses=1000, per_driver=1000),
        )  # fmt: skip
        await saved(database, name, terms)

    async def come_and_go(number: int) -> None:
        async with database.work(OPERATOR) as work:
            await reserve(work, UUID(int=number), SITE, Asked(driver=f"d{number % 3}"), KEYS)
        async with database.work(OPERATOR) as work:
            await release(work, UUID(int=number))

    await asyncio.wait_for(asyncio.gather(*(come_and_go(n) for n in range(40))), 60)
    rows = sql.execute("SELECT DISTINCT uses, minor FROM promotion_tally").fetchall()
    assert [(0, 0)] == rows
    states = sql.execute("SELECT DISTINCT state FROM promotion_reservation").fetchall()
    assert [("released",)] == states


async def test_the_file_runs_and_ends_campaigns(database: Database, clock: FakeClock):
    """The demo's two promotions run, again nothing changes, and one that is gone ends."""
    file = read_operator_file(DEMO)
    order = {"vault": Vault((Vault.new_key(),)), "codes": KEYS, "database": database}
    first = await import_operator(file, **order)
    assert {"promotion welcome", "promotion sandwich"} <= set(first.changes)
    clock.advance(seconds=1)
    again = await import_operator(file, **order)
    assert [] == [change for change in again.changes if "promotion" in change]
    before, _, after = file.text.partition("  - id: sandwich")
    fewer = before + "\nlocations:" + after.partition("\nlocations:")[2]
    ended = await import_operator(replace(file, text=fewer), **order)
    assert ("end of promotion sandwich",) == ended.changes
    silent = fewer.replace("promotions:\n", "x:\n").partition("# Type WELCOME")[0]
    silent += "\nlocations:" + after.partition("\nlocations:")[2]
    assert () == (await import_operator(replace(file, text=silent), **order)).changes


async def test_the_commands_make_list_take_and_count(
    postgres: PostgresForTests,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    """`directpay coupons`: codes as CSV, all of them again, others taken over, figures."""
    name = f"coupons_{postgres.worker}"
    postgres.recreate(name)
    monkeypatch.setenv("DATABASE_URL", postgres.url_of(name))
    monkeypatch.setenv("DIRECTPAY_KEYS", Vault.new_key())
    monkeypatch.setenv("DIRECTPAY_STATE", str(tmp_path))

    async def said(*words: str, status: int = 0) -> list[str]:
        ended = await asyncio.to_thread(main, list(words))
        told = capsys.readouterr()
        assert status == ended, told.err
        return told.out.splitlines()

    await said("import", str(DEMO))
    of_it = ("--operator", "voltstraat", "--campaign", "welcome")
    codes = await said("coupons", "create", *of_it, "--count", "3")
    assert ("code", 4) == (codes[0], len(codes))
    others = tmp_path / "codes.csv"
    others.write_text("PARTNER-0001\n\nPARTNER-0002\n")
    assert ["2 codes are taken over."] == await said("coupons", "import", *of_it, str(others))
    assert ["The code is blocked."] == await said("coupons", "block", *of_it, codes[1])
    exported = await said("coupons", "export", *of_it)
    assert set(codes[1:]) < {line.split(",")[1] for line in exported[1:]}
    (figures,) = [
        line
        for line in await said("coupons", "stats", "--operator", "voltstraat")
        if line.startswith("welcome,")
    ]
    assert "welcome,Welcome,operator,0,0.00 EUR,0,0,5," == figures
    await said("coupons", "create", "--operator", "voltstraat", "--campaign", "none", status=1)
