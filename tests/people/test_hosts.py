"""The hosts of operators: what is a name, whose it is, and how it is proved."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from app.infra.database import Database
from app.people.identity.hosts.book import Hosts
from app.people.identity.hosts.change import (
    add_host,
    list_hosts,
    make_main,
    prove_host,
    remove_host,
    vouch_for_host,
)
from app.people.identity.hosts.errors import (
    HostInvalid,
    HostNotFound,
    HostNotProved,
    HostTaken,
)
from app.people.identity.hosts.model import MOST_HOSTS, Host, host_name, without_port
from app.people.identity.hosts.ports import TextRecords
from app.people.identity.hosts.vouch import owners_of, vouch_for_hosts
from app.people.identity.hosts.watch import prove_again
from app.people.identity.save import save_operator
from tests.fakes.clock import FakeClock
from tests.fakes.points import OPERATOR, OTHER_OPERATOR

BASE = "https://pay.example:8443"
OURS, THEIRS = OPERATOR.operator_id, OTHER_OPERATOR.operator_id
NAME = "charge.lampje.example"


class Records(TextRecords):
    """A name server that knows what it was told."""

    def __init__(self) -> None:
        """Know nothing."""
        self.known: dict[str, tuple[str, ...]] = {}
        self.answers = True

    async def texts(self, name: str) -> tuple[str, ...] | None:
        """Return what is known, as long as it *answers*."""
        return self.known.get(name, ()) if self.answers else None


@pytest.fixture
async def hosts(database: Database) -> Hosts:
    """The hosts of two operators that have none yet."""
    for operator in (OPERATOR, OTHER_OPERATOR):
        async with database.work(operator.operator_id) as work:
            await save_operator(work, operator)
    known = Hosts(BASE)
    await known.read(database)
    return known


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Charge.Lampje.Example", NAME),
        (f" {NAME}. ", NAME),
        ("laden.büro.de", "laden.xn--bro-hoa.de"),
        ("a.localhost", "a.localhost"),
        ("localhost", None),
        ("192.0.2.7", None),
        ("[2001:db8::1]", None),
        ("lampje.example:8000", None),
        ("https://lampje.example", None),
        ("lampje.example/path", None),
        ("*.lampje.example", None),
        ("-a.lampje.example", None),
        ("a..example", None),
        ("a" * 64 + ".example", None),
        ("x." * 126 + "example", None),
        ("lamp\nje.example", None),
        ("", None),
    ],
)
def test_a_host_is_a_name(text: str, name: str | None):
    """Small ASCII letters, two labels at least; no address of a machine, no port, no wildcard."""
    assert name == host_name(text)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Charge.Lampje.example:8443", NAME),
        (f"{NAME}.", NAME),
        ("[::1]:8000", "[::1]"),
        ("[::1]", "[::1]"),
        ("", ""),
    ],
)
def test_a_header_has_a_port(header: str, name: str):
    """What counts is the host, in small letters."""
    assert name == without_port(header)


async def test_a_host_is_proved_by_its_owner(hosts: Hosts, database: Database):
    """Only with the record that names the operator; then it is where the pages are."""
    records = Records()
    added = await add_host(NAME, operator_id=OURS, hosts=hosts, database=database)
    with pytest.raises(HostNotProved, match=f"operator={OURS}"):
        await prove(hosts, records, database)
    records.known = {f"_directpay.{NAME}": ("v=spf1 -all", f"operator={OURS}")}

    proved = await prove(hosts, records, database)

    assert (None, False) == (added.verified_at, added.main)
    assert proved.verified_at is not None
    assert proved.main
    assert f"https://{NAME}:8443" == hosts.base_of(OURS)
    assert BASE == hosts.base_of(THEIRS)


async def prove(hosts: Hosts, records: Records, database: Database, whose: UUID = OURS):
    """Prove the host."""
    return await prove_host(
        NAME, operator_id=whose, hosts=hosts, records=records, database=database
    )


async def test_a_record_proves_nothing_for_others(hosts: Hosts, database: Database):
    """Who adds the host of another gets it neither before the owner proves it nor after."""
    records = Records()
    records.known = {f"_directpay.{NAME}": (f"operator={OURS}",)}
    await add_host(NAME, operator_id=THEIRS, hosts=hosts, database=database)
    await add_host(NAME, operator_id=OURS, hosts=hosts, database=database)

    with pytest.raises(HostNotProved):
        await prove(hosts, records, database, THEIRS)
    await prove(hosts, records, database)
    records.known = {f"_directpay.{NAME}": (f"operator={THEIRS}",)}
    with pytest.raises(HostTaken):
        await prove(hosts, records, database, THEIRS)
    with pytest.raises(HostTaken):
        await vouch_for_host(NAME, operator_id=THEIRS, hosts=hosts, database=database)

    assert OURS == hosts.operator_at(NAME)


async def test_the_first_proved_host_is_the_main_one(hosts: Hosts, database: Database):
    """Until another one is made so; without it the pages are at our own address again."""
    for name in (NAME, "other.lampje.example"):
        await vouch_for_host(name, operator_id=OURS, hosts=hosts, database=database)
    first = hosts.base_of(OURS)

    await make_main("other.lampje.example", operator_id=OURS, hosts=hosts, database=database)
    second = hosts.base_of(OURS)
    await remove_host("other.lampje.example", operator_id=OURS, hosts=hosts, database=database)

    assert f"https://{NAME}:8443" == first
    assert "https://other.lampje.example:8443" == second
    assert BASE == hosts.base_of(OURS)
    left = await list_hosts(operator_id=OURS, database=database)
    assert [(NAME, False)] == [(each.name, each.main) for each in left]


async def test_what_cannot_be_is_refused(hosts: Hosts, database: Database):
    """No name, our own host, too many; and what was never added is not found."""
    for text in ("localhost", "pay.example", "http://a.example"):
        with pytest.raises(HostInvalid):
            await add_host(text, operator_id=OURS, hosts=hosts, database=database)
    for number in range(MOST_HOSTS):
        name = f"h{number}.example"
        await add_host(name, operator_id=OURS, hosts=hosts, database=database)
    with pytest.raises(HostInvalid):
        await add_host(NAME, operator_id=OURS, hosts=hosts, database=database)
    with pytest.raises(HostNotProved):
        await make_main("h0.example", operator_id=OURS, hosts=hosts, database=database)
    for deed in (make_main, remove_host):
        with pytest.raises(HostNotFound):
            await deed(NAME, operator_id=OURS, hosts=hosts, database=database)
    with pytest.raises(HostNotFound):
        await prove(hosts, Records(), database)


async def test_added_twice_is_added_once(hosts: Hosts, database: Database):
    """A proved host stays proved."""
    await vouch_for_host(NAME, operator_id=OURS, hosts=hosts, database=database)

    again = await add_host(NAME, operator_id=OURS, hosts=hosts, database=database)

    assert again.verified_at is not None


async def test_a_file_names_hosts(hosts: Hosts, database: Database):
    """The first is the main one; the same file again changes nothing."""
    names = [NAME, "qr.lampje.example"]
    async with database.work(OURS) as work:
        first = await vouch_for_hosts(work, names)
        second = await vouch_for_hosts(work, names)
        turned = await vouch_for_hosts(work, names[::-1])
    await hosts.read(database)

    assert [f"host {name}" for name in names] == first
    assert [] == second
    assert 2 == len(turned)
    assert "https://qr.lampje.example:8443" == hosts.base_of(OURS)
    assert {NAME: OURS} == await owners_of([NAME, "x.example"], database=database)


async def test_without_hosts_every_one_is_answered(hosts: Hosts, database: Database):
    """An installation that is reached by many names stays so until an operator has its own."""
    before = hosts.knows("anything.example"), hosts.is_right("anything.example", OURS)
    await vouch_for_host(NAME, operator_id=OURS, hosts=hosts, database=database)

    assert (True, True) == before
    assert [True, True, False] == [
        hosts.knows(each) for each in ("pay.example:8443", NAME.upper(), "anything.example")
    ]
    assert [False, True, True, False] == [
        hosts.is_right("pay.example", OURS),
        hosts.is_right(NAME, OURS),
        hosts.is_right("pay.example", THEIRS),
        hosts.is_right(NAME, THEIRS),
    ]


async def test_certificates_are_for_proved_hosts(hosts: Hosts, database: Database):
    """And for our own; an added one gets none."""
    await vouch_for_host(NAME, operator_id=OURS, hosts=hosts, database=database)
    await add_host("new.lampje.example", operator_id=OURS, hosts=hosts, database=database)

    asked = ("pay.example", NAME, "new.lampje.example", "x.example", "127.0.0.1", "")
    assert [True, True, False, False, False, False] == [hosts.is_proved(each) for each in asked]


async def test_a_single_operator_is_at_our_own_host(database: Database):
    """With one operator there is no doubt whose pages are at an address without a name."""
    async with database.work(OURS) as work:
        await save_operator(work, replace(OPERATOR))
    hosts = Hosts("http://127.0.0.1:8000")
    await hosts.read(database)

    assert OURS == hosts.operator_at("localhost:8000")
    assert OURS == hosts.operator_named(OPERATOR.slug)
    assert None is hosts.operator_named("nobody")


async def test_a_host_is_proved_again_and_again(hosts: Hosts, database: Database, clock: FakeClock):
    """Without its record it counts for a week, with a new one for good; then it leads nowhere."""
    records = Records()
    record = {f"_directpay.{NAME}": (f"operator={OURS}",)}
    records.known = dict(record)
    await add_host(NAME, operator_id=OURS, hosts=hosts, database=database)
    await prove(hosts, records, database)

    async def after(days: int, known: dict[str, tuple[str, ...]] | None) -> Host:
        records.known, records.answers = known or {}, known is not None
        clock.advance(timedelta(days=days))
        await prove_again(hosts=hosts, records=records, database=database)
        return (await list_hosts(operator_id=OURS, database=database))[0]

    unknown = await after(30, None)
    gone, back = await after(1, {}), await after(6, record)
    again, nearly = await after(1, {}), await after(6, {})
    still = hosts.operator_at(NAME)
    lost = await after(1, {f"_directpay.{NAME}": (f"operator={THEIRS}",)})

    assert (None, None) == (unknown.missing_since, back.missing_since)
    assert all(each.verified_at and each.main for each in (unknown, gone, back, again, nearly))
    assert again.missing_since == nearly.missing_since is not None
    assert OURS == still
    assert (None, False) == (lost.verified_at, lost.main)
    assert BASE == hosts.base_of(OURS)
    assert not hosts.is_proved(NAME)
    await add_host(NAME, operator_id=THEIRS, hosts=hosts, database=database)
    assert (await prove(hosts, records, database, THEIRS)).verified_at is not None


async def test_a_vouched_host_needs_no_record(hosts: Hosts, database: Database, clock: FakeClock):
    """The word of who runs the installation does not end by itself."""
    await vouch_for_host(NAME, operator_id=OURS, hosts=hosts, database=database)
    async with database.work(THEIRS) as work:
        await vouch_for_hosts(work, ["laden.ander.example"])
    for _ in range(2):
        clock.advance(timedelta(days=8))
        await prove_again(hosts=hosts, records=Records(), database=database)

    assert OURS == hosts.operator_at(NAME)
    assert THEIRS == hosts.operator_at("laden.ander.example")


async def test_a_check_looks_again(hosts: Hosts, database: Database):
    """Asking for the check of a proved host says when its record is not there any more."""
    records = Records()
    records.known = {f"_directpay.{NAME}": (f"operator={OURS}",)}
    await add_host(NAME, operator_id=OURS, hosts=hosts, database=database)
    await prove(hosts, records, database)
    records.known = {}

    with pytest.raises(HostNotProved):
        await prove(hosts, records, database)
    assert OURS == hosts.operator_at(NAME)
